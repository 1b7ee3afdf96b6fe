"""Pages and answers are sent compressed to whoever takes them so, whether or not a proxy stands before the site."""

import gzip

import pytest

from innotter.blog.services import publish_article
from innotter.pages.services import set_image
from tests.factories.pages import PageFactory
from tests.pictures import picture

pytestmark = pytest.mark.django_db

TAKES = {"Accept-Encoding": "gzip, br"}


@pytest.mark.parametrize("path", ["/", "/login/", "/api/schema/", "/explore/"])
def test_what_is_long_is_compressed(client, path):
    PageFactory.create_batch(2)
    plain, packed = client.get(path), client.get(path, headers=TAKES)
    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    assert len(gzip.decompress(packed.content)) > len(packed.content)


def test_who_has_an_article_is_told_so_all_the_same(client, alice):
    article = publish_article(author=alice, page=PageFactory(owner=alice), title="On walls", content="Stone. " * 200)
    for path in (f"/posts/{article.pk}/", f"/api/blog/posts/{article.pk}/"):
        first = client.get(path, headers=TAKES)
        assert first["Content-Encoding"] == "gzip"
        assert client.get(path, headers=TAKES | {"If-None-Match": first["ETag"]}).status_code == 304


def test_what_is_small_already_is_sent_as_it_lies(client, alice):
    page = set_image(owner=alice, page=PageFactory(owner=alice), file=picture(size=(900, 900)))
    for path in (page.image_url, f"/@{page.handle}/card.png"):
        answer = client.get(path, headers=TAKES)
        assert (answer.status_code, "Content-Encoding" in answer) == (200, False)
        assert not answer["ETag"].startswith("W/")
