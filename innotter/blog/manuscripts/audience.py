"""Who a file is meant for: what says that it is not for everybody, or that it waits, is not made public."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import PurePath
from typing import Any

from innotter.blog.manuscripts.dates import NoDate, moment_of
from innotter.blog.manuscripts.facts import Facts, Unreadable
from innotter.blog.manuscripts.words import NO, PARTS_OF_PAGE, PUBLIC, YES, is_past, is_public_all_the_same, word

DRAFTS = {"_drafts", "drafts", "_draft", "draft", "_private", "private"}
#: What says by yes or no that a text is not for everybody.
_HIDING = (
    *("draft", "isdraft", "private", "isprivate", "hidden", "ishidden", "unlisted", "isunlisted", "unpublished"),
    *("encrypt", "encrypted", "protected", "membersonly", "wip", "headless"),
)
#: What says by yes or no that it is; a date may stand there too.
_SHOWING = (
    *("published", "publish", "ispublished", "public", "ispublic", "visible", "isvisible", "listed", "islisted"),
)
#: What says with a word who it is for.
_STATUS = ("status", "poststatus", "publishstatus", "publicationstatus", "state", "visibility", "access", "privacy")
#: Where only a plain no says something.
_UNLESS_NO = ("permalink", "publication")
#: Hugo's: whether there is a page, and whether lists have it.
_BUILDING = ("build.render", "build.list")
#: What waits by yes or no, or until a date.
_WAITING = ("scheduled", "embargo", "embargoed")
#: When a text becomes public. Of several the first counts as its date, and none may be to come.
_PUBLISHED_AT = (
    *("date", "published", "publishdate", "publisheddate", "pubdate", "publishedat", "publishedon"),
    *("datepublished", "publicationdate", "posted", "publishon", "publishat", "publishtime", "publishedtime"),
    *("pubdatetime", "pubtime", "postdate", "releasedate", "releasedat", "releaseon", "dateposted", "golive"),
    *("scheduledat", "scheduledfor", "scheduleddate", "scheduledate", "scheduleat", "schedulefor"),
    *("embargountil", "embargodate", "embargoeduntil", *_WAITING),
)
#: When it was begun, where nothing says when it became public.
_CREATED_AT = ("created", "createdat", "createdon", "creationdate", "datecreated", "createddate")
_EXPIRES_AT = (
    *("expirydate", "unpublishdate", "expires", "expiry", "expiresat", "expireson", "expiredate", "expireat"),
    *("expirationdate", "expiration", "unpublishat", "unpublishon"),
)
#: What tells, one level down, of the text itself; and what tells of something else: a picture may be hidden.
_OF_THE_TEXT = {"params", "extra", "meta", "metadata", "data", "custom", "article", "post", "page", "publishing"}
_OF_OTHERS = {
    *("cover", "image", "images", "featuredimage", "photo", "thumbnail", "banner", "hero", "header", "footer", "menu"),
    *("author", "authors", "nav", "navigation", "sidebar", "toc", "event", "location", "comments", "sitemap"),
}

NAMES = {
    *(*_HIDING, *_SHOWING, *_STATUS, *_UNLESS_NO, *_PUBLISHED_AT, *_CREATED_AT, *_EXPIRES_AT),
    *("hide", "password"),
}


def is_in_drafts(path: PurePath, root: PurePath) -> bool:
    folders = {part.lower() for part in (root.name, *path.relative_to(root).parts[:-1])}
    return not folders.isdisjoint(DRAFTS)


def is_draft(facts: Facts, now: datetime) -> bool:
    """Whether anything says that a text is not for everybody. What is neither a yes nor a no counts as that."""
    return (
        any(said not in NO | {""} for said in _words(facts, _HIDING))
        or any(not _shows(name, value, now) for name, value in facts.said(_SHOWING, _is_told_in))
        or any(said in NO for said in _words(facts, _UNLESS_NO))
        or any(said in YES for said in _words(facts, _WAITING))
        or any(said not in PUBLIC | {""} for said in _words(facts, _STATUS))
        or any(word(facts.below.get(name)) not in YES | {"", "always"} for name in _BUILDING)
        or any(said != "" for said in _words(facts, ("password",)))
        or any(_hides(value) for _name, value in facts.said(("hide",), _is_told_in))
        or any(moment <= now for moment in _moments(facts, _EXPIRES_AT))
    )


def doubts_about(facts: Facts, now: datetime) -> list[str]:
    """The names that are not known here and may say that a text is not for everybody, as they are written."""
    return [
        facts.spelled[path]
        for path, value in (*facts.items(), *facts.below.items())
        if _may_hide(path) and not is_public_all_the_same(facts.spelled[path].rpartition(".")[2], value, now)
    ]


def dates_of(facts: Facts) -> list[datetime]:
    """When a text became or becomes public, the one that counts first; refuses what cannot be read."""
    said = [*_moments(facts, _PUBLISHED_AT)]
    return said or [*_moments(facts, _CREATED_AT)]


def _may_hide(path: str) -> bool:
    parent, _dot, name = path.rpartition(".")
    return name not in NAMES and path not in _BUILDING and _is_told_in(parent)


def _is_told_in(parent: str) -> bool:
    return parent not in _OF_OTHERS


def _words(facts: Facts, names: Iterable[str]) -> Iterator[str]:
    return (word(value) for _name, value in facts.said(names, _is_told_in))


def _shows(name: str, value: Any, now: datetime) -> bool:
    """Whether it says that a text is for everybody: by a yes, by such a word, or by a date that is not to come."""
    said = word(value)
    if said in YES | PUBLIC | {""}:
        return True
    if name in _PUBLISHED_AT:  # What else stands there is a date: `dates_of` lets it wait, or cannot read it.
        return said not in NO
    return is_past(value, now)


def _hides(value: Any) -> bool:
    """Whether it hides the text, and not a part of its page, as a list of these says in MkDocs."""
    parts = value if isinstance(value, list) else [value]
    return any(word(part) not in NO | PARTS_OF_PAGE | {""} for part in parts)


def _moments(facts: Facts, names: Iterable[str]) -> Iterator[datetime]:
    no_dates = {*_SHOWING, *_WAITING}
    for name, value in facts.said(names, _OF_THE_TEXT.__contains__):
        said = word(value)
        is_no_date = name in no_dates and said in YES | NO
        if said == "" or is_no_date or (name in _EXPIRES_AT and said in NO | {"never"}):
            continue
        try:
            yield moment_of(value)
        except NoDate:
            shown = str(value)[:60]
            raise Unreadable(f"its date cannot be read: {shown}. Write it as 2026-11-21 or 2026-11-21 18:30") from None
