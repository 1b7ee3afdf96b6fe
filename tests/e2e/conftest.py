"""A running product, and a browser before it."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.e2e.hands import Finger, Keys
from tests.pictures import picture
from tests.running import Running
from tests.servers import REQUIRED

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
FLAGS += ["--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="package")
def product(tmp_path_factory) -> Iterator[Running]:
    """`innotter up` on a laptop: private servers, a crowd lives at one address, news come soon."""
    crowd = ("REGISTER", "OTP", "LOGIN", "COMMENT", "GUEST_COMMENT", "RESEND", "WRITE")
    wishes = {f"THROTTLE_{does}_ADDRESS": "10000/hour" for does in crowd} | {"TASKS_MAIL_SECONDS": "1"}
    running = Running(tmp_path_factory.mktemp("data"), **wishes).start()
    yield running
    running.stop()
    running.discard()


@pytest.fixture(scope="package")
def chromium() -> str:
    """A Chromium of this machine: `CHROMIUM`, or the first that is found."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("CHROMIUM") or next((found for name in names if (found := shutil.which(name))), None)
    if path is None:
        message = "no Chromium on this machine: install it, or name it in CHROMIUM"
        pytest.fail(message) if REQUIRED else pytest.skip(message)
    return path


@pytest.fixture(scope="package")
def browser(chromium) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


def patient(page: Page) -> Page:
    """A page that is left only when what was pressed on it is sent: a form first asks whether the server is there."""

    def first_settled(go: Callable[..., object]) -> Callable[..., object]:
        def settle_and_go(*args: object, **options: object) -> object:
            expect(page.locator("form[aria-busy=true]")).to_have_count(0, timeout=10_000)
            return go(*args, **options)

        return settle_and_go

    page.goto, page.reload = first_settled(page.goto), first_settled(page.reload)
    return page


@pytest.fixture
def open_browser(browser, product) -> Iterator[Callable[..., Page]]:
    """New windows, each of a person of its own; whatever one of them finds wrong by itself fails the test."""
    contexts, complaints = [], []

    def open_window(**options) -> Page:
        # A service worker would answer what a test means to cut: the one test of it allows it.
        given = {"base_url": product.address, "locale": "en", "service_workers": "block"} | options
        context = browser.new_context(**given)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = patient(context.new_page())
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
        ours = (product.address, f"blob:{product.address}")
        page.on("request", lambda request: request.url.startswith(ours) or complaints.append(request.url))
        return page

    yield open_window
    for context in contexts:
        context.close()
    # A refusal of the server, and a connection that a test itself has cut.
    expected = ("Failed to load resource: the server responded with a status of 4", "net::ERR_INTERNET_DISCONNECTED")
    expected += ("net::ERR_CONNECTION_REFUSED", "net::ERR_FAILED", "status of 502", "Response Status Error Code")
    expected += ("htmx:sendError", "htmx:afterRequest", "htmx:responseError")
    assert [complaint for complaint in complaints if not any(words in complaint for words in expected)] == []


@pytest.fixture(params=[Keys, Finger], ids=["keys", "finger"])
def hand(request, open_browser) -> Keys | Finger:
    """Somebody with one kind of hands, before a browser."""
    return request.param(open_browser(**request.param.options))


@pytest.fixture
def file(tmp_path) -> Path:
    """A picture that they have on their device."""
    path = tmp_path / "wall.png"
    path.write_bytes(picture().read())
    return path
