"""What is done again and again: setting it up, changing it, pausing it. It is fired by `jobs/engine/firing.py`."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Required, TypedDict, Unpack

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter import rows
from innotter.accounts.models import User
from innotter.accounts.models.user import is_time_zone, zone_named
from innotter.errors import Conflict, Invalid, require
from innotter.jobs.engine.firing import run_of, submit_runs
from innotter.jobs.engine.naming import jobs_named
from innotter.jobs.models import Job, RecurringJob
from innotter.jobs.permissions import can_manage_recurring_job, can_use_jobs
from innotter.jobs.registry import Handler
from innotter.jobs.schedules import Schedule, read_expression
from innotter.jobs.services.checking import check_handler
from innotter.jobs.services.room import hold_room, hold_turn
from innotter.jobs.waking import wake_after_commit


class RecurringChanges(TypedDict, total=False):
    """What of a recurring job can be changed."""

    name: str
    parameters: Mapping[str, Any]
    expression: str
    time_zone: str
    until: date | None
    missed: str
    notify: str


class RecurringWish(TypedDict, total=False):
    """What is to be done again and again. The zone is its owner's, unless the wish says otherwise."""

    name: Required[str]
    handler: Required[str]
    expression: Required[str]
    parameters: Mapping[str, Any]
    time_zone: str
    until: date | None
    missed: str
    notify: str


def next_times(*, expression: str, time_zone: str, until: date | None = None) -> list[datetime]:
    """When it would be done next; refuses what is no expression, or no zone."""
    try:
        is_time_zone(time_zone)
    except ValidationError as error:
        raise Invalid(time_zone=error.message) from None
    return Schedule(read_expression(expression), zone_named(time_zone)).next_times(timezone.now(), until=until)


@transaction.atomic
def create_recurring_job(*, owner: User, **wish: Unpack[RecurringWish]) -> RecurringJob:
    """Let the platform do something again and again, from its next time on."""
    require(can_use_jobs(owner))
    held = rows.hold(User.objects.all(), owner.pk)
    if RecurringJob.objects.of(held).count() >= settings.JOBS_MAX_RECURRING:
        raise Conflict(
            _("You have %(most)d recurring jobs. Delete some first.") % {"most": settings.JOBS_MAX_RECURRING}
        )
    recurring = RecurringJob(owner=owner, handler=wish["handler"], time_zone=owner.time_zone)
    _change(recurring, {"parameters": {}, **{name: value for name, value in wish.items() if name != "handler"}})
    recurring.save()
    return recurring


@transaction.atomic
def edit_recurring_job(*, owner: User, recurring: RecurringJob, **changes: Unpack[RecurringChanges]) -> RecurringJob:
    """Change it. Where its times change, the next is the first of the new ones that is to come."""
    require(can_manage_recurring_job(owner, recurring))
    held = rows.hold(RecurringJob.objects.all(), recurring.pk)
    _change(held, changes)
    held.save()
    return held


@transaction.atomic
def pause_recurring_job(*, owner: User, recurring: RecurringJob) -> None:
    """Let it rest. A run that has begun goes on. Pausing twice changes nothing."""
    require(can_manage_recurring_job(owner, recurring))
    running = RecurringJob.objects.filter(pk=recurring.pk, paused_at=None)
    running.update(paused_at=timezone.now(), next_at=None)


@transaction.atomic
def resume_recurring_job(*, owner: User, recurring: RecurringJob) -> None:
    """Go on with the next time that is to come: what has passed in the pause is not made up for."""
    require(can_manage_recurring_job(owner, recurring))
    held = rows.hold(RecurringJob.objects.all(), recurring.pk)
    if held.is_paused:
        held.expression = read_expression(held.expression)  # Another version may have understood it.
        held.paused_at, held.paused_reason, held.next_at = None, "", held.time_after(timezone.now())
        held.save(update_fields=["expression", "paused_at", "paused_reason", "next_at"])


@transaction.atomic
def run_recurring_job(*, owner: User, recurring: RecurringJob) -> Job:
    """Do it once now, also while it is paused: its times stay as they are."""
    require(can_manage_recurring_job(owner, recurring))
    hold_room(owner=owner)
    run = run_of(hold_turn(recurring=recurring.pk), timezone.now())
    submit_runs([run])
    wake_after_commit()
    return run


@transaction.atomic
def delete_recurring_job(*, owner: User, recurring: RecurringJob) -> None:
    """Do it no more. Its runs stay, as jobs of their own."""
    require(can_manage_recurring_job(owner, recurring))
    rows.hold(RecurringJob.objects.all(), recurring.pk, to_delete=True)
    rows.delete(RecurringJob.objects.filter(pk=recurring.pk))


def _recurs(name: str) -> Handler:
    found = check_handler(name)
    if found.takes_file:
        raise Invalid(handler=_("This kind of job works on a file, and cannot recur."))
    return found


def _change(recurring: RecurringJob, changes: Mapping[str, Any]) -> None:
    """Take changes over, checked; and when it is next, where that depends on them."""
    before = _times(recurring)
    # What stays is not asked again: another machine may have known the time zone.
    same = {name for name, value in changes.items() if value == getattr(recurring, name)} if recurring.pk else set()
    for name, value in changes.items():
        setattr(recurring, name, value)
    if "parameters" in changes:
        recurring.parameters = _recurs(recurring.handler).read(recurring.parameters).model_dump(mode="json")
        if list(jobs_named(recurring.parameters)):
            raise Invalid(parameters=_("A recurring job follows no others: it cannot name their results."))
    if "expression" in changes:
        recurring.expression, recurring.paused_reason = read_expression(recurring.expression), ""
    same |= {field.name for field in recurring._meta.fields} - changes.keys() if recurring.pk else set()
    recurring.clean_fields(exclude={"owner", "parameters"} | same)
    if _times(recurring) != before:
        read_expression(recurring.expression)  # Another version may have understood it.
        following = recurring.time_after(timezone.now())
        if following is None:
            raise Invalid(until=_("There are no runs before this day. Choose a later one."))
        recurring.next_at = None if recurring.is_paused else following


def _times(recurring: RecurringJob) -> tuple[str, str, date | None]:
    """What decides when it is done."""
    return recurring.expression, recurring.time_zone, recurring.until
