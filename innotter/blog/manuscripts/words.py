"""Names that nobody here knows, and what their words and values may say of who a text is for."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import regex as re

from innotter.blog.manuscripts.dates import NoDate, moment_of
from innotter.blog.manuscripts.facts import Fact
from innotter.blog.manuscripts.vocabulary import (
    DRAFTS,
    HIDDEN,
    HIDING_NAMES,
    NO,
    PUBLIC,
    SHOWING_NAMES,
    TELLING_NAMES,
    YES,
)

#: Themes hide these of a page, and show the rest to everybody.
PARTS_OF_PAGE = {
    *("title", "toc", "table", "contents", "meta", "summary", "description", "comment", "comments", "header", "footer"),
    *("sidebar", "nav", "navigation", "navbar", "path", "date", "author", "authors", "hero", "cover", "image"),
    *("thumbnail", "banner", "share", "breadcrumb", "breadcrumbs", "edit", "tags", "toolbar", "pagination", "reading"),
    *("feedback", "ads", "related", "copyright", "badge", "icon", "excerpt", "lastmod", "updated", "link", "links"),
    *("search", "sitemap", "robots", "feed", "menu", "rss"),
}
#: What an author writes freely: no word there says who a text is for.
_FREE = {
    *("title", "subtitle", "linktitle", "shorttitle", "seotitle", "description", "summary", "excerpt", "abstract"),
    *("lead", "teaser", "caption", "alt", "author", "authors", "by", "name", "slug", "url", "id", "key", "alias"),
    *("aliases", "quote", "image", "path", "lang", "language"),
}
#: What a text is about: a draft may be called one there; that it is about secrets says nothing.
_TOPICS = {
    *("tags", "tag", "keywords", "categories", "category", "topics", "topic", "series", "section", "genre", "type"),
    *("kind", "collection", "collections", "layout", "template", "taxonomies", "mood", "location", "group", "groups"),
}
#: Days of something else, and of a text's past.
_OTHER_DAYS = {
    *("event", "events", "deadline", "due", "lastmod", "updated", "modified", "modification", "review", "reviewed"),
    *("end", "ends", "ending", "conference", "meeting", "birthday", "updatedat", "modifiedat", "copyright"),
}
_UNTIL = {"until", "till", "through"}
_WAITS = {"embargo", "embargoed", "hidden", "private", "draft"}
_PART = re.compile(r"\p{Lu}+(?!\p{Ll})|\p{Lu}?[\p{Ll}\p{Lo}\p{M}]+")
_BEFORE = r"(?:is|post|page|article)?"
_IS = re.compile(rf"^{_BEFORE}")
_HIDING = re.compile(rf"{_BEFORE}(?:{HIDING_NAMES})")
_SHOWING = re.compile(rf"{_BEFORE}(?:{SHOWING_NAMES})")
_TELLING = re.compile(rf"{_BEFORE}(?:{TELLING_NAMES})")
#: What hides a text by a plain no, and says nothing else.
_UNLESS_NO = re.compile(
    rf"{_BEFORE}(?:live|online|active|enabled|approved|ready|finished|done|available|complete|completed|final|accepted"
    r"|publication)"
)
#: The same, where it is the whole name: parts of a page are shown, or not, by longer ones.
_WHOLE_UNLESS_NO = {"show", "isshown", "shown", "display", "displayed", "render", "rendered", "output"}
_OF_A_PAGE = re.compile(
    r"exclude\w*|hidden|hide|visib\w*|invisib\w*|internal|secret|premium|restrict\w*|member\w*|only"
)
#: The last one is what `don't` is cut to.
_NOT = {"not", "no", "non", "un", "never", "without", "не", "nicht", "pas", "dont", "don"}
_NOT_IN_WORDS = re.compile(r"[\s\p{P}\p{S}\p{Cf}]+")


def word(value: object) -> str:
    """A value as it is written, small and without blanks around it."""
    return "" if value is None else str(value).strip().lower()


def parts_of(name: str) -> list[str]:
    """The words that a name is made of: `subscribersOnly`, `subscribers_only` and `Subscribers only` have the same."""
    return [part.lower() for part in _PART.findall(name)]


def says_draft(text: str) -> bool:
    """Whether a word or two call a text a draft."""
    return _letters(text) in DRAFTS


def is_public_all_the_same(fact: Fact, now: datetime) -> bool:
    """Whether a fact that is not known says nothing of who a text is for, or says clearly that it is for everybody."""
    if fact.value in (None, "", [], {}) or isinstance(fact.value, Mapping):
        return True
    parts = parts_of(fact.spelled.rpartition(".")[2])
    answers = [_is_public(part, fact.value, now) for part in parts if _says_something(part)]
    if not answers:
        return not any(_may_hide(parts, value, now) for value in _values(fact))
    if any(map(_OF_A_PAGE.fullmatch, parts)) and not PARTS_OF_PAGE.isdisjoint(parts):
        return True
    return all(answers) and _NOT.isdisjoint(parts)


def is_end(fact: Fact) -> bool:
    """Whether a name tells until when a text is to be seen."""
    parts = parts_of(fact.spelled.rpartition(".")[2])
    begins = any(part.startswith(("expir", "unpublish")) for part in parts)
    return (begins or not _UNTIL.isdisjoint(parts)) and _NOT.isdisjoint(parts) and _WAITS.isdisjoint(parts)


def is_past(value: object, now: datetime) -> bool:
    """Whether it is a date that is not to come."""
    moment = moment_or_none(value, now)
    return moment is not None and moment <= now


def moment_or_none(value: object, now: datetime) -> datetime | None:
    """A date; None where it is none."""
    try:
        return moment_of(value, now)
    except NoDate:
        return None


def _letters(text: object) -> str:
    return _NOT_IN_WORDS.sub("", word(text))


def _values(fact: Fact) -> Iterator[Any]:
    """Each single value: those of a list, and of a text with commas where tags are written so."""
    values = fact.value if isinstance(fact.value, list) else [fact.value]
    for value in values:
        if isinstance(value, list | Mapping):
            continue  # Its own facts are asked for themselves.
        yield from value.split(",") if isinstance(value, str) and fact.name in _TOPICS else [value]


def _may_hide(parts: list[str], value: Any, now: datetime) -> bool:
    """Whether a value says that a text is not for everybody, although its name tells nothing of that."""
    if _is_answered_so(parts, word(value)):
        return True
    if not _FREE.isdisjoint(parts) or "".join(parts) in _FREE:
        return False
    if not _TOPICS.isdisjoint(parts):
        return says_draft(str(value))
    moment = moment_or_none(value, now)
    if moment is None:
        return _letters(value) in HIDDEN
    if not _UNTIL.isdisjoint(parts) and _NOT.isdisjoint(parts):
        return moment <= now
    return moment > now and _OTHER_DAYS.isdisjoint(parts)


def _is_answered_so(parts: list[str], said: str) -> bool:
    """Whether a name asks whether a text is out, or waits, and this is the answer that hides it."""
    whole = "".join(parts)
    if said in YES and _IS.sub("", whole) in HIDDEN:
        return True
    is_about_being_out = any(map(_UNLESS_NO.fullmatch, parts)) or whole in _WHOLE_UNLESS_NO
    return is_about_being_out and said in (NO if _NOT.isdisjoint(parts) else YES)


def _says_something(part: str) -> bool:
    return any(pattern.fullmatch(part) for pattern in (_HIDING, _SHOWING, _TELLING))


def _is_public(part: str, value: object, now: datetime) -> bool:
    """Whether a word of a name, with this value, says that a text is for everybody."""
    if _HIDING.fullmatch(part):
        ends = part.startswith(("expir", "unpublish")) and moment_or_none(value, now) is not None
        waits = part.startswith(("schedul", "embargo"))
        return word(value) in NO or (ends and not is_past(value, now)) or (waits and is_past(value, now))
    if _letters(value) in PUBLIC:
        return True
    return _SHOWING.fullmatch(part) is not None and (word(value) in YES or is_past(value, now))
