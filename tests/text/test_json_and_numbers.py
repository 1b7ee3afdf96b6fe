"""JSON and numbers of people: taken in when they can be given out, and refused in a sentence when not."""

import orjson
import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from innotter.errors import Invalid
from innotter.tasks.models import Task
from innotter.tasks.services import create_task
from innotter.text import json
from innotter.text.numbers import LARGEST, day, decimal_number, moment, whole_number


def nested(depth):
    return {"a": nested(depth - 1)} if depth else 1


@pytest.mark.parametrize(
    "value",
    [nested(300), {"n": 10**40}, {"n": 1e30}, {"n": float("inf")}, {"t": "a\0b"}, {"a\0b": 1}, [[[nested(60)]]]],
)
def test_metadata_that_could_not_be_given_out_is_refused(alice, value):
    with pytest.raises(Invalid) as refusal:
        create_task(creator=alice, title="Plan", metadata=value if isinstance(value, dict) else {"list": value})
    assert "metadata" in refusal.value.errors


DEEP = '{"a":' * 990 + "1" + "}" * 990


@pytest.mark.parametrize("text", [DEEP, f'{{"n": 1{"0" * 40}}}', f'{{"n": 1e30, "deep": {DEEP}}}'])
def test_rows_from_before_break_neither_list_nor_page(alice, as_person, browser_of, text):
    task = create_task(creator=alice, title="Plan")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE tasks_task SET metadata = %s::jsonb WHERE id = %s", [text, task.pk])
    assert as_person(alice).get("/api/tasks/").status_code == 200
    assert as_person(alice).get(f"/api/tasks/{task.pk}/").status_code == 200
    browser = browser_of(alice)
    for page in (f"/tasks/{task.pk}/", f"/tasks/{task.pk}/edit/", "/tasks/"):
        assert browser.get(page).status_code == 200
    changed = {"title": "Another", "metadata": {}}
    assert as_person(alice).patch(f"/api/tasks/{task.pk}/", changed, format="json").status_code == 200
    assert as_person(alice).get(f"/api/tasks/{task.pk}/history/").status_code == 200


@pytest.mark.parametrize(
    "text", ["NaN", "Infinity", '{"a": NaN}', "1" * 5000, "[" * 2000 + "]" * 2000, '{"a": "\\ud800"}', "{"]
)
def test_the_form_and_the_api_read_the_same_json(alice, as_person, browser_of, text):
    task = create_task(creator=alice, title="Plan")
    body = b'{"metadata": %s}' % text.encode()
    answer = as_person(alice).generic("PATCH", f"/api/tasks/{task.pk}/", body, content_type="application/json")
    assert answer.status_code == 400
    form = {"title": "Plan", "status": "todo", "priority": "0", "metadata": text}
    assert browser_of(alice).post(f"/tasks/{task.pk}/edit/", form).status_code in {400, 422}
    assert Task.objects.get(pk=task.pk).metadata == {}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@given(json_values)
def test_whatever_is_there_can_be_written(value):
    orjson.loads(json.write(value))
    if json.problem_of(value) is None:
        assert orjson.loads(json.write(value)) == value


@pytest.mark.parametrize("text", ["", "-1", "1_000", "²", "٣", "1" * 5000, str(LARGEST + 1), " 1", "1e3", "0x1"])
def test_a_whole_number_is_plain_digits_that_a_column_holds(text):
    assert whole_number(text) is None
    assert decimal_number("1e-400000") is None


@pytest.mark.parametrize("text", ["2026-13-01", "soon", "0000-00-00", "2026-02-30", ""])
def test_a_day_is_a_day(text):
    assert day(text) is None


@pytest.mark.parametrize("text", ["0001-01-01T00:00+14:00", "9999-12-31T23:59:59-12:00", "9999-12-31T00:00", "later"])
def test_the_ends_of_the_calendar_are_no_times(text):
    assert moment(text) is None


@pytest.mark.parametrize(
    "query",
    [
        "due=,", "due=,today", "estimated_hours_min=1e-400000", "estimated_hours_min=NaN", "team=²",
        "parent=" + "9" * 30,
        "created_at_min=0001-01-01T00:00%2B14:00", "created_at_max=9999-12-31T23:59:59-12:00", "search=X-" + "9" * 5000,
        "cursor=cD0" + "x" * 10, "page_size=" + "9" * 5000, "before=" + "9" * 5000, "month=9999-12", "month=0001-01",
    ],
)  # fmt: skip
def test_no_filter_is_a_500(alice, as_person, browser_of, query):
    create_task(creator=alice, title="Plan")
    assert as_person(alice).get(f"/api/tasks/?{query}").status_code in {200, 400, 404}
    for page in ("/tasks/", "/tasks/?view=board&x=1", "/tasks/?view=calendar&x=1", "/notifications/", "/feed/new/"):
        assert browser_of(alice).get(f"{page}{'&' if '?' in page else '?'}{query}").status_code in {
            200,
            204,
            400,
            404,
            422,
        }


def test_a_list_is_as_long_as_can_be_looked_through(alice, as_person):
    """Refused by its length, at once, and with one sentence: not by each of its parts."""
    answer = as_person(alice).post("/api/notifications/read/", {"ids": [0] * 2000}, format="json")
    assert answer.status_code == 400
    assert len(answer.content) < 500
    many = {"name": "x", "handler": "http_request", "parameters": {f"a{number}": 0 for number in range(1000)}}
    answer = as_person(alice).post("/api/jobs/", many, format="json")
    assert answer.status_code == 400
    assert len(answer.content) < 4000


def test_a_text_with_more_values_than_anybody_means_is_no_json_of_ours(alice, as_person):
    assert json.read(str([0] * (json.MOST_PARTS - 1)))
    with pytest.raises(json.NotJSON, match="50,000"):
        json.read(str([0] * json.MOST_PARTS))
    answer = as_person(alice).post("/api/tasks/", {"title": "x", "metadata": {"a": [0] * 50_000}}, format="json")
    assert answer.status_code == 400
