"""Taking events in, from wherever they come: what can be read is written down, what cannot is put aside."""

from collections.abc import Iterable

from prometheus_client import Counter

from services.contract.events import Envelope, Unreadable
from services.contract.intake import sorted_out
from services.insights.ingest import news_of
from services.insights.store import Store

events_total = Counter("insights_events_total", "Events that came, by what became of them", ["outcome"])


def take_in(store: Store, entries: Iterable[Envelope | Unreadable]) -> None:
    """Write down the events of a batch. When this returns, nothing of it can be lost any more."""
    known, letters = sorted_out(entries, read=news_of)
    news = [one for one in known if one is not None]
    events_total.labels("written").inc(store.apply(news) if news else 0)
    for letter in letters:
        store.bury(letter)
    events_total.labels("ignored").inc(len(known) - len(news))
