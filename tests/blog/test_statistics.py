"""A page's owner sees its numbers, from the service that counts them; while that is away, all the rest (B-16)."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from innotter.accounts.gateways import Answer
from innotter.blog import services as blog
from innotter.blog.gateways import COUNTERS, Day, Statistics
from innotter.blog.models import Comment, Post
from innotter.events.forwarding import forward_all, replay
from innotter.pages import services as pages
from innotter.pages.background import count_views
from innotter.pages.models import Follow
from innotter.web.page_views import audience
from tests.factories.accounts import UserFactory
from tests.factories.blog import PostFactory
from tests.factories.pages import PageFactory
from tests.running import free_port


@pytest.fixture
def counted(settings, statistics_service):
    """What the core tells is counted."""
    settings.STATISTICS_URL = statistics_service
    settings.EVENT_SINKS = {"statistics": f"{statistics_service}/events"}


def live(alice, bob, carol):
    """Alice's page, on which much has happened and some of it was undone."""
    page = pages.create_page(owner=alice, name="Wonderland", handle="wonder")
    hers = pages.create_page(owner=carol, name="Elsewhere", handle="elsewhere")
    for follower in (bob, carol):
        pages.follow_page(follower=follower, page=page)
    pages.unfollow_page(follower=carol, page=page)
    post = blog.publish_post(author=alice, page=page, content="Curiouser")
    short_lived = blog.publish_post(author=alice, page=page, content="Nonsense")
    article = blog.publish_article(author=alice, page=page, title="On croquet", content="With flamingos.")
    for person in (bob, carol):
        blog.like_post(person=person, post=post)
        blog.like_post(person=person, post=short_lived)
    blog.unlike_post(person=carol, post=post)
    answer = blog.publish_post(author=carol, page=hers, content="Indeed", reply_to=post)
    blog.publish_post(author=carol, page=hers, content="And so", reply_to=short_lived)
    blog.publish_post(author=alice, page=page, content="Thank you", reply_to=answer)
    said = [blog.write_comment(author=bob, post=article, text=f"Number {number}") for number in range(3)]
    blog.hide_comment(person=alice, comment=said[0])
    blog.delete_comment(person=alice, comment=said[0])
    blog.hide_comment(person=alice, comment=said[1])
    blog.show_comment(person=alice, comment=said[1])
    blog.write_guest_comment(post=article, email="guest@example.org", text="Unconfirmed")
    blog.delete_post(person=alice, post=short_lived)
    return page


def truth(page):
    """The same numbers from the core's own rows."""
    return {
        "posts": Post.objects.filter(page=page, kind="note").count(),
        "articles": Post.objects.filter(page=page, kind="article").count(),
        "followers": Follow.objects.accepted().filter(page=page).count(),
        "follow_requests": Follow.objects.pending().filter(page=page).count(),
        "likes": sum(Post.objects.filter(page=page).values_list("likes_count", flat=True)),
        "replies": Post.objects.filter(answered_id__in=Post.objects.filter(page=page).values("pk")).count(),
        "comments": Comment.objects.published().filter(post__page=page).count(),
    }


def numbers(as_person, person, handle="wonder", query=""):
    return as_person(person).get(f"/api/pages/{handle}/statistics/{query}")


def test_the_numbers_are_those_of_the_pages_own_rows(alice, bob, carol, counted, as_person):
    page = live(alice, bob, carol)
    forward_all()
    answer = numbers(as_person, alice).json()

    assert answer["totals"] == truth(page) | {"views": 0}
    assert truth(page) == {
        "posts": 2,
        "articles": 1,
        "followers": 1,
        "follow_requests": 0,
        "likes": 1,
        "replies": 1,
        "comments": 2,
    }
    assert answer["days"][-1] == {"date": str(datetime.now(UTC).date()), **answer["totals"]}

    pages.delete_page(owner=carol, page=page.__class__.objects.get(handle="elsewhere"))
    forward_all()
    assert numbers(as_person, alice).json()["totals"]["replies"] == truth(page)["replies"] == 0


def test_a_page_that_is_private_has_requests(alice, bob, carol, counted, as_person):
    page = pages.create_page(owner=alice, name="Den", handle="den", is_private=True)
    for number in range(4):
        pages.follow_page(follower=UserFactory(username=f"knocks{number}"), page=page)
    pages.follow_page(follower=bob, page=page)
    pages.unfollow_page(follower=bob, page=page)
    pages.accept_requests(owner=alice, page=page, usernames=["knocks0", "knocks1"])
    pages.reject_requests(owner=alice, page=page, usernames=["knocks2"])
    forward_all()
    totals = numbers(as_person, alice, "den").json()["totals"]
    assert (totals["followers"], totals["follow_requests"]) == (2, 1)
    assert totals == truth(page) | {"views": 0}


