"""Menus, and the composer: closed until somebody turns to them, and open without a script."""

import re

from playwright.sync_api import expect

from tests.e2e.people import open_menu, open_page, publish, register


def test_the_menu_of_a_post_opens_and_closes_by_mouse_and_by_keys(open_browser):
    page = open_browser(permissions=["clipboard-read", "clipboard-write"])
    register(page, "oona")
    open_page(page, "Oona", "oona-page")
    publish(page, "Something")
    card = page.get_by_role("article")
    delete = card.get_by_role("link", name="Delete")
    expect(delete).to_be_hidden()
    open_menu(page)
    expect(delete).to_be_visible()
    page.get_by_role("heading", name="Oona").click()
    expect(delete).to_be_hidden()
    card.locator("summary").press("Enter")
    expect(delete).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(delete).to_be_hidden()
    expect(card.locator("summary")).to_be_focused()
    open_menu(page)
    card.get_by_role("link", name="Copy link").click()
    expect(page.get_by_role("alert")).to_have_text("The link is copied.")
    assert re.search(r"/posts/\d+/$", page.evaluate("navigator.clipboard.readText()"))


def test_the_composer_is_one_line_until_somebody_turns_to_it(open_browser):
    page = open_browser()
    register(page, "philippa")
    open_page(page, "Philippa", "philippa-page")
    page.goto("/")
    field, button = page.get_by_label("Your post"), page.get_by_role("button", name="Publish")
    expect(button).to_be_hidden()
    assert field.bounding_box()["height"] < 40
    field.click()
    expect(button).to_be_visible()
    field.fill("Begun, and not sent")
    page.goto("/explore/")
    page.goto("/")
    expect(field).to_have_value("Begun, and not sent")
    expect(button).to_be_visible()


def test_without_a_script_the_composer_is_open_and_menus_open(open_browser):
    page = open_browser(java_script_enabled=False)
    register(page, "quinn")
    open_page(page, "Quinn", "quinn-page")
    expect(page.get_by_role("button", name="Publish")).to_be_visible()
    page.locator(".account > summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()


def test_on_a_phone_five_places_have_words_and_the_rest_is_under_more(open_browser):
    page = open_browser(viewport={"width": 360, "height": 740})
    register(page, "rolf")
    places = page.get_by_role("navigation", name="Main").get_by_role("link")
    expect(places).to_have_text(["Home", "Explore", "Notifications", "Tasks", "Jobs"])
    for place in places.all():
        box = place.bounding_box()
        assert box["height"] >= 44
        assert box["width"] >= 44
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    page.locator(".account > summary").click()
    for role, name in (("link", "My pages"), ("link", "Settings"), ("button", "Sign out")):
        expect(page.locator(".account").get_by_role(role, name=name)).to_be_visible()
