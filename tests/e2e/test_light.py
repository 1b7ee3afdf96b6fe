"""A first visit costs little: what a browser asks for, and how much comes, also over a slow network."""

import pytest

from tests.e2e.people import PASSWORD, register

#: Requests and bytes, of which 62,000 are the two faces. A page in Russian has words in Latin letters, too.
MOST = {"en-GB": (8, 115_000), "ru-RU": (10, 155_000)}
#: Asked for by the browser itself, when it has time for it; and what people have put into the posts that are shown.
BESIDE = ("manifest.webmanifest", "favicon", "/icons/", "/media/")


def weigh(page, path):
    """What a page that nobody has visited before asks for: the addresses, and the bytes that came."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    addresses, sizes = {}, {}
    session.on("Network.requestWillBeSent", lambda said: addresses.update({said["requestId"]: said["request"]["url"]}))
    session.on("Network.loadingFinished", lambda said: sizes.update({said["requestId"]: said["encodedDataLength"]}))
    page.goto(path, wait_until="networkidle")
    asked = {key: url for key, url in addresses.items() if not any(part in url for part in BESIDE)}
    return [url for url in asked.values() if not url.startswith("data:")], sum(sizes.get(key, 0) for key in asked)


@pytest.fixture
def plain(open_browser):
    """What is newest, and so shown to visitors, is in plain English: other letters have faces of their own."""
    register(open_browser(), "plain-writer")
    program = open_browser().request
    who = {"email": "plain-writer", "password": PASSWORD}
    signed = {"Authorization": f"Bearer {program.post('/api/login/', data=who).json()['access']}"}
    for number in range(5):
        told = {"name": f"Plain {number}", "uuid": f"plain-{number}"}
        assert program.post("/api/pages/", data=told, headers=signed).ok
        assert program.post("/api/posts/", data={"content": f"Plain words {number}"}, headers=signed).ok


@pytest.mark.usefixtures("plain")
def test_the_welcome_page_is_light(open_browser):
    for language, (most_requests, most_bytes) in MOST.items():
        requests, size = weigh(open_browser(locale=language), "/")
        assert len(requests) <= most_requests, "\n".join(requests)
        assert size <= most_bytes, f"{size:.0f} bytes: {requests}"
