"""Tasks in and out as tables."""

import csv
import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from innotter.events.models import Event
from innotter.tasks import services
from innotter.tasks.cells import joined, names_in
from innotter.tasks.models import Task, TaskAssignment
from innotter.tasks.services import read_table, tables
from innotter.text.tables import as_written, harmless
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


def test_columns_of_which_nothing_is_taken_are_named_at_every_door(take_in, browser_of, alice, team):
    table = "title,Milestone,empty,Colour\nMend,June,,\nSweep,,,blue\n"
    for options in ({"dry_run": True}, {}):
        assert take_in(table, **options).json()["left_out"] == ["Milestone", "Colour"]
    form = {"content": table, "title": "title"}
    for button, words in (
        ("check", "Will not be imported: Milestone, Colour."),
        ("import", "Not imported: Milestone, Colour."),
    ):
        page = browser_of(alice).post(f"/teams/{team.pk}/import/", form | {button: "1"}, follow=True)
        assert words in page.content.decode()


def test_a_table_becomes_tasks_all_of_them_or_none(take_in, team, deliver_events):
    refused = take_in(TABLE + "x;doing\n", mapping='{"title": "Subject"}')
    assert refused.status_code == 400
    assert refused.json()["errors"]["file"][0].startswith("Line 4: “doing” is not one of")
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


@pytest.mark.parametrize("cell", ["bob, bob", "bob;@BOB", " Bob ,@bob;", '"""bob"", bob"'])
def test_somebody_who_is_named_twice_is_assigned_and_told_once(take_in, bob, cell):
    assert take_in(f"title\tassignees\nA\t{cell}\n").json() == {"created": 1, "lines": [], "left_out": []}
    assert TaskAssignment.objects.get().user == bob
    assert Event.objects.filter(type="innotter.task.assigned").count() == 1
    assert Task.objects.get().watchers.filter(pk=bob.pk).count() == 1


def test_a_table_of_very_many_columns_is_refused_at_once(take_in, browser_of, alice, team):
    table = ("title" + ",c" * 100 + "\nx\n").encode()
    answer = take_in(table)
    assert answer.status_code == 400
    assert "columns" in answer.json()["errors"]["file"][0]
    file = SimpleUploadedFile("tasks.csv", table)
    page = browser_of(alice).post(f"/teams/{team.pk}/import/", {"file": file})
    assert "At most 100 columns." in page.content.decode()
    assert take_in(("title" + ",c" * 99 + "\nx\n").encode()).json()["created"] == 1


@pytest.mark.parametrize(
    "table",
    [
        ("title,description\n" + ("x," + "見" * 19_000 + "\n") * 25).encode("utf-16"),
        ("title,description\n" + ('x,"' + "a\n" * 9_500 + 'a"\n') * 50).encode(),
    ],
    ids=["in another encoding", "with other ends of lines"],
)
def test_a_table_that_may_be_sent_may_come_back_by_the_form(browser_of, alice, team, table):
    browser = browser_of(alice)
    form = browser.post(f"/teams/{team.pk}/import/", {"file": SimpleUploadedFile("t.csv", table)}).context["form"]
    mapping = {"content": form.initial["content"].replace("\n", "\r\n"), "title": "title", "check": "1"}
    page = browser.post(f"/teams/{team.pk}/import/", mapping | {"description": "description"})
    assert page.status_code == 200
    assert page.context["checked"] >= 25
    assert page.context["wrong"] == 0


def test_a_label_that_is_named_twice_in_another_case_is_one(take_in):
    assert take_in('title,labels\nA,"Brass, brass, BRASS"\n').json()["created"] == 1
    assert [label.name for label in Task.objects.get().labels.all()] == ["Brass"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("Buy milk, eggs and bread,at the shop", "This cell belongs to no column: at the shop"),
        ("a,b,,,c", "This cell belongs to no column: c"),
        ("a,b,, ,", None),
        ("a", None),
    ],
)
def test_what_stands_beyond_the_last_column_is_a_problem_of_its_line(take_in, row, said):
    (line,) = take_in(f"title,description\n{row}\n", dry_run=True).json()["lines"]
    assert line["problems"] == ([said] if said else [])


