"""Arriving, letting people in and leaving, done by keys alone and by a finger alone."""

import re

from playwright.sync_api import expect

from tests.e2e.hands import button, link, main, menu_of
from tests.e2e.people import PASSWORD, publish, read_code, register, sign_in
from tests.e2e.test_network import notification


def test_somebody_arrives_and_chooses_language_and_theme(hand):
    page, email = hand.page, f"arriving-{hand.name}@example.org"
    page.goto("/")
    hand.press(link(page, "Register"))
    hand.write(page.get_by_label("E-mail address"), email)
    hand.write(page.get_by_label("Password"), PASSWORD)
    hand.press(page.get_by_label("Private page"))
    hand.press(button(page, "Register"))
    page.wait_for_url("**/verify/")
    hand.write(page.get_by_label("Code from the e-mail"), read_code(page, email))
    hand.press(button(page, "Verify"))
    page.get_by_text("Welcome to Innotter").wait_for()
    hand.press(page.get_by_role("button", name="Русский"))
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    hand.press(page.get_by_role("button", name="English"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    hand.press(page.locator("[data-theme-switch]"))
    expect(page.locator("html")).to_have_attribute("data-theme", "light")


def test_a_private_page_lets_people_in_and_out(hand, open_browser):
    page, other = hand.page, open_browser(**hand.options)
    guest, name = type(hand)(other), f"guest-{hand.name}"
    register(page, f"hermit-{hand.name}")
    register(other, name)
    page.goto("/pages/")
    hand.press(link(page, "New page"))
    hand.write(page.get_by_label("Name"), "A diary")
    hand.write(page.get_by_label("Handle"), f"diary-{hand.name}")
    hand.press(page.get_by_label("Private"))
    hand.press(button(page, "Create page"))
    page.wait_for_url("**/@diary-*/")
    other.goto(f"/@diary-{hand.name}/")
    guest.press(button(other, "Request to follow"))
    expect(button(other, "Requested")).to_be_visible()
    hand.press(notification(page, f"{name} asked to follow A diary"))
    hand.press(page.get_by_label(name))
    hand.press(button(page, "Approve"))
    page.get_by_text("1 request handled.").wait_for()
    page.goto(f"/@diary-{hand.name}/")
    hand.press(link(page, "1 follower"))
    hand.press(button(page, f"Remove {name}"))
    page.get_by_text(f"{name} no longer follows this page.").wait_for()
    other.goto("/notifications/")
    guest.press(button(other, "Mark all as read"))
    expect(button(other, "Mark all as read")).to_have_count(0)
    page.goto(f"/@diary-{hand.name}/edit/")
    hand.press(link(page, "Delete this page"))
    hand.press(button(page, "Delete page"))
    expect(main(page)).not_to_contain_text("A diary")


def test_an_admin_blocks_a_person_and_lets_them_back(hand, open_browser, product):
    name, person, page = f"blocker-{hand.name}", f"blocked-{hand.name}", hand.page
    product.run("createadmin", f"--username={name}", f"--email={name}@example.org", f"--password={PASSWORD}")
    register(open_browser(), person)
    sign_in(page, name)
    page.goto(f"/people/{person}/")
    hand.press(link(page, "Block", exact=True))
    hand.write(page.get_by_label("Reason"), "Advertising")
    hand.press(button(page, "Block person"))
    page.get_by_text(f"{person} is blocked, with all their pages.").wait_for()
    hand.press(button(page, "Unblock"))
    expect(link(page, "Block", exact=True)).to_be_visible()


def test_a_draft_gets_a_picture_and_is_deleted_and_a_password_changed(hand, file):
    page = hand.page
    register(page, f"leaving-{hand.name}")
    page.goto("/drafts/")
    hand.press(button(page, "Start writing"))
    page.wait_for_url(re.compile(r"/drafts/\d+/$"))
    hand.write(page.get_by_label("Text"), "Still.")
    places = page.locator("[data-pictures] label", has=page.locator("input[type=file]"))
    hand.attach(places if hand.name == "finger" else places.locator("input"), file)
    hand.write(page.get_by_label("Describe the picture"), "A teal wall")
    hand.press(page.get_by_role("button", name="Add", exact=True))
    expect(page.get_by_label("Text")).to_have_value(re.compile(r"!\[A teal wall\]"))
    hand.press(link(page, "Delete draft"))
    hand.press(button(page, "Delete"))
    expect(page.get_by_text("No drafts")).to_be_visible()
    page.goto("/settings/")
    hand.write(page.get_by_label("Current password"), PASSWORD)
    hand.write(page.get_by_label("New password"), f"{PASSWORD}-new")
    hand.press(button(page, "Change password"))
    expect(page.get_by_role("status").or_(page.get_by_role("alert")).first).to_be_visible()


def test_a_comment_of_a_person_is_reported(hand, open_browser):
    other, page = open_browser(), hand.page
    register(other, f"loud-{hand.name}")
    publish(other, "Listen")
    register(page, f"quiet-{hand.name}")
    page.goto(f"/@loud-{hand.name}/")
    hand.press(menu_of(page.get_by_role("article")))
    hand.press(page.get_by_role("article").get_by_role("link", name="Copy link"))
    hand.press(menu_of(main(page).locator(".page-head")))
    hand.press(main(page).locator(".page-head").get_by_role("link", name="Report"))
    hand.write(page.get_by_label("Reason"), "Too loud")
    hand.press(button(page, "Send"))
    page.get_by_text("Thank you. The moderators will look at it.").wait_for()
