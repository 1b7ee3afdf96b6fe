"""Tasks, as programs make, find, change and move them (C-4, C-5, C-6, C-12)."""

import pytest

from innotter.tasks.models import Label, Task, TaskHistory
from tests.factories.tasks import TaskFactory, TeamFactory


@pytest.fixture
def team(alice, bob):
    return TeamFactory(owner=alice, members=[bob])


@pytest.fixture
def owner(as_person, alice):
    return as_person(alice)


def titles(answer):
    assert answer.status_code == 200, answer.json()
    return [task["title"] for task in answer.json()["results"]]


def test_a_task_has_all_its_fields(owner, team):
    """C-4."""
    parent = TaskFactory(team=team)
    body = {
        "title": "Mend the clock",
        "description": "It runs **backwards**.",
        "status": "backlog",
        "priority": "high",
        "due_date": "2030-01-02",
        "team": team.pk,
        "assignees": ["Bob", "alice", "bob"],
        "labels": ["brass", "1890"],
        "parent": parent.pk,
        "estimated_hours": "2.50",
        "actual_hours": "1",
        "metadata": {"customer": "Aas", "pieces": [1, 2]},
    }
    answer = owner.post("/api/tasks/", body, format="json")
    assert answer.status_code == 201, answer.json()
    task = answer.json()
    assert task["key"] == "WEB-2"
    assert task["creator"] == "alice"
    assert sorted(task["assignees"]) == ["alice", "bob"]
    assert sorted(task["labels"]) == ["1890", "brass"]
    assert (task["archived"], task["version"], task["comments"]) == (False, 1, 0)
    same = ("title", "description", "status", "priority", "due_date", "team", "parent", "metadata")
    assert {name: task[name] for name in same} == {name: body[name] for name in same}
    assert (task["estimated_hours"], task["actual_hours"]) == ("2.50", "1.00")
    assert owner.get(f"/api/tasks/{parent.pk}/").json()["subtasks"] == {"count": 1, "done": 0}
    assert owner.get(f"/api/tasks/{task['id']}/").json() == task


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "x" * 201),
        ("title", "a\0b"),
        ("description", "x" * 20_001),
        ("status", "doing"),
        ("priority", 3),
        ("due_date", "soon"),
        ("assignees", ["carol"]),
        ("labels", ["x" * 31]),
        ("labels", ["one, two"]),
        ("labels", [""]),
        ("parent", 10**15),
        ("estimated_hours", -1),
        ("estimated_hours", "1e9"),
        ("metadata", [1]),
        ("metadata", {"x": "y" * 10_000}),
        ("metadata", {"x": "\0"}),
        ("team", 10**15),
    ],
)
def test_what_is_wrong_is_said_and_changes_nothing(owner, team, carol, field, value):
    body = {"title": "Mend the clock", "team": team.pk, field: value}
    answer = owner.post("/api/tasks/", body, format="json")
    assert answer.status_code == 400
    assert field in answer.json()["errors"]
    assert not Task.objects.exists()
    assert not Label.objects.exists()


def test_subtasks_have_no_subtasks_and_stay_in_their_team(owner, team, alice):
    parent = TaskFactory(team=team)
    child = TaskFactory(team=team, parent=parent)
    other = TaskFactory(team=TeamFactory(owner=alice))
    for task, above in (
        (TaskFactory(team=team), child),
        (parent, TaskFactory(team=team)),
        (child, other),
        (child, child),
    ):
        answer = owner.patch(f"/api/tasks/{task.pk}/", {"parent": above.pk}, format="json")
        assert (answer.status_code, list(answer.json().get("errors", answer.json()))) == (400, ["parent"])


