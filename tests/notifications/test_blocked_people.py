"""What somebody did to another is told no more once they are blocked, and told again when they are let in."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from innotter.accounts.services import block_user, unblock_user
from innotter.blog.services import like_post
from innotter.jobs import services as jobs
from innotter.notifications.services import count_unread
from innotter.pages.models import Follow
from innotter.pages.services import follow_page
from innotter.tasks import services as tasks
from tests.factories.blog import PostFactory
from tests.factories.jobs import OpenJobFactory
from tests.factories.pages import FollowFactory, PageFactory
from tests.factories.tasks import TeamFactory


def test_who_is_blocked_waits_in_nobodys_list_of_requests(alice, bob, ada, as_person):
    page = PageFactory(owner=bob, handle="bobs", private=True)
    FollowFactory(page=page, follower=alice, status=Follow.Status.PENDING)
    block_user(admin=ada, user=alice)
    assert as_person(bob).get("/api/pages/bobs/follow-requests/").json()["results"] == []
    unblock_user(admin=ada, user=alice)
    assert len(as_person(bob).get("/api/pages/bobs/follow-requests/").json()["results"]) == 1


def test_the_bell_does_not_quote_what_somebody_blocked_said_about_a_job(alice, bob, ada, as_person, deliver_events):
    jobs.comment_on_job(author=alice, job=OpenJobFactory(owner=bob), text="Rude words")
    deliver_events()
    block_user(admin=ada, user=alice)
    assert "Rude words" not in str(as_person(bob).get("/api/notifications/").json())


def test_the_invitation_of_somebody_who_is_blocked_is_not_in_the_bell(alice, bob, ada, as_person, deliver_events):
    tasks.invite(owner=alice, team=TeamFactory(owner=alice), who="bob")
    deliver_events()
    block_user(admin=ada, user=alice)
    assert "/teams/join/" not in str(as_person(bob).get("/api/notifications/").json())


@pytest.mark.parametrize("deed", ["likes", "follows", "asks to follow", "bids"])
def test_the_bell_tells_of_no_deed_of_somebody_who_is_blocked(alice, bob, ada, as_person, deliver_events, deed):
    page = PageFactory(owner=bob, is_private=deed == "asks to follow")
    if deed == "likes":
        like_post(person=alice, post=PostFactory(page=page))
    elif deed == "bids":
        bid = {"proposed_deadline": timezone.now() + timedelta(days=1), "fee": Decimal(5), "currency": "EUR"}
        jobs.place_bid(bidder=alice, job=OpenJobFactory(owner=bob), text="Me", **bid)
    else:
        follow_page(follower=alice, page=page)
    deliver_events()

    def words():
        (row,) = as_person(bob).get("/api/notifications/").json()["results"]
        return row["text"] + row["quote"] + str(row["actor"] or "")

    assert "alice" in words()
    block_user(admin=ada, user=alice)
    assert words() == ""
    assert count_unread(recipient=bob, most=10) == 0
    unblock_user(admin=ada, user=alice)
    assert "alice" in words()
