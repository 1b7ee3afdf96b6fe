"""Who has a task."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from innotter.accounts.models import User
from innotter.errors import Invalid
from innotter.tasks.events import TaskAssigned
from innotter.tasks.models import Membership, Task, TaskAssignment, TaskHistory

MOST_ASSIGNEES = 20


def working_among(*, teams: Iterable[int], people: Sequence[User]) -> set[tuple[int, int]]:
    """Which of these people work in which of these teams: the ids of both."""
    working = Membership.objects.working().filter(team__in=teams, user__in=people)
    return set(working.values_list("team", "user"))


def new_among(
    *, task: Task, people: Sequence[User], had: Collection[User], working: Collection[tuple[int, int]]
) -> list[User]:
    """Those of the people who have not had the task; refuses them unless they are among the team's `working`."""
    if len(people) > MOST_ASSIGNEES:
        raise Invalid(assignees=_("At most %(most)d people.") % {"most": MOST_ASSIGNEES})
    new = [person for person in people if person not in had]
    if strangers := [person.username for person in new if (task.team_id, person.pk) not in working]:
        names = ", ".join(strangers)
        raise Invalid(assignees=_("Not a working member of this team: %(names)s.") % {"names": names})
    return new


def set_assignees(*, wanted: Mapping[Task, Sequence[User]], actor: User | None) -> None:
    """Let these people have each task, and nobody else. Those who had it not watch it from now on."""
    rows = TaskAssignment.objects.filter(task__in=wanted).values_list("pk", "task", "user")
    old = {(task, user): pk for pk, task, user in rows}
    pairs = {(task.pk, person.pk): (task, person) for task, people in wanted.items() for person in people}
    TaskAssignment.objects.filter(pk__in=[pk for pair, pk in old.items() if pair not in pairs]).delete()
    new = [both for pair, both in pairs.items() if pair not in old]
    TaskAssignment.objects.bulk_create(
        TaskAssignment(task=task, user=person, assigned_by=actor) for task, person in new
    )
    watching = Task.watchers.through
    watching.objects.bulk_create([watching(task=task, user=person) for task, person in new], ignore_conflicts=True)


def assigned(*, task: Task, people: Sequence[User], row: TaskHistory) -> list[TaskAssigned]:
    """What is to be recorded of those who have a task from now on."""
    facts = {"task_id": task.pk, "team_id": task.team_id, "change_id": row.pk}
    return [TaskAssigned(assignee_id=person.pk, **facts) for person in people]