def test_changes_are_in_the_history_with_who_from_what_to_what(owner, as_person, team, alice, bob):
    """C-6: written by the services, and not to be edited."""
    task = TaskFactory(team=team, title="Old")
    changes = {"title": "New", "status": "in_progress", "assignees": ["bob"], "labels": ["brass"], "priority": "low"}
    assert owner.patch(f"/api/tasks/{task.pk}/", changes, format="json").json()["version"] == 2
    rows = owner.get(f"/api/tasks/{task.pk}/history/").json()["results"]
    told = {row["field"]: (row["actor"], row["before"], row["after"]) for row in rows}
    assert told == {
        "created": ("alice", None, "Old"),
        "title": ("alice", "Old", "New"),
        "status": ("alice", "todo", "in_progress"),
        "assignees": ("alice", [], ["bob"]),
        "labels": ("alice", [], ["brass"]),
        "priority": ("alice", "none", "low"),
    }
    assert owner.post(f"/api/tasks/{task.pk}/history/", {"field": "x"}).status_code == 405
    assert as_person(bob).patch(f"/api/tasks/{task.pk}/", {"title": "New"}, format="json").json()["version"] == 2


def test_of_two_who_change_the_same_the_second_is_shown_both(owner, as_person, team, bob):
    task = TaskFactory(team=team, title="Old", description="Old")
    other = as_person(bob)
    assert other.patch(f"/api/tasks/{task.pk}/", {"title": "Bob's", "version": 1}, format="json").status_code == 200
    answer = owner.patch(f"/api/tasks/{task.pk}/", {"title": "Mine", "version": 1}, format="json")
    assert answer.status_code == 409
    problem = answer.json()
    assert (problem["current"], problem["yours"], problem["version"]) == ({"title": "Bob's"}, {"title": "Mine"}, 2)
    assert Task.objects.get(pk=task.pk).title == "Bob's"
    assert owner.patch(f"/api/tasks/{task.pk}/", {"title": "Mine", "version": 2}, format="json").status_code == 200


@pytest.mark.parametrize(
    ("field", "theirs", "mine"),
    [
        ("metadata", {"a": 1}, {"a": 2}),
        ("assignees", ["bob"], ["alice"]),
        ("labels", ["theirs"], ["mine"]),
        ("due_date", "2030-01-01", "2030-01-02"),
        ("estimated_hours", "1.00", "2.00"),
        ("priority", "low", "high"),
        ("description", "Theirs", "Mine"),
    ],
)
def test_both_values_of_every_kind_of_field_are_shown(owner, as_person, team, bob, field, theirs, mine):
    task = TaskFactory(team=team)
    assert as_person(bob).patch(f"/api/tasks/{task.pk}/", {field: theirs}, format="json").status_code == 200
    answer = owner.patch(f"/api/tasks/{task.pk}/", {field: mine, "version": 1}, format="json")
    assert answer.status_code == 409
    assert (answer.json()["current"], answer.json()["yours"]) == ({field: theirs}, {field: mine})


def test_who_changes_something_else_overwrites_nothing(owner, as_person, team, bob):
    task = TaskFactory(team=team, title="Old", description="Old")
    as_person(bob).patch(f"/api/tasks/{task.pk}/", {"title": "Bob's"}, format="json")
    sent = {"title": "Old", "description": "Mine", "version": 1}
    answer = owner.put(f"/api/tasks/{task.pk}/", sent, format="json").json()
    assert (answer["title"], answer["description"]) == ("Bob's", "Mine")


def test_only_sensible_changes_of_status(owner, team):
    """C-13."""
    task = TaskFactory(team=team, status="backlog")
    answer = owner.patch(f"/api/tasks/{task.pk}/", {"status": "in_review"}, format="json")
    assert answer.status_code == 409
    assert "To do, In progress, Cancelled" in answer.json()["errors"]["status"][0]
    for status in ("todo", "in_progress", "in_review", "done"):
        shown = owner.patch(f"/api/tasks/{task.pk}/", {"status": status}, format="json").json()
        assert shown["status"] == status
    assert shown["done_at"]
    assert owner.patch(f"/api/tasks/{task.pk}/", {"status": "in_progress"}, format="json").json()["done_at"] is None


def test_a_task_is_assigned_to_several_and_taken_back(owner, team):
    """C-6."""
    task = TaskFactory(team=team)
    shown = owner.post(f"/api/tasks/{task.pk}/assign/", {"assignees": ["alice", "bob"]}, format="json").json()
    assert shown["assignees"] == ["alice", "bob"]
    assert owner.post(f"/api/tasks/{task.pk}/assign/", {"assignees": []}, format="json").json()["assignees"] == []
    assert owner.post(f"/api/tasks/{task.pk}/assign/", {"assignees": ["ghost"]}, format="json").status_code == 400


