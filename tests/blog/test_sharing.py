"""What others see where the address of a page, a post or an article is shared."""

import io
import json
import re

import pytest
from PIL import Image

from innotter.blog.services import publish_article, publish_post
from innotter.media import drawing
from tests.factories.blog import PostFactory
from tests.factories.pages import PageFactory
from tests.pictures import picture

SITE = "http://localhost:8000"


@pytest.fixture
def page(alice):
    return PageFactory(owner=alice, name="Wind & walls", handle="walls", description="What a house says at night")


def preview(browser, path):
    """What the head of a page says to whoever shows a preview of it."""
    html = browser.get(path).content.decode()
    found = re.findall(r'<meta (?:property|name)="((?:og|twitter):[\w:]+)" content="([^"]*)">', html)
    canonical = re.findall(r'<link rel="canonical" href="([^"]*)">', html)
    return dict(found) | {"canonical": canonical[0] if canonical else None}


@pytest.mark.django_db
def test_a_page_a_post_and_an_article_have_a_preview(client, page, settings):
    settings.SITE_URL = SITE
    post = PostFactory(page=page, content="A draught & a door")
    article = publish_article(author=page.owner, page=page, title="On walls", content="Stone, and wind.")
    of_page, of_post, of_article = (
        preview(client, path) for path in ("/@walls/", f"/posts/{post.pk}/", f"/posts/{article.pk}/")
    )
    assert (of_page["canonical"], of_page["og:type"]) == (f"{SITE}/@walls/", "profile")
    assert of_page["og:title"] == "Wind &amp; walls"
    assert of_page["og:description"] == "What a house says at night"
    assert of_post["og:description"] == "A draught &amp; a door"
    assert of_post["og:image"] == f"{SITE}/posts/{post.pk}/card.png"
    assert (of_article["og:type"], of_article["og:title"]) == ("article", "On walls")
    for said in (of_page, of_post, of_article):
        assert said["og:image"].startswith(f"{SITE}/")
        answer = client.get(said["og:image"].removeprefix(SITE))
        assert answer["Content-Type"] == "image/png"
        assert Image.open(io.BytesIO(answer.content)).size == (1200, 630)


@pytest.mark.django_db
def test_a_post_with_a_picture_shows_that_one(client, page, as_person, settings):
    settings.SITE_URL = SITE
    body = {"page": "walls", "content": "Look", "image": [picture()], "alt": ["A teal wall"]}
    post = as_person(page.owner).post("/api/posts/", body, format="multipart").json()["id"]
    said = preview(client, f"/posts/{post}/")
    assert said["og:image"].startswith(f"{SITE}/media/posts/")
    assert said["og:image:alt"] == "A teal wall"


@pytest.mark.django_db
def test_what_is_private_has_none_even_for_those_who_read_it(browser_of, page):
    page.is_private = True
    page.save()
    post = publish_post(author=page.owner, page=page, content="Between us")
    reader = browser_of(page.owner)
    for path in ("/@walls/", f"/posts/{post.pk}/"):
        assert preview(reader, path) == {"canonical": None}


@pytest.mark.django_db
def test_search_engines_read_an_article_as_one_and_no_tag_gets_out(client, page):
    article = publish_article(author=page.owner, page=page, title="On </script><b>walls</b>", content="Stone.")
    html = client.get(f"/posts/{article.pk}/").content.decode()
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    said = json.loads(found)
    assert (said["@type"], said["headline"]) == ("BlogPosting", "On </script><b>walls</b>")
    assert said["author"]["name"] == "Wind & walls"
    assert said["datePublished"].endswith(("Z", "+00:00"))


@pytest.mark.django_db
def test_a_card_is_drawn_once_and_asked_for_again_each_time(client, page):
    first = client.get("/@walls/card.png")
    again = client.get("/@walls/card.png", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, first["Cache-Control"]) == (304, "private, no-cache")
    page.description = "Something else"
    page.save()
    assert client.get("/@walls/card.png")["ETag"] != first["ETag"]


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("A door 🚪, and a wall", "A door, and a wall"),
        ("Ветер в стенах — и дверь", "Ветер в стенах — и дверь"),
        ("風の音", ""),
        ("One\nline\t of it", "One line of it"),
        ("e" + "\u0301" * 5 + "\u200d\u0301n", "e\u0301\u0301n"),
        ("many words " * 80, ("many words " * 80)[: drawing.MOST].strip()),
    ],
)
def test_what_no_face_has_is_left_out_of_a_card_and_a_text_in_another_script_as_a_whole(text, drawn):
    assert drawing._drawable(text, drawing.SERIF) == drawn


@pytest.mark.parametrize("text", ["x" * 500, "many words " * 80, "", "Ж" * 200 + " " + "w" * 200, "\u202eabc\u0301"])
def test_a_card_has_room_for_every_text(text):
    hand, lines = drawing._fitting(drawing._drawable(text, drawing.SERIF))
    assert all(drawing._width(line, hand) <= drawing.LINE for line in lines)
    assert len(lines) * hand.size * drawing.LINE_HEIGHT <= drawing.ROOM
    assert Image.open(io.BytesIO(drawing.card(text=text, name=text, address="example.org/@x"))).format == "PNG"


def test_a_card_measures_no_more_than_a_few_letters_for_each_of_its_text(monkeypatch):
    """Faces that change with each letter: measured anew for each, a text takes the square of its length."""
    measured, faces = [], drawing._face
    monkeypatch.setattr(drawing, "_face", lambda *what: measured.append(what) or faces(*what))
    for text in ("aж" * 1000, "iі" * 1000, "a ж " * 500):
        drawing.card(text=text, name="aж" * 25, address="example.org/@x")
    assert len(measured) < 3 * 60 * len(drawing.SIZES) * drawing.MOST


def test_every_page_says_in_a_sentence_what_it_is(client, alice):
    page = PageFactory(owner=alice, name="Wind & walls", handle="walls", description="")
    PageFactory(owner=alice, name="Hidden", handle="hidden", description="Of friends alone", is_private=True)
    silent = PostFactory(page=page, content="")
    says = {
        "/@walls/": "Wind &amp; walls, @walls on Innotter",
        "/@walls/about/": "Wind &amp; walls, @walls on Innotter",
        "/@hidden/": "Hidden, @hidden on Innotter",
        f"/posts/{silent.pk}/": "A post by Wind &amp; walls",
    }
    for path, sentence in says.items():
        assert f'<meta name="description" content="{sentence}">' in client.get(path).content.decode(), path
