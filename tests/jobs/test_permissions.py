"""What is somebody's is theirs alone, whoever else came to the site before or after them."""

import pytest

from innotter.accounts.models import User
from innotter.jobs import permissions, services
from innotter.jobs.models import JobLimit
from tests.factories.accounts import UserFactory
from tests.factories.jobs import BidFactory, JobFactory, OpenJobFactory, RecurringJobFactory


def assigned_to(person):
    bid = BidFactory(bidder=person)
    services.select_bid(owner=bid.job.owner, bid=bid)
    bid.job.refresh_from_db()
    return bid.job


THEIRS = {
    permissions.can_manage_job: lambda person: JobFactory(owner=person),
    permissions.can_manage_recurring_job: lambda person: RecurringJobFactory(owner=person),
    permissions.can_manage_limit: lambda person: JobLimit(owner=person, at_once=1),
    permissions.can_change_bid: lambda person: BidFactory(bidder=person),
    permissions.can_deliver: assigned_to,
}


@pytest.mark.parametrize(("may", "made_for"), THEIRS.items(), ids=lambda function: function.__name__)
def test_what_is_somebodys_is_theirs_alone(db, may, made_for):
    before, person, after = UserFactory(), UserFactory(), UserFactory(role=User.Role.ADMIN)
    thing = made_for(person)
    assert [may(somebody, thing) for somebody in (before, person, after)] == [False, True, False]
    person.is_blocked = True
    assert not may(person, thing)


def test_a_limit_for_everybody_is_the_admins(db):
    limit = JobLimit(owner=None, at_once=1)
    people = [UserFactory(role=role) for role in User.Role.values]
    assert [person.role for person in people if permissions.can_manage_limit(person, limit)] == [User.Role.ADMIN]


def test_everybody_bids_but_the_owner_and_only_while_it_is_open(db):
    before, owner, after = UserFactory(), UserFactory(), UserFactory()
    job = OpenJobFactory(owner=owner)
    assert [permissions.can_bid(person, job) for person in (before, owner, after)] == [True, False, True]
    services.cancel_job(owner=owner, job=job)
    job.refresh_from_db()
    assert not any(permissions.can_bid(person, job) for person in (before, owner, after))
