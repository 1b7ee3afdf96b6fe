"""The shell: safe headers, errors for people, health, languages, proxies."""

import re
from datetime import UTC, datetime

import pytest
from celery import current_app
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import Client
from django.utils import translation
from django.utils.formats import date_format
from redis.exceptions import ConnectionError as RedisConnectionError

from innotter.accounts.services import edit_profile
from innotter.events.models import Sink
from innotter.web import health
from innotter.web.proxies import TrustedProxyMiddleware
from tests.factories.blog import ArticleFactory

PAGES = ["/", "/explore/", "/register/", "/login/", "/verify/", "/mailbox/"]
PAGES += ["/password/reset/", "/password/reset/confirm/"]
NOWHERE = ["/@nobody/", "/@%00/", "/posts/1/", "/posts/999999999999999999/", "/mailbox/1/", "/media/avatars/x.webp"]
NOWHERE += ["/media/avatars/..%2F..%2Fsecret_key"]


@pytest.mark.parametrize("address", PAGES)
def test_every_page_for_visitors_opens_with_safe_headers(client, db, address):
    page = client.get(address)
    assert page.status_code == 200
    policy = page["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert page["X-Frame-Options"] == "DENY"
    assert page["Referrer-Policy"] == "same-origin"
    assert page["X-Content-Type-Options"] == "nosniff"
    html = page.content.decode()
    assert "<script>" not in html
    assert " style=" not in html


def test_an_address_that_is_not_there_is_a_page_with_advice(client, db):
    page = client.get("/nothing/")
    assert page.status_code == 404
    assert "There is nothing here." in page.content.decode()


@pytest.mark.parametrize("address", NOWHERE)
def test_what_is_not_there_is_a_404_and_nothing_worse(client, db, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("query", ["?before=nonsense", "?before=-1", "?before=" + "9" * 40, "?before=%00", "?before=²"])
def test_nonsense_in_an_address_is_read_as_nothing(client, db, query):
    assert client.get(f"/explore/{query}").status_code == 200


def test_a_page_for_members_sends_visitors_to_sign_in_and_back(client, db):
    assert client.get("/settings/").url == "/login/?next=%2Fsettings%2F"
    assert client.post("/posts/new/").url == "/login/?next=%2F"
    htmx = client.post("/@x/follow/", headers={"HX-Request": "true"})
    assert htmx.headers["HX-Redirect"].startswith("/login/")


@pytest.mark.parametrize("address", ["/feed/new/?after=20", "/feed/newer/?after=20", "/jobs/3/state/"])
def test_what_a_page_asks_for_by_itself_never_takes_a_signed_out_person_away(client, db, address):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/jobs/3/?tab=log"}
    note = client.get(address, headers=headers)
    assert note.status_code == 401
    assert "HX-Redirect" not in note.headers
    assert "You are signed out." in note.content.decode()
    assert "/login/?next=%2Fjobs%2F3%2F%3Ftab%3Dlog" in note.content.decode()


CURRENT = [
    ("http://testserver/posts/5/?from=home", "/login/?next=%2Fposts%2F5%2F%3Ffrom%3Dhome"),
    ("http://elsewhere.example/posts/5/", "/login/?next=%2F"),
    ("http://testserver//elsewhere.example/", "/login/?next=%2Felsewhere.example%2F"),
    ("javascript:alert(1)", "/login/?next=%2F"),
    (f"http://testserver/posts/5/?from={'x' * 4000}", "/login/?next=%2F"),
]


@pytest.mark.parametrize(("current", "sign_in"), CURRENT)
def test_who_signs_in_again_after_pressing_a_button_stands_where_they_stood(client, db, current, sign_in):
    answer = client.post("/@x/follow/", headers={"HX-Request": "true", "HX-Current-URL": current})
    assert answer.headers["HX-Redirect"] == sign_in
    assert client.post("/@x/follow/", headers={"Referer": current}).url == sign_in


def test_a_form_that_is_out_of_date_says_so(db):
    strict = Client(enforce_csrf_checks=True)
    page = strict.post("/login/", {})
    assert page.status_code == 403
    assert "This form is out of date." in page.content.decode()


def test_too_many_tries_on_the_site_keep_the_form(client, db):
    for _time in range(11):
        page = client.post("/login/", {"identifier": "alice", "password": "wrong"})
    assert page.status_code == 429
    assert int(page["Retry-After"]) > 0
    assert 'value="alice"' in page.content.decode()


def test_a_refusal_outside_of_a_form_is_a_page_and_for_htmx_a_note(client, db, settings):
    settings.THROTTLES = settings.THROTTLES | {"resend_address": "1/hour"}
    client.post("/verify/resend/", {"email": "a@example.org"})
    page = client.post("/verify/resend/", {"email": "b@example.org"})
    assert (page.status_code, "Too many attempts" in page.content.decode()) == (429, True)
    note = client.post("/verify/resend/", {"email": "c@example.org"}, headers={"HX-Request": "true"})
    assert "<html" not in note.content.decode()


def test_health(client, db, monkeypatch):
    assert client.get("/health/live/").json() == {"status": "ok"}
    everything = {"status": "ok", "database": "ok", "cache": "ok", "broker": "ok"}
    assert client.get("/health/ready/").json() == everything

    def away(*args, **kwargs):
        raise RedisConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(cache, "get", away)
        answer = client.get("/health/ready/")
        assert (answer.status_code, answer.json()["cache"]) == (503, "down")

    def down():
        raise OperationalError

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", down)
        assert client.get("/health/ready/").json()["database"] == "down"


def test_what_is_beside_the_site_is_told_and_does_not_count(client, db, settings, monkeypatch):
    settings.EVENT_SINKS = {"statistics": "http://127.0.0.1:1/events", "insights": "http://127.0.0.1:1/events"}
    Sink.objects.create(name="insights", failures=3, error="connection refused")
    monkeypatch.setattr(health, "_broker", health._Broker())
    monkeypatch.setattr(current_app.conf, "broker_read_url", "amqp://guest:guest@127.0.0.1:1//")
    answer = client.get("/health/ready/")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "database": "ok",
        "cache": "ok",
        "broker": "down",
        "statistics": "ok",
        "insights": "down",
    }


def test_a_person_chooses_a_language_at_the_foot_of_any_page(browser_of, bob):
    browser = browser_of(bob)
    assert browser.post("/language/", {"language": "ru", "next": "/tasks/"}).headers["Location"] == "/tasks/"
    assert "Задачи" in browser.get("/tasks/").content.decode()
    assert "Задачи" in browser_of(bob).get("/tasks/").content.decode()
    browser.post("/language/", {"language": "tlh"})
    bob.refresh_from_db()
    assert bob.language == "ru"


def test_the_language_is_chosen_on_a_page_that_a_form_has_led_to_as_well(browser_of, bob):
    """Where the form is sent to, there is no page to go back to."""
    browser = browser_of(bob)
    sent = {"username": "two words", "name": "", "title": "", "language": "en", "time_zone": "UTC"}
    refused = browser.post("/settings/profile/", sent, headers={"Referer": "http://testserver/settings/"})
    assert refused.status_code == 422
    to = re.search(r'name="next" value="([^"]*)"', refused.content.decode())[1]
    switched = browser.post("/language/", {"language": "ru", "next": to})
    assert (switched.url, browser.get(switched.url).status_code) == ("/settings/", 200)


def test_a_form_sent_under_a_name_that_is_not_ours_is_refused_and_no_more(client, db):
    assert client.post("/login/", {}, headers={"Host": "evil.example", "Referer": "http://x/"}).status_code == 400


def test_a_visitor_chooses_a_language(client, db):
    assert client.get("/", headers={"Accept-Language": "ru"})["Content-Language"] == "ru"
    client.post("/language/", {"language": "ru", "next": "/"})
    page = client.get("/explore/")
    assert page["Content-Language"] == "ru"
    assert 'lang="ru"' in page.content.decode()


@pytest.fixture
def behind_proxy(settings, rf):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    seen = []
    middleware = TrustedProxyMiddleware(lambda request: seen.append((request.META["REMOTE_ADDR"], request.scheme)))

    def ask(peer, **headers):
        middleware(rf.get("/", REMOTE_ADDR=peer, **headers))
        return seen[-1]

    return ask


def test_a_trusted_proxy_is_believed_and_nobody_else(behind_proxy):
    forwarded = {"HTTP_X_FORWARDED_FOR": "6.6.6.6, 1.2.3.4, 10.0.0.2", "HTTP_X_FORWARDED_PROTO": "https"}

    assert behind_proxy("10.0.0.1", **forwarded) == ("1.2.3.4", "https"), "not what the client itself has written"
    assert behind_proxy("9.9.9.9", **forwarded) == ("9.9.9.9", "http")
    assert behind_proxy("10.0.0.1", HTTP_X_FORWARDED_FOR="nonsense") == ("10.0.0.1", "http")
    assert behind_proxy("") == ("127.0.0.1", "http"), "a socket file has no address"


def test_over_a_socket_file_visitors_are_told_apart_by_the_proxy_that_holds_it(behind_proxy, settings):
    settings.TRUSTED_PROXIES = []
    assert behind_proxy("", HTTP_X_FORWARDED_FOR="1.2.3.4") == ("1.2.3.4", "http")
    assert behind_proxy("", HTTP_X_FORWARDED_FOR="5.6.7.8") == ("5.6.7.8", "http")


@pytest.mark.parametrize("address", ["/logout/", "/posts/new/", "/@x/follow/", "/tasks/bulk/"])
def test_an_address_that_only_takes_forms_answers_with_a_page_of_the_site(client, db, address):
    page = client.get(address)
    assert (page.status_code, page["Allow"]) == (405, "POST")
    assert "There is no page to read here." in page.content.decode()


def test_dates_in_english_are_read_the_same_everywhere(settings):
    evening = datetime(2026, 11, 12, 22, 48, tzinfo=UTC)
    with translation.override("en"):
        assert date_format(evening, "DATETIME_FORMAT") == date_format(evening, "SHORT_DATETIME_FORMAT")
        assert date_format(evening, "DATETIME_FORMAT") == "12 Nov 2026, 22:48"
        assert date_format(evening, "SHORT_DATE_FORMAT") == date_format(evening, "DATE_FORMAT") == "12 Nov 2026"


def test_every_page_says_who_is_signed_in(browser_of, client, bob):
    bob.name = "Robert Fischer"
    bob.save()
    for address in ("/", "/explore/", "/settings/", "/tasks/", "/nothing/"):
        account = browser_of(bob).get(address).content.decode().partition('<details class="menu account">')[2]
        assert "Robert Fischer" in account
        assert "@bob" in account
        assert 'action="/logout/"' in account
    assert "menu account" not in client.get("/explore/").content.decode()


def test_ones_own_new_name_is_on_an_article_that_the_browser_has(browser_of, bob):
    browser, path = browser_of(bob), ArticleFactory().get_absolute_url()
    browser.get(path)
    before = browser.get(path)
    edit_profile(user=bob, name="Robert Fischer")
    after = browser.get(path, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert "Robert Fischer" in after.content.decode()