@pytest.mark.parametrize(
    "content",
    [
        "title;labels\nA;x\n".encode("utf-16"),
        "title\tlabels\nA\tx\n".encode("utf-16-le"),
        b"\xef\xbb\xbftitle,labels\nA,x\n",
        b"title,labels\rA,x\r",
        b"\n\r\n , \ntitle,labels\nA,x\n",
        b"sep=;\ntitle;labels\nA;x\n",
        b'"sep=|"\r\ntitle|labels\r\nA|x\r\n',
        b"sep=\ntitle;labels\nA;x\n",
        b'sep="\ntitle,labels\nA,x\n',
        b'"title";" labels "\n"A";x\n',
        b"Title,LABELS\nA,x\n\n\n",
    ],
)
def test_a_table_is_read_however_it_was_saved(take_in, content):
    assert take_in(content).json() == {"created": 1, "lines": [], "left_out": []}
    assert [label.name for label in Task.objects.get(title="A").labels.all()] == ["x"]


def test_a_table_that_was_saved_otherwise_passes_through_the_form_too(browser_of, alice, team):
    client = browser_of(alice)
    file = SimpleUploadedFile("t.csv", "sep=;\ntitle;description\nÄpfel;-x\n".encode("utf-16"))
    form = client.post(f"/teams/{team.pk}/import/", {"file": file}).context["form"]
    body = {"content": form.initial["content"], "title": "title", "description": "description", "import": "1"}
    assert client.post(f"/teams/{team.pk}/import/", body).status_code == 302
    assert Task.objects.get().title == "Äpfel"


@pytest.mark.parametrize("content", [b"title\nA\0B\n", b"title\n\xcf\xf0\xe8\n", b'title\n"A" b\n', b'a,"b\n1,2'])
def test_what_cannot_be_read_is_refused_with_a_sentence(take_in, content):
    assert take_in(content).json()["errors"]["file"][0].endswith((".", "again.", "data", "'"))


def test_a_column_that_is_there_twice_is_no_choice_of_ours(take_in):
    assert take_in("title,title\na,b\n").json()["errors"] == {"mapping": ["Two columns have the same name: title."]}
    assert take_in("title,labels,labels\na,b,c\n").status_code == 400
    assert take_in("title,Label,Label\na,b,c\n").status_code == 201, "what is not asked for may be there twice"


@pytest.mark.parametrize(
    ("head", "cell"),
    [
        ("estimated_hours", "1,000"),
        ("estimated_hours", "1e3"),
        ("estimated_hours", "NaN"),
        ("estimated_hours", "Infinity"),
        ("estimated_hours", "1_0"),
        ("estimated_hours", "9" * 40),
        ("estimated_hours", "1e999999999"),
        ("estimated_hours", "2.555"),
        ("estimated_hours", "-1"),
        ("due_date", "2026-13-01"),
        ("due_date", "1/2/2026"),
        ("due_date", "99999-01-01"),
        ("priority", "9"),
        ("labels", "x" * 100),
        ("labels", ",".join(f"l{number}" for number in range(21))),
    ],
)
def test_a_cell_that_could_mean_something_else_is_named_and_nothing_is_made(take_in, head, cell):
    table = f'title,{head}\nA,"{cell}"\n'
    assert len(take_in(table, dry_run=True).json()["lines"][0]["problems"]) == 1
    assert take_in(table).status_code == 400
    assert not Task.objects.exists()


TITLES = [
    "-5 degrees",
    "=SUM(1,2)",
    "@home",
    "+1",
    "'=x",
    "''=x",
    "'quoted'",
    "＝x",
    "'＋x",
    "- a",
    "'",
    "it's",
    "'-",
    "-",
]


