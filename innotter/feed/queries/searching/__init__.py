"""The search: what is asked, and finding each kind of thing in a constant number of queries."""

from innotter.feed.queries.searching.asking import LONGEST_SEARCH, Question, understand
from innotter.feed.queries.searching.kinds import ORDERS, Kind, kinds_for, search_for
from innotter.feed.queries.searching.posts import MOST, Order, places_in

__all__ = [
    "LONGEST_SEARCH",
    "MOST",
    "ORDERS",
    "Kind",
    "Order",
    "Question",
    "kinds_for",
    "places_in",
    "search_for",
    "understand",
]
