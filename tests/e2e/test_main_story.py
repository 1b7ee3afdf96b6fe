"""The main story, as people live it: in the browser, and by the API."""

from playwright.sync_api import expect

from tests.e2e.people import PASSWORD, open_page, publish, read_code, register, register_by_hand


def test_people_register_open_a_page_post_follow_and_read_in_the_browser(open_browser):
    alice, bob = open_browser(), open_browser()
    register_by_hand(alice, "alice")
    expect(alice.get_by_role("heading", name="Your feed is quiet")).to_be_visible()
    open_page(alice, "Wonderland", "wonderland")
    publish(alice, "Down the rabbit hole: https://example.org/hole")

    register_by_hand(bob, "bob")
    bob.goto("/explore/")
    bob.get_by_role("link", name="Wonderland").click()
    bob.get_by_role("button", name="Follow Wonderland").click()
    expect(bob.get_by_role("button", name="Following")).to_be_enabled()
    bob.goto("/")
    expect(bob.get_by_text("Down the rabbit hole")).to_be_visible()
    expect(bob.get_by_role("link", name="example.org/hole")).to_have_attribute("href", "https://example.org/hole")

    bob.get_by_role("button", name="Like, 0 likes").click()
    expect(bob.get_by_role("button", name="Liked, 1 like")).to_be_visible()
    bob.reload()
    expect(bob.get_by_role("button", name="Liked, 1 like")).to_be_visible()

    publish(alice, "Curiouser and curiouser")
    bob.get_by_role("button", name="Show 1 new post").click(timeout=15_000)
    expect(bob.get_by_text("Curiouser and curiouser")).to_be_visible()
    expect(bob.get_by_role("article").first).to_contain_text("Curiouser")


def test_the_same_by_the_api(product):
    carol, dan = product.register("carol"), product.register("dan")
    status, _page = product.ask("POST", "/api/pages/", {"name": "Garden", "uuid": "garden", "tags": ["roses"]}, carol)
    assert status == 201
    status, post = product.ask("POST", "/api/posts/", {"page": "garden", "content": "Roses are red"}, carol)
    assert status == 201
    assert product.ask("POST", "/api/pages/garden/follow/", token=dan) == (201, {"status": "accepted"})
    status, feed = product.ask("GET", "/api/feed/", token=dan)
    assert [shown["id"] for shown in feed["results"]] == [post["id"]]


def test_it_works_without_javascript(open_browser):
    eve = open_browser(java_script_enabled=False)
    register_by_hand(eve, "eve")
    open_page(eve, "Eve's notes", "eves-notes")
    publish(eve, "No script was run for this")
    eve.get_by_role("button", name="Like, 0 likes").click()
    expect(eve.get_by_role("button", name="Liked, 1 like")).to_be_visible()


def test_it_works_with_the_keyboard_alone(open_browser):
    fay = open_browser()
    register(fay, "fay")
    open_page(fay, "Fay", "fays-page")
    fay.keyboard.press("Tab")
    expect(fay.get_by_role("link", name="Skip to the content")).to_be_focused()
    fay.keyboard.press("Enter")
    for _step in range(8):
        fay.keyboard.press("Tab")
        if fay.get_by_label("Your post").evaluate("field => field === document.activeElement"):
            break
    fay.keyboard.type("Typed, not clicked")
    fay.keyboard.press("Control+Enter")
    expect(fay.get_by_role("article")).to_contain_text("Typed, not clicked")


def test_a_wrong_code_a_taken_handle_and_a_long_post_are_told_kindly(open_browser):
    gil = open_browser()
    gil.goto("/register/")
    gil.get_by_label("E-mail address").fill("gil@example.org")
    gil.get_by_label("Password").fill("12345678")
    gil.get_by_role("button", name="Register").click()
    expect(gil.get_by_text("This password is too common.")).to_be_visible()
    expect(gil.get_by_label("E-mail address")).to_have_value("gil@example.org")
    gil.get_by_label("Password").fill(PASSWORD)
    gil.get_by_role("button", name="Register").click()
    gil.wait_for_url("**/verify/")
    code = read_code(gil, "gil@example.org")
    gil.get_by_label("Code from the e-mail").fill("000000" if code != "000000" else "111111")
    gil.get_by_role("button", name="Verify").click()
    expect(gil.get_by_text("This code is wrong or no longer valid.")).to_be_visible()
    gil.get_by_label("Code from the e-mail").fill(code)
    gil.get_by_role("button", name="Verify").click()
    gil.get_by_text("Welcome to Innotter, gil.").wait_for()
    open_page(gil, "Gil", "gils-page")

    gil.goto("/pages/new/")
    gil.get_by_label("Name").fill("Gil again")
    gil.get_by_label("Handle").fill("gils-page")
    gil.get_by_role("button", name="Create page").click()
    expect(gil.get_by_text("This handle is taken.")).to_be_visible()
    expect(gil.get_by_label("Name")).to_have_value("Gil again")

    gil.goto("/@gils-page/")
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
    gil.get_by_label("Your post").fill(family * 3)
    expect(gil.locator(".count")).to_have_text("177")
    gil.get_by_label("Your post").fill("x" * 181)
    expect(gil.locator(".count")).to_have_text("-1")
    gil.get_by_role("button", name="Publish").click()
    expect(gil.get_by_text("A post has at most 180 characters; this one has 181.")).to_be_visible()
    expect(gil.get_by_label("Your post")).to_have_value("x" * 181)


def test_the_theme_is_switched_and_kept(open_browser):
    page = open_browser(color_scheme="light")
    page.goto("/")
    switch = page.get_by_role("button", name="Theme:")
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    switch.click()
    switch.click()
    expect(switch).to_contain_text("Theme: dark")
    assert page.evaluate(paper) != light
    page.goto("/explore/")
    assert page.evaluate(paper) != light


def test_the_browser_says_where_in_the_world_one_is(open_browser):
    hiro = open_browser(timezone_id="Asia/Tokyo")
    register_by_hand(hiro, "hiro")
    hiro.goto("/settings/")
    expect(hiro.get_by_label("Time zone")).to_have_value("Asia/Tokyo")
