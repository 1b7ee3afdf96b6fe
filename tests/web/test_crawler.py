"""Somebody clicks everything and types nonsense into every form: nothing of it is a failure of ours."""

import os
import random
import re
from collections import deque
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from innotter import rate_limits
from tests.races.world import new_world

#: How many pages are opened and forms sent; `make soak` asks for more, and for another order each time.
MOST, SEED = int(os.environ.get("SOAK", "120")), os.environ.get("SOAK_SEED", "1")
NONSENSE = [
    "",
    "0",
    "-1",
    "9" * 40,
    "1e-400000",
    "²",
    "NaN",
    "a\0b",
    "\x0b\x1b",
    "#İ",
    "{",
    "[" * 400,
    "\u200b",
    "x" * 3000,
]
NONSENSE += [
    "2026-02-30",
    "0001-01-01T00:00",
    "9999-12-31T23:59",
    "https://example.org/a?b=c#d",
    "=1+1",
    "../../x",
    "yes",
]
#: Ends the session, or the visit.
LEFT_OUT = re.compile(
    r"/(logout|settings/sessions|settings/password|admin|static|media|api|mailbox)/|\.(csv|atom|rss|xml)$"
)


class Page(HTMLParser):
    """The links of a page, and its forms with the names of what they ask for."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[tuple[str, str, dict[str, list[str]]]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        values = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        elif tag == "form":
            self.forms.append((values.get("action", ""), values.get("method", "get").lower(), {}))
        elif self.forms and values.get("name"):
            self.forms[-1][2].setdefault(values["name"], []).append(values.get("value", ""))


def filled(fields, rng):
    """What is sent: mostly nonsense, sometimes what stood there, a field left out now and then."""
    sent = {}
    for name, values in fields.items():
        if rng.random() < 0.1:
            continue
        is_file = name in {"file", "image", "picture", "avatar"}
        text = rng.choice(NONSENSE) if rng.random() < 0.6 else rng.choice(values)
        sent[name] = SimpleUploadedFile("x.png", text.encode()) if is_file else text
    return sent


class Visit:
    """Somebody's way through the site: every link once, every form of one shape once, twice with nonsense in it."""

    def __init__(self, browser, rng, starts):
        self.browser, self.rng = browser, rng
        self.waiting, self.seen, self.forms = deque(starts), set(starts), set()

    def go(self, most):
        while self.waiting and len(self.forms) + len(self.seen) < most:
            address = self.waiting.popleft()
            answer = self.browser.get(address)
            assert answer.status_code < 500, address
            if "text/html" in answer.headers.get("Content-Type", ""):
                page = Page(answer.content.decode())
                self.note(address, page.links)
                for action, method, fields in page.forms:
                    self.send(urljoin(address, action or address), method, fields)

    def note(self, address, links):
        for parts in (urlsplit(urljoin(address, link)) for link in links):
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            is_ours = not parts.netloc and parts.path.startswith("/") and not LEFT_OUT.search(parts.path)
            if is_ours and target not in self.seen:
                self.seen.add(target)
                self.waiting.append(target)

    def send(self, target, method, fields):
        shape = (re.sub(r"\d+", "0", urlsplit(target).path), method, tuple(sorted(fields)))
        if shape in self.forms or LEFT_OUT.search(urlsplit(target).path):
            return
        self.forms.add(shape)
        rate_limits._limiter.storage.reset()
        for _time in range(2):
            sent = filled(fields, self.rng)
            answer = self.browser.post(target, sent) if method == "post" else self.browser.get(target, sent)
            assert answer.status_code < 500, f"{method} {target} {sent}"


@pytest.mark.parametrize("role", ["alice", "bob", "mia", "ada"])
def test_nonsense_in_every_form_is_answered(db, browser_of, role):
    world = new_world()
    starts = [
        "/",
        "/explore/",
        "/tasks/",
        "/jobs/",
        "/moderation/",
        "/notifications/",
        "/settings/",
        "/pages/",
        "/teams/",
    ]
    starts += [
        f"/tasks/{world.task}/",
        f"/tasks/{world.task}/edit/",
        f"/posts/{world.article}/",
        f"/teams/{world.team}/",
    ]
    visit = Visit(browser_of(getattr(world, role)), random.Random(f"{role} {SEED}"), starts)
    visit.go(MOST + len(starts))
    assert visit.forms
