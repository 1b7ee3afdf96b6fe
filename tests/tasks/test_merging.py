"""Two people change a task: nothing is overwritten unseen, and nobody is stopped by what does not touch them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from innotter.errors import Invalid
from innotter.tasks import services
from innotter.tasks.models import Task
from innotter.tasks.services import merging
from innotter.tasks.services.merging import TaskHasChanged
from tests.factories.tasks import TaskFactory, TeamFactory


@pytest.fixture
def team(alice, bob):
    return TeamFactory(owner=alice, members=[bob])


@pytest.fixture
def task(team, bob):
    """In four versions: the title was Old, A, A, B; the description Old, Old, New, New."""
    task = TaskFactory(team=team, title="Old", description="Old")
    for change in ({"title": "A"}, {"description": "New"}, {"title": "B"}):
        services.edit_task(editor=bob, task=task, **change)
    return task


#: Which version somebody has seen, what they send, and what the title is then; None where they are asked.
MERGES = [
    (1, "Old", "B"),
    (1, "B", "B"),
    (1, "A", None),
    (1, "Mine", None),
    (2, "A", "B"),
    (2, "Old", None),
    (2, "Mine", None),
    (3, "A", "B"),
    (3, "Old", None),
    (3, "Mine", None),
    (4, "Old", "Old"),
    (4, "A", "A"),
    (4, "Mine", "Mine"),
    (None, "Old", "Old"),
    (None, "Mine", "Mine"),
]


@pytest.mark.parametrize(("seen", "sent", "title"), MERGES)
def test_what_somebody_sends_is_compared_with_the_version_that_they_have_seen(task, alice, seen, sent, title):
    assert task.history.count() == 4
    if title is None:
        with pytest.raises(TaskHasChanged) as refusal:
            services.edit_task(editor=alice, task=task, version=seen, title=sent)
        assert refusal.value.more == {"current": {"title": "B"}, "yours": {"title": sent}, "version": 4}
    else:
        services.edit_task(editor=alice, task=task, version=seen, title=sent)
    assert Task.objects.get(pk=task.pk).title == (title or "B")


@pytest.mark.parametrize(("seen", "is_asked"), [(1, True), (2, True), (3, False), (4, False)])
def test_what_others_have_changed_before_somebody_looked_is_no_conflict(task, alice, seen, is_asked):
    """The description has changed in the third version: who has seen that one knows it."""
    if is_asked:
        with pytest.raises(TaskHasChanged):
            services.edit_task(editor=alice, task=task, version=seen, description="Mine")
    else:
        services.edit_task(editor=alice, task=task, version=seen, description="Mine")
    assert Task.objects.get(pk=task.pk).description == ("New" if is_asked else "Mine")


def test_ones_own_change_is_not_taken_for_anothers(team, as_person, alice, bob):
    """Alice changes the title, Bob something else, Alice the title again: by the version that her change has made."""
    task = TaskFactory(team=team, title="Old")
    mine, theirs = as_person(alice), as_person(bob)
    address = f"/api/tasks/{task.pk}/"
    version = mine.patch(address, {"title": "First", "version": 1}, format="json").json()["version"]
    assert theirs.patch(address, {"priority": "high"}, format="json").json()["version"] == version + 1 == 3
    answer = mine.patch(address, {"title": "Second", "version": version}, format="json")
    assert (answer.status_code, answer.json()["title"], answer.json()["priority"]) == (200, "Second", "high")


def test_a_version_that_is_not_there_yet_is_refused(task, alice):
    with pytest.raises(Invalid):
        services.edit_task(editor=alice, task=task, version=5, title="Mine")


def test_what_somebody_saw_long_ago_is_compared_by_a_row_for_each_field(alice):
    task = services.create_task(creator=alice, team=services.space_of(person=alice), title="First")
    for number in range(5):
        services.edit_task(editor=alice, task=task, title=f"Title {number}", description=f"Text {number}")
    task.refresh_from_db()
    assert merging._as_it_was(task, 1) == {"title": "First", "description": ""}
    with CaptureQueriesContext(connection) as queries:
        merging._as_it_was(task, 1)
    assert "DISTINCT ON" in queries[0]["sql"]


@pytest.mark.parametrize(
    "wanted", [{"title": " Old  title "}, {"description": "Two\r\nlines  "}, {"title": "Old title"}]
)
def test_the_same_text_in_other_spaces_is_no_change(team, alice, wanted):
    task = TaskFactory(team=team, title="Old title", description="Two\nlines")
    before = Task.objects.values().get(pk=task.pk)
    services.edit_task(editor=alice, task=task, **wanted)
    assert Task.objects.values().get(pk=task.pk) == before


def test_whoever_is_asked_reads_the_names_of_those_who_have_it_now(team, alice, bob):
    task = TaskFactory(team=team)
    services.edit_task(editor=bob, task=task, assignees=[bob, alice], labels=["brass"])
    with pytest.raises(TaskHasChanged) as refusal:
        services.edit_task(editor=alice, task=task, version=1, assignees=[alice], labels=["tin"])
    said = {field: str(words[0] if isinstance(words, list) else words) for field, words in refusal.value.errors.items()}
    assert {field: words.rpartition(": ")[2] for field, words in said.items()} == {
        "assignees": "alice, bob",
        "labels": "brass",
    }
