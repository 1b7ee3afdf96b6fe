"""What is written and not sent yet is there again, for the one who wrote it and nobody else."""

import re

from playwright.sync_api import expect

from tests.e2e.people import fill_in, open_menu, open_page, publish, register, sign_in
from tests.e2e.test_blog import begin

KEPT = "Object.keys(localStorage).filter(key => key.startsWith('draft ')).length"


def test_a_post_and_a_reply_wait_for_whoever_has_left_the_page(open_browser):
    page = open_browser()
    register(page, "norah")
    open_page(page, "Norah", "norah-page")
    publish(page, "The first")
    page.get_by_label("Your post").fill("Half a thou")
    page.locator("article time").click()
    page.get_by_label("Your reply").fill("An answer to")
    page.goto("/")
    expect(page.get_by_label("Your post")).to_have_value("Half a thou")
    expect(page.locator(".count")).to_have_text("169")
    page.locator("article time").click()
    expect(page.get_by_label("Your reply")).to_have_value("An answer to")
    page.get_by_role("button", name="Reply", exact=True).click()
    expect(page.get_by_text("Your reply is published.")).to_be_visible()
    expect(page.get_by_label("Your reply")).to_have_value("")
    page.goto("/")
    page.get_by_label("Your post").fill("x" * 181)
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("this one has 181")).to_be_visible()
    page.goto("/")
    expect(page.get_by_label("Your post")).to_have_value("x" * 181)
    publish(page, "Half a thought")
    expect(page.get_by_label("Your post")).to_have_value("")
    assert page.evaluate(KEPT) == 0


def test_nobody_else_on_the_same_browser_sees_it(open_browser):
    page = open_browser()
    for name in ("olga", "paul"):
        register(page, name)
        open_page(page, name, f"{name}-page")
        expect(page.get_by_label("Your post")).to_have_value("")
        page.get_by_label("Your post").fill(f"A secret of {name}")
        if name == "olga":  # Her session ends by itself, and nothing is cleared.
            page.context.clear_cookies()
    page.goto("/")
    expect(page.get_by_label("Your post")).to_have_value("A secret of paul")
    assert page.evaluate(KEPT) == 1
    page.locator(".account > summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("main").get_by_role("link", name="Register")).to_be_visible()
    assert page.evaluate(KEPT) == 0
    sign_in(page, "paul")
    expect(page.get_by_label("Your post")).to_have_value("")


def test_a_picture_that_is_refused_is_told_beside_it(open_browser):
    page = open_browser()
    register(page, "quentin")
    open_page(page, "Quentin", "quentin-page")
    page.get_by_label("Your post").click()
    page.get_by_text("Add pictures").click()
    page.get_by_label("Your post").fill("Look")
    page.get_by_label("Picture 2", exact=True).set_input_files(
        {"name": "wall.png", "mimeType": "image/png", "buffer": b"no picture at all"}
    )
    page.get_by_label("Alt text of picture 2").fill("A wall")
    page.get_by_role("button", name="Publish").click()
    second = page.locator(".picture").nth(1)
    expect(second.get_by_role("alert")).to_have_text("This file is not a picture that can be read.")
    expect(page.get_by_label("Alt text of picture 2")).to_have_value("A wall")
    expect(page.get_by_label("Your post")).to_have_value("Look")


def test_a_change_that_is_not_saved_comes_back_and_one_that_is_cancelled_does_not(open_browser):
    page = open_browser()
    register(page, "rita")
    open_page(page, "Rita", "rita-page")
    publish(page, "As it was")
    page.locator("article time").click()
    open_menu(page)
    page.get_by_role("link", name="Edit").click()
    field = page.get_by_label("Your post")
    expect(field).to_have_value("As it was")
    address = page.url
    field.fill("As it will be")
    page.goto("/")
    page.goto(address)
    expect(field).to_have_value("As it will be")
    page.get_by_role("link", name="Cancel").click()
    expect(page.get_by_role("article")).to_contain_text("As it was")
    page.goto(address)
    expect(field).to_have_value("As it was")


def test_what_was_written_after_a_session_has_ended_is_there_again_for_who_signs_in(open_browser):
    """The editor took the page for signing in for word that the text is kept, and dropped what the browser had."""
    page = open_browser()
    register(page, "sonja")
    open_page(page, "Sonja", "sonja-page")
    begin(page)
    page.get_by_label("Title").fill("Before")
    expect(page.locator(".kept")).to_have_text(re.compile("^Saved"))
    address = page.url
    page.context.clear_cookies(name="sessionid")
    page.get_by_label("Text").fill("After")
    expect(page.locator(".kept")).to_have_text("Could not be saved; your text is safe in this browser")
    expect(page.locator("#notes")).to_contain_text("You are signed out.")
    assert page.url == address
    page.get_by_role("button", name="Save draft").click()
    page.wait_for_url("**/login/**")
    fill_in(page, "sonja")
    page.wait_for_url(address)
    expect(page.get_by_label("Text")).to_have_value("After")
    expect(page.locator(".kept")).to_have_text(re.compile("^Saved"))
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("Your draft is saved.")).to_be_visible()
    assert page.evaluate(KEPT) == 0


def test_a_draft_that_is_written_in_two_windows_asks_which_version_to_keep(open_browser):
    page = open_browser()
    register(page, "two-windows")
    open_page(page, "Two", "two-windows-page")
    begin(page)
    page.get_by_label("Title").fill("Two")
    expect(page.locator(".kept")).to_have_text(re.compile("^Saved"))
    device = open_browser()
    sign_in(device, "two-windows")
    device.goto(page.url)
    device.get_by_label("Text").fill("Of the telephone")
    expect(device.locator(".kept")).to_have_text(re.compile("^Saved"))
    page.get_by_label("Text").fill("Of the laptop")
    expect(page.locator(".kept")).to_have_text("Not saved: there is another version")
    page.get_by_text("Show the saved version").click()
    expect(page.get_by_text("Of the telephone")).to_be_visible()
    page.get_by_label("Text").fill("Of the laptop, and on")
    page.get_by_role("button", name="Save mine").click()
    expect(page.locator(".kept")).to_have_text(re.compile("^Saved"))
    expect(page.get_by_text("Show the saved version")).to_be_hidden()
    device.get_by_label("Text").fill("Of the telephone, and on")
    device.get_by_role("button", name="Save draft").click()
    device.get_by_text("Show the saved version").click()
    expect(device.get_by_label("The saved version")).to_have_text("Of the laptop, and on")
    device.get_by_role("link", name="Discard mine").click()
    expect(device.get_by_label("Text")).to_have_value("Of the laptop, and on")
    assert device.evaluate(KEPT) == 0
