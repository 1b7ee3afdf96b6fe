"""Leasing: how whoever works takes what is due, many jobs in one statement, and how long it stays theirs.

Every time here is the database's: the clocks of the machines that work may be apart.
"""

import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, transaction

from innotter.accounts.models import User
from innotter.jobs.engine import statements
from innotter.jobs.engine.limiting import choose, limited_among
from innotter.jobs.engine.pausing import hold_back, resting_among
from innotter.jobs.models import Job, LimitUse, QueueEntry

#: Quick jobs that are leased at once. What is not begun within `draining.SLICE` is given back.
BATCH = 100
#: Jobs whose time is noticed in one transaction.
PORTION = 1000
#: People who are asked in turn for a slow job that may begin, before the look is over: the next one goes on after them.
MOST_ASKED = 1000
#: Of them, those who are found by one statement.
TOGETHER = 20
#: For how long somebody is passed over of whom limits let nothing begin, in seconds.
PATIENCE_WITH_LIMITS = 0.25
#: If it took long to find that out, so many times as long: of a hand's time nobody takes more than its part of that.
PARTS = 20


class Leased(NamedTuple):
    """An attempt that its holder may make: of which job, the how manieth, and since when."""

    job_id: int
    owner_id: int
    attempt: int
    started_at: datetime
    lease: uuid.UUID


class Outlook(NamedTuple):
    """What there is to do."""

    quick: bool
    slow: bool
    #: The seconds until the next job, or the next run of a recurring one, is due; not more than nothing if one is.
    later: float | None
    #: Whether there are limits, or queues that rest.
    is_guarded: bool
    #: Whether all of them rest.
    is_stopped: bool
    #: Whether something that was held back is to be brought back.
    is_resuming: bool


@dataclass
class Turns:
    """Whose turn it is: whoever works begins after the person that was served last, and at the front after the last."""

    quick: int = 0
    slow: int = 0
    #: Of whom no slow job may begin, as limits say, and until when nobody looks again, by the clock of this process.
    full: dict[int, float] = field(default_factory=dict)

    def passed_over(self) -> list[int]:
        """Those of whom no slow job may begin."""
        now = time.monotonic()
        self.full = {owner: until for owner, until in self.full.items() if until > now}
        return list(self.full)


def outlook() -> Outlook:
    """What is ready, and when the next job will be."""
    with connection.cursor() as cursor:
        cursor.execute(statements.OUTLOOK)
        return Outlook(*cursor.fetchone())


def mark_ready() -> int:
    """Note of the jobs whose time has come that it has; says of how many."""
    with connection.cursor() as cursor:
        cursor.execute(statements.MARK_READY, [PORTION])
        return int(cursor.rowcount)


def lease_quick(*, turns: Turns, size: int = BATCH) -> list[Leased]:
    """Take the next quick jobs, of each person as many as of every other, and one person's after another's."""
    leased = _lease(statements.LEASE_QUICK, is_quick=True, after=turns.quick, size=size)
    if not leased and turns.quick:
        turns.quick = 0
        leased = _lease(statements.LEASE_QUICK, is_quick=True, after=0, size=size)
    turns.quick = max((one.owner_id for one in leased), default=0)
    return _in_turn(leased)


def lease_slow(*, turns: Turns, is_guarded: bool = False) -> list[Leased]:
    """Take one slow job of the next person who has fewer than `JOBS_AT_ONCE` of them under way.

    `is_guarded` asks for limits, and for queues that rest.
    """
    for owner in islice(_in_a_circle(turns), MOST_ASKED):
        # Who was asked has had a turn, whatever came of it: who comes later is asked before them the next time.
        turns.slow = owner
        if leased := _lease_slow(turns, owner, is_guarded=is_guarded):
            return leased
    return []


def _in_a_circle(turns: Turns) -> Iterator[int]:
    """Those who may have room: who comes after whoever had the last turn, and then from the front, each once."""
    last, after = turns.slow, turns.slow
    while owners := _with_room(turns, after):
        yield from owners
        after = owners[-1]
    after = 0
    while owners := [owner for owner in _with_room(turns, after) if owner <= last]:
        yield from owners
        after = owners[-1]


