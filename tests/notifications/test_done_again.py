"""What somebody takes back and does again, as often as they like, fills neither the bell nor a mailbox."""

from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.utils import timezone

from innotter.events.services import deliver_all
from innotter.jobs import services as jobs
from innotter.mail.models import WITHDRAWN, OutgoingMail
from innotter.notifications.models import Notification
from innotter.notifications.services import choose, mark_read
from innotter.notifications.tellers import told
from innotter.pages import services as pages
from tests.factories.jobs import OpenJobFactory
from tests.factories.pages import PageFactory


@pytest.fixture(params=["new_follower", "follow_request", "bid"])
def deed(request, alice, bob):
    """What Bob can do about a thing of Alice's, and how he takes it back."""
    choose(user=alice, kind=request.param, by_email=True)
    if request.param == "bid":
        job = OpenJobFactory(owner=alice)
        in_three_days = timezone.now() + timedelta(days=3)
        offer = {"text": "I can", "fee": 80, "currency": "USD", "proposed_deadline": in_three_days}

        def take_back():
            jobs.withdraw_bid(bidder=bob, bid=job.bids.get())

        return partial(jobs.place_bid, bidder=bob, job=job, **offer), take_back
    page = PageFactory(owner=alice, is_private=request.param == "follow_request")
    return tuple(partial(act, follower=bob, page=page) for act in (pages.follow_page, pages.unfollow_page))


def bell_of(person):
    return list(told(person, Notification.objects.of(person).select_related("actor")).values())


def test_what_is_done_again_and_again_is_told_once_and_mailed_once_a_day(deed, alice, mails_to):
    do, take_back = deed
    for _time in range(3):
        do()
        take_back()
    for _time in range(3):
        do()
        assert len(mails_to(alice.email)) == 1
        assert len(bell_of(alice)) == 1
        take_back()
    do()
    assert len(mails_to(alice.email)) == 1
    assert len(bell_of(alice)) == 1
    take_back()
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        do()
        assert len(mails_to(alice.email)) == 2


def test_what_was_taken_back_before_it_was_mailed_is_mailed_when_it_is_done_again(deed, alice, mails_to):
    """The mail server was slow, or away."""
    do, take_back = deed
    do()
    deliver_all()
    take_back()
    assert mails_to(alice.email) == []
    assert OutgoingMail.objects.get(to=alice.email).error == WITHDRAWN
    for _time in range(2):
        do()
        assert len(mails_to(alice.email)) == 1
        take_back()


def test_what_is_done_again_is_news_to_who_has_read_of_it(deed, alice, deliver_events):
    do, take_back = deed
    do()
    deliver_events()
    mark_read(recipient=alice)
    take_back()
    do()
    deliver_events()
    assert [row.read_at for row in Notification.objects.of(alice)] == [None]


def test_two_people_are_told_of_one_by_one(alice, bob, carol, mails_to):
    page = PageFactory(owner=alice, is_private=True)
    for person in (bob, carol):
        pages.follow_page(follower=person, page=page)
    assert len(mails_to(alice.email)) == len(bell_of(alice)) == 2
