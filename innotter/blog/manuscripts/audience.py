"""Who a file is meant for: what says that it is not for everybody, or that it waits, is not made public."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import Any

from innotter.blog.manuscripts.dates import NoDate, moment_of
from innotter.blog.manuscripts.facts import Fact, Facts, Unreadable
from innotter.blog.manuscripts.vocabulary import NO, PUBLIC, YES
from innotter.blog.manuscripts.words import (
    PARTS_OF_PAGE,
    is_end,
    is_past,
    is_public_all_the_same,
    moment_or_none,
    word,
)

#: What says by yes or no that a text is not for everybody.
_HIDING = (
    *("draft", "isdraft", "private", "isprivate", "hidden", "ishidden", "unlisted", "isunlisted", "unpublished"),
    *("encrypt", "encrypted", "protected", "membersonly", "wip", "headless", "nopublish", "donotpublish"),
    *("deleted", "isdeleted", "deletedat", "trash", "trashed", "istrashed", "trashedat", "removed", "isremoved"),
    *("disabled", "isdisabled", "withdrawn", "retracted", "loginrequired", "requirelogin", "requireslogin"),
    "ignorepublish",  # Qiita's.
)
#: What says by yes or no that it is; a date may stand there too.
_SHOWING = (
    *("published", "publish", "ispublished", "public", "ispublic", "visible", "isvisible", "listed", "islisted"),
)
#: Of these, what says by a no, by a yes or with a word that a text is finished: it may be hidden all the same.
_UNFINISHED, _FINISHED = ("draft", "isdraft", "wip", "unpublished"), ("published", "publish", "ispublished")
#: What says with a word who it is for.
_PROGRESS = ("status", "poststatus", "publishstatus", "publicationstatus")
_STATUS = (*_PROGRESS, "state", "visibility", "access", "privacy")
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
    *("goliveat", "golivedate", "liveat", "livedate", "launchdate", "launchat", "availablefrom", "availableat"),
    *("visiblefrom", "publicfrom", "publishfrom", "publishedfrom", "notbefore", "notuntil"),
    *("дата", "датапубликации", "fecha", "datum"),
    *("scheduledat", "scheduledfor", "scheduleddate", "scheduledate", "scheduleat", "schedulefor"),
    *("embargountil", "embargodate", "embargoeduntil", *_WAITING),
)
#: When it was begun, where nothing says when it became public.
_CREATED_AT = ("created", "createdat", "createdon", "creationdate", "datecreated", "createddate")
_EXPIRES_AT = (
    *("expirydate", "unpublishdate", "expires", "expiry", "expiresat", "expireson", "expiredate", "expireat"),
    *("expirationdate", "expiration", "unpublishat", "unpublishon", "validuntil", "availableuntil", "visibleuntil"),
)
_OF_TIME = {*_PUBLISHED_AT, *_CREATED_AT}
_DATES = {*_PUBLISHED_AT, *_EXPIRES_AT}
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


def is_draft(facts: Facts, now: datetime) -> bool:
    """Whether anything says that a text is not for everybody. What is neither a yes nor a no counts as that."""
    return (
        any(said not in NO | {""} for said in _words(facts, _HIDING))
        or any(not _shows(name, value, now) for name, value in facts.said(_SHOWING, _is_told_in))
        or any(said in NO for said in _words(facts, _UNLESS_NO))
        or any(said in YES for said in _words(facts, _WAITING))
        or any(said not in PUBLIC | {""} for said in _words(facts, _STATUS))
        or any(word(facts.at(path)) not in YES | {"", "always"} for path in _BUILDING)
        or any(said != "" for said in _words(facts, ("password",)))
        or any(_hides(value) for _name, value in facts.said(("hide",), _is_told_in))
        or any(moment <= now for moment in _moments(facts, _EXPIRES_AT, now))
    )


def is_said_to_be_finished(facts: Facts) -> bool:
    """Whether a text says on top, of itself, that it is no draft. An empty value says nothing, nor does a date."""
    return (
        any(word(facts.get(name)) in NO for name in _UNFINISHED)
        or any(word(facts.get(name)) in YES for name in _FINISHED)
        or any(word(facts.get(name)) in PUBLIC for name in _PROGRESS)
    )


def doubts_about(facts: Facts, now: datetime) -> list[str]:
    """The names that are not known here and may say that a text is not for everybody, as they are written."""
    return [fact.spelled for fact in facts.all if _may_hide(fact) and not is_public_all_the_same(fact, now)]


def dates_of(facts: Facts, now: datetime) -> list[datetime]:
    """When a text became or becomes public, the one that counts first; refuses what cannot be read."""
    said = [*_moments(facts, _PUBLISHED_AT, now)]
    return said or [*_moments(facts, _CREATED_AT, now)]


def dates_to_come(facts: Facts, now: datetime) -> list[datetime]:
    """What waits until a moment; what is no date is none of these."""
    said = (value for name, value in facts.said(_PUBLISHED_AT, _OF_THE_TEXT.issuperset) if value not in (None, ""))
    return [moment for value in said if (moment := moment_or_none(value, now)) and moment > now]


def ends_to_come(facts: Facts, now: datetime) -> Iterator[str]:
    """The names, with their values, that let a text end at a moment: here it stays."""
    for fact in facts.all:
        if _is_told_in(fact.above) and (fact.name in _EXPIRES_AT or is_end(fact)):
            moment = None if fact.value in (None, "") else moment_or_none(fact.value, now)
            if moment and moment > now:
                yield f"{fact.spelled[:60]}: {fact.value}"


def is_heard(name: str, value: Any, dates: Collection[datetime], now: datetime) -> bool:
    """Whether front matter of this name has done here what it says; a date, if it is one of those of the text."""
    if name in _UNLESS_NO or name == "hide":
        return word(value) in NO
    if name in _OF_TIME:
        moment = moment_or_none(value, now)
        return moment is None or moment in dates
    return name in NAMES and name not in _EXPIRES_AT


def _may_hide(fact: Fact) -> bool:
    """Whether the words of a fact are looked at: of one that is not known, or a date that nothing else looks at."""
    is_date_elsewhere = fact.name in _DATES and not _OF_THE_TEXT.issuperset(fact.above)
    is_known = fact.name in NAMES and not is_date_elsewhere
    return not is_known and fact.path not in _BUILDING and _is_told_in(fact.above)


def _is_told_in(above: tuple[str, ...]) -> bool:
    return _OF_OTHERS.isdisjoint(above)


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


def _moments(facts: Facts, names: Iterable[str], now: datetime) -> Iterator[datetime]:
    no_dates = {*_SHOWING, *_WAITING}
    for name, value in facts.said(names, _OF_THE_TEXT.issuperset):
        said = word(value)
        is_no_date = name in no_dates and said in YES | NO
        if said == "" or is_no_date or (name in _EXPIRES_AT and said in NO | {"never"}):
            continue
        try:
            yield moment_of(value, now)
        except NoDate:
            shown = str(value)[:60]
            raise Unreadable(f"its date cannot be read: {shown}. Write it as 2026-11-21 or 2026-11-21 18:30") from None
