"""Time that people have spent on a task."""

from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter import rows
from innotter.accounts.models import User, zone_named
from innotter.errors import Invalid, require
from innotter.tasks.models import Task, TimeEntry
from innotter.tasks.permissions import can_delete_time
from innotter.tasks.services.changing import change
from innotter.tasks.services.holding import hold_to_change

MOST_HOURS = 24


@transaction.atomic
def log_time(*, person: User, task: Task, hours: Decimal, day: date | None = None, note: str = "") -> TimeEntry:
    """Write down time that one has spent on a task: its actual hours grow by it."""
    held = hold_to_change(person=person, task=task)
    if not 0 < hours <= MOST_HOURS:
        raise Invalid(hours=_("More than 0 and at most 24 hours."))
    # Hours are spent on one's own day, whichever door they are written down at.
    own_day = timezone.localdate(timezone=zone_named(person.time_zone))
    day = day or own_day
    if day > own_day + timedelta(days=1):
        raise Invalid(day=_("This day is in the future."))
    entry = TimeEntry(task=held, person=person, hours=hours, day=day, note=note.strip())
    entry.clean_fields(exclude={"task", "person"})
    entry.save(force_insert=True)
    change(task=held, actor=person, changes={"actual_hours": (held.actual_hours or 0) + hours})
    return entry


@transaction.atomic
def delete_time(*, person: User, entry: TimeEntry) -> None:
    """Take time back that was logged by mistake: the task's actual hours shrink by it. Of two who do, one does."""
    held = hold_to_change(person=person, task=entry.task)
    require(can_delete_time(person, entry))
    gone = rows.hold(TimeEntry.objects.all(), entry.pk)
    gone.delete()
    # The hours may have been set by hand meanwhile, to less than what was logged.
    left = max(Decimal(0), (held.actual_hours or Decimal(0)) - gone.hours)
    change(task=held, actor=person, changes={"actual_hours": left or None})
