"""Who a file is meant for: what says that it is not for everybody, or that it waits, is not made public."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import PurePath

from innotter.blog.manuscripts.dates import NoDate, moment_of
from innotter.blog.manuscripts.front_matter import Facts, Unreadable

DRAFTS = {"_drafts", "drafts", "_draft", "draft", "_private", "private"}
YES, NO = {"true", "yes", "y", "on", "1", "t"}, {"false", "no", "n", "off", "0", "f"}
_PUBLIC_STATUS = {"published", "publish", "public", "live"}
_PUBLIC_VISIBILITY = {"public", "published", "visible", "everyone", "everybody", "all"}
#: What says by yes or no that a text is not for everybody.
_HIDING = ("draft", "isdraft", "private", "isprivate", "hidden", "unlisted")
#: What says by yes or no that it is; a date may stand there too.
_SHOWING = ("published", "publish", "ispublished", "public")
#: When a text becomes public. Of several the first counts as its date, and none may be to come.
_PUBLISHED_AT = (
    *("date", "published", "publishdate", "publisheddate", "pubdate", "publishedat", "publishedon"),
    *("datepublished", "publicationdate", "posted"),
)
#: When it was begun, where nothing says when it became public.
_CREATED_AT = ("created", "createdat", "createdon", "creationdate", "datecreated", "createddate")
_EXPIRES_AT = ("expirydate", "unpublishdate")

NAMES = {*_HIDING, *_SHOWING, *_PUBLISHED_AT, *_CREATED_AT, *_EXPIRES_AT, "status", "visibility", "password"}


def word(value: object) -> str:
    """A value as it is written, small and without blanks around it."""
    return "" if value is None else str(value).strip().lower()


def is_in_drafts(path: PurePath, root: PurePath) -> bool:
    folders = {part.lower() for part in (root.name, *path.relative_to(root).parts[:-1])}
    return not folders.isdisjoint(DRAFTS)


def is_draft(facts: Facts, now: datetime) -> bool:
    """Whether anything says that a text is not for everybody. What is neither a yes nor a no counts as that."""
    return (
        any(word(facts.get(name)) not in NO | {""} for name in _HIDING)
        or any(word(facts.get(name)) in NO for name in _SHOWING)
        or word(facts.get("status")) not in _PUBLIC_STATUS | {""}
        or word(facts.get("visibility")) not in _PUBLIC_VISIBILITY | {""}
        or word(facts.get("password")) != ""
        or any(moment <= now for moment in _moments(facts, _EXPIRES_AT))
    )


def dates_of(facts: Facts) -> list[datetime]:
    """When a text became or becomes public, the one that counts first; refuses what cannot be read."""
    said = [*_moments(facts, _PUBLISHED_AT)]
    return said or [*_moments(facts, _CREATED_AT)]


def _moments(facts: Facts, names: Iterable[str]) -> Iterable[datetime]:
    for name in names:
        value = facts.get(name)
        if word(value) == "" or (name in _SHOWING and word(value) in YES | NO):
            continue
        try:
            yield moment_of(value)
        except NoDate:
            shown = str(value)[:60]
            raise Unreadable(f"its date cannot be read: {shown}. Write it as 2026-11-21 or 2026-11-21 18:30") from None
