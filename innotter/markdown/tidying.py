"""HTML of people made well-formed, and reduced to tags, attributes, classes and ids that a text may have.

What is safe, the sanitizer decides after it. That takes far longer than a text is long for what is nested without end,
or opened and never closed, and it cannot be stopped: so it gets neither.
"""

import re

from markdown_it.utils import EnvType

from innotter.markdown.attributes import TAGS, Attributes
from innotter.markdown.limits import TooIntricate, check_time

#: Deeper than any text needs, and little enough for what looks through all that is open at each tag.
MOST_DEPTH = 100
MOST_FORMATS = 10
#: What stands in a table outside of its cells is put before it, past everything that stands there already.
MOST_MISPLACED = 1000

_VOID = {"area", "br", "col", "hr", "img", "input", "wbr"}
_FORMATS = {"a", "b", "code", "em", "i", "s", "small", "strike", "strong", "tt", "u"}
_INLINE = _FORMATS | {"abbr", "acronym", "bdi", "bdo", "cite", "data", "del", "dfn", "ins", "kbd", "mark", "q"}
_INLINE |= {"rp", "rt", "rtc", "ruby", "samp", "span", "sub", "sup", "time", "var"}
_CELLS = {"td", "th", "caption"}
_ROWS = {"table", "thead", "tbody", "tfoot", "tr", "colgroup"}
#: What is open outside of a cell is not closed inside of it.
_WALLS = _CELLS | {"table"}
_PARTS_OF_TABLE = (_CELLS | _ROWS | {"col"}) - {"table"}
_BLOCKS = (TAGS - _INLINE - _VOID - _PARTS_OF_TABLE - {"map"}) | {"hr"}
#: What ends where another begins. A browser would end it, too, but open anew in all that follows the formats in it:
#: a long text for each short tag.
_ENDS = dict.fromkeys(_BLOCKS, frozenset({"p"})) | {
    "li": {"p", "li"},
    "dt": {"p", "dt", "dd"},
    "dd": {"p", "dt", "dd"},
    "td": {"td", "th", "caption"},
    "th": {"td", "th", "caption"},
    "tr": {"td", "th", "tr", "caption"},
}
_ENDS |= dict.fromkeys(_PARTS_OF_TABLE - set(_ENDS), _PARTS_OF_TABLE)

_tag = re.compile(
    r"<(?:(?P<comment>!--)|(?P<other>[!?])|(?P<end>/?)(?P<name>[a-zA-Z][^\s/<>]*+)"
    r"(?P<attributes>(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)>)|<"
)
#: Elements whose content is no text, and goes with them.
_ENDS_OF_CODE = {name: re.compile(rf"</{name}\s*>", re.IGNORECASE) for name in ("script", "style")}
_comment_end, _other_end = re.compile("-->"), re.compile(">")


def tidy(html: str, env: EnvType, *, within: str) -> str:
    """The HTML without what a text may not have. Its ids begin with `within`; `env` says when time is over."""
    return _Tidy(html, env, within).tidied()


class _Tidy:
    def __init__(self, html: str, env: EnvType, within: str) -> None:
        self.html, self.env = html, env
        self.attributes = Attributes(within)
        self.written: list[str] = []
        #: The names of what is open.
        self.open: list[str] = []
        self.misplaced = 0
        #: What is not found once need not be looked for again.
        self.missing: set[re.Pattern[str]] = set()

    def tidied(self) -> str:
        at = 0
        while found := _tag.search(self.html, at):
            check_time(self.env)
            self._write_text(self.html[at : found.start()])
            at = self._take(found)
        self._write_text(self.html[at:])
        self._close_to(0)
        return self.attributes.with_links("".join(self.written))

    def _take(self, found: re.Match[str]) -> int:
        """Write what begins with a `<`, and return where the rest begins."""
        if found["comment"] or found["other"]:
            return self._after(_comment_end if found["comment"] else _other_end, found.end())
        if not found["name"]:
            self.written.append("&lt;")
            return found.end()
        name = found["name"].lower()
        if name in _ENDS_OF_CODE and not found["end"]:
            return self._after(_ENDS_OF_CODE[name], found.end())
        name = {"h1": "h2"}.get(name, name)  # The first level is the title of what the text is in.
        if name in TAGS:
            self._end(name) if found["end"] else self._start(name, found["attributes"])
        return found.end()

    def _after(self, end: re.Pattern[str], at: int) -> int:
        found = None if end in self.missing else end.search(self.html, at)
        if found is None:
            self.missing.add(end)
            return at
        return found.end()

    def _write_text(self, text: str) -> None:
        if text and self.open and self.open[-1] in _ROWS and not text.isspace():
            self.misplaced += 1
            if self.misplaced > MOST_MISPLACED:
                raise TooIntricate
        self.written.append(text)

    def _start(self, name: str, attributes: str) -> None:
        self._end_before(name)
        if name == "a":
            self._end_link()
        if self._is_misplaced(name):
            return
        if name not in _VOID:
            formats = sum(each in _FORMATS for each in self.open) if name in _FORMATS else 0
            if len(self.open) >= MOST_DEPTH or formats >= MOST_FORMATS:
                return
            self.open.append(name)
        self.written.append(self.attributes.tag(name, attributes))

    def _is_misplaced(self, name: str) -> bool:
        """Whether it stands in a table outside of its cells, or is a part of a table where there is none."""
        if self.open and self.open[-1] in _ROWS:
            return name not in _PARTS_OF_TABLE
        return name in _PARTS_OF_TABLE and "table" not in self.open

    def _end_before(self, name: str) -> None:
        ends, end = _ENDS.get(name, ()), None
        for place in range(len(self.open) - 1, -1, -1):
            each = self.open[place]
            if each in ends:
                end = place
            elif not _is_looked_through(each, name):
                break
        if end is not None:
            self._close_to(end)

    def _end_link(self) -> None:
        """No link is inside of another: the blocks between the two go on without it, as in a browser."""
        for place in range(len(self.open) - 1, -1, -1):
            if self.open[place] == "a":
                between = [name for name in self.open[place + 1 :] if name not in _INLINE]
                self._close_to(place)
                self.written.extend(f"<{name}>" for name in between)
                self.open.extend(between)
                return
            if self.open[place] in _WALLS:
                return

    def _end(self, name: str) -> None:
        """Close it and all inside of it; what is not open here is passed over."""
        walls = {"table"} if name in _PARTS_OF_TABLE else _WALLS
        for place in range(len(self.open) - 1, -1, -1):
            each = self.open[place]
            if each == name:
                return self._close_to(place)
            if each in walls or (name in _INLINE and each not in _INLINE):
                return None
        return None

    def _close_to(self, place: int) -> None:
        self.written.extend(f"</{name}>" for name in reversed(self.open[place:]))
        del self.open[place:]


def _is_looked_through(opened: str, name: str) -> bool:
    """Whether what ends before a tag is looked for outside of this element, too."""
    if name in _PARTS_OF_TABLE:
        return opened != "table"
    return opened in _INLINE or (opened == "div" and name in {"li", "dt", "dd"})
