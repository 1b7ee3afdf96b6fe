"""The rules that a team can switch on, and how fast it is (C-13)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from innotter.tasks import services
from innotter.tasks.models import Task
from tests.factories.accounts import UserFactory
from tests.factories.tasks import TaskFactory, TeamFactory


def now(task):
    return Task.objects.get(pk=task.pk)


def test_a_new_task_goes_to_whoever_has_the_least_to_do(alice, bob, carol, deliver_events):
    team = TeamFactory(owner=alice, members=[bob], guests=[carol], assigns_by_load=True)
    TaskFactory(team=team, assignees=[alice])
    TaskFactory(team=team, assignees=[bob], status="done")
    new = TaskFactory(team=team)
    deliver_events()
    assert list(new.assignees.all()) == [bob]
    row = new.history.get(field="assignees")
    assert (row.is_automation, row.before, row.after) == (True, [], ["bob"])
    services.edit_task(editor=alice, task=new, assignees=[])
    assert services.assign_by_load(task=new) is None
    assert not new.assignees.exists()


@pytest.mark.parametrize(
    ("change", "goes_to_somebody"),
    [
        ({}, True),
        ({"status": "done"}, False),
        ({"status": "cancelled"}, False),
        ({"archived_at": datetime(2026, 11, 25, tzinfo=UTC)}, False),
    ],
)
def test_what_is_finished_or_put_away_is_given_to_nobody(alice, change, goes_to_somebody):
    task = TaskFactory(team=TeamFactory(owner=alice, assigns_by_load=True))
    Task.objects.filter(pk=task.pk).update(**change)
    assert bool(services.assign_by_load(task=now(task))) is goes_to_somebody
    assert task.assignees.exists() is goes_to_somebody


def test_what_was_given_to_somebody_from_the_start_is_given_to_nobody_else(alice, bob):
    team = TeamFactory(owner=alice, members=[bob], assigns_by_load=True)
    task = TaskFactory(team=team, assignees=[alice])
    assert services.assign_by_load(task=task) is None
    assert list(task.assignees.all()) == [alice]


def test_with_the_same_load_it_goes_round(alice, bob, deliver_events):
    team = TeamFactory(owner=alice, members=[bob], assigns_by_load=True)
    for _number in range(4):
        TaskFactory(team=team)
        deliver_events()
    owners = [task.assignees.get() for task in Task.objects.order_by("pk")]
    assert owners == [alice, bob, alice, bob]


def test_without_the_rule_nobody_is_named(alice, deliver_events):
    task = TaskFactory(team=TeamFactory(owner=alice))
    deliver_events()
    assert not task.assignees.exists()


@pytest.mark.parametrize(("is_on", "status"), [(True, "done"), (False, "backlog")])
def test_a_parent_is_closed_when_all_its_subtasks_are_done(alice, deliver_events, is_on, status):
    team = TeamFactory(owner=alice, closes_parents=is_on)
    parent = TaskFactory(team=team, status="backlog")
    first, second, third = (TaskFactory(team=team, parent=parent) for _number in range(3))
    services.edit_task(editor=alice, task=first, status="done")
    services.edit_task(editor=alice, task=second, status="cancelled")
    deliver_events()
    assert now(parent).status == "backlog"
    services.edit_task(editor=alice, task=third, status="done")
    deliver_events()
    assert now(parent).status == status
    assert parent.history.filter(field="status", is_automation=True).exists() is is_on


def test_velocity_is_what_was_done_week_by_week(as_person, alice):
    team = TeamFactory(owner=alice)
    with time_machine.travel(datetime(2026, 11, 25, 12, tzinfo=UTC)):
        done = [TaskFactory(team=team, estimated_hours=Decimal("1.5")) for _number in range(3)]
        TaskFactory(team=team)
        for task in done[:2]:
            services.edit_task(editor=alice, task=task, status="done")
        Task.objects.filter(pk=done[1].pk).update(done_at=datetime(2026, 11, 17, tzinfo=UTC))
        weeks = as_person(alice).get(f"/api/teams/{team.pk}/velocity/").json()
    assert len(weeks) == 8
    assert weeks[-2:] == [
        {"begins": "2026-11-16", "tasks": 1, "hours": "1.50"},
        {"begins": "2026-11-23", "tasks": 1, "hours": "1.50"},
    ]


def test_a_template_becomes_a_task_with_its_subtasks_in_one_step(as_person, alice, bob):
    """C-4: due dates are counted from the day it is used."""
    team = TeamFactory(owner=alice, members=[bob])
    body = {
        "team": team.pk,
        "name": "Release",
        "title": "Release the clock",
        "priority": "high",
        "due_in_days": 7,
        "labels": ["release"],
        "subtasks": [{"title": "Polish", "due_in_days": 2}, {"title": "Pack"}],
    }
    template = as_person(alice).post("/api/task-templates/", body, format="json").json()
    assert as_person(UserFactory()).post(f"/api/task-templates/{template['id']}/use/").status_code == 404
    task = as_person(bob).post(f"/api/task-templates/{template['id']}/use/").json()
    today = datetime.now(UTC).date()
    assert (task["title"], task["priority"], task["labels"]) == ("Release the clock", "high", ["release"])
    assert task["due_date"] == (today + timedelta(days=7)).isoformat()
    assert task["subtasks"] == {"count": 2, "done": 0}
    assert list(Task.objects.filter(parent=task["id"]).order_by("pk").values_list("title", "due_date")) == [
        ("Polish", today + timedelta(days=2)),
        ("Pack", None),
    ]
    changed = as_person(bob).patch(f"/api/task-templates/{template['id']}/", {"title": "Other"}, format="json").json()
    assert (changed["title"], len(changed["subtasks"])) == ("Other", 2)
    assert as_person(bob).post("/api/task-templates/", body, format="json").status_code == 400


def test_the_form_of_a_template_gives_its_subtasks_back_as_they_were(alice, browser_of):
    team = TeamFactory(owner=alice)
    subtasks = [
        {"title": title, "due_in_days": days}
        for title in ("Pack", "2026", "Part | 3", "A | b", "Odd |")
        for days in (None, 0, 5)
    ]
    template = services.save_template(author=alice, team=team, name="A", title="A", subtasks=subtasks)
    page = browser_of(alice).get(f"/teams/{team.pk}/templates/{template.pk}/")
    sent = {"name": "A", "title": "A", "priority": 0, "subtasks": page.context["form"]["subtasks"].value()}
    assert browser_of(alice).post(f"/teams/{team.pk}/templates/{template.pk}/", sent).status_code == 302
    template.refresh_from_db()
    assert template.subtasks == subtasks
    sent["subtasks"] = "2026\nWrite | 1\nA | b\nOnly |"
    browser_of(alice).post(f"/teams/{team.pk}/templates/{template.pk}/", sent)
    template.refresh_from_db()
    assert [tuple(row.values()) for row in template.subtasks] == [
        ("2026", None),
        ("Write", 1),
        ("A | b", None),
        ("Only", None),
    ]


def test_a_template_that_is_dropped_is_gone_and_what_was_made_from_it_stays(alice):
    team = TeamFactory(owner=alice)
    dropped, kept = (
        services.save_template(author=alice, team=team, name=name, title=name) for name in ("Weekly", "Daily")
    )
    task = services.use_template(person=alice, template=dropped)
    services.delete_template(person=alice, template=dropped)
    assert list(team.templates.all()) == [kept]
    assert now(task).title == "Weekly"


def test_a_task_becomes_a_job_that_others_bid_for_and_shows_its_state(as_person, alice, carol):
    task = TaskFactory(team=TeamFactory(owner=alice), title="Mend the clock")
    offer = {"deadline": "2035-01-01T00:00Z", "budget": "80", "currency": "EUR"}
    job = as_person(alice).post(f"/api/tasks/{task.pk}/job/", offer, format="json").json()["job"]
    assert as_person(alice).post(f"/api/tasks/{task.pk}/job/", offer, format="json").status_code == 409
    shown = as_person(alice).get(f"/api/tasks/{task.pk}/").json()
    assert (shown["job"], shown["job_status"]) == (job, "pending")
    assert [row["name"] for row in as_person(carol).get("/api/jobs/open/").json()["results"]] == ["Mend the clock"]
    assert as_person(carol).get(f"/api/tasks/{task.pk}/").status_code == 404
