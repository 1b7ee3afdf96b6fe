"""Markdown to safe HTML. Whatever people write renders as something; nothing of it runs, loads or tracks.

A text goes through `parsing`, `rendering`, `tidying` and the sanitizer. The first three ask whether time is over; what
the fourth is given takes it as long as it is long.
"""

import math
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import pairwise
from typing import Any

import nh3
from django.utils.html import escape
from markdown_it.token import Token

from innotter.markdown.attributes import ATTRIBUTES, TAGS, slug_of
from innotter.markdown.limits import TooIntricate, turn
from innotter.markdown.parsing import align_cells, parser
from innotter.markdown.tidying import tidy

__all__ = ["VERSION", "Heading", "Rendered", "TooIntricate", "as_written", "read_out", "render", "render_kept"]

#: Goes up whenever the same text renders differently: what was kept before is then rendered anew.
VERSION = 3
WORDS_PER_MINUTE = 200
LONGEST_EXCERPT = 240

#: Some constructs take the parser longer than they are long. What takes more than so many seconds of a processor is
#: refused: nobody writes so, and a thread that is busy with it answers nobody else.
LONGEST_RENDERING = 5.0

_word = re.compile(r"\w+")
_aside = re.compile(r"<(pre|table|section|h[1-6])\b.*?</\1>|\n", re.DOTALL)
_note = re.compile(r"\s?<sup class=\"footnote-ref\">.*?</sup>", re.DOTALL)
_block_end = re.compile(r"</(?:p|li)>|<[uo]l>")
#: The ends of blocks, which no text can hold, after what may be a punctuation mark.
_END = "\0"
_ends = re.compile(r"([.!?…:;,]?)\s*(?:\0\s*)+")
_code = re.compile(r"<code\b.*?</code>", re.DOTALL)
_tag = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class Heading:
    """A line of the table of contents; `id` is its anchor."""

    level: int
    id: str
    text: str


@dataclass(frozen=True)
class Rendered:
    """A text as it is read."""

    html: str
    headings: list[Heading]
    minutes: int
    #: The running text without code: what hashtags and mentions are looked for in.
    prose: str
    #: The beginning of the running text.
    excerpt: str


def render(
    text: str, *, within: str = "", seconds: float | None = None, tag_address: Callable[[str], str] | None = None
) -> Rendered:
    """Markdown (CommonMark with tables, footnotes, task lists and strike-through) as HTML that is safe to show.

    Where several texts stand on one page, the ids of each begin with its own `within`. Hashtags are links where it is
    said to which address each leads. Raises TooIntricate when it takes more than so many seconds of a processor,
    `LONGEST_RENDERING` if nothing else is said.
    """
    with turn(text):
        env: dict[str, Any] = {"over_at": time.thread_time() + (LONGEST_RENDERING if seconds is None else seconds)}
        if tag_address:
            env["tag_address"] = tag_address
        tokens = parser.parse(text, env)
        headings = _anchor_headings(tokens)
        align_cells(tokens)
        html = parser.renderer.render(tokens, parser.options, env)
        return _rendered(_clean(tidy(html, env, within=within)), headings)


def render_kept(
    text: str, *, within: str = "", seconds: float | None = None, tag_address: Callable[[str], str] | None = None
) -> Rendered:
    """The same for what is kept already, and cannot be refused: what takes too long is shown as it is written."""
    try:
        return render(text, within=within, seconds=seconds, tag_address=tag_address)
    except TooIntricate:
        return _rendered(as_written(text), [])


def as_written(text: str) -> str:
    """HTML that shows Markdown as it was typed."""
    return f"<pre>{escape(text)}</pre>"


def read_out(html: str) -> str:
    """All the words of a rendered text on one line: also headings, code, tables and footnotes."""
    return " ".join(unescape(_tag.sub("", html)).split())


def _rendered(html: str, headings: list[Heading]) -> Rendered:
    plain = _plain(html)
    minutes = max(1, math.ceil(len(_word.findall(plain)) / WORDS_PER_MINUTE))
    return Rendered(html, headings, minutes, _plain(_code.sub(" ", html)), _excerpt(html))


def _clean(html: str) -> str:
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener noreferrer",
    )


def _anchor_headings(tokens: Sequence[Token]) -> list[Heading]:
    """Give every heading an id of its own, and the levels below the title's without a gap, whichever are written."""
    written = sorted({token.tag for token in tokens if token.type == "heading_open"})
    level_of = {tag: min(level, 6) for level, tag in enumerate(written, start=2)}
    found: list[Heading] = []
    same: Counter[str] = Counter()
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            text = "".join(child.content for child in inline.children or [] if child.type in {"text", "code_inline"})
            base = f"h-{slug_of(text) or 'part'}"
            same[base] += 1
            heading = Heading(level_of[opening.tag], f"{base}--{same[base]}" if same[base] > 1 else base, text)
            opening.attrSet("id", heading.id)
            found.append(heading)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{level_of[token.tag]}"
    return found


def _plain(html: str) -> str:
    """The running text: without headings, code, tables and footnotes."""
    running = _note.sub("", _aside.sub(" ", html))
    return " ".join(unescape(_tag.sub("", running)).split())


def _excerpt(html: str) -> str:
    """The beginning of the running text, in which items of a list do not run into one another."""
    marked = _plain(_block_end.sub(_END, html))
    plain = _ends.sub(lambda end: f"{end[1]} " if end[1] else " · ", marked).strip(" ·")
    if len(plain) <= LONGEST_EXCERPT:
        return plain
    return plain[:LONGEST_EXCERPT].rsplit(" ", 1)[0].rstrip(",;:.–-· ") + " …"