def test_comments_are_listed_and_added_and_taken_back(owner, as_person, team, bob):
    """C-6."""
    task = TaskFactory(team=team)
    first = owner.post(f"/api/tasks/{task.pk}/comments/", {"text": " It ticks. "}, format="json").json()
    as_person(bob).post(f"/api/tasks/{task.pk}/comments/", {"text": "It tocks."}, format="json")
    shown = owner.get(f"/api/tasks/{task.pk}/comments/").json()["results"]
    assert [(row["author"], row["text"]) for row in shown] == [("alice", "It ticks."), ("bob", "It tocks.")]
    assert owner.post(f"/api/tasks/{task.pk}/comments/", {"text": " "}, format="json").status_code == 400
    assert as_person(bob).delete(f"/api/tasks/{task.pk}/comments/{first['id']}/").status_code == 403
    assert owner.delete(f"/api/tasks/{task.pk}/comments/{first['id']}/").status_code == 204


def test_what_is_put_away_is_in_no_list_and_does_not_change(owner, team):
    task = TaskFactory(team=team)
    assert owner.post(f"/api/tasks/{task.pk}/archive/").json()["archived"] is True
    assert owner.get(f"/api/tasks/?team={team.pk}").json()["results"] == []
    assert len(owner.get("/api/tasks/?archived=true").json()["results"]) == 1
    assert owner.patch(f"/api/tasks/{task.pk}/", {"title": "x"}, format="json").status_code == 409
    assert owner.post(f"/api/tasks/{task.pk}/restore/").json()["archived"] is False


def test_a_task_is_removed_for_good_and_its_subtasks_stay(owner, team):
    parent = TaskFactory(team=team)
    child = TaskFactory(team=team, parent=parent)
    assert owner.delete(f"/api/tasks/{parent.pk}/").status_code == 204
    assert owner.get(f"/api/tasks/{parent.pk}/").status_code == 404
    assert owner.get(f"/api/tasks/{child.pk}/").json()["parent"] is None


def test_several_are_changed_at_once_or_none(owner, team, carol):
    one, two = TaskFactory(team=team), TaskFactory(team=team, status="backlog")
    body = {"tasks": [one.pk, two.pk], "status": "done"}
    answer = owner.post("/api/tasks/bulk/", body, format="json")
    assert answer.status_code == 409
    assert answer.json()["detail"].startswith("WEB-2: ")
    assert set(Task.objects.values_list("status", flat=True)) == {"todo", "backlog"}
    body = {"tasks": [one.pk, two.pk], "status": "in_progress", "assignees": ["bob"], "priority": "urgent"}
    assert owner.post("/api/tasks/bulk/", body, format="json").json() == {"changed": 2}
    assert titles(owner.get("/api/tasks/?assignee=bob&status=in_progress&priority=urgent")) == [two.title, one.title]
    alien = TaskFactory(team=TeamFactory(owner=carol))
    assert owner.post("/api/tasks/bulk/", {"tasks": [alien.pk], "priority": "low"}, format="json").status_code == 400
    assert owner.post("/api/tasks/bulk/", {"tasks": [one.pk], "archived": True}, format="json").status_code == 200
    assert titles(owner.get("/api/tasks/")) == [two.title]


