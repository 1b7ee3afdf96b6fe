"""What is no longer so when an e-mail is sent, or the bell is looked at, is told no more."""

from datetime import timedelta

import pytest
from django.utils import timezone

from innotter.events.services import deliver_all
from innotter.jobs import services as jobs
from innotter.jobs import telling
from innotter.jobs.models import Job
from innotter.mail import services as mail
from innotter.mail.models import MailboxMessage
from innotter.notifications.kinds import Kind
from innotter.notifications.models import Notification
from innotter.notifications.services import choose
from innotter.notifications.tellers import told
from innotter.pages import services as pages
from innotter.tasks import services as tasks
from tests.factories.jobs import BidFactory, OpenJobFactory
from tests.factories.pages import PageFactory
from tests.factories.tasks import TaskFactory


@pytest.fixture
def told_of(alice, bob):
    """What the bell tells somebody of, and the e-mails that reach them, after the mail server was away."""

    def told_of(person):
        mail.deliver_due()
        rows = list(Notification.objects.filter(recipient=person))
        words = [one.sentence for one in told(person, rows).values()]
        return words, list(MailboxMessage.objects.filter(to=person.email).values_list("subject", flat=True))

    for person in (alice, bob):
        for kind in (Kind.BID, Kind.FOLLOW_REQUEST, Kind.REQUEST_ACCEPTED, Kind.TASK_OVERDUE):
            choose(user=person, kind=kind, by_email=True)
    return told_of


def test_a_bid_that_was_withdrawn(alice, bob, told_of):
    bid = BidFactory(job=OpenJobFactory(owner=alice), bidder=bob)
    deliver_all()
    jobs.withdraw_bid(bidder=bob, bid=bid)
    assert told_of(alice) == ([], [])


def test_changes_that_were_wanted_of_a_job_that_is_off(alice, bob, told_of):
    job = OpenJobFactory(owner=alice, name="Paint it")
    jobs.select_bid(owner=alice, bid=BidFactory(job=job, bidder=bob))
    jobs.deliver_job(assignee=bob, job=job, text="It is blue.")
    jobs.return_delivery(owner=alice, job=job, reason="Make it green.")
    deliver_all()
    jobs.cancel_job(owner=alice, job=Job.objects.get())
    deliver_all()
    words, subjects = told_of(bob)
    assert {*words, *subjects} == {"“Paint it” is cancelled"}


def test_a_request_to_follow_that_was_taken_back(alice, bob, told_of):
    page = PageFactory(owner=alice, is_private=True)
    pages.follow_page(follower=bob, page=page)
    deliver_all()
    pages.unfollow_page(follower=bob, page=page)
    deliver_all()
    assert told_of(alice) == ([], [])


def test_a_page_that_one_was_let_into_and_sent_away_from(alice, bob, told_of):
    page = PageFactory(owner=alice, is_private=True)
    pages.follow_page(follower=bob, page=page)
    pages.accept_requests(owner=alice, page=page)
    deliver_all()
    pages.remove_follower(owner=alice, page=page, follower=bob)
    assert told_of(bob) == ([], [])


def test_a_task_that_is_done(alice, told_of):
    task = TaskFactory(
        team=tasks.space_of(person=alice), assignees=[alice], due_date=timezone.localdate() - timedelta(days=1)
    )
    tasks.note_overdue()
    deliver_all()
    assert Notification.objects.filter(recipient=alice, kind=Kind.TASK_OVERDUE).exists()
    tasks.edit_task(editor=alice, task=task, status="done")
    assert told_of(alice) == ([], [])


def test_one_notification_without_words_takes_no_page_down(alice, bob, client, browser_of, monkeypatch, caplog):
    for number in range(2):
        BidFactory(job=OpenJobFactory(owner=alice, name=f"Job {number}"), bidder=bob)
    deliver_all()
    sentence = telling._sentence

    def stumble(row, job, bid):
        if job.name == "Job 0":
            raise OverflowError("date value out of range")
        return sentence(row, job, bid)

    monkeypatch.setattr(telling, "_sentence", stumble)
    html = browser_of(alice).get("/notifications/").content.decode()
    assert "Job 1" in html
    assert "Job 0" not in html
    assert "No words for notifications" in caplog.text
