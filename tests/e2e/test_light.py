"""A first visit costs little: what a browser asks for, and how much comes, also over a slow network."""

import pytest

#: Of the bytes, 99,000 are the two faces.
MOST_REQUESTS, MOST_BYTES = 8, 150_000
#: Asked for by the browser itself, when it has time for it.
BESIDE = ("manifest.webmanifest", "favicon", "/icons/")


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


@pytest.mark.parametrize("language", ["en-GB", "ru-RU"])
def test_the_welcome_page_is_light(open_browser, language):
    requests, size = weigh(open_browser(locale=language), "/")
    assert len(requests) <= MOST_REQUESTS, requests
    assert size <= MOST_BYTES, f"{size:.0f} bytes: {requests}"
