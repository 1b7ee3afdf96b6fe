"""What is typed into the field of the search: words, and filters between them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import regex
from django.utils.translation import gettext as _

from innotter.database.prepared import fetch
from innotter.pages.queries import readable, seen_by
from innotter.rate_limits import count_use
from innotter.text.cleaning import one_line
from innotter.text.numbers import moment
from innotter.text.words import words_asked

#: Nobody types more.
LONGEST_SEARCH = 200

_filter = regex.compile(r"(?<!\S)(?i:(?P<name>from|in|before|after):)(?P<value>\S*)")

#: The pages that somebody may read, of these handles or of the people with these usernames.
_MEANT = f"""
    SELECT page.id, page.uuid, upper(owner.username)
    FROM (
        SELECT id FROM pages_page WHERE uuid = ANY((SELECT %(handles)s)::text[])
        UNION
        SELECT page.id FROM accounts_user AS person JOIN pages_page AS page ON page.owner_id = person.id
        WHERE upper(person.username) = ANY((SELECT %(usernames)s)::text[])
    ) AS meant
    JOIN pages_page AS page ON page.id = meant.id
    JOIN accounts_user AS owner ON owner.id = page.owner_id
    WHERE {readable("page")}
"""


@dataclass(frozen=True)
class Question:
    """A search, as its viewer means it. All filters hold at once."""

    viewer: Any
    #: Without the filters.
    text: str
    words: tuple[str, ...] = ()
    #: Only on these pages; None for all.
    pages: tuple[int, ...] | None = None
    #: From this time on, and before this one.
    after: datetime | None = None
    before: datetime | None = None
    #: What is wrong with the filters, in sentences for people: nothing is found then.
    refusals: tuple[str, ...] = ()

    @property
    def has_dates(self) -> bool:
        return self.after is not None or self.before is not None

    @property
    def finds_nothing(self) -> bool:
        """Whether nobody need be asked: it asks for nothing, or for what makes no sense."""
        return bool(self.refusals) or not (self.words or self.has_dates or self.pages)


def understand(typed: str, viewer: Any) -> Question:
    """Tell words and filters apart: `from:` a person or page, `in:` a page, `before:` and `after:` a day.

    Counts one search: words with filters may take as long as a page has posts.
    """
    typed = one_line(typed)[:LONGEST_SEARCH]
    if typed:
        count_use("search", viewer.pk)
    asked = [(found["name"].lower(), found["value"]) for found in _filter.finditer(typed)]
    text = one_line(_filter.sub(" ", typed))
    refusals: list[str] = []
    pages = _pages([(name, value) for name, value in asked if name in {"from", "in"}], viewer, refusals)
    after, before = (_days(name, asked, refusals) for name in ("after", "before"))
    return Question(
        viewer=viewer,
        text=text,
        words=tuple(words_asked(text)),
        pages=pages,
        after=max(after, default=None),
        before=min(before, default=None),
        refusals=tuple(refusals),
    )


def _days(name: str, asked: list[tuple[str, str]], refusals: list[str]) -> list[datetime]:
    """When each of these days begins, in the current time zone."""
    found = []
    for value in (value for other, value in asked if other == name):
        if begins := moment(f"{value}T00:00"):
            found.append(begins)
        else:
            refusals.append(_("Write a day right after %(filter)s:, such as 2026-11-21.") % {"filter": name})
    return found


def _pages(asked: list[tuple[str, str]], viewer: Any, refusals: list[str]) -> tuple[int, ...] | None:
    """The pages that all of these filters mean; a page or person that one may not see is as good as none."""
    if not asked:
        return None
    names = [value.lstrip("@") for _name, value in asked]
    known = {"handles": [name.lower() for name in names], "usernames": [name.upper() for name in names]}
    rows = fetch(_MEANT, seen_by(viewer) | known)
    found = {pk for pk, _handle, _owner in rows}
    for name, value in asked:
        fits = _MEANING[name](value.lstrip("@"))
        meant = {pk for pk, handle, owner in rows if fits(handle, owner)}
        if not meant:
            refusals.append(_NOBODY[name](value))
        found &= meant
    return tuple(sorted(found))


_MEANING: Mapping[str, Callable[[str], Callable[[str, str], bool]]] = {
    "from": lambda wanted: lambda handle, owner: handle == wanted.lower() or owner == wanted.upper(),
    "in": lambda wanted: lambda handle, _owner: handle == wanted.lower(),
}
_NOBODY: Mapping[str, Callable[[str], str]] = {
    "from": lambda value: (
        _("There is no page or person called %(name)s whose posts you can read.") % {"name": value}
        if value
        else _("Write a handle or a username right after from:, such as from:ada.")
    ),
    "in": lambda value: (
        _("There is no page called %(name)s that you can read.") % {"name": value}
        if value
        else _("Write the handle of a page right after in:, such as in:garden.")
    ),
}
