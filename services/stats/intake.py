"""Taking events in, from wherever they come: what can be read is counted, what cannot is buried with its reason."""

import logging
from collections.abc import Callable, Iterable

from prometheus_client import Counter

from services.contract.events import Envelope, Unreadable
from services.stats.ingest import Effect, effect_of
from services.stats.store.base import Store

logger = logging.getLogger(__name__)

events_total = Counter("stats_events_total", "Events that came, by what became of them", ["outcome"])


def take_in(store: Store, entries: Iterable[Envelope | Unreadable], bury: Callable[[Unreadable], None]) -> None:
    """Count the events of a batch. When this returns, nothing of it can be lost any more."""
    effects: list[Effect] = []
    for entry in entries:
        try:
            effect = _effect(entry)
        except Unreadable as letter:
            logger.warning("A message cannot be read: %s", letter)
            bury(letter)
            events_total.labels("unreadable").inc()
            continue
        if effect is None:
            events_total.labels("ignored").inc()
        else:
            effects.append(effect)
    counted = store.apply(effects) if effects else 0
    events_total.labels("counted").inc(counted)
    events_total.labels("known").inc(len(effects) - counted)


def _effect(entry: Envelope | Unreadable) -> Effect | None:
    if isinstance(entry, Unreadable):
        raise entry
    return effect_of(entry)
