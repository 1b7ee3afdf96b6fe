"""One limit on writing, whichever door somebody writes through."""

import re

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.factories.pages import PageFactory
from tests.pictures import picture


def site_addresses(patterns, prefix=""):
    for entry in patterns:
        path = prefix + str(entry.pattern).lstrip("^")
        if isinstance(entry, URLResolver) and not path.startswith(("api/", "admin/")):
            yield from site_addresses(entry.url_patterns, path)
        elif isinstance(entry, URLPattern):
            yield "/" + re.sub(r"<int:\w+>", "1", re.sub(r"<(str:|slug:|uuid:)?\w+>", "x", path))


ADDRESSES = [address for address in site_addresses(get_resolver().url_patterns) if re.fullmatch(r"[\w/.@-]+", address)]


def write_limits(settings, **limits):
    settings.THROTTLES = settings.THROTTLES | limits


def test_the_api_and_the_forms_share_one_budget(alice, bob, as_person, browser_of, settings):
    page = PageFactory(owner=bob)
    program, browser = as_person(alice), browser_of(alice)
    write_limits(settings, write_account="3/minute")

    assert program.post(f"/api/pages/{page.handle}/follow/").status_code == 201
    assert browser.post(f"/@{page.handle}/unfollow/").status_code == 302
    assert program.post(f"/api/pages/{page.handle}/follow/").status_code == 201
    refused = browser.post(f"/@{page.handle}/unfollow/")

    assert (refused.status_code, 0 < int(refused["Retry-After"]) <= 60) == (429, True)
    assert program.post(f"/api/pages/{page.handle}/follow/").status_code == 429
    assert browser.get("/").status_code == 200, "reading goes on"


def test_the_refusal_holds_what_was_typed_and_sends_it_again(alice, browser_of, settings):
    browser = browser_of(alice)
    write_limits(settings, write_account="1/minute")
    browser.post("/settings/profile/", {})
    refused = browser.post("/settings/password/", {"current": "secret-1", "password": "secret-2", "x": 'two\n"lines"'})
    html = refused.content.decode()

    assert refused.status_code == 429
    assert 'action="/settings/password/"' in html
    assert 'name="x" value="two\n&quot;lines&quot;"' in html
    assert "secret-1" not in html
    assert "secret-2" not in html


def test_what_a_file_belongs_to_is_not_sent_again_without_it(alice, browser_of, settings):
    """A post went out without its picture, by a press on the page that promised to send it again."""
    page = PageFactory(owner=alice)
    browser = browser_of(alice)
    write_limits(settings, write_account="1/minute")
    browser.post("/settings/profile/", {})
    html = browser.post(
        "/posts/new/", {"page": page.handle, "content": "Goldeneyes", "image": picture()}
    ).content.decode()

    assert "Go back and try again." in html
    assert "Send it again" not in html
    assert "Goldeneyes" not in html


def test_htmx_gets_a_note_and_leaves_the_page(alice, browser_of, settings):
    browser = browser_of(alice)
    write_limits(settings, write_account="1/minute")
    browser.post("/settings/profile/", {})
    note = browser.post("/settings/profile/", {}, headers={"HX-Request": "true"})

    assert (note.status_code, int(note["Retry-After"]) > 0) == (429, True)
    assert "<html" not in note.content.decode()


def test_one_persons_budget_is_nobody_elses(alice, bob, browser_of, settings):
    first, second = browser_of(alice), browser_of(bob)
    write_limits(settings, write_account="1/minute")

    assert [first.post("/settings/profile/", {}).status_code for _time in range(2)][1] == 429
    assert second.post("/settings/profile/", {}).status_code != 429


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_form_of_the_site_counts(db, settings, address):
    browser = Client()
    write_limits(settings, write_address="1/minute")
    browser.post("/logout/")

    assert browser.post(address).status_code == 429
