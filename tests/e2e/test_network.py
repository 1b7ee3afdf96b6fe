"""What people do with each other, clicked: requests, threads, search, pictures, notifications, reports."""

import pytest
from playwright.sync_api import expect

from tests.e2e.people import PASSWORD, open_menu, open_page, publish, register, sign_in
from tests.pictures import picture


@pytest.fixture(scope="package")
def admin(product):
    """The name of somebody who runs the place."""
    done = product.run("createadmin", "--username=ada", "--email=ada@example.org", f"--password={PASSWORD}")
    assert done.returncode == 0, done.stderr
    return "ada"


def notification(page, text):
    """Wait until a notification has come: the relay brings it a moment after the deed."""
    for _try in range(40):
        page.goto("/notifications/")
        link = page.get_by_role("link", name=text)
        if link.count():
            return link.first
        page.wait_for_timeout(250)
    raise AssertionError(f"nobody told: {text}\n{page.get_by_role('main').inner_text()}")


def test_a_private_page_is_asked_for_opened_and_closed_again(open_browser):
    ivy, jon = open_browser(), open_browser()
    register(ivy, "ivy")
    ivy.goto("/pages/new/")
    ivy.get_by_label("Name").fill("Ivy's diary")
    ivy.get_by_label("Handle").fill("ivys-diary")
    ivy.get_by_label("Private").check()
    ivy.get_by_role("button", name="Create page").click()
    publish(ivy, "Dear diary, nobody reads this")

    register(jon, "jon")
    jon.goto("/@ivys-diary/")
    expect(jon.get_by_text("This page is private")).to_be_visible()
    expect(jon.get_by_text("Dear diary")).to_have_count(0)
    jon.get_by_role("button", name="Request to follow").click()
    expect(jon.get_by_role("button", name="Requested")).to_be_visible()

    notification(ivy, "jon asked to follow Ivy's diary").click()
    ivy.wait_for_url("**/@ivys-diary/requests/")
    ivy.get_by_label("jon").check()
    ivy.get_by_role("button", name="Approve").click()
    expect(ivy.get_by_text("1 request handled.")).to_be_visible()
    notification(jon, "You can now read Ivy's diary").click()
    expect(jon.get_by_text("Dear diary, nobody reads this")).to_be_visible()

    ivy.goto("/@ivys-diary/")
    ivy.get_by_role("link", name="1 follower").click()
    ivy.get_by_role("button", name="Remove jon").click()
    expect(ivy.get_by_text("jon no longer follows this page.")).to_be_visible()
    jon.goto("/@ivys-diary/")
    expect(jon.get_by_text("Dear diary")).to_have_count(0)


def test_a_thread_with_a_mention_a_hashtag_and_a_picture(open_browser, tmp_path):
    kim, lou = open_browser(), open_browser()
    register(kim, "kim")
    open_page(kim, "Kim paints", "kim-paints")
    file = tmp_path / "wall.png"
    file.write_bytes(picture().read())
    kim.get_by_label("Your post").click()
    kim.get_by_text("Add pictures").click()
    kim.get_by_label("Picture 1", exact=True).set_input_files(file)
    kim.get_by_label("Alt text of picture 1").fill("A teal wall")
    publish(kim, "The wall is done #teal")
    expect(kim.get_by_role("img", name="A teal wall")).to_be_visible()
    assert kim.get_by_role("img", name="A teal wall").evaluate("img => img.decode().then(() => img.naturalWidth)")

    register(lou, "lou")
    open_page(lou, "Lou looks", "lou-looks")
    lou.goto("/tags/teal/")
    lou.get_by_role("article").get_by_role("link", name="0 replies").click()
    lou.get_by_label("Your reply").fill("Bravo, @kim-paints!")
    lou.get_by_label("Page", exact=True).select_option("Lou looks")
    lou.get_by_role("button", name="Reply", exact=True).click()
    expect(lou.get_by_text("Your reply is published.")).to_be_visible()
    lou.get_by_role("link", name="@kim-paints").first.click()
    lou.wait_for_url("**/@kim-paints/")

    notification(kim, "Lou looks replied to you").click()
    expect(kim.get_by_text("Bravo, @kim-paints!")).to_be_visible()
    kim.get_by_label("Your reply").fill("Thank you")
    kim.get_by_role("button", name="Reply", exact=True).click()
    expect(kim.locator(".answer.depth-2")).to_have_count(0)  # Under the reply itself, it is the first step.
    expect(kim.locator(".answer.depth-1")).to_contain_text("Thank you")

    lou.goto("/@kim-paints/")
    lou.get_by_role("link", name="1 reply").first.click()
    expect(lou.locator(".answer.depth-2")).to_contain_text("Thank you")
    lou.get_by_role("button", name="Like, 0 likes").first.click()
    expect(lou.get_by_role("button", name="Liked, 1 like")).to_be_visible()
    lou.goto("/likes/")
    expect(lou.get_by_text("The wall is done")).to_be_visible()
    notification(kim, "lou liked your post")


