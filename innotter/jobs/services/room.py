"""How many jobs one person may have waiting, and of one that recurs."""

from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from innotter import rows
from innotter.accounts.models import User
from innotter.errors import Conflict
from innotter.jobs.engine.firing import running_among
from innotter.jobs.models import Job, RecurringJob

#: Who is further than this from the limit is not counted exactly: so many at the same moment do not pass it.
NEAR = 50

UNDER_WAY = _("The last run of this recurring job has not ended yet.")


def check_room(*, owner: User, count: int = 1) -> None:
    """Refuse more jobs than may wait. It looks at no more of them than may wait, whatever their number."""
    if not _has_room(owner.pk, count):
        raise Conflict(
            _("You have %(most)d jobs waiting. Let some finish, or cancel some.") % {"most": settings.JOBS_MAX_WAITING}
        )


def hold_room(*, owner: User, count: int = 1) -> None:
    """The same, until the transaction ends: near the limit, one person's submissions wait for each other.

    Many at once wait wherever the limit is: a few such would pass it from far away.
    """
    if count > 1 or not _has_room(owner.pk, count + NEAR):
        check_room(owner=rows.hold(User.objects.all(), owner.pk), count=count)


def hold_turn(*, recurring: int) -> RecurringJob:
    """Hold a recurring job until the transaction ends; refuses if it has a run that waits or is under way.

    Who holds its owner, too, holds the owner first.
    """
    row = rows.hold(RecurringJob.objects.select_related("owner"), recurring)
    if running_among([row]):
        raise Conflict(UNDER_WAY)
    return row


def busy_among(*, recurring: Iterable[int]) -> set[int]:
    """Of recurring jobs, those that have a run that waits or is under way; all are held until the transaction ends."""
    held = RecurringJob.objects.filter(pk__in=list(recurring)).order_by("pk").select_for_update(no_key=True)
    return running_among(list(held))


def _has_room(owner: int, count: int) -> bool:
    allowed = settings.JOBS_MAX_WAITING - count
    waiting = Job.objects.filter(owner=owner).waiting().order_by("status", "-pk").values("pk")
    return allowed >= 0 and not waiting[allowed : allowed + 1]
