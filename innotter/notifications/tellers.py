"""How notifications find their words: each app says what it can tell of, in its own `telling.py`."""

import logging
from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.db import DatabaseError
from django.db.models import Count, DateTimeField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone, translation

from innotter.accounts.models import User, zone_named
from innotter.notifications.kinds import Kind
from innotter.notifications.models import Notification


@dataclass(frozen=True)
class Doers:
    """Who did last what is told, and how often it was done. Nobody is named who is blocked."""

    newest: User | None
    count: int


@dataclass(frozen=True)
class Told:
    """What a person reads; `url` is a path of the site. Without `by`, those did it whom the notification names.

    `page` is the page that did it, whose picture is shown then.
    """

    sentence: str
    url: str = ""
    quote: str = ""
    by: Doers | None = None
    page: Any = None


#: How to word one notification; None when what it is about has just gone. Whoever only counts them does not ask for it:
#: the bell is on every page. So a teller finds out what may be told, and leaves it to this to read the rest.
Wording = Callable[[], Told | None]
#: Finds the wordings for notifications of its kinds, by their id, in a constant number of queries. What the viewer may
#: not see, or what is gone, it leaves out.
Teller = Callable[[User, Sequence[Notification]], Mapping[int, Wording]]

#: What a person has done to somebody. Once they are blocked it is told no more, as it is shown nowhere else.
_DEEDS = {Kind.NEW_FOLLOWER, Kind.FOLLOW_REQUEST, Kind.LIKE, Kind.BID, Kind.JOB_COMMENT, Kind.TEAM_INVITATION}

#: Before anything was done here.
_EVER = datetime(1970, 1, 1, tzinfo=UTC)

logger = logging.getLogger(__name__)

_tellers: dict[str, Teller] = {}


def tells(*kinds: Kind) -> Callable[[Teller], Teller]:
    """Let the function find the words for notifications of these kinds."""

    def remember(teller: Teller) -> Teller:
        _tellers.update(dict.fromkeys(kinds, teller))
        return teller

    return remember


def told(viewer: User, notifications: Iterable[Notification]) -> dict[int, Told]:
    """The words for each notification, as the viewer may read them now; those without any are left out."""
    rows = {row.pk: row for row in notifications}
    found = {pk: _worded(rows[pk], wording) for pk, wording in _wordings(viewer, rows.values()).items()}
    return {
        pk: words if words.by else replace(words, by=Doers(_named(rows[pk]), rows[pk].count))
        for pk, words in found.items()
        if words
    }


def count_told(viewer: User, notifications: Iterable[Notification]) -> int:
    """How many of them say something to the viewer now."""
    return len(_wordings(viewer, notifications))


def _wordings(viewer: User, notifications: Iterable[Notification]) -> Mapping[int, Wording]:
    by_teller: dict[Teller, list[Notification]] = {}
    for notification in filter(_stands, notifications):
        if notification.kind not in _tellers:
            continue  # Another version has written it.
        by_teller.setdefault(_tellers[notification.kind], []).append(notification)
    return dict(ChainMap(*(dict(_found(teller, viewer, group)) for teller, group in by_teller.items())))


def _found(teller: Teller, viewer: User, group: Sequence[Notification]) -> Mapping[int, Wording]:
    """What a teller finds. One notification that it stumbles over is left out: the bell is on every page."""
    try:
        return teller(viewer, group)
    except DatabaseError:
        raise  # Nothing more can be asked in this transaction.
    except Exception:
        logger.exception("No words for notifications %s", [row.pk for row in group])
    return {} if len(group) == 1 else dict(ChainMap(*(dict(_found(teller, viewer, [row])) for row in group)))


def _worded(row: Notification, wording: Wording) -> Told | None:
    try:
        return wording()
    except DatabaseError:
        raise
    except Exception:
        logger.exception("No words for notifications %s", [row.pk])
        return None


def _stands(row: Notification) -> bool:
    """Whether whoever did it is not blocked, or others did the same: of whom, its teller asks."""
    return row.kind not in _DEEDS or row.since is not None or row.count > 1 or row.actor is None or bool(_named(row))


def _named(row: Notification) -> User | None:
    return row.actor if row.actor and not row.actor.is_blocked else None


def doers_of(rows: Sequence[Notification], deeds: QuerySet[Any], *, about: str, person: str) -> dict[int, Doers]:
    """Of notifications that are told together, who did last and how often it was done, by their id.

    `deeds` are those that stand now, whoever did them; `about` and `person` name their fields. A notification of which
    none is left is left out.
    """

    def between(subject: object, since: object, until: object) -> QuerySet[Any]:
        return deeds.filter(**{about: subject, "created_at__gte": since, "created_at__lte": until}).order_by("-pk")

    since = Coalesce(OuterRef("since"), Value(_EVER, DateTimeField()))
    standing = between(OuterRef("subject_id"), since, OuterRef("created_at"))
    counted = standing.order_by().values(about).annotate(n=Count("pk")).values("n")
    kept = Notification.objects.filter(pk__in=[row.pk for row in rows if row.pk])
    found = {
        pk: (newest, count)
        for pk, newest, count in kept.values_list("pk", Subquery(standing.values(person)[:1]), Subquery(counted))
    }
    for row in rows:
        if not row.pk:
            people = between(row.subject_id, row.since or _EVER, row.created_at).values_list(person, flat=True)
            found[row.pk] = (people.first(), people.count())
    named = User.objects.in_bulk({newest for newest, _count in found.values() if newest})
    return {
        # Of what the version before has put together, nobody knows when it began.
        row.pk: Doers(named[newest], count if row.since else min(count, row.count))
        for row in rows
        for newest, count in [found.get(row.pk, (None, 0))]
        if newest in named
    }


def words_for(row: Notification) -> Told | None:
    """What its reader is told of it, in their language and by their clock; nothing of what they may not read."""
    row.pk = 0  # It has no number until it is written, and none at all when it is not for the app.
    with translation.override(row.recipient.language), timezone.override(zone_named(row.recipient.time_zone)):
        words = told(row.recipient, [row]).get(0)
    row.pk = None
    return words


def is_reachable(person: User) -> bool:
    """Whether anything is told to somebody at all."""
    return person.is_in_good_standing
