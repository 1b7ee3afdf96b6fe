"""Writing, illustrating, reading and discussing articles, clicked: the main use cases as a whole (A-7)."""

import base64
import re

from playwright.sync_api import expect

from tests.e2e.people import open_page, register
from tests.e2e.test_network import notification
from tests.pictures import picture


def begin(page):
    page.goto("/drafts/")
    page.get_by_role("button", name="Start writing").click()
    page.wait_for_url(re.compile(r"/drafts/\d+/$"))


def link_in_mail(page, email, subject, times=1):
    """Look into the mailbox, in a second tab, for the link of the newest e-mail, once so many have come."""
    mailbox = page.context.new_page()
    for _try in range(50):
        messages = mailbox.request.get(f"/mailbox/messages.json?to={email}").json()
        texts = [message["text"] for message in messages if subject in message["subject"]]
        if len(texts) >= times:
            mailbox.close()
            return re.search(r"http://\S+(/comments/\S+)", texts[0])[1]
        mailbox.wait_for_timeout(200)
    raise AssertionError(f"no e-mail to {email} about {subject}: {messages}")


def test_an_author_writes_illustrates_publishes_and_edits(open_browser):
    """A-6: the picture is a placeholder of its proportions until Celery has made its sizes."""
    una = open_browser()
    register(una, "una")
    open_page(una, "Una writes", "una-writes")
    begin(una)
    una.get_by_label("Title").fill("On walking")
    una.get_by_label("Text").fill("Slowly, and *then* fast.\n\n## Shoes\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n")
    expect(una.locator(".preview em")).to_have_text("then")
    una.locator("[data-pictures] input[type=file]").set_input_files(
        {"name": "wall.png", "mimeType": "image/png", "buffer": picture(size=(1600, 800)).read()}
    )
    una.get_by_label("Describe the picture").fill("A teal wall")
    una.get_by_role("button", name="Add", exact=True).click()
    expect(una.get_by_label("Text")).to_have_value(re.compile(r"!\[A teal wall\]\(/media/posts/\d+/full\.webp\)"))
    expect(una.locator(".kept")).to_have_text(re.compile("^Saved"))
    una.get_by_role("button", name="Publish").click()
    una.get_by_role("heading", name="On walking", level=1).wait_for()
    for _try in range(40):
        if una.locator(".prose img").count():
            break
        una.wait_for_timeout(250)
        una.reload()
    image = una.get_by_role("img", name="A teal wall")
    assert image.get_attribute("width") == "1600"
    assert " 720w" in image.get_attribute("srcset")

    una.get_by_role("button", name="Edit").click()
    una.get_by_label("Title").fill("On running")
    una.get_by_role("button", name="Publish changes").click()
    expect(una.get_by_role("heading", name="On running", level=1)).to_be_visible()
    expect(una.locator(".byline")).to_contain_text("edited")
    una.goto("/@una-writes/")
    expect(una.get_by_role("link", name="1 article", exact=True)).to_be_visible()
    expect(una.get_by_role("article").get_by_role("link", name="On running")).to_be_visible()


def test_what_was_written_survives_a_closed_tab_and_a_lost_connection(open_browser):
    vic = open_browser()
    register(vic, "vic")
    open_page(vic, "Vic writes", "vic-writes")
    begin(vic)
    address = vic.url
    vic.get_by_label("Title").fill("Kept on the server")
    expect(vic.locator(".kept")).to_have_text(re.compile("^Saved"))
    vic.context.set_offline(True)
    vic.get_by_label("Text").fill("Kept in the browser")
    expect(vic.locator(".kept")).to_have_text("Could not be saved; your text is safe in this browser")
    tab = vic.context.new_page()
    vic.close(run_before_unload=False)
    tab.context.set_offline(False)
    tab.goto(address)
    expect(tab.get_by_label("Title")).to_have_value("Kept on the server")
    expect(tab.get_by_label("Text")).to_have_value("Kept in the browser")
    expect(tab.locator(".kept")).to_have_text(re.compile("^Saved"))


OFFER = """(field, [kind, data]) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const files = new DataTransfer();
  files.items.add(new File([bytes], "wall.png", { type: "image/png" }));
  const how = { dataTransfer: files, clipboardData: files, bubbles: true, cancelable: true };
  field.dispatchEvent(kind === "drop" ? new DragEvent("drop", how) : new ClipboardEvent("paste", how));
}"""


