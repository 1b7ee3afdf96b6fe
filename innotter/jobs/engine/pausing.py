"""Queues that rest: what of them somebody would have begun is held back, and brought back when they go on."""

from collections.abc import Collection, Sequence

from django.db import connection, transaction

from innotter.jobs.engine import statements
from innotter.jobs.models import Job, QueuePause

#: Jobs that are held back, or brought back, in one statement.
PORTION = 1000


def resting_among(jobs: Sequence[Job]) -> set[int]:
    """Those whose kinds rest."""
    resting = set(QueuePause.objects.filter(resumed_at=None).values_list("handler", flat=True))
    return {job.pk for job in jobs if job.handler in resting}


@transaction.atomic
def hold_back(owners: Collection[int]) -> None:
    """Take what is ready, of kinds that rest, out of the way of the rest of these people's jobs: a portion of it."""
    with connection.cursor() as cursor:
        cursor.execute(statements.PAUSED)
        paused = [handler for (handler,) in cursor.fetchall()]
        if paused:
            cursor.execute(statements.HOLD_BACK, {"owners": list(owners), "paused": paused, "most": PORTION})


@transaction.atomic
def bring_back() -> bool:
    """Let jobs of kinds that go on be begun again, a portion of them; and forget the pause when they all are back.

    Says whether there is such a kind that nobody else brings back.
    """
    over = QueuePause.objects.filter(resumed_at__isnull=False).order_by("pk").select_for_update(skip_locked=True)
    resumed = list(over)
    if not resumed:
        return False
    handlers = [pause.handler for pause in resumed]
    with connection.cursor() as cursor:
        cursor.execute(statements.BRING_BACK, {"resumed": handlers, "most": PORTION})
        is_done = cursor.rowcount < PORTION
    if is_done:
        QueuePause.objects.filter(pk__in=[pause.pk for pause in resumed]).delete()
    return True
