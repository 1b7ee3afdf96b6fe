"""B-4, B-16: pages, their handles and tags, and what is their owner's alone."""

import re
import time

import pytest

from innotter.pages.models import Page, Tag
from tests.factories.pages import FollowFactory, PageFactory

NEW = {"name": "Wonderland", "uuid": "wonder", "description": "Curious.", "tags": ["Tea", "#cats", "tea "]}


def test_a_person_opens_a_page(alice, as_person):
    answer = as_person(alice).post("/api/pages/", NEW)

    assert answer.status_code == 201
    assert answer.json() | {"created_at": None} == {
        "uuid": "wonder",
        "name": "Wonderland",
        "image": None,
        "description": "Curious.",
        "tags": ["cats", "tea"],
        "owner": "alice",
        "is_private": False,
        "is_personal": False,
        "follow_status": None,
        "created_at": None,
    }
    assert as_person(alice).get("/api/pages/WONDER/").json()["name"] == "Wonderland"


def test_a_stranger_opens_none(api, db):
    answer = api.post("/api/pages/", NEW)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"uuid": "two words"}, "uuid"),
        ({"uuid": "x"}, "uuid"),
        ({"uuid": "-x-"}, "uuid"),
        ({"uuid": "x" * 31}, "uuid"),
        ({"uuid": "кошка"}, "uuid"),
        ({"uuid": "Admin"}, "uuid"),
        ({"uuid": "taken"}, "uuid"),
        ({"uuid": "TAKEN"}, "uuid"),
        ({"name": ""}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"description": "x" * 501}, "description"),
        ({"tags": ["x" * 31]}, "tags"),
        ({"tags": [str(number) for number in range(11)]}, "tags"),
        ({"tags": "tea"}, "tags"),
        ({"is_private": "perhaps"}, "is_private"),
    ],
)
def test_a_wrong_page_is_refused_field_by_field_and_none_is_opened(alice, as_person, change, field):
    PageFactory(handle="taken")
    answer = as_person(alice).post("/api/pages/", NEW | change)

    assert answer.status_code == 400
    assert field in answer.json()["errors"]
    assert Page.objects.count() == 1
    assert not Tag.objects.exists()


def test_everything_may_be_as_long_as_its_limit(alice, as_person):
    tags = sorted(f"{number:030}" for number in range(10))
    longest = {"name": "x" * 80, "uuid": "x" * 30, "description": "x" * 500, "tags": tags}
    answer = as_person(alice).post("/api/pages/", longest)
    assert answer.status_code == 201
    assert {name: answer.json()[name] for name in longest} == longest


def test_a_new_page_begins_with_the_time_in_milliseconds(db):
    """None that was removed before, nor one of a database that was put back, can have had this revision."""
    before = time.time() * 1000 - 1
    assert before < PageFactory().revision < time.time() * 1000 + 1


