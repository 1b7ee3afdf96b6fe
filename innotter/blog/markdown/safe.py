"""HTML without anything that runs, loads, tracks, takes too long, or passes itself off as the site's own."""

import re
from functools import partial
from html import unescape
from urllib.parse import unquote

import nh3
from django.utils.translation import gettext_lazy as _
from pygments.token import STANDARD_TYPES

from innotter.errors import Invalid

#: Where pictures may come from: our own doors. Another's picture would tell them who reads what, and when.
OWN_PICTURES = "/media/"
#: Before the ids that people write: the site finds its own parts by ids without it. GitHub does the same.
ID_PREFIX = "user-content-"
#: How deep elements may lie in each other, and how much the sanitizer may have to do; see `check_is_flat`.
DEEPEST, MOST_WORK = 500, 1_000_000

_TAGS = nh3.ALLOWED_TAGS | {"input", "section"}
_ATTRIBUTES = {
    "a": {"href", "title", "id"},
    "code": {"class"},
    "img": {"src", "alt", "title", "width", "height", "loading"},
    "input": {"type", "checked", "disabled"},
    "li": {"id", "class"},
    "ol": {"start"},
    "section": {"class"},
    "span": {"class"},
    "sup": {"class", "id"},
    "td": {"align"},
    "th": {"align"},
    **{f"h{level}": {"id"} for level in range(1, 7)},
}
#: The classes that our own renderer gives, by tag. With any other a text could look like a notice of the site.
_CLASSES = {
    "li": {"footnote-item", "task-list-item"},
    "section": {"footnotes"},
    "span": set(filter(None, STANDARD_TYPES.values())),
    "sup": {"footnote-ref"},
}
_language = re.compile(r"language-[\w+#.-]{1,30}")
#: The ids that our own renderer gives: headings, footnotes and the ways back from them.
_own_id = re.compile(r"h-.+|fn(ref)?\d+(:\d+)?")
_fragment = re.compile(r'(?<= href="#)[^"]*(?=")')
_box = re.compile(r"<input( [^>]*)>")
_empty_picture = re.compile(r"<img(?![^>]*\bsrc=)[^>]*>")

_tag = re.compile(r"<(/?)([a-z][a-z0-9]*)")
_VOID = {"area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
#: Those that a parser opens anew in each block after one that they were not closed in.
_FORMATTING = {"a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"}


class TooIntricate(Invalid):
    """Rendering takes longer than anybody's text does."""

    message = _("This text is too intricate to be shown: use fewer brackets, lists and marks in one paragraph.")


def cleaned(html: str) -> str:
    """Keep of HTML what is allowed; links to ids that people have written lead to them. Raises TooIntricate."""
    check_is_flat(html)
    renamed: set[str] = set()
    clean = nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=partial(_keep, renamed),
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener noreferrer",
    )
    clean = _box.sub(_labelled, _empty_picture.sub("", clean))
    return _fragment.sub(partial(_led, renamed), clean) if renamed else clean


def check_is_flat(html: str) -> None:
    """Refuse what a parser of HTML takes longer for, or makes more of, than it is long. Raises TooIntricate.

    The time grows with the square of the depth. And what marks a text (`<b>`) and is not closed in its block is opened
    anew in each that follows: a hundred of them make a hundred elements of every paragraph.
    https://html.spec.whatwg.org/multipage/parsing.html#reconstruct-the-active-formatting-elements
    """
    depth = marks = work = 0
    for end, name in _tag.findall(html.lower()):
        if name in _VOID:
            continue
        step = -1 if end else 1
        depth = max(0, depth + step)
        if name in _FORMATTING:
            marks = max(0, marks + step)
        work += 1 + marks
        if depth > DEEPEST or work > MOST_WORK:
            raise TooIntricate


def _keep(renamed: set[str], tag: str, attribute: str, value: str) -> str | None:
    if attribute == "class":
        return " ".join(word for word in value.split() if _is_ours(tag, word)) or None
    if attribute == "id" and not _own_id.fullmatch(value):
        renamed.add(value)
        return f"{ID_PREFIX}{value}"
    if attribute == "src" and not value.startswith(OWN_PICTURES):
        return None
    if tag == "input" and attribute == "type":
        return "checkbox"
    return value


def _is_ours(tag: str, word: str) -> bool:
    return bool(_language.fullmatch(word)) if tag == "code" else word in _CLASSES.get(tag, ())


def _led(renamed: set[str], fragment: re.Match[str]) -> str:
    """A link within the text, to the id as it is now."""
    return f"{ID_PREFIX}{fragment[0]}" if unquote(unescape(fragment[0])) in renamed else fragment[0]


def _labelled(box: re.Match[str]) -> str:
    """A task's box, with words for those who do not see it: as people write them."""
    return f'<input aria-label="{"[x]" if "checked" in box[1] else "[ ]"}"{box[1]}>'
