"""Whoever is turned away before the application is asked hears of it in their language: a page, a note or a problem."""

import json

import pytest

from innotter.config.turned_away import refuse
from innotter.errors import NoRoom


def scope(path="/", **headers):
    return {
        "path": path,
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
    }


@pytest.mark.parametrize(
    ("accepted", "words"),
    [("ru-RU,ru;q=0.9,en;q=0.5", "Попробуйте"), ("de, en", "Try again"), ("*", "Try again"), ("", "Try again")],
)
def test_a_page_says_in_the_readers_language_when_to_come_back(accepted, words):
    answer = refuse(scope(accept_language=accepted), 503)
    assert words in answer.content.decode()
    assert dict(answer.headers) == {
        "content-type": "text/html; charset=utf-8",
        "cache-control": "no-store",
        "retry-after": "5",
    }


def test_a_program_gets_a_problem_document():
    answer = refuse(scope("/api/posts/"), 408)
    document = json.loads(answer.content)
    assert (document["status"], document["code"]) == (408, "too_slow")
    assert dict(answer.headers)["content-type"] == "application/problem+json"


def test_htmx_gets_a_note_and_the_page_stays():
    answer = refuse(scope(hx_request="true"), 503)
    assert answer.content.decode().startswith('<div class="note">')


def test_where_the_disk_is_full_the_answer_is_the_one_that_the_application_gives():
    answer = refuse(scope("/api/blog/posts/"), 507)
    assert json.loads(answer.content)["code"] == NoRoom.code
    assert dict(answer.headers)["connection"] == "close"
    assert "Не осталось места" in refuse(scope(accept_language="ru"), 507).content.decode()
