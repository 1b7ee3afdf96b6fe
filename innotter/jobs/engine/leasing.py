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

#: Quick jobs that are leased at once. What is not begun within `draining.SLICE` is given back.
BATCH = 100
#: Jobs whose time is noticed in one transaction.
PORTION = 1000
#: People who are asked in turn for a slow job that may begin, before the look is over.
MOST_ASKED = 20

_READY = "is_ready AND lease IS NULL AND is_quick = %(is_quick)s"
_FULL = """
    SELECT count(*) >= %(at_once)s FROM jobs_queueentry
    WHERE owner_id = {owner} AND lease IS NOT NULL AND NOT is_quick
"""
_TAKE = """
    UPDATE jobs_queueentry AS entry
    SET lease = %(lease)s, lease_until = statement_timestamp() + %(seconds)s * interval '1 second',
        started_at = statement_timestamp(), attempt = entry.attempt + 1
    FROM picked WHERE entry.job_id = picked.job_id
    RETURNING entry.job_id, entry.owner_id, entry.attempt, entry.started_at, entry.lease
"""
#: Whoever has something that is ready, from a person on: each found by a step through the index, whatever their number.
_OWNERS = """
    WITH RECURSIVE owners (owner_id) AS (
        (SELECT owner_id FROM jobs_queueentry WHERE {ready} AND owner_id > %(after)s ORDER BY owner_id LIMIT 1)
        UNION ALL
        SELECT (
            SELECT entry.owner_id FROM jobs_queueentry AS entry
            WHERE {ready} AND entry.owner_id > owners.owner_id ORDER BY entry.owner_id LIMIT 1
        )
        FROM owners WHERE owners.owner_id IS NOT NULL
    )
""".replace("{ready}", _READY)
#: As many of each person as of every other.
_LEASE_QUICK = (
    """
    {owners}, turn AS (SELECT owner_id FROM owners WHERE owner_id IS NOT NULL LIMIT %(size)s),
    picked AS (
        SELECT mine.job_id FROM turn CROSS JOIN LATERAL (
            SELECT job_id FROM jobs_queueentry WHERE {ready} AND owner_id = turn.owner_id
            ORDER BY priority DESC, due_at, job_id
            LIMIT (SELECT greatest(1, %(size)s / count(*)) FROM turn) FOR UPDATE SKIP LOCKED
        ) AS mine
    )
    {take}
""".replace("{owners}", _OWNERS)
    .replace("{ready}", _READY)
    .replace("{take}", _TAKE)
)
_WITH_ROOM = """
    {owners} SELECT owner_id FROM owners WHERE owner_id IS NOT NULL AND NOT ({full}) LIMIT %(most)s
""".replace("{owners}", _OWNERS).replace("{full}", _FULL.replace("{owner}", "owners.owner_id"))
_LEASE_SLOW = (
    """
    WITH picked AS (
        SELECT job_id FROM jobs_queueentry WHERE {ready} AND owner_id = %(owner)s AND NOT ({full})
        ORDER BY priority DESC, due_at, job_id LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    {take}
""".replace("{ready}", _READY)
    .replace("{full}", _FULL.replace("{owner}", "%(owner)s"))
    .replace("{take}", _TAKE)
)
_MARK_READY = """
    UPDATE jobs_queueentry SET is_ready = TRUE WHERE job_id = ANY(ARRAY(
        SELECT job_id FROM jobs_queueentry
        WHERE NOT is_ready AND lease IS NULL AND due_at <= statement_timestamp()
        ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED
    ))
"""
_OUTLOOK = """
    SELECT
        EXISTS (SELECT FROM jobs_queueentry WHERE is_ready AND lease IS NULL AND is_quick),
        EXISTS (SELECT FROM jobs_queueentry WHERE is_ready AND lease IS NULL AND NOT is_quick),
        (SELECT extract(epoch FROM min(due_at) - statement_timestamp())::float
         FROM jobs_queueentry WHERE NOT is_ready AND lease IS NULL)
"""
_RENEW = """
    UPDATE jobs_queueentry SET lease_until = statement_timestamp() + %(seconds)s * interval '1 second'
    WHERE job_id = ANY(ARRAY(
        SELECT job_id FROM jobs_queueentry WHERE job_id = ANY(%(jobs)s) AND lease = ANY(%(leases)s)
        FOR NO KEY UPDATE SKIP LOCKED
    ))
"""
_GIVE_BACK = """
    UPDATE jobs_queueentry SET lease = NULL, lease_until = NULL, started_at = NULL, attempt = attempt - 1
    WHERE job_id = ANY(%s) AND lease = %s
"""


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
    #: The seconds until the next job is due; of one that is due already, not more than nothing.
    later: float | None


@dataclass
class Turns:
    """Whose turn it is: whoever works begins after the person that was served last, and at the front after the last."""

    quick: int = 0
    slow: int = 0


def outlook() -> Outlook:
    """What is ready, and when the next job will be."""
    with connection.cursor() as cursor:
        cursor.execute(_OUTLOOK)
        return Outlook(*cursor.fetchone())


def mark_ready() -> int:
    """Note of the jobs whose time has come that it has; says of how many."""
    with connection.cursor() as cursor:
        cursor.execute(_MARK_READY, [PORTION])
        return int(cursor.rowcount)


def lease_quick(*, turns: Turns, size: int = BATCH) -> list[Leased]:
    """Take the next quick jobs, of each person as many as of every other, and one person's after another's."""
    leased = _lease(_LEASE_QUICK, is_quick=True, after=turns.quick, size=size)
    if not leased and turns.quick:
        turns.quick = 0
        leased = _lease(_LEASE_QUICK, is_quick=True, after=0, size=size)
    turns.quick = max((one.owner_id for one in leased), default=0)
    return _in_turn(leased)


@transaction.atomic
def lease_slow(*, turns: Turns) -> list[Leased]:
    """Take one slow job of the next person who has fewer than `JOBS_AT_ONCE` of them under way."""
    for owner in _with_room(turns.slow) or _with_room(0):
        # Of two who take a job of the same person, the second counts the first.
        if not User.objects.filter(pk=owner).select_for_update(skip_locked=True, no_key=True).values("pk"):
            continue
        if leased := _lease(_LEASE_SLOW, is_quick=False, owner=owner, at_once=settings.JOBS_AT_ONCE):
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
        cursor.execute(_RENEW, {"jobs": jobs, "leases": leases, "seconds": settings.JOBS_LEASE_SECONDS})


def give_back(leased: Sequence[Leased]) -> None:
    """Leave to others what one has taken and not begun: it counts as no attempt."""
    with connection.cursor() as cursor:
        for lease in {one.lease for one in leased}:
            cursor.execute(_GIVE_BACK, [[one.job_id for one in leased if one.lease == lease], lease])


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
        cursor.execute(_WITH_ROOM, words)
        return [owner for (owner,) in cursor.fetchall()]


def _in_turn(leased: list[Leased]) -> list[Leased]:
    """The first of each person, then the second of each, and so on."""
    nth: dict[int, int] = {}
    places = []
    for one in leased:
        nth[one.owner_id] = nth.get(one.owner_id, 0) + 1
        places.append((nth[one.owner_id], one.owner_id, one))
    return [one for *_place, one in sorted(places, key=lambda place: place[:2])]
