"""Whose an event is, and who manages a team: each app says so of its own, in its `audiences.py`.

An event that no app speaks of is nobody's. The answer is asked for when the event happens and again before each attempt
at sending it: a page may have another owner by then.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import QuerySet

from innotter.events.domain import DomainEvent


@dataclass(frozen=True)
class Audience:
    """Whose things an event is about: their ids."""

    users: frozenset[int] = frozenset()
    teams: frozenset[int] = frozenset()


NOBODY = Audience()

#: Finds whose an event is, in a constant number of queries.
FindAudience = Callable[[Any], Audience]
F = TypeVar("F", bound=FindAudience)

_found_by: dict[str, FindAudience] = {}
_of_teams: set[str] = set()
_teams: list[Callable[[], QuerySet[Any]]] = []


def users(ids: Iterable[int | None]) -> Audience:
    """The audience of these people; who is not there is left out."""
    return Audience(users=frozenset(pk for pk in ids if pk is not None))


def audience(*events: type[DomainEvent], is_of_teams: bool = False) -> Callable[[F], F]:
    """Let the function find whose events of these types are, and whether these can be a team's."""

    def remember(find: F) -> F:
        _found_by.update(dict.fromkeys((event.type for event in events), find))
        _of_teams.update(event.type for event in events if is_of_teams)
        return find

    return remember


def audience_of(event: DomainEvent) -> Audience:
    """Whose it is now."""
    find = _found_by.get(event.type)
    return find(event) if find else NOBODY


def heard_types() -> list[str]:
    """The types of events that can be somebody's, in the order of the alphabet."""
    return sorted(_found_by)


def types_of_teams() -> list[str]:
    """Those that can be a team's: the others would be heard by none of its webhooks."""
    return sorted(_of_teams)


def manages_teams(rows: Callable[[], QuerySet[Any]]) -> Callable[[], QuerySet[Any]]:
    """Let the function give the rows, each with `team` and `user`, of who may manage which team."""
    _teams.append(rows)
    return rows


def managing() -> QuerySet[Any]:
    """Who may manage which team now: rows with `team` and `user`."""
    return _teams[0]()
