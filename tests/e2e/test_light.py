"""A first visit costs little: what a browser asks for, and how much comes, also over a slow network."""

import pytest

#: Requests and bytes, of which 62,000 are the two faces. A page in Russian has words in Latin letters, too.
MOST = {"en-GB": (8, 115_000), "ru-RU": (10, 155_000)}
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


@pytest.mark.parametrize("language", MOST)
def test_the_welcome_page_is_light(open_browser, language):
    requests, size = weigh(open_browser(locale=language), "/")
    most_requests, most_bytes = MOST[language]
    assert len(requests) <= most_requests, "\n".join(requests)
    assert size <= most_bytes, f"{size:.0f} bytes: {requests}"
