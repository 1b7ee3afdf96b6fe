"""Who has a task."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from innotter.accounts.models import User
from innotter.errors import Invalid
from innotter.events.services import record_all
from innotter.tasks.events import TaskAssigned
from innotter.tasks.models import Membership, Task, TaskAssignment, TaskHistory

MOST_ASSIGNEES = 20


def set_assignees(*, task: Task, people: Sequence[User], actor: User | None) -> list[User]:
    """Let these people have the task, and nobody else; gives those who had it not, who must work in the team."""
    if len(people) > MOST_ASSIGNEES:
        raise Invalid(assignees=_("At most %(most)d people.") % {"most": MOST_ASSIGNEES})
    had = set(TaskAssignment.objects.filter(task=task).values_list("user", flat=True))
    new = [person for person in people if person.pk not in had]
    working = Membership.objects.working().filter(team=task.team_id, user__in=new)
    able = set(working.values_list("user", flat=True))
    if strangers := [person.username for person in new if person.pk not in able]:
        names = ", ".join(strangers)
        raise Invalid(assignees=_("Not a working member of this team: %(names)s.") % {"names": names})
    TaskAssignment.objects.filter(task=task).exclude(user__in=people).delete()
    TaskAssignment.objects.bulk_create(TaskAssignment(task=task, user=person, assigned_by=actor) for person in new)
    task.watchers.add(*new)
    return new


@transaction.atomic
def tell_assigned(*, task: Task, people: Sequence[User], row: TaskHistory) -> None:
    """Let it be known who has a task from now on."""
    facts = {"task_id": task.pk, "team_id": task.team_id, "change_id": row.pk}
    record_all([TaskAssigned(assignee_id=person.pk, **facts) for person in people])
