"""Limits: how many jobs at a time, and how many in a minute. They are weighed by `jobs/engine/limiting.py`."""

from typing import TypedDict, Unpack

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from innotter import rows
from innotter.accounts.models import User
from innotter.errors import Conflict, Invalid, require
from innotter.jobs.models import JobLimit
from innotter.jobs.permissions import can_manage_limit, can_manage_queues, can_use_jobs
from innotter.jobs.services.checking import check_handler
from innotter.jobs.waking import wake_after_commit
from innotter.outbound.addresses import host_of, is_whole_address

#: Limits of one person, and as many that hold for everybody.
MOST_LIMITS = 50


class LimitChanges(TypedDict, total=False):
    """How much a limit allows: one of them must be there."""

    at_once: int | None
    per_minute: int | None


class NewLimit(LimitChanges, total=False):
    """What a limit counts, and how much it allows."""

    handler: str
    key: str
    each: str


def create_limit(*, person: User, for_everybody: bool = False, **wish: Unpack[NewLimit]) -> JobLimit:
    """Limit one's own jobs or, as an admin, everybody's. What has begun goes on."""
    require(can_manage_queues(person) if for_everybody else can_use_jobs(person))
    if wish.get("handler"):
        check_handler(wish["handler"])
    limit = JobLimit(owner=None if for_everybody else person, **wish)
    limit.key = limit.key.strip()
    if is_whole_address(limit.key):
        limit.key = host_of(limit.key)
    if not for_everybody and limit.each == JobLimit.Each.PERSON:
        raise Invalid(each=_("Your own limit counts only your jobs. Choose another way to count."))
    if limit.key and limit.each == JobLimit.Each.KEY:
        raise Invalid(key=_("Leave the key empty to count each key separately."))
    _check(limit)
    try:
        return _save_new(limit, person)
    except IntegrityError:
        raise Conflict(_("There is already a limit for these jobs. Change that one.")) from None


@transaction.atomic
def edit_limit(*, person: User, limit: JobLimit, **changes: Unpack[LimitChanges]) -> JobLimit:
    """Allow more, or less."""
    require(can_manage_limit(person, limit))
    held = rows.hold(JobLimit.objects.all(), limit.pk)
    for name, value in changes.items():
        setattr(held, name, value)
    _check(held)
    held.save(update_fields=["at_once", "per_minute"])
    wake_after_commit()
    return held


@transaction.atomic
def delete_limit(*, person: User, limit: JobLimit) -> None:
    """Limit these jobs no longer."""
    require(can_manage_limit(person, limit))
    rows.hold(JobLimit.objects.all(), limit.pk, to_delete=True)
    rows.delete(JobLimit.objects.filter(pk=limit.pk))
    wake_after_commit()


def _check(limit: JobLimit) -> None:
    if limit.at_once is None and limit.per_minute is None:
        raise Invalid(at_once=_("Say how many at a time, or how many in a minute, or both."))
    limit.clean_fields(exclude={"owner"})


@transaction.atomic
def _save_new(limit: JobLimit, person: User) -> JobLimit:
    rows.hold(User.objects.all(), person.pk)
    if JobLimit.objects.filter(owner=limit.owner).count() >= MOST_LIMITS:
        raise Conflict(_("There are %(most)d limits. Delete some first.") % {"most": MOST_LIMITS})
    limit.save(force_insert=True)
    return limit
