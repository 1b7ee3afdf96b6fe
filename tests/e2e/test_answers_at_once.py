"""What is pressed answers at once, is sent once, and is told and put back when it could not be sent."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.people import open_page, publish, register

UNSENT = "This could not be sent. Check your connection, and try again."


@pytest.fixture
def reader(open_browser):
    """Somebody with a post of their own before them."""

    def read(name, **options):
        page = open_browser(**options)
        register(page, name)
        open_page(page, f"Page of {name}", f"{name}-page")
        publish(page, "Something to like")
        return page

    return read


def held_back(page, address):
    """Requests that wait until the test lets them go."""
    held = []
    page.route(address, lambda route: held.append(route))  # noqa: PLW0108 - it wants a function of Python
    return held


def test_a_heart_is_red_before_the_answer_comes_and_is_pressed_once(reader):
    page = reader("hana")
    held = held_back(page, re.compile("/like/"))
    heart = page.get_by_role("article").locator("button.like")
    heart.click()
    expect(heart).to_have_attribute("aria-pressed", "true")
    expect(heart).to_have_text("1")
    expect(page.locator("form[aria-busy=true]")).to_have_count(1)
    heart.click(force=True)
    assert len(held) == 1
    held[0].continue_()
    expect(page.get_by_role("button", name="Liked, 1 like")).to_be_focused()


@pytest.mark.parametrize("way", ["offline", "away", "broken"])
def test_a_like_that_is_not_sent_is_told_and_put_back(reader, way):
    page = reader(f"ian-{way}")
    if way == "offline":
        page.context.set_offline(True)
    elif way == "away":
        page.route("**/like/", lambda route: route.abort("connectionrefused"))
    else:
        page.route("**/like/", lambda route: route.fulfill(status=502, body="<h1>Bad gateway</h1>"))
    heart = page.get_by_role("article").locator("button.like")
    heart.click()
    expect(page.get_by_role("alert")).to_have_text(UNSENT)
    expect(page.get_by_text("Bad gateway")).to_have_count(0)
    expect(heart).to_have_attribute("aria-pressed", "false")
    expect(heart).to_have_text("")
    heart.click()
    expect(page.get_by_role("alert")).to_have_count(1)
    page.context.set_offline(False)
    page.unroute_all()
    heart.click()
    expect(page.get_by_role("button", name="Liked, 1 like")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_following_says_so_at_once(reader, open_browser):
    reader("jill")
    page = open_browser()
    register(page, "kurt")
    page.goto("/@jill-page/")
    held = held_back(page, re.compile("/follow/"))
    page.get_by_role("button", name="Follow Page of jill").click()
    expect(page.get_by_role("button", name="Following")).to_have_attribute("aria-disabled", "true")
    followers = page.locator(".page-counts b").first
    expect(followers).to_have_text("1")
    held[0].abort()
    expect(page.get_by_role("alert")).to_have_text(UNSENT)
    expect(page.get_by_role("button", name="Follow Page of jill")).to_be_enabled()
    expect(followers).to_have_text("0")


def test_a_form_that_cannot_be_sent_stays_on_its_page_with_all_that_is_in_it(reader):
    page = reader("lisa")
    page.get_by_label("Your post").fill("Written on a train")
    page.context.set_offline(True)
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("alert")).to_have_text(UNSENT)
    expect(page.get_by_label("Your post")).to_have_value("Written on a train")
    page.context.set_offline(False)
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Your post is published.")).to_be_visible()
    expect(page.get_by_role("article").first).to_contain_text("Written on a train")


def test_a_form_that_waits_says_so_and_is_sent_once(reader):
    page = reader("mona")
    held = held_back(page, re.compile("/posts/new/"))
    page.get_by_label("Your post").fill("Only once")
    button = page.get_by_role("button", name="Publish")
    pressed = "button => { button.click(); button.click(); return button.getAttribute('aria-disabled'); }"
    assert button.evaluate(pressed) == "true"
    page.wait_for_timeout(300)
    assert len(held) == 1
    held[0].continue_()
    expect(page.get_by_text("Your post is published.")).to_be_visible()
    expect(page.get_by_role("article").filter(has_text="Only once")).to_have_count(1)