def test_sending_everything_again_gives_the_same_numbers(alice, bob, carol, counted, as_person):
    live(alice, bob, carol)
    forward_all()
    before = numbers(as_person, alice).json()
    assert replay(name="statistics") > 20
    forward_all()
    assert numbers(as_person, alice).json() == before


def test_views_of_others_are_counted_but_not_ones_own_nor_those_of_machines(alice, bob, counted, as_person, browser_of):
    page = pages.create_page(owner=alice, name="Wonderland", handle="wonder")
    post = blog.publish_post(author=alice, page=page, content="Curiouser")
    article = blog.publish_article(author=alice, page=page, title="On croquet", content="With flamingos.")
    reader, stranger = browser_of(bob), Client(headers={"User-Agent": "Mozilla/5.0 Firefox/140.0"})
    for client in (reader, stranger, reader):  # Who looks again soon has looked once, however an address is written.
        for address in (
            "/@wonder/",
            "/@Wonder/",
            f"/posts/{post.pk}/",
            f"/posts/00{post.pk}/",
            f"/posts/{article.pk}/",
        ):
            assert client.get(address).status_code == 200
    browser_of(alice).get("/@wonder/")
    Client(headers={"User-Agent": "Googlebot/2.1"}).get("/@wonder/")
    stranger.get("/@wonder/", headers={"Sec-Purpose": "prefetch"})
    stranger.head("/@wonder/")

    audience.flush()
    count_views()
    count_views()
    forward_all()
    assert numbers(as_person, alice).json()["totals"]["views"] == 6


def test_a_page_shows_what_the_days_brought_and_what_did_best(alice, bob, carol, counted, browser_of):
    live(alice, bob, carol)
    forward_all()
    browser = browser_of(alice)
    shown = browser.get("/@wonder/statistics/?days=7").content.decode()

    assert "Most liked and discussed" in shown
    assert shown.index(">Views</h2>") < shown.index(">Followers</h2>") < shown.index(">Likes</th>")
    assert "On croquet" in shown
    assert shown.count("<svg viewBox") == 2
    assert '<th scope="row">' in shown, "the same as a table"
    table = list(csv.DictReader(io.StringIO(browser.get("/@wonder/statistics.csv?days=7").content.decode())))
    assert len(table) == 7
    assert table[-1]["likes"] == "1"


def test_a_bar_says_its_number_in_full(alice, browser_of, monkeypatch):
    PageFactory(owner=alice, handle="wonder")
    counts = dict.fromkeys(COUNTERS, 0) | {"views": 1_234_567}
    found = Statistics(totals=counts, days=[Day(datetime.now(UTC).date(), counts)])
    monkeypatch.setattr("innotter.blog.views.statistics.statistics_of", lambda **_asked: found)
    shown = browser_of(alice).get("/@wonder/statistics/?days=7").text
    assert ": 1234567</title>" in shown


@pytest.mark.parametrize(
    ("span", "views", "followers"),
    [
        (7, ("7", "7 more than before", "All time: 1,000"), ("−7", "7 fewer than before", "Now: 20")),
        (30, ("8", "As many as before", "All time: 1,000"), ("−7", "14 fewer than before", "Now: 20")),
    ],
)
def test_each_number_is_that_of_the_chosen_days(alice, browser_of, monkeypatch, span, views, followers):
    """Each head says what the days have brought, how that differs from those before, and what there is in all."""
    PageFactory(owner=alice, handle="wonder")
    today = datetime.now(UTC).date()
    nothing = dict.fromkeys(COUNTERS, 0)

    def day(ago, **counts):
        return Day(today - timedelta(days=ago), nothing | counts)

    days = [day(40, views=8, followers=7), day(20, views=1), *(day(ago, views=1, followers=-1) for ago in range(7))]
    found = Statistics(nothing | {"views": 1000, "followers": 20}, days)
    monkeypatch.setattr("innotter.blog.views.statistics.statistics_of", lambda **asked: _within(found, **asked))
    shown = browser_of(alice).get(f"/@wonder/statistics/?days={span}").content.decode()
    found_tiles = re.findall(r'<div class="figure-head">.*?</div>', shown, re.DOTALL)
    tiles = [re.sub(r"<[^>]+>", "\n", tile) for tile in found_tiles]
    for tile, expected in zip(tiles, (views, followers), strict=True):
        lines = [line.strip() for line in tile.splitlines() if line.strip()]
        assert [lines[1], lines[2], lines[-1]] == list(expected)


