"""Pictures come into a post as people bring them: chosen, pasted, or dropped."""

from playwright.sync_api import expect

from tests.e2e.people import open_page, publish, register

#: Lets go of so many pictures over the composer, as a file manager does.
BRING = """async ([kind, count]) => {
    const files = new DataTransfer();
    for (let number = 0; number < count; number++) {
        const canvas = new OffscreenCanvas(40, 30);
        canvas.getContext("2d").fillRect(0, 0, 40, 30);
        const blob = await canvas.convertToBlob({ type: "image/png" });
        files.items.add(new File([blob], `${number}.png`, { type: "image/png" }));
    }
    const field = document.querySelector(".composer textarea");
    const words = { bubbles: true, cancelable: true };
    const event = kind === "paste" ? new ClipboardEvent("paste", { clipboardData: files, ...words })
        : new DragEvent("drop", { dataTransfer: files, ...words });
    field.dispatchEvent(event);
}"""


def test_pictures_are_pasted_and_dropped_and_seen_before_they_are_sent(open_browser):
    page = open_browser()
    register(page, "petra")
    open_page(page, "Petra", "petra-page")
    page.evaluate(BRING, ["paste", 1])
    expect(page.locator(".composer img.preview")).to_have_count(1)
    page.evaluate(BRING, ["drop", 1])
    expect(page.locator(".composer img.preview")).to_have_count(2)
    page.get_by_label("Alt text of picture 2").fill("A dark square")
    page.locator(".composer").get_by_role("button", name="Publish").click()
    expect(page.get_by_role("img", name="A dark square")).to_be_visible()
    expect(page.locator(".post .pictures img")).to_have_count(2)


def test_of_more_pictures_than_a_post_has_room_for_one_is_told(open_browser):
    page = open_browser()
    register(page, "piet")
    open_page(page, "Piet", "piet-page")
    page.evaluate(BRING, ["drop", 6])
    expect(page.locator(".composer img.preview")).to_have_count(4)
    expect(page.get_by_role("alert")).to_have_text("A post has at most four pictures.")


def test_the_place_of_the_next_picture_appears_when_one_is_chosen(open_browser):
    page = open_browser()
    register(page, "petronella")
    page.get_by_label("Your post").focus()
    page.locator(".composer .add-pictures summary").click()
    places = page.locator(".composer .picture input[type=file]")
    expect(places.locator("visible=true")).to_have_count(1)
    page.evaluate(BRING, ["paste", 1])
    expect(places.locator("visible=true")).to_have_count(2)


def test_whoever_presses_the_reply_of_a_post_goes_on_writing(open_browser):
    page = open_browser()
    register(page, "prue")
    publish(page, "Who knows a joiner?")
    page.get_by_role("link", name="0 replies").click()
    reply = page.locator("#replies textarea")
    expect(reply).to_be_focused()
    page.keyboard.type("I do, next door.")
    expect(reply).to_have_value("I do, next door.")
    reply.blur()
    page.get_by_role("link", name="0 replies").click()
    expect(reply).to_be_focused()
