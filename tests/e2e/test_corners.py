"""Small things: what is too wide is reached by keys, a refused form begins where it is wrong, settings have places."""

import pytest
from playwright.sync_api import expect

from tests.e2e.people import register


@pytest.fixture
def page(open_browser, request):
    page = open_browser(viewport={"width": 360, "height": 740})
    register(page, request.node.name.rpartition("_")[2])
    return page


def test_code_that_is_too_wide_is_scrolled_by_keys_corina(page):
    page.goto("/tasks/new/")
    page.get_by_label("Title").fill("Read it")
    page.get_by_label("Description").fill("    short\n\nand\n\n```\n" + "wide " * 60 + "\n```")
    page.get_by_role("button", name="Create").click()
    code = page.get_by_role("region", name="Code")
    expect(code).to_have_count(1)
    code.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(500)  # It scrolls smoothly.
    assert code.evaluate("code => code.scrollLeft") > 0


def test_a_refused_form_begins_in_the_first_wrong_field_corbin(page):
    page.goto("/teams/new/")
    page.get_by_label("Name").fill("The corner")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_label("Key")).to_be_focused()


def test_settings_have_places_of_their_own_cornel(page):
    page.goto("/settings/")
    places = page.get_by_role("navigation", name="Settings")
    places.get_by_role("link", name="Password").click()
    expect(page.get_by_role("heading", name="Password")).to_be_in_viewport()
    places.get_by_role("link", name="Notifications").click()
    expect(page.get_by_role("heading", name="Notification settings")).to_be_visible()
    places.get_by_role("link", name="Webhooks").click()
    expect(page.get_by_role("heading", name="Webhooks", exact=True)).to_be_visible()
    places.get_by_role("link", name="Account").click()
    page.wait_for_url("**/settings/")
