"""Going anywhere from the keyboard, and without one by the same lists as pages."""

import re
from pathlib import Path

import pytest
from django.urls import reverse

from innotter.feed.views.palette import KEYS, MOST
from innotter.tasks.services import create_team
from tests.factories.pages import PageFactory

SCRIPT = Path("innotter/web/static/web/keys.js").read_text()


def places(answer):
    return re.findall(r'<a[^>]* href="([^"]+)"', answer.content.decode())


def test_it_leads_to_ones_own_pages_and_boards(alice, bob, browser_of):
    PageFactory(owner=alice, name="Walls", handle="walls")
    PageFactory(owner=bob, name="Secret", handle="secret")
    team = create_team(owner=alice, name="Masons", key="MAS")
    found = browser_of(alice).get("/places/", headers={"HX-Request": "true"}).content.decode()
    assert "Walls · @walls" in found
    assert f"/tasks/?view=board&amp;team={team.pk}" in found
    assert "secret" not in found


def test_every_place_is_there(alice, browser_of):
    browser = browser_of(alice)
    listed = places(browser.get("/places/", headers={"HX-Request": "true"}))
    assert len(listed) > 10
    for address in listed:
        assert browser.get(address.replace("&amp;", "&")).status_code == 200, address


def test_without_scripts_it_is_a_page(alice, browser_of):
    page = browser_of(alice).get("/places/").content.decode()
    assert "<h1>Places</h1>" in page
    assert 'href="/tasks/new/"' in page


def test_somebody_with_many_pages_is_shown_some(alice, browser_of, django_assert_max_num_queries):
    PageFactory.create_batch(MOST + 5, owner=alice)
    browser = browser_of(alice)
    with django_assert_max_num_queries(12):
        found = browser.get("/places/", headers={"HX-Request": "true"}).content.decode()
    assert found.count(" · @") == MOST


def test_strangers_are_asked_to_sign_in(client, db):
    assert client.get("/places/")["Location"].startswith("/login/")


def test_the_sheet_is_a_page_for_everybody(client, db):
    assert "Keyboard shortcuts" in client.get("/keyboard/").content.decode()


@pytest.mark.parametrize("route", [route for route, keys in KEYS.items() if keys.startswith("g ")])
def test_the_list_and_the_script_know_the_same_keys(route):
    known = dict(re.findall(r'^  (\w): "([^"]+)",$', SCRIPT, re.MULTILINE))
    assert known[KEYS[route][-1]] == reverse(route)
