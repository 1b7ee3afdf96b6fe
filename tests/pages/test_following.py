"""B-5: following pages."""

from datetime import UTC, datetime
from functools import partial

import pytest

from innotter.pages import services
from innotter.pages.models import Follow
from tests.factories.accounts import UserFactory
from tests.factories.pages import FollowFactory, PageFactory
from tests.together import at_the_same_moment


@pytest.mark.parametrize("door", ["/api/pages/{}/follow/", "/@{}/follow/"])
def test_a_person_follows_a_page_through_both_doors_and_twice_is_once(bob, as_person, browser_of, door):
    page = PageFactory()
    client = as_person(bob) if door.startswith("/api") else browser_of(bob)
    for _time in range(2):
        assert client.post(door.format(page.handle)).status_code in {201, 302}

    assert Follow.objects.accepted().filter(page=page, follower=bob).count() == 1


def test_following_answers_with_the_status(bob, as_person):
    public, private = PageFactory(), PageFactory(private=True)

    assert as_person(bob).post(f"/api/pages/{public.handle}/follow/").json() == {"status": "accepted"}
    assert as_person(bob).post(f"/api/pages/{private.handle}/follow/").json() == {"status": "pending"}
    assert as_person(bob).get(f"/api/pages/{private.handle}/").json()["follow_status"] == "pending"


def test_a_page_is_not_followed_by_its_owner_nor_by_strangers_without_account(alice, as_person, api):
    page = PageFactory(owner=alice)
    assert as_person(alice).post(f"/api/pages/{page.handle}/follow/").status_code == 403
    assert api.post(f"/api/pages/{page.handle}/follow/").status_code == 401


def test_a_follow_is_taken_back_and_twice_is_once(bob, as_person):
    page = FollowFactory(follower=bob).page
    for _time in range(2):
        assert as_person(bob).delete(f"/api/pages/{page.handle}/follow/").status_code == 204
    assert not Follow.objects.exists()


def test_followers_are_shown_to_those_who_may_read(alice, bob, carol, as_person, api):
    page = PageFactory(owner=alice, private=True)
    FollowFactory(page=page, follower=bob)
    FollowFactory(page=page, follower=carol, status=Follow.Status.PENDING)

    assert [
        who["username"] for who in as_person(bob).get(f"/api/pages/{page.handle}/followers/").json()["results"]
    ] == ["bob"]
    assert as_person(carol).get(f"/api/pages/{page.handle}/followers/").status_code == 404
    assert api.get(f"/api/pages/{page.handle}/followers/").status_code == 404


def test_a_page_that_turns_public_lets_in_who_was_waiting(alice, bob, as_person):
    page = PageFactory(owner=alice, private=True)
    FollowFactory(page=page, follower=bob, status=Follow.Status.PENDING)
    as_person(alice).patch(f"/api/pages/{page.handle}/", {"is_private": False})

    assert Follow.objects.accepted().filter(follower=bob).exists()


def test_htmx_gets_the_button_and_a_browser_without_it_the_page(bob, browser_of):
    page = PageFactory()
    fragment = browser_of(bob).post(f"/@{page.handle}/follow/", headers={"HX-Request": "true"})
    assert "Following" in fragment.content.decode()
    assert "<html" not in fragment.content.decode()
    assert browser_of(bob).post(f"/@{page.handle}/unfollow/").url == f"/@{page.handle}/"


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_the_same_moment_make_one_follow():
    page, bob = PageFactory(), UserFactory()
    at_the_same_moment(*[partial(services.follow_page, follower=bob, page=page)] * 2)
    assert Follow.objects.count() == 1


def test_whoever_follows_sees_the_number_of_followers_change_at_once(bob, browser_of):
    page, browser = PageFactory(), browser_of(bob)
    FollowFactory(page=page)
    headers = {"HX-Request": "true"}
    assert "<b>2</b> followers" in browser.post(f"/@{page.handle}/follow/", headers=headers).content.decode()
    left = browser.post(f"/@{page.handle}/unfollow/", headers=headers).content.decode()
    assert f'id="followers-{page.pk}" hx-swap-oob="true"' in left
    assert "<b>1</b> follower<" in left
    assert f'id="followers-{page.pk}"' in browser.get(f"/@{page.handle}/").content.decode()


def test_the_number_of_followers_of_a_private_page_is_not_told_to_who_asks_to_follow(bob, browser_of):
    page = PageFactory(private=True)
    answer = browser_of(bob).post(f"/@{page.handle}/follow/", headers={"HX-Request": "true"})
    assert "followers-" not in answer.content.decode()


def test_reporting_a_page_is_offered_after_following_it(bob, browser_of):
    page = PageFactory()
    html = browser_of(bob).get(f"/@{page.handle}/").content.decode()
    assert html.index(f"/@{page.handle}/follow/") < html.index("/report/page/")


def test_a_page_is_there_since_a_month_that_is_declined_in_russian(bob, browser_of):
    bob.language = "ru"
    bob.save()
    page = PageFactory(created_at=datetime(2026, 11, 5, tzinfo=UTC))
    assert "С ноября 2026" in browser_of(bob).get(f"/@{page.handle}/about/").content.decode()
