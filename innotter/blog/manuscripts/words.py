"""Names that nobody here knows, and what their words may say of who a text is for."""

import re
from datetime import datetime

from innotter.blog.manuscripts.dates import NoDate, moment_of

YES, NO = {"true", "yes", "y", "on", "1", "t"}, {"false", "no", "n", "off", "0", "f"}
#: Words for what everybody may read.
PUBLIC = {
    *("published", "publish", "public", "live", "featured", "released", "visible"),
    *("everyone", "everybody", "all", "anyone"),
}
#: Themes hide these of a page, and show the rest to everybody.
PARTS_OF_PAGE = {
    *("title", "toc", "table", "contents", "meta", "summary", "description", "comment", "comments", "header", "footer"),
    *("sidebar", "nav", "navigation", "navbar", "path", "date", "author", "authors", "hero", "cover", "image"),
    *("thumbnail", "banner", "share", "breadcrumb", "breadcrumbs", "edit", "tags", "toolbar", "pagination", "reading"),
    *("feedback", "ads", "related", "copyright", "badge", "icon", "excerpt", "lastmod", "updated"),
}
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_BEFORE = r"(?:is|post|page|article)?"
_HIDING = re.compile(
    rf"{_BEFORE}(?:(?:un|not|non)(?:publi|listed|releas|visib)\w*|invisib\w*|draft\w*|privat\w*|hidden|hide|protect\w*"
    r"|member\w*|wip|embargo\w*|schedul\w*|expir\w*|encrypt\w*|headless)"
)
_SHOWING = re.compile(rf"{_BEFORE}(?:publi(?!sher|cation)\w*|visib\w*|listed|releas\w*)")
_TELLING = re.compile(rf"{_BEFORE}(?:status|state|access|privacy)")
_OF_A_PAGE = re.compile(r"hidden|hide|visib\w*|invisib\w*")
_NOT = {"not", "no", "non", "un", "never", "without"}


def word(value: object) -> str:
    """A value as it is written, small and without blanks around it."""
    return "" if value is None else str(value).strip().lower()


def is_public_all_the_same(name: str, value: object, now: datetime) -> bool:
    """Whether a name that is not known says nothing of who a text is for, or says clearly that it is for everybody."""
    parts = [part.lower() for part in _PART.findall(name)]
    answers = [_is_public(part, value, now) for part in parts if _says_something(part)]
    if not answers or value in (None, "", [], {}):
        return True
    if any(map(_OF_A_PAGE.fullmatch, parts)) and not PARTS_OF_PAGE.isdisjoint(parts):
        return True
    return all(answers) and _NOT.isdisjoint(parts)


def _says_something(part: str) -> bool:
    return any(pattern.fullmatch(part) for pattern in (_HIDING, _SHOWING, _TELLING))


def _is_public(part: str, value: object, now: datetime) -> bool:
    """Whether a word of a name, with this value, says that a text is for everybody."""
    said = word(value)
    if _HIDING.fullmatch(part):
        return said in NO or (part.startswith(("schedul", "embargo")) and is_past(value, now))
    return said in PUBLIC or (_SHOWING.fullmatch(part) is not None and (said in YES or is_past(value, now)))


def is_past(value: object, now: datetime) -> bool:
    """Whether it is a date that is not to come."""
    try:
        return moment_of(value) <= now
    except NoDate:
        return False
