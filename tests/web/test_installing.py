"""Icons, a manifest, and a page for those who are offline."""

import io
import re

import pytest
from PIL import Image

pytestmark = pytest.mark.django_db


def test_browsers_find_icons_where_they_look_without_being_told(client):
    for name, kind in (("favicon.ico", "ICO"), ("apple-touch-icon.png", "PNG")):
        answer = client.get(f"/{name}", follow=True)
        assert answer.status_code == 200
        assert Image.open(io.BytesIO(b"".join(answer.streaming_content))).format == kind


@pytest.mark.parametrize(("language", "words"), [("en", "A home for a community"), ("ru", "Дом для сообщества")])
def test_the_manifest_says_what_the_site_is_in_the_language_of_whoever_installs_it(client, language, words):
    assert '<link rel="manifest" href="/manifest.webmanifest">' in client.get("/").content.decode()
    answer = client.get("/manifest.webmanifest", headers={"Accept-Language": language})
    said = answer.json()
    assert answer["Content-Type"] == "application/manifest+json"
    assert (said["lang"], said["start_url"]) == (language, "/")
    assert said["description"].startswith(words)
    for icon in said["icons"]:
        shown = Image.open(io.BytesIO(b"".join(client.get(icon["src"]).streaming_content)))
        assert icon["sizes"] == "{}x{}".format(*shown.size)


def test_the_service_worker_keeps_a_page_that_needs_nothing_else(client):
    script = client.get("/service-worker.js")
    assert script["Content-Type"].startswith("text/javascript")
    files = re.findall(r'"(/[^"]+)"', script.content.decode().partition("FILES = ")[2].partition(";")[0])
    page = client.get("/offline/").content.decode()
    assert "You are offline." in page
    assert set(re.findall(r'(?:src|href)="(/static/[^"]+\.(?:css|js))"', page)) <= set(files)
    assert all(b"".join(client.get(file)) for file in files)
