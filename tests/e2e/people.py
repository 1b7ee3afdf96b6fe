"""What people do in the browser, again and again."""

import re

from playwright.sync_api import Page

from tests.running import wait_until

PASSWORD = "correct-horse-7"


def register(page: Page, name: str) -> None:
    """Have an account, and stand at its home, signed in: for tests that are about what people do afterwards."""
    email = f"{name}@example.org"
    say(page, "/api/register/", email=email, password=PASSWORD)
    say(page, "/api/verify-email/", email=email, otp=wait_until(lambda: _code_for(page, email), what="the code"))
    form = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.request.get("/login/").text())
    fields = {"csrfmiddlewaretoken": form[1], "identifier": name, "password": PASSWORD}
    assert page.request.post("/login/", form=fields).ok
    page.goto("/")


def say(page: Page, path: str, **words: str) -> None:
    """Send something to the API, as the browser of this page would."""
    answer = page.request.post(path, data=words)
    assert answer.ok, answer.text()


def _code_for(page: Page, email: str) -> str:
    mails = page.request.get(f"/mailbox/messages.json?to={email}").json()
    return str(mails[0]["subject"][:6]) if mails else ""


def register_by_hand(page: Page, name: str) -> None:
    """Register in the browser, read the code in the mailbox, and verify."""
    email = f"{name}@example.org"
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name="Register").click()
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Register").click()
    page.wait_for_url("**/verify/")
    code = read_code(page, email)
    page.get_by_label("Code from the e-mail").fill(code)
    page.get_by_role("button", name="Verify").click()
    page.get_by_text(f"Welcome to Innotter, {name}.").wait_for()


def read_code(page: Page, email: str) -> str:
    """Look into the mailbox, in a second tab, until the code is there."""
    mailbox = page.context.new_page()
    for _try in range(50):
        mailbox.goto(f"/mailbox/?to={email}")
        link = mailbox.get_by_role("link", name="is your code for")
        if link.count():
            break
        mailbox.wait_for_timeout(200)
    code = link.first.inner_text()[:6]
    mailbox.close()
    return code


def open_page(page: Page, name: str, handle: str) -> None:
    page.goto("/pages/new/")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Handle").fill(handle)
    page.get_by_role("button", name="Create page").click()
    page.wait_for_url(f"**/@{handle}/")


def publish(page: Page, text: str) -> None:
    page.get_by_label("Your post").fill(text)
    page.get_by_role("button", name="Publish").click()
    page.get_by_text("Your post is published.").wait_for()


def open_menu(page: Page) -> None:
    """Open the menu of the only post on a page."""
    page.get_by_role("article").locator("details.menu > summary").click()


def sign_in(page: Page, name: str) -> None:
    page.goto("/login/")
    fill_in(page, name)
    page.wait_for_url(lambda address: "/login/" not in address)


def fill_in(page: Page, name: str) -> None:
    """Fill in the form for signing in, wherever it leads."""
    page.get_by_label("E-mail address or username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
