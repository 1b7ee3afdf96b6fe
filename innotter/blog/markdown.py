"""Markdown to safe HTML. Whatever people write renders as something; nothing of it runs, loads or tracks."""

import math
import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from itertools import pairwise
from typing import Any

import nh3
from django.utils.html import escape
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from innotter.errors import Invalid

#: Goes up whenever the same text renders differently: what was kept before is then rendered anew.
VERSION = 1
WORDS_PER_MINUTE = 200
LONGEST_EXCERPT = 240
#: Where pictures may come from: our own doors. Another's picture would tell them who reads what, and when.
OWN_PICTURES = "/media/"
#: More code than this is shown without colours.
LONGEST_COLOURED = 50_000

#: Names that people use and Pygments does not know.
ALIASES = {"cjs": "js", "mjs": "js", "jsonc": "json5", "env": "ini"}

#: Some constructs take the parser longer than they are long. What takes more than so many seconds of a processor is
#: refused: nobody writes so, and a thread that is busy with it answers nobody else.
LONGEST_RENDERING = 5.0
#: The plugin for them looks for the list of each from the item backwards, past all items before it.
MOST_TASKS = 1000

_task = re.compile(r"^[ >]*[-*+] +\[[ xX]\]", re.MULTILINE)
_word = re.compile(r"\w+")
_aside = re.compile(r"<(pre|table|section|h[1-6])\b.*?</\1>|<sup class=\"footnote-ref\">.*?</sup>|\n", re.DOTALL)
_code = re.compile(r"<code\b.*?</code>", re.DOTALL)
_box = re.compile(r"<input( [^>]*)>")
_empty_picture = re.compile(r"<img(?![^>]*\bsrc=)[^>]*>")
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


class TooIntricate(Invalid):
    """Rendering takes longer than anybody's text does."""

    message = _("This text is too intricate to be shown: use fewer brackets, lists and marks in one paragraph.")


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


def render(text: str) -> Rendered:
    """Markdown (CommonMark with tables, footnotes, task lists and strike-through) as HTML that is safe to show."""
    if len(_task.findall(text)) > MOST_TASKS:
        raise TooIntricate
    env = {"over_at": time.thread_time() + LONGEST_RENDERING}
    tokens = _parser.parse(text, env)
    headings = _anchor_headings(tokens)
    _align_cells(tokens)
    html = _clean(_parser.renderer.render(tokens, _parser.options, env))
    plain = _plain(html)
    minutes = max(1, math.ceil(len(_word.findall(plain)) / WORDS_PER_MINUTE))
    return Rendered(html, headings, minutes, _plain(_code.sub(" ", html)), _excerpt(plain))


def _clean(html: str) -> str:
    clean = nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_keep,
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener noreferrer",
    )
    return _box.sub(_labelled, _empty_picture.sub("", clean))


def _labelled(box: re.Match[str]) -> str:
    """A task's box, with words for those who do not see it: as people write them."""
    return f'<input aria-label="{"[x]" if "checked" in box[1] else "[ ]"}"{box[1]}>'


def _keep(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "src" and not value.startswith(OWN_PICTURES):
        return None
    if tag == "input" and attribute == "type":
        return "checkbox"
    return value


def _anchor_headings(tokens: Sequence[Token]) -> list[Heading]:
    """Give every heading an id of its own. The first level is the article's title: what people write begins below."""
    found: list[Heading] = []
    same: Counter[str] = Counter()
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            text = "".join(child.content for child in inline.children or [] if child.type in {"text", "code_inline"})
            base = f"h-{slugify(text, allow_unicode=True)[:60] or 'part'}"
            same[base] += 1
            heading = Heading(int(opening.tag[1]), f"{base}--{same[base]}" if same[base] > 1 else base, text)
            opening.attrSet("id", heading.id)
            found.append(heading)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1]) + 1, 6)}"
    return found


def _align_cells(tokens: Sequence[Token]) -> None:
    """As an attribute, because no style survives."""
    for token in tokens:
        if token.type in {"td_open", "th_open"} and "style" in token.attrs:
            token.attrSet("align", str(token.attrs.pop("style")).rpartition(":")[2])


def _plain(html: str) -> str:
    """The running text: without headings, code, tables and footnotes."""
    running = _aside.sub(" ", html)
    return " ".join(unescape(re.sub(r"<[^>]+>", "", running)).split())


def _excerpt(plain: str) -> str:
    if len(plain) <= LONGEST_EXCERPT:
        return plain
    return plain[:LONGEST_EXCERPT].rsplit(" ", 1)[0].rstrip(",;:.–- ") + " …"


def _coloured(code: str, language: str, _attributes: str) -> str:
    if not language or len(code) > LONGEST_COLOURED:
        return ""
    try:
        lexer = get_lexer_by_name(ALIASES.get(language, language))
    except ClassNotFound:
        return ""
    return str(highlight(code, lexer, HtmlFormatter(nowrap=True)))


def _in_time(state: Any, *_args: Any) -> bool:
    """A rule that never applies, asked before every other: ends what takes too long."""
    if time.thread_time() > state.env.get("over_at", math.inf):
        raise TooIntricate
    return False


class _Renderer(RendererHTML):
    def image(self, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType) -> str:
        """Our own pictures are shown; to those of others leads a link."""
        token = tokens[index]
        source = str(token.attrGet("src") or "")
        words = self.renderInlineAsText(token.children, options, env) if token.children else ""
        if not source.startswith(OWN_PICTURES):
            return f'<a href="{escape(source)}">{escape(words or source)}</a>'
        return f'<img src="{escape(source)}" alt="{escape(words)}" loading="lazy">'


_parser = (
    MarkdownIt("commonmark", {"html": True, "linkify": True, "highlight": _coloured}, renderer_cls=_Renderer)
    .enable(["table", "strikethrough", "linkify"])
    .use(footnote_plugin)
    .use(tasklists_plugin)
)
_parser.block.ruler.before("table", "in_time", _in_time, {"alt": ["paragraph", "reference", "blockquote", "list"]})
_parser.inline.ruler.before("text", "in_time", _in_time)
