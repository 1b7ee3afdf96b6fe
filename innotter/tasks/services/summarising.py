"""The morning's summary of a person's tasks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from innotter import rows
from innotter.accounts.models import IN_GOOD_STANDING, User, zone_named
from innotter.mail.services import Letter, send_mails
from innotter.notifications.kinds import Kind
from innotter.notifications.services import channels_of
from innotter.outages import done_for_each
from innotter.tasks.models import Summarised, Task, TaskQuerySet
from innotter.tasks.models.task import today
from innotter.tasks.services.letters import letter, names_of

PORTION = 200
#: The hours of a person's own day in which the summary comes: it is late after a night without power, not at noon.
MORNING, NOON = 7, 12
MOST_SHOWN = 20


@dataclass(frozen=True)
class Group:
    """A section of the summary."""

    name: str
    tasks: list[Task]
    more: int


def send_summaries() -> int:
    """Write to those whose morning it is and who have had no summary for their day; says to how many."""
    count = 0
    zones = User.objects.filter(IN_GOOD_STANDING, task_assignments__isnull=False).values_list("time_zone", flat=True)
    for zone in zones.order_by().distinct():
        now = timezone.now().astimezone(zone_named(zone))
        if MORNING <= now.hour < NOON:
            count += _summarise_zone(zone, now)
    return count


def _summarise_zone(zone: str, now: datetime) -> int:
    had = Summarised.objects.filter(day=now.date()).values("person")
    people = User.objects.filter(IN_GOOD_STANDING, time_zone=zone, task_assignments__isnull=False).exclude(pk__in=had)
    count, last = 0, 0
    while portion := list(people.filter(pk__gt=last).order_by("pk").distinct()[:PORTION]):
        count += done_for_each(portion, lambda person: _send_summary(person=person, now=now))
        last = portion[-1].pk
    return count


@transaction.atomic
def _send_summary(*, person: User, now: datetime) -> bool:
    """One person's tasks at the beginning of their day; nobody is written to who has nothing to do. Once a day."""
    rows.hold(User.objects.all(), person.pk)
    day = now.date()
    if Summarised.objects.filter(person=person, day=day).exists():
        return False
    Summarised.objects.update_or_create(person=person, defaults={"day": day})
    return _write(person, day=day, due=today(), draft=1)


@transaction.atomic
def is_summary_true(*, about: Mapping[str, Any]) -> bool:
    """Whether all tasks of a summary may be read by its reader, are theirs to do then, and are called what it says.

    If something has gone or changed, it is written again with what is left, as the e-mail of another key: the one that
    says too much has this one for good.
    """
    person = User.objects.filter(IN_GOOD_STANDING, pk=about["person"]).first()
    if person is None or not channels_of(people=[person], kind=Kind.DAILY_SUMMARY)[person.pk].by_email:
        return False
    left = Task.objects.readable_by(person).filter(pk__in=about["tasks"]).select_related("team").in_bulk()
    is_there = len(left) == len(set(about["tasks"])) and about.get("names", "") in {"", names_of(tasks=left.values())}
    if "day" not in about:  # An e-mail of the version before does not say of which day it is.
        return is_there
    day, due = date.fromisoformat(about["day"]), date.fromisoformat(about["due"])
    if is_there and _still_stand(person, about.get("groups", {}), day=day, due=due):
        return True
    _write(person, day=day, due=due, draft=about["draft"] + 1)
    return False


def _still_stand(person: User, groups: Mapping[str, Sequence[int]], *, day: date, due: date) -> bool:
    """Whether each task is still to be done, by this person, and at the time that the group says in which it stands."""
    now = _sections(person, day=day, due=due)
    return all(now[name].filter(pk__in=pks).count() == len(pks) for name, pks in groups.items())


def _write(person: User, *, day: date, due: date, draft: int) -> bool:
    groups = _groups(person, day=day, due=due)
    if not groups or not channels_of(people=[person], kind=Kind.DAILY_SUMMARY)[person.pk].by_email:
        return False
    send_mails(letters=[_letter(person, groups, day=day, due=due, draft=draft)])
    return True


def _groups(person: User, *, day: date, due: date) -> list[Group]:
    groups = [_group(name, tasks) for name, tasks in _sections(person, day=day, due=due).items()]
    return [group for group in groups if group.tasks]


def _sections(person: User, *, day: date, due: date) -> dict[str, TaskQuerySet]:
    """What the board calls overdue is overdue here too, and nothing else is, wherever the person has their morning."""
    until = max(day, due)
    mine = Task.objects.readable_by(person).assigned_to(person).unfinished().select_related("team")
    return {
        "overdue": mine.filter(due_date__lt=due),
        "today": mine.filter(due_date__range=(due, until)),
        "week": mine.filter(due_date__gt=until, due_date__lte=until + timedelta(days=7)),
        "begun": mine.filter(status=Task.Status.IN_PROGRESS, due_date=None),
    }


def _group(name: str, tasks: TaskQuerySet) -> Group:
    rows = tasks.order_by("due_date", "-priority", "pk")
    shown = list(rows[: MOST_SHOWN + 1])
    more = rows.count() - MOST_SHOWN if len(shown) > MOST_SHOWN else 0
    return Group(name, shown[:MOST_SHOWN], more)


def _letter(person: User, groups: list[Group], *, day: date, due: date, draft: int) -> Letter:
    key = f"task-summary/{person.pk}/{day.isoformat()}" + (f"/{draft}" if draft > 1 else "")
    tasks = [task for group in groups for task in group.tasks]
    facts = {
        "person": person.pk,
        "tasks": [task.pk for task in tasks],
        "groups": {group.name: [task.pk for task in group.tasks] for group in groups},
        "names": names_of(tasks=tasks),
        "day": day.isoformat(),
        "due": due.isoformat(),
        "draft": draft,
    }
    return letter(
        person=person,
        key=key,
        template="tasks/mail/summary",
        kind=Kind.DAILY_SUMMARY,
        about=("tasks", facts),
        groups=groups,
        day=day,
    )
