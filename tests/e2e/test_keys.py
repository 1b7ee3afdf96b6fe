"""Everything by keys: places, posts, and a list of what there is."""

import re

from playwright.sync_api import expect

from tests.e2e.people import open_page, publish, register


def test_the_palette_finds_a_place_and_goes_there(open_browser):
    page = open_browser()
    register(page, "kira")
    page.keyboard.press("Control+k")
    sheet = page.get_by_role("dialog", name="Places")
    expect(sheet.get_by_role("combobox", name="Where to?")).to_be_focused()
    page.keyboard.type("new ta")
    expect(sheet.get_by_role("option", name="New task")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/tasks/new/$"))


def test_the_palette_searches_for_what_is_no_place(open_browser):
    page = open_browser()
    register(page, "kilian")
    page.keyboard.press("Control+k")
    page.keyboard.type("kale & leeks")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/search/\?q=kale\+%26\+leeks$"))


def test_keys_go_to_places_and_walk_through_posts(open_browser):
    page = open_browser()
    register(page, "kolja")
    open_page(page, "Kolja", "kolja-page")
    for words in ("One", "Two"):
        publish(page, words)
    page.keyboard.press("Escape")
    page.locator("body").click(position={"x": 5, "y": 5})
    page.keyboard.press("j")
    expect(page.locator(".post:focus")).to_contain_text("Two")
    page.keyboard.press("j")
    expect(page.locator(".post:focus")).to_contain_text("One")
    page.keyboard.press("l")
    expect(page.locator(".post", has_text="One").locator("[data-flips]")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("g")
    page.keyboard.press("t")
    expect(page).to_have_url(re.compile(r"/tasks/mine/$"))


def test_single_keys_can_be_switched_off_and_do_nothing_while_one_writes(open_browser):
    page = open_browser()
    register(page, "kaspar")
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
    sheet.get_by_label("Single keys do something on this device").uncheck()
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    page.keyboard.press("c")
    page.keyboard.press("?")
    expect(page).to_have_url(re.compile(r"/$"))
    expect(sheet).to_have_count(0)
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog", name="Places")).to_be_visible()
