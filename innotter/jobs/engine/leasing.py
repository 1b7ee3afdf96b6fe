"""Leasing: how whoever works takes what is due, many jobs in one statement, and how long it stays theirs.

Every time here is the database's: the clocks of the machines that work may be apart.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db import connection, transaction

from innotter.accounts.models import User
from innotter.jobs.engine import statements

#: Quick jobs that are leased at once. What is not begun within `draining.SLICE` is given back.
BATCH = 100
#: Jobs whose time is noticed in one transaction.
PORTION = 1000
#: People who are asked in turn for a slow job that may begin, before the look is over.
MOST_ASKED = 20


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


@dataclass
class Turns:
    """Whose turn it is: whoever works begins after the person that was served last, and at the front after the last."""

    quick: int = 0
    slow: int = 0


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


@transaction.atomic
def lease_slow(*, turns: Turns) -> list[Leased]:
    """Take one slow job of the next person who has fewer than `JOBS_AT_ONCE` of them under way."""
    for owner in _with_room(turns.slow) or _with_room(0):
        # Of two who take a job of the same person, the second counts the first.
        if not User.objects.filter(pk=owner).select_for_update(skip_locked=True, no_key=True).values("pk"):
            continue
        if leased := _lease(statements.LEASE_SLOW, is_quick=False, owner=owner, at_once=settings.JOBS_AT_ONCE):
            turns.slow = owner
            return leased
    turns.slow = 0
    return []


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


def _lease(statement: str, **words: int) -> list[Leased]:
    lease = uuid.uuid4()
    with transaction.atomic(), connection.cursor() as cursor:
        # As with a heartbeat: a lease that is lost lets the job begin anew.
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute(statement, words | {"lease": lease, "seconds": settings.JOBS_LEASE_SECONDS})
        return [Leased(*row) for row in cursor.fetchall()]


def _with_room(after: int) -> list[int]:
    words = {"is_quick": False, "after": after, "at_once": settings.JOBS_AT_ONCE, "most": MOST_ASKED}
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