def _within(found, *, since, until, **_):
    return Statistics(found.totals, [day for day in found.days if since <= day.date <= until])


def test_a_year_is_drawn_in_weeks(alice, bob, carol, counted, browser_of):
    live(alice, bob, carol)
    forward_all()
    shown = browser_of(alice).get("/@wonder/statistics/?days=365").content.decode()
    assert "Each bar is a week" in shown


@pytest.mark.parametrize("span", ["", "?days=nonsense", "?days=-1", "?days=99999999999999999999"])
def test_a_span_that_there_is_not_is_the_usual_one(alice, counted, browser_of, span):
    PageFactory(owner=alice, handle="wonder")
    shown = browser_of(alice).get(f"/@wonder/statistics/{span}").content.decode()
    assert '<a href="?days=30" aria-current="page">' in shown


def test_a_page_without_numbers_says_so(alice, counted, browser_of):
    pages.create_page(owner=alice, name="Wonderland", handle="wonder")
    forward_all()
    assert "No statistics yet" in browser_of(alice).get("/@wonder/statistics/").content.decode()


def test_while_the_service_is_away_the_page_says_so_and_shows_the_rest(alice, settings, browser_of, as_person):
    settings.STATISTICS_URL = f"http://127.0.0.1:{free_port()}"
    PostFactory(page=PageFactory(owner=alice, handle="wonder"), content="Curiouser", likes_count=3)
    answer = browser_of(alice).get("/@wonder/statistics/")
    assert answer.status_code == 200
    assert "Statistics are unavailable for a moment" in answer.content.decode()
    assert "Curiouser" in answer.content.decode()

    refusal = numbers(as_person, alice)
    assert (refusal.status_code, refusal.json()["code"], refusal.headers["Retry-After"]) == (503, "away", "5")
    assert browser_of(alice).get("/@wonder/statistics.csv").status_code == 503


@pytest.mark.parametrize("answer", [Answer(200, b"<html>Under maintenance</html>"), Answer(200, b'{"numbers": []}')])
def test_an_answer_that_is_not_the_services_own_counts_as_none(alice, settings, browser_of, monkeypatch, answer):
    settings.STATISTICS_URL = "http://statistics.test"
    page = PageFactory(owner=alice)
    monkeypatch.setattr("innotter.blog.gateways.ask_service", lambda *words, **more: answer)
    browser = browser_of(alice)
    assert "This is unavailable at the moment" in browser.get(f"/@{page.handle}/statistics/").content.decode()
    assert browser.get(f"/@{page.handle}/statistics.csv").status_code == 503


def test_a_site_that_counts_nothing_says_so(alice, settings, browser_of):
    settings.STATISTICS_URL = ""
    PageFactory(owner=alice, handle="wonder")
    assert "This site counts nothing" in browser_of(alice).get("/@wonder/statistics/").content.decode()


def test_admins_see_them_too_and_to_others_there_are_none(alice, bob, mia, ada, counted, browser_of, as_person):
    pages.create_page(owner=alice, name="Wonderland", handle="wonder")
    forward_all()
    for person, status in ((alice, 200), (ada, 200), (bob, 404), (mia, 404)):
        assert browser_of(person).get("/@wonder/statistics/").status_code == status
        assert numbers(as_person, person).status_code == status


@pytest.mark.parametrize(
    "query", ["?from=2026-02-02&to=2026-02-01", "?from=yesterday", "?to=0001-01-01", "?from=0001-01-01"]
)
def test_a_span_that_is_none_is_explained(alice, counted, as_person, query):
    pages.create_page(owner=alice, name="Wonderland", handle="wonder")
    answer = numbers(as_person, alice, query=query)
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) <= {"from", "to"}


def test_days_are_asked_for(alice, counted, as_person):
    pages.create_page(owner=alice, name="Wonderland", handle="wonder")
    forward_all()
    today = datetime.now(UTC).date()
    days = numbers(as_person, alice, query=f"?from={today - timedelta(days=2)}&to={today}").json()["days"]
    assert [day["date"] for day in days] == [str(today - timedelta(days=number)) for number in (2, 1, 0)]
