"""Tasks in and out as tables."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from innotter.tasks.models import Task
from tests.factories.tasks import TaskFactory, TeamFactory

TABLE = """Subject;Status;Priority;Due date;Assignees;Labels;Estimated hours
Mend the clock;in progress;High;2030-01-02;bob, @alice;brass, 1890;2,5
"Two
lines";;;;;;
"""


@pytest.fixture
def team(alice, bob):
    return TeamFactory(owner=alice, members=[bob])


@pytest.fixture
def take_in(as_person, alice, team):
    def post(content, **body):
        file = SimpleUploadedFile("tasks.csv", content if isinstance(content, bytes) else content.encode())
        return as_person(alice).post(f"/api/teams/{team.pk}/import/", {"file": file, **body}, format="multipart")

    return post


def test_a_dry_run_tells_what_each_line_would_be_and_writes_nothing(take_in):
    answer = take_in(TABLE + "x;doing;9;soon;ghost;;much\n", dry_run=True, mapping='{"title": "Subject"}')
    assert answer.status_code == 200
    first, second, wrong = answer.json()["lines"]
    assert (first["line"], first["title"], first["problems"]) == (2, "Mend the clock", [])
    assert second["title"] == "Two lines"
    assert len(wrong["problems"]) == 5
    assert not Task.objects.exists()


def test_a_table_becomes_tasks_all_of_them_or_none(take_in, team, deliver_events):
    refused = take_in(TABLE + "x;doing\n", mapping='{"title": "Subject"}')
    assert refused.status_code == 400
    assert refused.json()["errors"]["file"][0].startswith("Line 4: “doing” is none of")
    assert not Task.objects.exists()
    assert take_in(TABLE, mapping='{"title": "Subject"}').json()["created"] == 2
    task, other = Task.objects.order_by("number")
    assert (task.key, task.status, task.priority, str(task.due_date)) == ("WEB-1", "in_progress", 3, "2030-01-02")
    assert {person.username for person in task.assignees.all()} == {"alice", "bob"}
    assert [label.name for label in task.labels.all()] == ["1890", "brass"]
    assert str(task.estimated_hours) == "2.50"
    assert (other.status, other.history.get().field) == ("todo", "created")
    assert TaskFactory(team=team).number == 3


@pytest.mark.parametrize(
    "content",
    [b"", b"title\n", b"\xff\xfe", b'title\n"open', b"x" * 1_000_001, b"title\n" + b"x\n" * 1001],
)
def test_what_is_no_table_is_refused_with_advice(take_in, content):
    answer = take_in(content)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["file"])


def test_a_table_without_a_title_is_refused(take_in):
    for mapping in ("{}", '{"title": "Nothing"}', '{"nonsense": "a"}', "[1]", '{"title": 1}'):
        assert list(take_in("a,b\n1,2\n", mapping=mapping).json()["errors"]) == ["mapping"]


def test_what_is_given_out_runs_nothing_and_comes_in_again(as_person, alice, team, take_in):
    TaskFactory(team=team, title="=1+1", labels=["brass"], due_date="2030-01-02")
    answer = as_person(alice).get(f"/api/tasks/export/?team={team.pk}")
    text = answer.getvalue().decode("utf-8-sig")
    row = next(csv.DictReader(io.StringIO(text)))
    assert (row["key"], row["title"], row["labels"], row["due_date"]) == ("WEB-1", "'=1+1", "brass", "2030-01-02")
    assert take_in(text).json()["created"] == 1