def test_filters_by_every_field(owner, team, alice, bob):
    """C-5."""
    mine = TaskFactory(
        team=team,
        title="Mend the clock",
        description="Backwards",
        status="in_progress",
        priority=3,
        due_date="2030-01-02",
        assignees=[bob],
        labels=["Brass"],
        estimated_hours=3,
        actual_hours=5,
        metadata={"customer": "Aas"},
    )
    other = TaskFactory(team=team, title="Other", parent=mine)
    TaskFactory(team=TeamFactory(owner=alice), title="Elsewhere")
    filters = [
        f"team={team.pk}&parent=none",
        "title=clock",
        "description=backw",
        "status=in_progress,done",
        "priority=high,urgent",
        "assignee=bob",
        "assignees=BOB",
        "watcher=bob",
        "label=brass",
        "labels=Brass",
        "estimated_hours_min=2&estimated_hours_max=3",
        "actual_hours_min=5",
        "metadata=customer:Aas",
        "due_date=2030-01-02",
        "due_after=2030-01-02&due_before=2030-01-03",
        "search=mending",
        "search=web-1&label=brass",
    ]
    found = {query: titles(owner.get(f"/api/tasks/?{query}")) for query in filters}
    assert {query: names for query, names in found.items() if names != ["Mend the clock"]} == {}
    assert titles(owner.get(f"/api/tasks/?parent={mine.pk}")) == [other.title]
    assert titles(owner.get(f"/api/tasks/?assignee=none&team={team.pk}&creator=me")) == [other.title]
    assert len(titles(owner.get("/api/tasks/?created_after=2020-01-01&updated_before=2100-01-01T00:00Z"))) == 3
    assert titles(owner.get(f"/api/tasks/?label=none&team={team.pk}")) == [other.title]
    assert titles(owner.get("/api/tasks/?team=personal")) == []
    assert titles(owner.get("/api/tasks/?due=overdue")) == []


@pytest.mark.parametrize(
    "query",
    [
        "status=doing",
        "priority=9",
        "due=later",
        "due_before=soon",
        "team=x",
        "parent=-1",
        "estimated_hours_min=NaN",
        "metadata=x",
        "created_after=2026-99-99",
        "due_date=2026-02-30",
        pytest.param(f"title={'a' * 201}", id="title=aaa…"),
        pytest.param(f"description={'a' * 201}", id="description=aaa…"),
    ],
)
def test_a_filter_that_makes_no_sense_is_explained(owner, team, query):
    answer = owner.get(f"/api/tasks/?{query}")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [query.partition("=")[0]])


@pytest.mark.parametrize("name", ["created_at", "updated_at", "due_date", "priority", "status", "title", "position"])
def test_every_order_goes_on_where_its_page_ends(owner, team, name):
    """C-5: also when many have the same value, or none."""
    days = [None, "2030-01-03", None, "2030-01-01", "2030-01-01"]
    for number, day in enumerate(days):
        TaskFactory(team=team, title=f"T {number % 3}", due_date=day, priority=number % 2)
    for way in ("", "-"):
        seen, address = [], f"/api/tasks/?ordering={way}{name}&page_size=2"
        while address:
            page = owner.get(address).json()
            seen += [task["id"] for task in page["results"]]
            address = page["next"]
        assert len(seen) == len(set(seen)) == 5
        whole = [task["id"] for task in owner.get(f"/api/tasks/?ordering={way}{name}").json()["results"]]
        assert seen == whole


def test_what_has_no_due_date_comes_last(owner, team):
    later = TaskFactory(team=team, due_date="2031-01-01")
    never, soon = TaskFactory(team=team), TaskFactory(team=team, due_date="2030-01-01")
    assert titles(owner.get("/api/tasks/?ordering=due_date")) == [soon.title, later.title, never.title]


def test_time_that_is_logged_adds_up(owner, as_person, team, bob):
    """C-13."""
    task = TaskFactory(team=team, actual_hours=1)
    first = owner.post(f"/api/tasks/{task.pk}/time/", {"hours": "1.5", "note": "Oil"}, format="json")
    assert first.status_code == 201
    as_person(bob).post(f"/api/tasks/{task.pk}/time/", {"hours": "0.25", "day": "2026-01-02"}, format="json")
    rows = owner.get(f"/api/tasks/{task.pk}/time/").json()["results"]
    assert [(row["person"], row["hours"], row["note"]) for row in rows] == [
        ("alice", "1.50", "Oil"),
        ("bob", "0.25", ""),
    ]
    assert owner.get(f"/api/tasks/{task.pk}/").json()["actual_hours"] == "2.75"
    for wrong in ({"hours": 0}, {"hours": 25}, {"hours": "x"}, {"hours": 1, "day": "2100-01-01"}):
        assert owner.post(f"/api/tasks/{task.pk}/time/", wrong, format="json").status_code == 400
    assert TaskHistory.objects.filter(task=task, field="actual_hours").count() == 2
