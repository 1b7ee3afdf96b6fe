"""Every refusal of the API is a problem document, whoever refuses."""

import pytest

from innotter.errors import TooManyRequests
from tests.factories.pages import PageFactory


def check_problem(answer, status, code):
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer["Content-Type"] == "application/problem+json"
    assert {"type", "title", "status", "detail", "code"} <= answer.json().keys()
    assert answer.json()["status"] == status


def test_what_is_not_there(api, db):
    check_problem(api.get("/api/nothing/"), 404, "not_found")
    check_problem(api.get("/api/pages/nothing/"), 404, "not_found")
    check_problem(api.get("/api/posts/999999999999999999/"), 404, "not_found")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "1 seconds"), (119, "119 seconds"), (293, "5 minutes"), (7200, "2 hours"), (7201, "3 hours")],
)
def test_who_must_wait_for_long_is_not_told_in_seconds(seconds, words):
    refusal = TooManyRequests(retry_after=seconds)
    assert (str(refusal.detail), refusal.retry_after) == (f"Too many attempts. Try again in {words}.", seconds)


def test_who_is_not_signed_in(api, db):
    answer = api.get("/api/feed/")
    check_problem(answer, 401, "not_signed_in")
    assert answer["WWW-Authenticate"] == "Bearer"


def test_what_is_not_allowed(alice, as_person):
    page = PageFactory()
    check_problem(as_person(alice).delete(f"/api/pages/{page.handle}/"), 403, "forbidden")


def test_a_method_that_is_not_there(api, db):
    check_problem(api.delete("/api/login/"), 405, "method_not_allowed")


@pytest.mark.parametrize("body", [b"{", b"[" * 100_000, b'{"a": NaN}', b"\xff\xfe", b""])
def test_a_body_that_is_not_json(api, db, body):
    answer = api.post("/api/login/", body, content_type="application/json")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("body", [[], "text", 7, None, [1], {"email": {}, "password": []}, {"email": True}])
def test_a_body_of_another_shape(api, db, body):
    answer = api.post("/api/login/", body, format="json")
    check_problem(answer, 400, "invalid")


def test_a_body_of_another_kind(api, db):
    check_problem(api.post("/api/login/", b"x", content_type="text/plain"), 415, "unsupported_media_type")


def test_a_wish_for_another_format(api, db):
    check_problem(api.get("/api/pages/", headers={"Accept": "text/csv"}), 406, "not_acceptable")


def test_a_body_that_is_too_large(api, db):
    answer = api.post("/api/login/", {"email": "x" * 6_000_000, "password": "x"})
    check_problem(answer, 413, "too_large")
    answer = api.post("/api/login/", {"email": "x" * 42_000_000, "password": "x"})
    check_problem(answer, 413, "too_large")


@pytest.mark.parametrize("cursor", ["cD1hYmM=", "cD3CsgTCsg==", "cj0xJnA9LTE=", "bz05OTk5OTk5", "cD0lMDA=", "x"])
@pytest.mark.parametrize("address", ["/api/pages/", "/api/tags/", "/api/users/", "/api/users/me/likes/", "/api/feed/"])
def test_a_cursor_that_is_nobodys(alice, as_person, address, cursor):
    assert as_person(alice).get(f"{address}?cursor={cursor}").status_code in {200, 404}


def test_too_many_writes(alice, as_person, settings):
    settings.THROTTLES = settings.THROTTLES | {"write_account": "2/minute"}
    me = as_person(alice)
    for _time in range(2):
        me.patch("/api/users/me/", {"name": "A"})
    answer = me.patch("/api/users/me/", {"name": "A"})
    check_problem(answer, 429, "too_many_requests")
    assert 0 < int(answer["Retry-After"]) <= 60
    assert me.get("/api/users/me/").status_code == 200, "reading goes on"
