"""Finding pages and people by their words, in a constant number of queries."""

from typing import Any

from django.contrib.postgres.search import SearchRank
from django.db.models import Case, F, IntegerField, Q, Value, When

from innotter.accounts.models import User
from innotter.accounts.models.user import WORDS
from innotter.pages.models import Page
from innotter.text.words import understood

#: How many results of each kind are shown, ranked among how many candidates: a single letter matches a great many.
SHOWN, WEIGHED = 20, 1000
#: Nobody types more.
LONGEST_SEARCH = 200


def search_pages(viewer: Any, text: str) -> list[Page]:
    """The pages that one may find: the one with just this handle first, then those whose handle begins so."""
    wanted, query = text.strip().lstrip("@").lower(), understood(text)
    if query is None:
        return []
    findable = Page.objects.findable_by(viewer)
    fitting = findable.found_by(text).values("pk")[:WEIGHED]
    return list(
        # Each by its index: for words or this very handle, every row would be looked at.
        findable.filter(pk__in=fitting.union(findable.filter(handle=wanted).values("pk"), all=True))
        .as_seen_by(viewer)
        .select_related("owner")
        .prefetch_related("tags")
        .annotate(nearness=_nearness("handle", wanted), rank=SearchRank(F("words__vector"), query))
        .order_by("nearness", "-rank", "-last_post_id", "-pk")[:SHOWN]
    )


def search_people(viewer: Any, text: str) -> list[User]:
    """The people that one may find, for those who are signed in."""
    wanted, query = text.strip().lstrip("@"), understood(text)
    if query is None or not viewer.is_authenticated:
        return []
    findable = User.objects.findable_by(viewer)
    fitting = findable.found_by(text).values("pk")[:WEIGHED]
    return list(
        findable.filter(pk__in=fitting.union(findable.filter(username__iexact=wanted).values("pk"), all=True))
        .annotate(nearness=_nearness("username", wanted), rank=SearchRank(WORDS, query))
        .order_by("nearness", "-rank", "pk")[:SHOWN]
    )


def _nearness(field: str, wanted: str) -> Case:
    """0 for the very name, 1 for one that begins so, 2 for the rest."""
    return Case(
        When(Q((f"{field}__iexact", wanted)), then=Value(0)),
        When(Q((f"{field}__istartswith", wanted)), then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
