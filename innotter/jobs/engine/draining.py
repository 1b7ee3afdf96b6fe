"""Draining the queue: whoever is woken leases what is due, does it, and goes on until nothing is, or time is up."""

import math
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext

from innotter.jobs.engine.attempts import Attempt, attempts_for
from innotter.jobs.engine.ending import Ending, end_attempts
from innotter.jobs.engine.firing import fire_due
from innotter.jobs.engine.heartbeats import heartbeat
from innotter.jobs.engine.leasing import (
    Leased,
    Outlook,
    Turns,
    give_back,
    lease_quick,
    lease_slow,
    mark_ready,
    outlook,
    sift,
)
from innotter.jobs.engine.pausing import bring_back
from innotter.jobs.engine.running import make
from innotter.jobs.hands import hands

#: How long endings are gathered before they are noted together, and how long one batch may last, in seconds.
GATHERED, SLICE = 0.05, 1.0
#: What a handler gets beside its time to notice that it is over, in seconds. Then its process is ended.
GRACE = 5.0
#: Who finds nothing to do waits for a job that is due within so many seconds.
PATIENCE = 1.0
#: For what is due and in other hands: then it looks again.
SHORTEST_WAIT = 0.01

#: May this be done here? True within the context, as long as it lasts.
Place = Callable[[], AbstractContextManager[bool]]

turns = Turns()


def drain(
    *,
    seconds: float = math.inf,
    slow_place: Place = lambda: nullcontext(True),
    may_wait: Place = lambda: nullcontext(False),
    wake: Callable[[], None] = lambda: None,
) -> int:
    """Do what is due until nothing is, or until the time is up; says how many attempts were made.

    Quick jobs are done in batches. `wake` is called before each slow one, so that others are awake meanwhile, and when
    the time is up and something is left. What is left because there is no place for it wakes nobody: whoever makes
    room goes on with it.
    """
    count, over_at = 0, time.monotonic() + seconds
    while time.monotonic() < over_at:
        ahead = outlook()
        if _is_made_ready(ahead):
            continue
        if ahead.is_stopped:
            break
        leased = lease_quick(turns=turns) if ahead.quick else []
        count += _do(sift(leased) if ahead.is_guarded else leased)
        with slow_place() if ahead.slow else nullcontext(False) as is_free:
            slow = lease_slow(turns=turns, is_guarded=ahead.is_guarded) if is_free else []
            if slow:
                wake()
            count += _do(slow)
        if not leased and not slow and not _waits(ahead.later, may_wait):
            break
    else:
        if is_work_due():
            wake()
    return count


def _is_made_ready(ahead: Outlook) -> bool:
    """Put into the queue what may be begun from now on; says whether there was something. Then look again."""
    if ahead.is_resuming and bring_back():
        turns.full.clear()
        return True
    # What is due and locked is in other hands.
    return ahead.later is not None and ahead.later <= 0 and bool(fire_due() or mark_ready())


def is_work_due() -> bool:
    """Whether something is ready, will be before anybody looks again, or is to be made ready."""
    ahead = outlook()
    if ahead.is_stopped:
        return False
    return ahead.is_resuming or ahead.quick or ahead.slow or (ahead.later is not None and ahead.later <= PATIENCE)


def _waits(later: float | None, may_wait: Place) -> bool:
    """Wait for the next job, if that is soon and nobody else here waits for it."""
    if later is None or later > PATIENCE:
        return False
    with may_wait() as may:
        if may:
            time.sleep(max(SHORTEST_WAIT, later))
        return may


def _do(leased: Sequence[Leased]) -> int:
    """Make these attempts one after the other, and note together how they end."""
    if not leased:
        return 0
    attempts = attempts_for(leased)
    for one in leased:
        turns.full.pop(one.owner_id, None)  # When it has ended, there is room again.
    begun, endings, since = 0, list[Ending](), time.monotonic()
    gathered = since
    longest = max((attempt.seconds for attempt in attempts), default=0)
    with heartbeat.holding(attempts), hands.ended_after(SLICE + longest + GRACE):
        for attempt in attempts:
            if begun and time.monotonic() - since > SLICE:
                break
            begun += 1
            if ending := make(attempt):
                endings.append(ending)
            if time.monotonic() - gathered > GATHERED:
                endings, gathered = _note(endings), time.monotonic()
        _note(endings)
        _leave(attempts[begun:])
    return begun


def _note(endings: list[Ending]) -> list[Ending]:
    """Note them, and begin to gather anew."""
    if endings:
        end_attempts(endings)
    return []


def _leave(attempts: Sequence[Attempt]) -> None:
    if attempts:
        give_back([attempt.leased for attempt in attempts])
