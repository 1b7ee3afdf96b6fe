"""B-5: who follows a page: seen by those who may read it; its owner can send people away."""

import pytest

from tests.factories.pages import FollowFactory, PageFactory

DOORS = ["/api/pages/{}/followers/bob/", "/@{}/followers/bob/remove/"]


def send_away(door, page, person, as_person, browser_of):
    address = door.format(page.handle)
    return as_person(person).delete(address) if door.startswith("/api") else browser_of(person).post(address)


@pytest.mark.parametrize("door", DOORS)
def test_the_owner_sends_a_follower_away(alice, bob, as_person, browser_of, door):
    page = PageFactory(owner=alice, private=True)
    FollowFactory(page=page, follower=bob)
    assert send_away(door, page, alice, as_person, browser_of).status_code in {204, 302}
    assert as_person(bob).get(f"/api/pages/{page.handle}/posts/").status_code == 404
    assert as_person(bob).post(f"/api/pages/{page.handle}/follow/").json() == {"status": "pending"}


@pytest.mark.parametrize("door", DOORS)
def test_nobody_else_does(bob, carol, mia, as_person, browser_of, door):
    page = FollowFactory(follower=bob).page
    for person in (bob, carol, mia):
        assert send_away(door, page, person, as_person, browser_of).status_code == 404
    assert page.follows.count() == 1


def test_the_site_lists_followers_and_offers_removal_to_the_owner_alone(alice, bob, carol, browser_of):
    page = FollowFactory(follower=bob, page__owner=alice).page
    assert "Remove" in browser_of(alice).get(f"/@{page.handle}/followers/").content.decode()
    html = browser_of(carol).get(f"/@{page.handle}/followers/").content.decode()
    assert "@bob" in html
    assert "Remove" not in html
