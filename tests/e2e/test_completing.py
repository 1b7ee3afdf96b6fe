"""Names are completed while they are written, by keys and by finger."""

from playwright.sync_api import expect

from tests.e2e.people import open_page, publish, register
from tests.e2e.test_tasks import found_team, invite, notification, write_task


def test_pages_and_hashtags_are_completed_by_keys(open_browser):
    page = open_browser()
    register(page, "comet")
    open_page(page, "Cometary news", "comets")
    publish(page, "On #comethunting today")
    page.goto("/")
    field = page.get_by_label("Your post")
    field.focus()
    page.keyboard.type("Hello @com")
    options = page.get_by_role("listbox", name="Suggestions").get_by_role("option")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", "completion-2")
    second = options.nth(1).get_attribute("data-text")
    page.keyboard.press("Enter")
    expect(field).to_have_value(f"Hello {second} ")
    page.keyboard.type("#cometh")
    expect(options).to_have_text(["#comethunting"])
    page.keyboard.press("Escape")
    expect(options).to_have_count(0)
    page.keyboard.type("u")
    expect(options).to_have_text(["#comethunting"])
    page.keyboard.press("Tab")
    expect(field).to_have_value(f"Hello {second} #comethunting ")
    expect(field).to_be_focused()


def test_the_people_of_a_team_are_completed_by_finger(open_browser):
    page, other = open_browser(has_touch=True, is_mobile=True, viewport={"width": 360, "height": 740}), open_browser()
    register(page, "tapper")
    register(other, "talia")
    found_team(page, "The tappers", "TAP")
    invite(page, "talia")
    notification(other, "tapper invited you").click()
    other.get_by_role("button", name="Join").click()
    write_task(page, "Tap it", "The tappers")
    field = page.get_by_label("Your comment")
    field.tap()
    page.keyboard.type("@")
    page.get_by_role("option", name="talia").tap()
    expect(field).to_have_value("@talia ")
    expect(field).to_be_focused()
