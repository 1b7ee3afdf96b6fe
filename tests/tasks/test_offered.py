"""A task that is offered as a job: who may see the job, and what becomes of the task when its offerer is gone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from innotter.accounts.services import block_user
from innotter.errors import Conflict
from innotter.jobs.services import select_bid
from innotter.tasks import services
from innotter.tasks.models import Task
from tests.factories.jobs import BidFactory
from tests.factories.tasks import TaskFactory, TeamFactory


@pytest.fixture
def team(alice, bob):
    return TeamFactory(owner=alice, members=[bob])


@pytest.fixture
def task(team):
    return TaskFactory(team=team)


def offer(person, task):
    return services.offer_as_job(person=person, task=task, deadline=timezone.now() + timedelta(days=7))


def may_offer(browser, task):
    return f"/tasks/{task.pk}/job/" in browser.get(f"/tasks/{task.pk}/").content.decode()


@pytest.mark.parametrize("way", ["blocked", "left"])
def test_the_job_of_somebody_who_is_gone_keeps_nobody_from_offering_the_task(
    team, task, alice, bob, ada, browser_of, way
):
    first, browser = offer(bob, task), browser_of(alice)
    assert not may_offer(browser, task)
    with pytest.raises(Conflict):
        offer(alice, task)
    if way == "blocked":
        block_user(admin=ada, user=bob)
    else:
        services.leave_team(member=bob, team=team)
    assert may_offer(browser, task)
    second = offer(alice, task)
    assert Task.objects.get(pk=task.pk).job == second
    first.refresh_from_db()
    assert (first.status, first.owner) == ("pending", bob)


def test_a_link_leads_to_the_job_as_long_as_one_may_see_it(team, task, alice, bob, carol, browser_of):
    job, browser = offer(bob, task), browser_of(alice)
    link = f'href="/jobs/{job.pk}/"'
    assert link in browser.get(f"/tasks/{task.pk}/").content.decode()
    select_bid(owner=bob, bid=BidFactory(job=job, bidder=carol))
    html = browser.get(f"/tasks/{task.pk}/").content.decode()
    assert job.name in html
    assert link not in html, "it would lead nowhere: a job that is given is its people's"
    assert link in browser_of(bob).get(f"/tasks/{task.pk}/").content.decode()


def test_of_a_long_task_the_job_says_as_much_as_fits_and_that_there_is_more(team, alice, bob):
    long = TaskFactory(team=team, title="t" * 200, description="Read all of it. " * 1000)
    job = offer(bob, long)
    assert (len(job.name), job.name[-2:]) == (120, "t…")
    assert 4990 < len(job.description) <= 5000
    assert job.description.endswith("…")
    short = offer(bob, TaskFactory(team=team, title="t" * 120, description="d" * 5000))
    assert (short.name, short.description) == ("t" * 120, "d" * 5000)
