"""Who may find a page, and who may read it: one table, every door."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from innotter.accounts.models import User
from innotter.pages.models import Follow, Page
from tests.factories.accounts import UserFactory
from tests.factories.blog import PostFactory
from tests.factories.pages import FollowFactory, PageFactory

PEOPLE = ["anonymous", "stranger", "pending", "follower", "owner", "moderator", "admin"]
#: What each person sees of a page: "reads" all of it, finds its "card", or "nothing".
TABLE = {
    "public": dict.fromkeys(PEOPLE, "reads"),
    "private": {
        **dict.fromkeys(["anonymous", "stranger", "pending"], "card"),
        **dict.fromkeys(["follower", "owner", "moderator", "admin"], "reads"),
    },
    "blocked": {
        **dict.fromkeys(["anonymous", "stranger", "pending", "follower"], "nothing"),
        **dict.fromkeys(["owner", "moderator", "admin"], "reads"),
    },
    "owner blocked": {
        **dict.fromkeys(["anonymous", "stranger", "pending", "follower"], "nothing"),
        **dict.fromkeys(["moderator", "admin"], "reads"),
    },
}
ROWS = [(page, person, sees) for page, row in TABLE.items() for person, sees in row.items()]


def a_page(kind: str) -> Page:
    return PageFactory(
        description="What strangers must not see",
        private=kind == "private",
        blocked=kind == "blocked",
        owner=UserFactory(is_blocked=kind == "owner blocked"),
    )


def a_person(kind: str, page: Page) -> User | AnonymousUser:
    if kind == "anonymous":
        return AnonymousUser()
    if kind == "owner":
        return page.owner
    person = UserFactory(role=kind if kind in {"moderator", "admin"} else "user")
    if kind in {"pending", "follower"}:
        status = Follow.Status.PENDING if kind == "pending" else Follow.Status.ACCEPTED
        FollowFactory(page=page, follower=person, status=status)
    return person


@pytest.fixture
def door(as_person, api, browser_of, client):
    """The API and the site, as a person comes to them."""

    def doors(person):
        return (as_person(person), browser_of(person)) if person.is_authenticated else (api, client)

    return doors


@pytest.mark.parametrize(("kind", "who", "sees"), ROWS)
def test_everybody_sees_of_a_page_what_is_theirs_to_see(db, door, kind, who, sees):
    page = a_page(kind)
    post = PostFactory(page=page, content="A secret, perhaps")
    person = a_person(who, page)
    program, browser = door(person)

    assert Page.objects.findable_by(person).filter(pk=page.pk).exists() == (sees != "nothing")
    assert Page.objects.readable_by(person).filter(pk=page.pk).exists() == (sees == "reads")

    reads, finds = (200 if sees == "reads" else 404), (404 if sees == "nothing" else 200)
    assert program.get(f"/api/pages/{page.handle}/").status_code == finds
    assert browser.get(f"/@{page.handle}/").status_code == finds
    for hidden in (
        f"/api/pages/{page.handle}/posts/",
        f"/api/pages/{page.handle}/followers/",
        f"/api/posts/{post.pk}/",
    ):
        assert program.get(hidden).status_code == reads
    assert browser.get(f"/posts/{post.pk}/").status_code == reads
    for address in (f"/api/pages/{page.handle}/", "/api/pages/"):
        assert ("What strangers must not see" in program.get(address).content.decode()) == (sees == "reads")
    for address in ("/", "/explore/", f"/@{page.handle}/"):
        shown = browser.get(address).content.decode()
        assert sees == "reads" or ("secret" not in shown and "strangers must not" not in shown)
    if person.is_authenticated:
        assert sees == "reads" or program.get("/api/feed/").json()["results"] == []


def test_strangers_get_the_card_of_a_private_page_and_no_more(api, db):
    page = PageFactory(private=True, name="Diary")
    card = {"uuid": page.handle, "name": "Diary", "image": None, "is_private": True, "follow_status": None}

    assert api.get(f"/api/pages/{page.handle}/").json() == card
    assert api.get("/api/pages/").json()["results"] == [card]


def test_a_private_page_lends_its_tags_to_nobody(alice, as_person, api):
    as_person(alice).post("/api/pages/", {"name": "Diary", "uuid": "diary", "tags": ["secret"], "is_private": True})

    assert api.get("/api/tags/").json()["results"] == []
    assert as_person(alice).get("/api/tags/").json()["results"] == [{"name": "secret"}]


def test_a_private_page_is_not_found_by_what_it_hides(alice, as_person, api):
    as_person(alice).post("/api/pages/", {"name": "Diary", "uuid": "diary", "tags": ["secret"], "is_private": True})

    for hidden in ("?tag=secret", "?owner=alice"):
        assert api.get(f"/api/pages/{hidden}").json()["results"] == []
        assert len(as_person(alice).get(f"/api/pages/{hidden}").json()["results"]) == 1


def test_a_block_ends_by_itself(db, api):
    page = PageFactory(blocked_until=timezone.now() - timedelta(seconds=1))
    assert api.get(f"/api/pages/{page.handle}/").status_code == 200


def test_nobody_writes_on_a_blocked_page(alice, as_person, browser_of):
    page = PageFactory(owner=alice, blocked=True)
    assert as_person(alice).post("/api/posts/", {"page": page.handle, "content": "Hello"}).status_code == 403
    assert "This page is blocked" in browser_of(alice).get(f"/@{page.handle}/").content.decode()


def sent(browser, address, **typed):
    """What a browser sends of a page's form: the box is ticked, or not there."""
    html = browser.get(address).content.decode()
    before = re.search(r'name="initial-is_private" value="(\w+)"', html)[1]
    return {"name": "Diary", "handle": "diary", "description": "", "tags": "", "initial-is_private": before} | typed


def test_a_form_that_was_opened_before_a_page_was_made_private_lets_nobody_in(alice, bob, as_person, browser_of):
    page, browser = PageFactory(owner=alice, handle="diary"), browser_of(alice)
    form = sent(browser, "/@diary/edit/", name="My diary")
    as_person(alice).patch("/api/pages/diary/", {"is_private": True})
    FollowFactory(page=page, follower=bob, status=Follow.Status.PENDING)
    assert browser.post("/@diary/edit/", form).status_code == 302
    page.refresh_from_db()
    assert (page.name, page.is_private, page.follows.get().status) == ("My diary", True, "pending")


@pytest.mark.parametrize("is_private", [True, False])
def test_a_page_is_made_private_and_public_on_the_site(alice, browser_of, is_private):
    page, browser = PageFactory(owner=alice, handle="diary", is_private=not is_private), browser_of(alice)
    wrong = sent(browser, "/@diary/edit/", name="", **({"is_private": "on"} if is_private else {}))
    again = browser.post("/@diary/edit/", wrong)
    assert f'name="initial-is_private" value="{not is_private}"' in again.content.decode()
    assert browser.post("/@diary/edit/", wrong | {"name": "Diary"}).status_code == 302
    page.refresh_from_db()
    assert page.is_private is is_private
