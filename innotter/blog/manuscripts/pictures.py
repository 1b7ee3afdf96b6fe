"""The pictures of a Markdown text: found by the parser that shows it, wherever CommonMark and HTML allow one."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html.parser import HTMLParser

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline import image as _image
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin


@dataclass(frozen=True)
class Shown:
    """A picture in a text: how it is written there, and what is shown."""

    written: str
    address: str
    label: str
    title: str
    #: The lines of the block that it stands in: from, to.
    lines: tuple[int, int]
    #: How often the same is written in its block before it: in code, as an example.
    before: int = 0

    def pattern(self) -> re.Pattern[str]:
        """Finds it in its lines; in a quotation or a list each further line begins with what marks that."""
        return re.compile(r"\n[ \t>]*".join(re.escape(line.lstrip(" \t")) for line in self.written.split("\n")))

    def at(self, address: str) -> str:
        """The same picture somewhere else."""
        title = ' "' + self.title.replace("\\", "\\\\").replace('"', '\\"') + '"' if self.title else ""
        return f"![{self.label}]({address}{title})"


@lru_cache(maxsize=2)
def tokens_of(text: str) -> list[Token]:
    """A text, parsed as it will be shown; once for all who look through the same text. Nobody changes the tokens."""
    return _parser.parse(text)


def pictures_in(text: str) -> list[Shown]:
    """All pictures of a text, in their order."""
    everywhere = (0, text.count("\n") + 1)  # A footnote within a line has no lines of its own.
    return [found for token in tokens_of(text) for found in _in_block(token, token.map or everywhere)]


def with_addresses(text: str, addresses: Mapping[str, str]) -> str:
    """The text, with its pictures at other addresses. Code and what else only looks like a picture stays as it is."""
    begins = [0, *(found.end() for found in re.finditer("\n", text)), len(text)]
    edits: dict[int, tuple[int, str]] = {}
    for shown in pictures_in(text):
        if shown.address in addresses:
            first, last = shown.lines
            found = list(shown.pattern().finditer(text, begins[first], begins[min(last, len(begins) - 1)]))
            # In a row of a table, each cell counts for itself.
            free = [one for one in [*found[shown.before :], *found] if one.start() not in edits]
            edits |= {one.start(): (one.end(), shown.at(addresses[shown.address])) for one in free[:1]}
    for start, (end, new) in sorted(edits.items(), reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _in_block(token: Token, lines: Sequence[int]) -> Iterator[Shown]:
    first, last = lines
    if token.type == "html_block":
        yield from _in_html(token.content, (first, last))
    for child in (token.children or []) if token.type == "inline" else ():
        if child.type == "image":
            title, address = (str(child.attrGet(name) or "") for name in ("title", "src"))
            yield Shown(address=address, title=title, lines=(first, last), **child.meta)
        elif child.type == "html_inline":
            yield from _in_html(child.content, (first, last))


def _in_html(html: str, lines: tuple[int, int]) -> Iterator[Shown]:
    tags = _Tags()
    tags.feed(html)
    for written, attributes in tags.found:
        if address := attributes.get("src"):
            label = (attributes.get("alt") or "").replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
            yield _ShownAsHtml(written, address.strip(), label, attributes.get("title") or "", lines)


class _ShownAsHtml(Shown):
    """Written as a tag: Markdown would not be read inside of other tags."""

    def at(self, address: str) -> str:
        return re.sub(
            r"""(\ssrc\s*=\s*)("[^"]*"|'[^']*'|[^\s>]+)""",
            lambda found: f'{found[1]}"{address}"',
            self.written,
            count=1,
            flags=re.IGNORECASE,
        )


class _Tags(HTMLParser):
    """The tags of pictures, each as it is written, with its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.found.append((self.get_starttag_text() or "", dict(attrs)))


def _remembered(state: StateInline, silent: bool) -> bool:
    """Markdown's own rule, and how the picture is written."""
    start = state.pos
    end = state.md.helpers.parseLinkLabel(state, start + 1, False) if state.src.startswith("![", start) else -1
    if not _image(state, silent):
        return False
    if not silent:
        written = state.src[start : state.pos]
        before = state.src.count(written, 0, start)
        state.tokens[-1].meta = {"written": written, "label": state.src[start + 2 : end], "before": before}
    return True


_parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).use(footnote_plugin)
_parser.inline.ruler.at("image", _remembered)
# Here nothing is shown: a picture whose address is forbidden is found all the same, and named.
_parser.validateLink = bool  # type: ignore[method-assign, assignment]
