"""What a block means for jobs: offers, words and jobs of people who are shut out are in no list, and in no count."""

import pytest

from innotter.accounts.services import block_user, unblock_user
from innotter.errors import Conflict, Forbidden
from innotter.jobs import services
from innotter.jobs.models import Bid, Job
from innotter.jobs.permissions import can_bid, can_change_bid, can_comment_on_job, can_deliver, can_manage_job
from innotter.jobs.queries import comments_on, for_reading
from tests.factories.jobs import BidFactory, OpenJobFactory


@pytest.fixture
def job(alice):
    return OpenJobFactory(owner=alice)


def test_an_offer_is_listed_and_counted_while_its_bidder_is_not_blocked(job, alice, bob, carol, ada, as_person):
    owner = as_person(alice)

    def seen():
        listed = [row["bidder"] for row in owner.get(f"/api/jobs/{job.pk}/bids/").json()["results"]]
        counted = owner.get(f"/api/jobs/{job.pk}/").json()["bids"]
        assert counted == for_reading(Job.objects.filter(pk=job.pk)).get().bids_count == len(listed)
        assert sorted(Bid.objects.readable_by(alice).values_list("bidder__username", flat=True)) == sorted(listed)
        return sorted(listed)

    for person in (bob, carol):
        BidFactory(job=job, bidder=person)
    assert seen() == ["bob", "carol"]
    block_user(admin=ada, user=bob)
    assert seen() == ["carol"]
    unblock_user(admin=ada, user=bob)
    assert seen() == ["bob", "carol"]


def test_on_the_jobs_own_page_too(job, alice, bob, ada, browser_of):
    BidFactory(job=job, bidder=bob, text="I mend clocks")
    owner = browser_of(alice)
    assert "I mend clocks" in owner.get(f"/jobs/{job.pk}/").content.decode()
    block_user(admin=ada, user=bob)
    assert "I mend clocks" not in owner.get(f"/jobs/{job.pk}/").content.decode()


def test_an_offer_of_somebody_who_is_blocked_is_not_chosen(job, alice, bob, ada, as_person):
    bid = BidFactory(job=job, bidder=bob)
    block_user(admin=ada, user=bob)
    assert as_person(alice).post(f"/api/jobs/{job.pk}/bids/{bid.pk}/select/").status_code == 404
    with pytest.raises(Conflict):
        services.select_bid(owner=alice, bid=bid)
    unblock_user(admin=ada, user=bob)
    services.select_bid(owner=alice, bid=bid)


def test_a_job_is_on_the_market_while_its_owner_is_not_blocked(job, alice, bob, ada, as_person, browser_of):
    stranger, site = as_person(bob), browser_of(bob)

    def is_there():
        listed = [row["id"] for row in stranger.get("/api/jobs/open/").json()["results"]] == [job.pk]
        assert (stranger.get(f"/api/jobs/{job.pk}/").status_code == 200) is listed
        assert (job.name in site.get("/jobs/market/").content.decode()) is listed
        assert Job.objects.readable_by(bob).filter(pk=job.pk).exists() is listed
        assert can_comment_on_job(bob, job) is listed
        return listed

    assert is_there()
    block_user(admin=ada, user=alice)
    assert not is_there()
    unblock_user(admin=ada, user=alice)
    assert is_there()


def test_what_somebody_says_about_a_job_is_shown_while_they_are_not_blocked(job, alice, bob, ada, as_person):
    services.comment_on_job(author=bob, job=job, text="Which clock?")

    def said():
        listed = [row["text"] for row in as_person(alice).get(f"/api/jobs/{job.pk}/comments/").json()["results"]]
        assert [comment.text for comment in comments_on(job, alice)] == listed
        return listed

    assert said() == ["Which clock?"]
    block_user(admin=ada, user=bob)
    assert said() == []
    unblock_user(admin=ada, user=bob)
    assert said() == ["Which clock?"]


@pytest.mark.parametrize("shut_out", [{"is_blocked": True}, {"email_verified_at": None}])
def test_who_is_shut_out_may_do_nothing_with_jobs(job, alice, bob, shut_out):
    bid = BidFactory(job=job, bidder=bob)
    given = OpenJobFactory()
    services.select_bid(owner=given.owner, bid=BidFactory(job=given, bidder=bob))
    given.refresh_from_db()
    rules = {
        "manage": lambda: can_manage_job(alice, job),
        "bid": lambda: can_bid(bob, job),
        "take back": lambda: can_change_bid(bob, bid),
        "deliver": lambda: can_deliver(bob, given),
        "talk": lambda: can_comment_on_job(bob, job),
    }
    assert [name for name, rule in rules.items() if not rule()] == []
    for person in (alice, bob):
        for field, value in shut_out.items():
            setattr(person, field, value)
    assert [name for name, rule in rules.items() if rule()] == []
    with pytest.raises(Forbidden):
        services.cancel_job(owner=alice, job=job)