def test_what_is_given_out_comes_back_as_it_was(as_person, alice, team, take_in):
    there = as_person(alice)
    for title in TITLES:
        body = {
            "title": title,
            "description": f"{title}\n- a\n- b",
            "labels": ["-x", "a;b", '"c"', title.replace(",", "")],
        }
        answer = there.post("/api/tasks/", body | {"team": team.pk}, format="json")
        assert answer.status_code == 201, answer.json()
    TaskFactory(team=team, title="x", description="\n=1+1", assignees=[alice])
    text = there.get(f"/api/tasks/export/?team={team.pk}").getvalue().decode()
    for row in csv.DictReader(io.StringIO(text)):
        assert not row["title"].startswith(tuple("=+-@＝＋－＠\t\r"))
        assert not row["description"].strip().startswith(tuple("=+-@＝＋－＠"))
    before = facts_of_all()
    Task.objects.all().delete()
    assert take_in(text).json()["created"] == len(TITLES) + 1
    assert facts_of_all() == before


def test_the_hours_that_were_spent_are_given_out_where_there_are_some(as_person, alice, team):
    TaskFactory(team=team, title="None")
    services.log_time(person=alice, task=TaskFactory(team=team, title="Some"), hours=Decimal("1.5"))
    text = as_person(alice).get(f"/api/tasks/export/?team={team.pk}").getvalue().decode()
    assert {row["title"]: row["actual_hours"] for row in csv.DictReader(io.StringIO(text))} == {
        "None": "",
        "Some": "1.50",
    }


def facts_of_all():
    return sorted(
        (task.title, task.description.strip(), sorted(label.name for label in task.labels.all()))
        for task in Task.objects.all()
    )


@given(st.text() | st.text("'=+-@\t ＝＠a"))
def test_a_harmless_cell_is_what_it_was(text):
    written = harmless(text)
    assert not written.strip().startswith(tuple("=+-@＝＋－＠")) or not text
    assert as_written(written) == text.replace("\r\n", "\n").replace("\r", "\n").strip()


@given(st.lists(st.text().map(str.strip).filter(bool) | st.text('a;"').filter(bool), unique=True))
def test_names_in_one_cell_are_those_that_were_written_into_it(names):
    assert names_in(joined(names)) == names


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0")), min_size=2, max_size=2)))
def test_whatever_is_written_as_a_table_is_read_again(rows):
    out = io.StringIO()
    csv.writer(out).writerows([["title", "description"], ["first", "row"], *rows])
    table = read_table(content=out.getvalue().encode())
    filled = [row for row in rows if any(map(str.strip, row))]
    assert list(table.rows.values()) == [["first", "row"], *filled]


def test_the_name_of_a_table_that_has_not_all_that_was_found_says_so(as_person, browser_of, team, alice, monkeypatch):
    monkeypatch.setattr(tables, "MOST_LINES", 2)
    for count, name in ((2, "tasks.csv"), (3, "tasks-first-2.csv")):
        while Task.objects.count() < count:
            TaskFactory(team=team)
        for door, address in ((as_person(alice), "/api/tasks/export/"), (browser_of(alice), "/tasks/export/")):
            answer = door.get(address)
            assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
            assert len(answer.getvalue().decode().splitlines()) == 3


def test_nor_does_a_table_grow_beyond_what_a_thread_writes_soon(as_person, team, alice, monkeypatch):
    monkeypatch.setattr(tables, "LARGEST_TEXTS", 2000)
    for number in range(3):
        TaskFactory(team=team, title=f"Number {number}", description="ж" * 500)
    answer = as_person(alice).get("/api/tasks/export/")
    assert 'filename="tasks-first-2.csv"' in answer.headers["Content-Disposition"]
    assert answer.getvalue().decode().count("Number") == 2


def test_of_too_many_people_in_a_cell_no_single_one_is_told_of(take_in, alice, team, browser_of):
    """An answer that names each of them would be ten times as long as the table."""
    names = [", ".join(f"p{number:x}" for number in range(line * 2000, line * 2000 + 2000)) for line in range(10)]
    table = "title,assignees\n" + "".join(f'A,"{cell}"\n' for cell in names)
    answer = take_in(table, dry_run="true")
    assert {tuple(line["problems"]) for line in answer.json()["lines"]} == {("At most 20 people.",)}
    sent = {"content": table, "title": "title", "assignees": "assignees"}
    assert len(browser_of(alice).post(f"/teams/{team.pk}/import/", sent).content) < 2 * len(table)