def test_pictures_are_dropped_and_pasted_and_leaving_with_unsaved_words_is_warned_of(open_browser):
    yan = open_browser()
    register(yan, "yan")
    open_page(yan, "Yan writes", "yan-writes")
    begin(yan)
    text = yan.get_by_label("Text")
    for number, kind in enumerate(("drop", "paste"), 1):
        text.evaluate(OFFER, [kind, base64.b64encode(picture(size=(64, 64)).read()).decode()])
        yan.get_by_label("Describe the picture").fill(f"By {kind}")
        yan.get_by_role("button", name="Add", exact=True).click()
        expect(text).to_have_value(re.compile(rf"(!\[By \w+\]\(\S+\)\s+){{{number}}}"))
    expect(yan.locator(".kept")).to_have_text(re.compile("^Saved"))
    asked = []
    yan.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    text.press_sequentially("Not saved yet")
    yan.close(run_before_unload=True)
    expect(text).to_be_visible()
    assert asked == ["beforeunload"]


def test_a_picture_that_is_none_is_refused_kindly(open_browser):
    wes = open_browser()
    register(wes, "wes")
    open_page(wes, "Wes writes", "wes-writes")
    begin(wes)
    wes.locator("[data-pictures] input[type=file]").set_input_files(
        {"name": "wall.png", "mimeType": "image/png", "buffer": b"no picture at all"}
    )
    wes.get_by_role("button", name="Add", exact=True).click()
    expect(wes.locator("[data-pictures] .errorlist")).to_have_text("This file is not a picture that can be read.")
    expect(wes.get_by_label("Text")).to_have_value("")


def test_a_visitor_reads_comments_as_a_guest_and_is_answered(open_browser):
    """A-3, A-12: without an account, by an e-mail address; and comments on comments."""
    xia, visitor = open_browser(), open_browser()
    register(xia, "xia")
    open_page(xia, "Xia writes", "xia-writes")
    begin(xia)
    xia.get_by_label("Title").fill("On standing")
    xia.get_by_label("Text").fill("Still.")
    xia.get_by_role("button", name="Publish").click()
    xia.wait_for_url(re.compile(r"/posts/\d+/$"))

    visitor.goto(xia.url)
    visitor.get_by_label("Your comment").fill("Well said.")
    visitor.get_by_label("Your name").fill("Wanderer")
    visitor.get_by_label("E-mail address").fill("wanderer@example.org")
    visitor.get_by_role("button", name="Post comment").click()
    expect(visitor.get_by_text("Almost there")).to_be_visible()
    expect(visitor.get_by_text("No comments yet.")).to_be_visible()
    visitor.goto(link_in_mail(visitor, "wanderer@example.org", "Publish your comment"))
    visitor.get_by_role("button", name="Publish").click()
    expect(visitor.locator(".comment")).to_contain_text("Well said.")
    expect(visitor.locator(".comment")).not_to_contain_text("wanderer@example.org")

    notification(xia, "Wanderer commented").click()
    xia.locator(".comment").get_by_role("link", name="Reply").click()
    xia.get_by_label("Your comment").fill("Thank you.")
    xia.get_by_role("button", name="Reply").click()
    expect(xia.locator(".answer .comment")).to_contain_text("Thank you.")
    visitor.reload()
    expect(visitor.locator(".answer .comment")).to_contain_text("Thank you.")
    visitor.goto(link_in_mail(visitor, "wanderer@example.org", "replied to"))
    expect(visitor.locator(".answer .comment")).to_contain_text("Thank you.")

    visitor.locator(".answer .comment").get_by_role("link", name="Reply").click()
    visitor.get_by_label("Your comment").fill("You are welcome.")
    visitor.get_by_label("E-mail address").fill("wanderer@example.org")
    visitor.get_by_role("button", name="Reply").click()
    visitor.goto(link_in_mail(visitor, "wanderer@example.org", "Publish your comment", times=2))
    visitor.get_by_role("button", name="Publish").click()
    expect(visitor.locator(".answer.depth-3 .comment")).to_contain_text("You are welcome.")

    xia.goto(xia.url.split("#")[0])
    xia.locator(".comment").first.get_by_role("link", name="Manage").click()
    expect(xia.get_by_role("link", name="wanderer@example.org")).to_be_visible()
    xia.get_by_label("Hide it from readers").check()
    xia.get_by_role("button", name="Apply").click()
    expect(xia.locator(".hidden-comment")).to_contain_text("· hidden", timeout=10_000)
    visitor.goto(xia.url.split("?")[0].split("#")[0])
    expect(visitor.get_by_text("This comment no longer exists.")).to_be_visible()
    expect(visitor.get_by_text("Well said.")).to_have_count(0)
