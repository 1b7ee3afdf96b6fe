"""A label is one thing, however it is written, at every door."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from innotter.errors import Invalid
from innotter.tasks import services
from innotter.tasks.models import Label, Task
from tests.factories.tasks import TaskFactory, TeamFactory


@pytest.fixture
def team(alice):
    return TeamFactory(owner=alice)


def labels_of(task):
    return sorted(label.name for label in task.labels.all())


#: As the team has it, and as somebody else writes it. Some letters are folded in one way by Python, in another by
#: PostgreSQL; the rest are cleaned before they are kept.
SPELLINGS = [
    ("iş", "İş"),
    ("İ", "I"),
    ("οδοσ", "ΟΔΟΣ"),
    ("brass", "BRASS"),
    ("straße", "STRASSE"),
    ("\u1c8a", "\u1c89"),
    ("a b", "a \t  b"),
    ("\u00e9clat", "e\u0301clat"),
    ("ab", "a\x07b"),
    ("ab", "a\u202eb"),
]


@pytest.mark.parametrize(("kept", "written"), SPELLINGS)
def test_no_spelling_of_a_label_is_refused_because_another_is_there(team, alice, as_person, browser_of, kept, written):
    TaskFactory(team=team, labels=[kept])
    task = TaskFactory(team=team)
    for names in ([written], [kept, written]):
        answer = as_person(alice).patch(f"/api/tasks/{task.pk}/", {"labels": names}, format="json")
        assert answer.status_code == 200, answer.content
    table = SimpleUploadedFile("t.csv", f'title,labels\nA,"{written}; {kept}; {written}"\n'.encode())
    answer = as_person(alice).post(f"/api/teams/{team.pk}/import/", {"file": table}, format="multipart")
    assert answer.status_code in {200, 201}, answer.content
    assert labels_of(Task.objects.get(title="A")) == labels_of(task)
    form = {"title": "B", "labels": f"{written}, {kept}", "status": "todo", "priority": "0"}
    assert browser_of(alice).post(f"/tasks/new/?team={team.pk}", form).status_code == 302
    assert labels_of(Task.objects.get(title="B")) == labels_of(task)


def test_the_first_spelling_stays(team, alice):
    task = TaskFactory(team=team, labels=["Brass"])
    services.edit_task(editor=alice, task=task, labels=["BRASS", "brass", "Tin"])
    assert labels_of(task) == ["Brass", "Tin"]
    assert Label.objects.filter(team=team).count() == 2


@pytest.mark.parametrize("labels", [["x" * 31], ["a,b"], ["\u200b"], [f"l{number}" for number in range(21)]])
def test_a_template_whose_labels_no_task_could_have_is_refused_when_it_is_kept(team, alice, labels):
    with pytest.raises(Invalid):
        services.save_template(author=alice, team=team, name="Weekly", title="Sweep", labels=labels)
