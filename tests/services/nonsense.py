"""What nobody expects in an address or a body: the same at each run, or new for as long as `SOAK` asks."""

import os
from datetime import date

from hypothesis import HealthCheck, settings
from hypothesis import strategies as some

SOAK = os.environ.get("SOAK")
#: Of a test; new examples for a soak, and then as many as it asks for.
EXAMPLES = settings(
    max_examples=int(SOAK or 60),
    derandomize=not SOAK,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
#: Ends of the calendar and of numbers, and any text: also what only looks like a day or a number.
ENDS = [date.min.isoformat(), "0001-01-05", "1969-12-31", date.max.isoformat(), "10000-01-01", "-1", "1e400", "9" * 400]
VALUES = (
    some.sampled_from([*ENDS, "", "NaN", "٣", "\x00", "null"])
    | some.dates().map(date.isoformat)
    | some.text(max_size=30)
)
PARAMETERS = some.dictionaries(some.sampled_from(["from", "to", "team", "page", "limit", "format"]), VALUES)
_LEAVES = some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=20) | VALUES
#: JSON, and what Python would take for it.
JSON = some.recursive(_LEAVES, lambda inner: some.lists(inner) | some.dictionaries(some.text(max_size=10), inner))


def twisted(whole: dict[str, object]) -> some.SearchStrategy[dict[str, object]]:
    """Something in order, of which one part, or one fact inside of it, is anything at all."""
    parts = some.sampled_from(sorted(whole))
    strategies = parts.flatmap(lambda part: JSON.map(lambda value: whole | {part: value}))
    facts = whole.get("data")
    if isinstance(facts, dict):
        inner = some.sampled_from(sorted(facts)).flatmap(lambda fact: JSON.map(lambda value: facts | {fact: value}))
        strategies |= inner.map(lambda data: whole | {"data": data})
    return strategies