def test_text_that_is_no_text_is_refused(alice, as_person):
    body = b'{"name": "\\ud800", "uuid": "wonder"}'
    answer = as_person(alice).post("/api/pages/", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")


def test_its_owner_changes_what_they_send_and_nothing_else(alice, as_person):
    me = as_person(alice)
    me.post("/api/pages/", NEW)
    answer = me.patch("/api/pages/wonder/", {"uuid": "looking-glass", "tags": ["chess"]})

    assert answer.status_code == 200
    assert (answer.json()["name"], answer.json()["tags"]) == ("Wonderland", ["chess"])
    assert me.get("/api/pages/wonder/").status_code == 404
    assert me.get("/api/pages/looking-glass/").status_code == 200


def test_nobody_else_changes_or_deletes_it(bob, as_person, mia, ada):
    page = PageFactory(name="Mine")
    for person in (bob, mia, ada):
        stranger = as_person(person)
        assert stranger.patch(f"/api/pages/{page.handle}/", {"name": "Yours"}).status_code == 403
        assert stranger.delete(f"/api/pages/{page.handle}/").status_code == 403
    assert Page.objects.get().name == "Mine"


def test_a_page_is_deleted_with_all_that_is_on_it(alice, as_person):
    page = PageFactory(owner=alice)
    FollowFactory(page=page)
    assert as_person(alice).delete(f"/api/pages/{page.handle}/").status_code == 204
    assert not Page.objects.exists()


def test_pages_are_found_by_owner_and_tag(alice, as_person, api):
    as_person(alice).post("/api/pages/", NEW)
    PageFactory(handle="other")

    assert [page["uuid"] for page in api.get("/api/pages/").json()["results"]] == ["other", "wonder"]
    assert [page["uuid"] for page in api.get("/api/pages/?owner=ALICE").json()["results"]] == ["wonder"]
    assert [page["uuid"] for page in api.get("/api/pages/?tag=tea").json()["results"]] == ["wonder"]
    assert api.get("/api/pages/?tag=%00&owner=%00").status_code == 200
    assert {tag["name"] for tag in api.get("/api/tags/").json()["results"]} == {"cats", "tea"}


def test_a_page_is_opened_changed_and_deleted_on_the_site(alice, browser_of):
    browser = browser_of(alice)
    form = {"name": "Wonderland", "handle": "Wonder", "description": "", "tags": "tea, cats"}

    assert browser.post("/pages/new/", form).url == "/@wonder/"
    refused = browser.post("/pages/new/", form | {"name": "Again"})
    assert refused.status_code == 400
    assert "This handle is taken" in refused.content.decode()
    assert 'value="Again"' in refused.content.decode(), "what was typed is not lost"
    assert browser.post("/@wonder/edit/", form | {"tags": "chess", "is_private": "on"}).url == "/@wonder/"
    assert Page.objects.get().is_private
    assert "chess" in browser.get("/@wonder/edit/").content.decode()
    assert Page.objects.count() == 1
    assert "Delete Wonderland?" in browser.get("/@wonder/delete/").content.decode()
    assert Page.objects.exists(), "the question alone deletes nothing"
    assert browser.post("/@wonder/delete/").url == "/pages/"
    assert not Page.objects.exists()


def test_the_forms_of_a_page_are_for_its_owner(alice, bob, browser_of, client):
    page = PageFactory(owner=alice)
    for address in (f"/@{page.handle}/edit/", f"/@{page.handle}/delete/"):
        assert browser_of(bob).get(address).status_code == 404
        assert browser_of(bob).post(address).status_code == 404
        assert client.get(address).url.startswith("/login/?next=")


def test_a_page_whose_handle_nobody_may_take_any_more_is_changed_otherwise_and_keeps_it(alice, as_person, browser_of):
    """It was opened by a version that had not reserved the word, and its owner wishes to hide it."""
    page = PageFactory(owner=alice, handle="mailbox")
    assert as_person(alice).patch("/api/pages/mailbox/", {"is_private": True}).status_code == 200
    form = {"name": "Letters", "handle": "mailbox", "description": "", "tags": ""}
    assert browser_of(alice).post("/@mailbox/edit/", form).url == "/@mailbox/"
    page.refresh_from_db()
    assert (page.name, page.is_private) == ("Letters", True)
    answer = as_person(alice).patch("/api/pages/mailbox/", {"uuid": "login", "name": "Wrong"})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["uuid"])
    assert Page.objects.get().name == "Letters"


def test_a_tag_with_a_comma_is_two_by_both_doors(alice, as_person, browser_of):
    """Whoever saves the form without touching its tags changes none."""
    me = as_person(alice)
    assert me.post("/api/pages/", NEW | {"tags": ["tea, black", "cats"]}).json()["tags"] == ["black", "cats", "tea"]
    browser = browser_of(alice)
    shown = re.search(r'name="tags" value="([^"]+)"', browser.get("/@wonder/edit/").content.decode())[1]
    browser.post("/@wonder/edit/", {"name": "Wonderland", "handle": "wonder", "description": "", "tags": shown})
    assert me.get("/api/pages/wonder/").json()["tags"] == ["black", "cats", "tea"]