@transaction.atomic
def _lease_slow(turns: Turns, owner: int, *, is_guarded: bool) -> list[Leased]:
    # Of two who take a job of the same person, the second counts the first.
    if not User.objects.filter(pk=owner).select_for_update(skip_locked=True, no_key=True).values("pk"):
        return []
    words = {"is_quick": False, "owner": owner, "at_once": settings.JOBS_AT_ONCE}
    if not is_guarded:
        return _lease(statements.LEASE_SLOW, **words)
    hold_back([owner])
    begun = time.thread_time()  # Not the time that others hold the limits.
    chosen = choose(owner)
    rest = max(PATIENCE_WITH_LIMITS, PARTS * (time.thread_time() - begun))
    leased = _lease(statements.LEASE_CHOSEN, job=chosen.job_id, **words) if chosen else []
    if chosen and leased:
        LimitUse.objects.bulk_create(chosen.uses)
    else:
        turns.full[owner] = time.monotonic() + rest
    return leased


@transaction.atomic
def renew(leased: Sequence[Leased]) -> None:
    """Hold what one has for another while.

    What the power takes before it is on the disk is begun anew a little earlier: so nobody waits for the disk.
    """
    jobs, leases = [one.job_id for one in leased], [one.lease for one in leased]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute(statements.RENEW, {"jobs": jobs, "leases": leases, "seconds": settings.JOBS_LEASE_SECONDS})


def give_back(leased: Sequence[Leased]) -> None:
    """Leave to others what one has taken and not begun: it counts as no attempt."""
    with connection.cursor() as cursor:
        for lease in {one.lease for one in leased}:
            cursor.execute(statements.GIVE_BACK, [[one.job_id for one in leased if one.lease == lease], lease])


@transaction.atomic
def put_off(leased: Leased, *, seconds: float) -> bool:
    """Leave a job that one has begun until so much later: it counts as no attempt. False if its owner wants it off."""
    # Held, so that no wish to cancel it comes between.
    held = QueueEntry.objects.filter(pk=leased.job_id, lease=leased.lease).select_for_update(no_key=True)
    if list(held.values("pk")) and Job.objects.filter(pk=leased.job_id, cancel_requested_at__isnull=False).exists():
        return False
    with connection.cursor() as cursor:
        cursor.execute(statements.PUT_OFF, {"job": leased.job_id, "lease": leased.lease, "seconds": seconds})
    return True


def _lease(statement: str, **words: int) -> list[Leased]:
    lease = uuid.uuid4()
    with transaction.atomic(), connection.cursor() as cursor:
        # As with a heartbeat: a lease that is lost lets the job begin anew.
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute(statement, words | {"lease": lease, "seconds": settings.JOBS_LEASE_SECONDS})
        return [Leased(*row) for row in cursor.fetchall()]


def sift(leased: Sequence[Leased]) -> list[Leased]:
    """Of quick jobs that one has taken, those that nothing holds back.

    What a limit counts is given back, and begun alone later, so that it can be weighed. What rests is held back.
    """
    found = Job.objects.only("owner", "handler", "limit_key", "target").filter(pk__in=[one.job_id for one in leased])
    jobs = list(found)
    resting, limited = resting_among(jobs), limited_among(jobs)
    if back := [one for one in leased if one.job_id in resting | limited]:
        give_back(back)
        with connection.cursor() as cursor:
            cursor.execute(statements.DO_ALONE, [list(limited)])
        hold_back({one.owner_id for one in back if one.job_id in resting})
    return [one for one in leased if one.job_id not in resting | limited]


def _with_room(turns: Turns, after: int) -> list[int]:
    words: dict[str, Any] = {
        "is_quick": False,
        "after": after,
        "at_once": settings.JOBS_AT_ONCE,
        "most": TOGETHER,
        "passed_over": turns.passed_over(),
    }
    with connection.cursor() as cursor:
        cursor.execute(statements.WITH_ROOM, words)
        return [owner for (owner,) in cursor.fetchall()]


def _in_turn(leased: list[Leased]) -> list[Leased]:
    """The first of each person, then the second of each, and so on."""
    nth: dict[int, int] = {}
    places = []
    for one in leased:
        nth[one.owner_id] = nth.get(one.owner_id, 0) + 1
        places.append((nth[one.owner_id], one.owner_id, one))
    return [one for *_place, one in sorted(places, key=lambda place: place[:2])]
