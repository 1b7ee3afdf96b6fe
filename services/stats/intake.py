"""Taking events in, from wherever they come: what can be read is counted, what cannot is buried with its reason."""

from collections.abc import Callable, Iterable

from prometheus_client import Counter

from services.contract.events import Envelope, Unreadable
from services.contract.intake import sorted_out
from services.stats.ingest import effect_of
from services.stats.store.base import Store

events_total = Counter("stats_events_total", "Events that came, by what became of them", ["outcome"])


def take_in(store: Store, entries: Iterable[Envelope | Unreadable], bury: Callable[[Unreadable], None]) -> None:
    """Count the events of a batch. When this returns, nothing of it can be lost any more."""
    known, letters = sorted_out(entries, read=effect_of)
    effects = [effect for effect in known if effect is not None]
    counted = store.apply(effects) if effects else 0
    for letter in letters:
        bury(letter)
    events_total.labels("unreadable").inc(len(letters))
    events_total.labels("ignored").inc(len(known) - len(effects))
    events_total.labels("counted").inc(counted)
    events_total.labels("known").inc(len(effects) - counted)