def test_people_and_pages_are_searched_for(open_browser):
    mae = open_browser()
    register(mae, "mae-marigold")
    open_page(mae, "Marigold & sons", "marigold-and-sons")
    mae.goto("/explore/")
    mae.keyboard.press("/")
    expect(mae.get_by_role("searchbox", name="Search")).to_be_focused()
    mae.keyboard.type("MARIG/")
    mae.keyboard.press("Enter")
    expect(mae.get_by_role("link", name="Marigold & sons")).to_be_visible()
    mae.get_by_role("region", name="People").get_by_role("link", name="mae-marigold").click()
    expect(mae.get_by_role("heading", name="mae-marigold")).to_be_visible()
    mae.goto("/search/?q=nothing-is-called-so")
    expect(mae.get_by_text("Nothing found")).to_be_visible()


def test_e_mails_of_a_kind_are_switched_off(open_browser):
    nell = open_browser()
    register(nell, "nell")
    nell.goto("/notifications/")
    expect(nell.get_by_text("Nothing new")).to_be_visible()
    nell.get_by_role("link", name="Notification settings").click()
    box = nell.get_by_label("Replies to your posts: By e-mail")
    expect(box).to_be_checked()
    box.uncheck()
    nell.get_by_role("button", name="Save").click()
    expect(nell.get_by_text("Your settings are saved.")).to_be_visible()
    expect(nell.get_by_label("Replies to your posts: By e-mail")).not_to_be_checked()


def test_what_is_reported_is_decided_and_told(open_browser, admin):
    ola, pat, ada = open_browser(), open_browser(), open_browser()
    register(ola, "ola")
    open_page(ola, "Ola sells", "ola-sells")
    publish(ola, "Buy my watches, buy buy buy")
    register(pat, "pat")
    pat.goto("/@ola-sells/")
    pat.get_by_role("article").locator("time").click()
    open_menu(pat)
    pat.get_by_role("link", name="Report").click()
    pat.get_by_label("Reason").fill("It is nothing but advertising")
    pat.get_by_role("button", name="Send").click()
    expect(pat.get_by_text("Thank you. The moderators will look at it.")).to_be_visible()

    sign_in(ada, admin)
    ada.get_by_role("link", name="Moderation").click()
    expect(ada.get_by_text("It is nothing but advertising", exact=True)).to_be_visible()
    ada.get_by_role("link", name="It is nothing but advertising").click()
    ada.get_by_label("Remove post").check()
    ada.get_by_label("Reason").fill("No advertising here")
    ada.get_by_role("button", name="Apply").click()
    expect(ada.get_by_text("The decision is carried out.")).to_be_visible()
    ada.get_by_role("link", name="Log", exact=True).click()
    expect(ada.get_by_text("removed the post").first).to_be_visible()

    notification(ola, "A moderator has removed a post of yours")
    expect(ola.get_by_text("Reason: No advertising here")).to_be_visible()
    pat.goto("/@ola-sells/")
    expect(pat.get_by_text("Nothing here yet")).to_be_visible()


def test_an_admin_blocks_a_person_and_all_their_pages_vanish(open_browser, admin):
    quin, ada, visitor = open_browser(), open_browser(), open_browser()
    register(quin, "quin")
    open_page(quin, "Quin's corner", "quins-corner")
    sign_in(ada, admin)
    ada.goto("/people/quin/")
    ada.get_by_role("link", name="Block").click()
    ada.get_by_role("button", name="Block person").click()
    expect(ada.get_by_text("quin is blocked, with all their pages.")).to_be_visible()
    assert visitor.goto("/@quins-corner/").status == 404
    quin.goto("/pages/")
    expect(quin.get_by_role("heading", name="Welcome back")).to_be_visible()
    ada.get_by_role("button", name="Unblock").click()
    expect(ada.get_by_role("link", name="Block")).to_be_visible()
    assert visitor.goto("/@quins-corner/").status == 200


def test_it_all_works_without_javascript(open_browser):
    rob = open_browser(java_script_enabled=False)
    register(rob, "rob")
    open_page(rob, "Rob", "robs-page")
    publish(rob, "No script here #plain")
    rob.locator("article time").click()
    rob.get_by_label("Your reply").fill("Nor here")
    rob.get_by_role("button", name="Reply", exact=True).click()
    expect(rob.locator(".answer")).to_contain_text("Nor here")
    rob.goto("/search/?q=rob")
    expect(rob.get_by_role("heading", name="People")).to_be_visible()
    rob.goto("/notifications/preferences/")
    rob.get_by_role("button", name="Save").click()
    expect(rob.get_by_text("Your settings are saved.")).to_be_visible()
