"""B-14: the page of the search, and its answers for programs."""

import re

import pytest

from innotter.blog.services import publish_article, publish_post
from innotter.pages.services import edit_page
from tests.access.document import stray
from tests.factories.jobs import JobFactory
from tests.factories.pages import PageFactory
from tests.factories.tasks import TaskFactory, TeamFactory

KINDS = ["posts", "articles", "pages", "users", "tags", "tasks", "jobs"]


@pytest.fixture
def world(alice):
    """One quince of each kind, all of which Alice may see."""
    page = PageFactory(owner=alice, handle="garden")
    edit_page(owner=alice, page=page, name="Quince garden")
    alice.name = "Quince Grower"
    alice.save()
    publish_post(author=alice, page=page, content="A post about #quince")
    text = f"{'It begins slowly. ' * 30}Then `<b>` comes the quince.\n\n{'It ends. ' * 30}"
    publish_article(author=alice, page=page, title="On trees", content=text)
    TaskFactory(team=TeamFactory(owner=alice), title="Prune the quince")
    JobFactory(owner=alice, name="Count quinces")
    return page


def headings(html):
    return re.findall(r'<h2 id="found-(\w+)">', html)


def test_all_shows_some_of_each_kind_and_leads_to_the_rest(world, alice, browser_of, client):
    for number in range(5):
        publish_post(author=alice, page=world, content=f"Quince {number}")
    html = browser_of(alice).get("/search/?q=quince").content.decode()
    assert headings(html) == KINDS
    assert html.count("See all") == 1
    assert '?q=quince&amp;type=posts"' in html
    assert "Then &lt;b&gt; comes the <mark>quince</mark>." in html
    strangers = client.get("/search/?q=quince").content.decode()
    assert headings(strangers) == ["posts", "articles", "pages", "tags"]
    assert "Prune" not in strangers
    assert "type=tasks" not in strangers


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_a_list_of_its_own(world, alice, browser_of, kind):
    html = browser_of(alice).get(f"/search/?q=quince&type={kind}").content.decode()
    assert headings(html) == []
    assert "uince" in html.partition('class="found"')[2]
    assert re.search(rf'type={kind}" aria-current="page"', html)


def test_a_list_goes_on_with_and_without_scripts(alice, world, browser_of):
    for number in range(24):
        publish_post(author=alice, page=world, content=f"Medlar {number}")
    browser = browser_of(alice)
    first = browser.get("/search/?q=medlar&type=posts").content.decode()
    (address,) = set(re.findall(r'href="(\?[^"]*from=20[^"]*)"', first))
    more = browser.get(f"/search/{address.replace('&amp;', '&')}").content.decode()
    fragment = browser.get(f"/search/{address.replace('&amp;', '&')}", headers={"HX-Request": "true"}).content.decode()
    assert [int(n) for n in re.findall(r"Medlar (\d+)", first)] == list(range(23, 3, -1))
    assert [int(n) for n in re.findall(r"Medlar (\d+)", more)] == [3, 2, 1, 0]
    assert [int(n) for n in re.findall(r"Medlar (\d+)", fragment)] == [3, 2, 1, 0]
    assert "<html" not in fragment
    assert "Show more" not in fragment


def test_nothing_found_helps_on(alice, browser_of, client, db):
    assert "Narrow it down" in client.get("/search/").content.decode()
    html = browser_of(alice).get("/search/?q=zzz&type=posts&order=best").content.decode()
    assert "Nothing found" in html
    assert '<a class="button" href="?q=zzz">Search everything</a>' in html
    assert "Narrow it down" in html


@pytest.mark.parametrize(
    "address", ["?q=quince&type=x&order=y&from=z", "?q=quince&type=posts&from=99999999999999999999"]
)
def test_an_address_that_makes_no_sense_is_answered_all_the_same(world, client, address):
    assert client.get(f"/search/{address}").status_code == 200


def test_the_page_speaks_russian(world, client):
    html = client.get("/search/?q=quince", headers={"Accept-Language": "ru"}).content.decode()
    for word in ("Поиск", "Записи", "Статьи", "Все"):
        assert word in html
    for word in ("See all", "Newest", "Narrow"):
        assert word not in html


def test_the_field_is_on_every_page_and_once_on_that_of_the_search(alice, browser_of, client, db):
    for html in (client.get("/").content.decode(), browser_of(alice).get("/explore/").content.decode()):
        assert html.count('role="search"') == 1
        assert html.count("data-search") == 1
    html = client.get("/search/").content.decode()
    assert html.count('role="search"') == html.count("data-search") == 1


def test_programs_get_some_of_each_kind(world, alice, as_person, api):
    answer = as_person(alice).get("/api/search/", {"q": "quince"})
    assert stray("GET", "/api/search/", answer, answer.content) == ""
    found = answer.json()
    assert list(found) == KINDS
    assert {kind: len(found[kind]) for kind in KINDS} == dict.fromkeys(KINDS, 1)
    assert found["tags"] == [{"name": "quince"}]
    assert found["articles"][0]["title"] == "On trees"
    assert {"text": "quince", "is_match": True} in found["articles"][0]["excerpt"]
    strangers = api.get("/api/search/", {"q": "quince"}).json()
    assert {kind for kind in KINDS if strangers[kind]} == {"posts", "articles", "pages", "tags"}
    assert list(strangers) == KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_programs_get_a_list_of_one_kind(world, alice, as_person, kind):
    me = as_person(alice)
    answer = me.get("/api/search/", {"q": "quince", "type": kind})
    assert stray("GET", "/api/search/", answer, answer.content) == ""
    assert answer.json() == {"next": None, "previous": None, "results": me.get("/api/search/?q=quince").json()[kind]}


def test_a_list_is_read_by_cursor(world, alice, as_person):
    for number in range(5):
        publish_post(author=alice, page=world, content=f"Medlar {number}")
    me = as_person(alice)
    answer, seen = me.get("/api/search/?q=medlar&type=posts&page_size=2").json(), []
    while True:
        seen += [post["content"] for post in answer["results"]]
        if answer["next"] is None:
            break
        answer = me.get(answer["next"]).json()
    assert seen == [f"Medlar {number}" for number in (4, 3, 2, 1, 0)]
    assert me.get(answer["previous"]).json()["results"][0]["content"] == "Medlar 2"


@pytest.mark.parametrize("wish", ["type=x", "order=x"])
def test_a_kind_or_order_that_there_is_none_of_is_refused(world, api, wish):
    answer = api.get(f"/api/search/?q=quince&{wish}")
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [wish.partition("=")[0]]
