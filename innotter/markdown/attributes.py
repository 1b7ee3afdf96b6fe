"""Which tags and attributes a text may have: with none of them it looks like a part of the site, or meets its scripts.

Classes are those that our renderer gives, and no others. Ids have names that nothing of the site has: those of headings
and footnotes as our renderer makes them, all others behind `user-content-`; links inside the text follow them.
"""

import re
from collections.abc import Iterator
from html import escape, unescape
from urllib.parse import quote, unquote

import nh3
from django.utils.text import slugify
from pygments.token import STANDARD_TYPES

from innotter.markdown.rendering import is_own_picture

TAGS = nh3.ALLOWED_TAGS | {"input", "section"}
_EVERYWHERE = {"id", "lang", "title"}
#: What the sanitizer lets pass. Boxes are always made here, with words for those who do not see them.
ATTRIBUTES = {
    "*": _EVERYWHERE,
    "a": {"href", "class"},
    "code": {"class"},
    "hr": {"class"},
    "img": {"src", "alt", "width", "height", "loading"},
    "input": {"type", "checked", "disabled", "aria-label"},
    "li": {"class"},
    "ol": {"start", "class"},
    "section": {"class"},
    "span": {"class"},
    "sup": {"class"},
    "td": {"align"},
    "th": {"align"},
    "ul": {"class"},
}
#: The classes that footnotes, lists of tasks and coloured code have.
CLASSES = {
    "a": {"footnote-backref"},
    "hr": {"footnotes-sep"},
    "li": {"footnote-item", "task-list-item"},
    "ol": {"footnotes-list", "contains-task-list"},
    "section": {"footnotes"},
    "span": {name for name in STANDARD_TYPES.values() if name},
    "sup": {"footnote-ref"},
    "ul": {"contains-task-list"},
}
FOREIGN = "user-content-"

_attribute = re.compile(r"([^\s=/\"'<>]+)(?:\s*+=\s*+(\"[^\"]*\"|'[^']*'|[^\s\"'=<>`]+))?")
_language = re.compile(r"language-[\w+#.-]+")
_own_id = re.compile(rf"h-\S+|fn(?:ref)?\d+(?::\d+)?|{FOREIGN}\S+")
#: No text holds a `<`, and no value of an attribute a quotation mark.
_link_inside = re.compile(r'(?P<before><a (?:(?!href=)[\w-]+="[^"]*" )*+href="#)(?P<link>[^"]+)')


class Attributes:
    """Those of one text: its ids are each given once, and begin with `within`."""

    def __init__(self, within: str) -> None:
        self.within = within
        self.ids: set[str] = set()

    def tag(self, name: str, attributes: str) -> str:
        """A start tag with what may be in it; nothing at all for a picture of another site."""
        given = _given(attributes)
        if name == "img" and not is_own_picture(given.get("src", "")):
            return ""
        if name == "input":
            label, checked = ("[x]", ' checked=""') if "checked" in given else ("[ ]", "")
            return f'<input aria-label="{label}" type="checkbox"{checked} disabled="">'
        return "".join([f"<{name}", *self._kept(name, given), ">"])

    def with_links(self, html: str) -> str:
        """The whole text, once all its ids are known: links to them lead to where they are."""
        return _link_inside.sub(lambda found: found["before"] + self._target(found["link"]), html)

    def _kept(self, name: str, given: dict[str, str]) -> Iterator[str]:
        allowed = ATTRIBUTES.get(name, set()) | _EVERYWHERE
        for attribute, written in given.items():
            value = self._value(name, attribute, written) if attribute in allowed else ""
            if value or attribute == "alt":
                yield f' {attribute}="{escape(value)}"'

    def _value(self, name: str, attribute: str, value: str) -> str:
        if attribute == "class":
            return " ".join(word for word in value.split() if _is_known(name, word))
        return self._id(value) if attribute == "id" else value

    def _id(self, value: str) -> str:
        if not value or len(value.split()) != 1:
            return ""
        value = value if _own_id.fullmatch(value) else FOREIGN + value
        if value in self.ids:
            return ""
        self.ids.add(value)
        return self.within + value

    def _target(self, link: str) -> str:
        """Of `#title`: what has this id, or a heading of these words. Whatever the text does not have stays."""
        name = unquote(unescape(link))
        for known in (name, FOREIGN + name, f"h-{slug_of(name)}"):
            if known in self.ids:
                return escape(quote(self.within + known, safe=":~!$&'()*+,;=@/?"))
        return link


def slug_of(heading: str) -> str:
    """Return the words of a heading as they stand in its id: in 60 characters, of whatever begins it."""
    return slugify(heading[:500], allow_unicode=True)[:60]


def _given(attributes: str) -> dict[str, str]:
    """Of two of the same name, the first counts."""
    given: dict[str, str] = {}
    for name, value in _attribute.findall(attributes):
        given.setdefault(name.lower(), unescape(value[1:-1] if value[:1] in {'"', "'"} else value))
    return given


def _is_known(name: str, word: str) -> bool:
    if name == "code":
        return _language.fullmatch(word) is not None
    return word in CLASSES.get(name, ())
