"""Tasks with what is shown of them, and the people and teams that belong to them."""

from collections.abc import Iterable
from datetime import date
from typing import Any, cast

from django.db.models import Count, DateField, F, OuterRef, Prefetch, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from innotter.accounts.models import User
from innotter.errors import Invalid
from innotter.tasks.models import Membership, Task, TaskAssignment, TaskComment, TaskQuerySet, Team
from innotter.tasks.models.task import today

#: What has no due date comes after everything that has one.
NEVER = date(9999, 12, 31)


def with_due(tasks: TaskQuerySet) -> TaskQuerySet:
    """With a due date that sorts."""
    return tasks.annotate(due=Coalesce("due_date", Value(NEVER), output_field=DateField()))


def for_reading(tasks: TaskQuerySet) -> TaskQuerySet:
    """With all that is shown of them, in a constant number of queries."""
    people = TaskAssignment.objects.select_related("user").order_by("pk")
    shown = tasks.select_related("team", "parent__team", "creator", "job")
    return with_counts(shown.prefetch_related(Prefetch("assignments", people), "labels"))


def due_by_today(person: User, *, limit: int) -> list[Task]:
    """What somebody has to do today, and what is late, the latest first."""
    due = Task.objects.readable_by(person).assigned_to(person).unfinished().filter(due_date__lte=today())
    return list(due.select_related("team").order_by("due_date", "-priority", "pk")[:limit])


def with_counts(tasks: TaskQuerySet) -> TaskQuerySet:
    """With the numbers of their subtasks, of those that are done, and of their comments."""
    children = Task.objects.filter(parent=OuterRef("pk")).active().order_by().values("parent")
    talk = TaskComment.objects.filter(task=OuterRef("pk")).order_by().values("task")
    count = Count("pk")
    return tasks.annotate(
        subtasks_count=Coalesce(Subquery(children.annotate(n=count).values("n")), 0),
        subtasks_done=Coalesce(Subquery(children.filter(status__in=Task.FINISHED).annotate(n=count).values("n")), 0),
        comments_count=Coalesce(Subquery(talk.annotate(n=count).values("n")), 0),
    )


def teams_of(person: User) -> QuerySet[Team]:
    """One's teams by name, one's own space first, each with one's role and the number of people."""
    role = Membership.objects.filter(team=OuterRef("pk"), user=person).values("role")
    people = Membership.objects.filter(team=OuterRef("pk")).order_by().values("team").annotate(n=Count("pk"))
    teams = Team.objects.of(person).annotate(role=Subquery(role), people=Subquery(people.values("n")))
    return teams.order_by(F("space_of").asc(nulls_last=True), "name", "pk")


def role_of(team: Team) -> str | None:
    """As what the person of `teams_of` is in one of these."""
    role: str | None = cast("Any", team).role
    return role


def members_named(team: Team, usernames: list[str], *, tasks: Iterable[Task] = ()) -> list[User]:
    """The people of a team by their names, and who has one of the tasks that are changed, also if they have left.

    Refuses others, whether there are any or not.
    """
    having = TaskAssignment.objects.filter(task__in=tasks).select_related("user")
    rows = [*having, *Membership.objects.filter(team=team).select_related("user")]
    people = {row.user.username.lower(): row.user for row in rows}
    if missing := [name for name in usernames if name.lower() not in people]:
        raise Invalid(assignees=_("Not a working member of this team: %(names)s.") % {"names": ", ".join(missing)})
    return list({people[name.lower()].pk: people[name.lower()] for name in usernames}.values())
