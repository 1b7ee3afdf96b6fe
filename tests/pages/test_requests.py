"""B-6: the owner of a private page sees who wants to follow, and decides one by one or on all at once."""

from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from innotter.accounts.services import block_user, unblock_user
from innotter.blog.models import Post
from innotter.errors import Forbidden
from innotter.pages import services
from innotter.pages.models import Follow, Page
from tests.factories.blog import PostFactory
from tests.factories.pages import FollowFactory, PageFactory
from tests.together import at_the_same_moment


@pytest.fixture
def diary(alice, bob, carol):
    """A private page of Alice's that Bob and Carol wish to follow."""
    page = PageFactory(owner=alice, handle="diary", private=True)
    for person in (bob, carol):
        FollowFactory(page=page, follower=person, status=Follow.Status.PENDING)
    return page


def names(answer):
    return [request["user"]["username"] for request in answer.json()["results"]]


def test_the_owner_sees_who_waits_and_nobody_else_does(diary, alice, bob, mia, as_person, api):
    assert names(as_person(alice).get("/api/pages/diary/follow-requests/")) == ["carol", "bob"]
    for person in (bob, mia):
        for address in ("", "accept/", "reject/"):
            client = as_person(person)
            ask = client.post if address else client.get
            assert ask(f"/api/pages/diary/follow-requests/{address}").status_code == 404
    assert api.get("/api/pages/diary/follow-requests/").status_code == 401
    for decide in (services.accept_requests, services.reject_requests):
        with pytest.raises(Forbidden):
            decide(owner=mia, page=diary)


def test_one_is_let_in_and_reads_from_now_on(diary, alice, bob, carol, as_person):
    post = PostFactory(page=diary)
    answer = as_person(alice).post("/api/pages/diary/follow-requests/accept/", {"users": ["bob", "nobody"]})

    assert (answer.status_code, answer.json()) == (200, {"count": 1})
    assert post in Post.objects.readable_by(bob)
    assert post not in Post.objects.readable_by(carol)
    assert as_person(bob).get("/api/pages/diary/").json()["follow_status"] == "accepted"


def test_all_are_let_in_at_once_and_twice_is_once(diary, alice, as_person):
    owner = as_person(alice)
    assert owner.post("/api/pages/diary/follow-requests/accept/", {"all": True}).json() == {"count": 2}
    assert owner.post("/api/pages/diary/follow-requests/accept/", {"all": True}).json() == {"count": 0}
    assert Follow.objects.accepted().count() == 2


def test_letting_in_fifty_costs_as_many_queries_as_letting_in_two(diary, alice, django_assert_num_queries):
    with CaptureQueriesContext(connection) as for_two:
        assert services.accept_requests(owner=alice, page=diary) == 2
    FollowFactory.create_batch(50, page=diary, status=Follow.Status.PENDING)
    with django_assert_num_queries(len(for_two)):
        assert services.accept_requests(owner=alice, page=diary) == 50


def test_who_is_turned_away_may_ask_again(diary, alice, bob, as_person):
    assert as_person(alice).post("/api/pages/diary/follow-requests/reject/", {"users": ["bob"]}).json() == {"count": 1}
    assert as_person(bob).get("/api/pages/diary/").json()["follow_status"] is None
    assert as_person(bob).post("/api/pages/diary/follow/").json() == {"status": "pending"}
    assert as_person(alice).post("/api/pages/diary/follow-requests/reject/", {"all": True}).json() == {"count": 2}


def test_a_follower_is_not_turned_away_by_a_late_rejection(diary, alice, bob, as_person):
    owner = as_person(alice)
    owner.post("/api/pages/diary/follow-requests/accept/", {"users": ["bob"]})
    assert owner.post("/api/pages/diary/follow-requests/reject/", {"users": ["bob"]}).json() == {"count": 0}
    assert Follow.objects.accepted().filter(follower=bob).exists()


@pytest.mark.parametrize(
    "body", [{}, {"all": False}, {"all": True, "users": ["bob"]}, {"users": "bob"}, {"users": [[]]}]
)
def test_a_decision_says_whom_it_is_about(diary, alice, as_person, body):
    answer = as_person(alice).post("/api/pages/diary/follow-requests/accept/", body)
    assert answer.status_code == 400
    assert not Follow.objects.accepted().exists()


def test_the_owner_decides_on_the_site_too(diary, alice, bob, browser_of):
    browser = browser_of(alice)
    assert "2 follow requests" in browser.get("/@diary/").content.decode()
    assert "@carol" in browser.get("/@diary/requests/").content.decode()
    nobody = browser.post("/@diary/requests/", {"whom": "chosen", "decision": "accept"}, follow=True)
    assert "Select somebody first" in nobody.content.decode()
    browser.post("/@diary/requests/", {"whom": "chosen", "users": ["bob"], "decision": "accept"})
    assert Follow.objects.accepted().get().follower == bob
    page = browser.post("/@diary/requests/", {"whom": "all", "decision": "reject"}, follow=True)
    assert "1 request handled." in page.content.decode()
    assert "No follow requests" in page.content.decode()
    assert browser_of(bob).get("/@diary/requests/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_accepts_at_the_same_moment_make_one_follow():
    follow = FollowFactory(page=PageFactory(private=True), status=Follow.Status.PENDING)
    accept = partial(services.accept_requests, owner=follow.page.owner, page=follow.page)
    assert sorted(at_the_same_moment(accept, accept)) == [0, 1]
    assert Follow.objects.accepted().count() == 1


def test_who_is_blocked_when_a_page_turns_public_follows_it_when_they_may(diary, alice, bob, ada):
    block_user(admin=ada, user=bob)
    services.edit_page(owner=alice, page=diary, is_private=False)
    unblock_user(admin=ada, user=bob)
    assert set(diary.follows.values_list("status", flat=True)) == {"accepted"}
    assert diary in Page.objects.filter(follows__in=Follow.objects.counted().filter(follower=bob))


def test_people_are_named_in_any_case(diary, alice, as_person):
    owner = as_person(alice)
    assert owner.post("/api/pages/diary/follow-requests/accept/", {"users": ["BOB", "\u017fmith"]}).json() == {
        "count": 1
    }
    assert owner.post("/api/pages/diary/follow-requests/reject/", {"users": ["Carol"]}).json() == {"count": 1}


@pytest.mark.parametrize("decision", ["accept", "reject"])
def test_everybody_is_who_was_seen_and_not_who_asks_meanwhile(diary, alice, browser_of, decision):
    seen, later = Follow.objects.pending().order_by("pk")
    form = {"whom": "all", "decision": decision, "newest": seen.pk}
    browser_of(alice).post("/@diary/requests/", form)
    assert list(Follow.objects.pending()) == [later]
    browser_of(alice).post("/@diary/requests/", form | {"newest": later.pk})
    assert not Follow.objects.pending().exists()


def test_the_form_says_whom_it_has_shown(diary, alice, browser_of):
    newest = Follow.objects.pending().latest("pk")
    page = browser_of(alice).get("/@diary/requests/").content.decode()
    assert f'name="newest" value="{newest.pk}"' in page
