"""Markdown as tokens: CommonMark with tables, footnotes, task lists, strike-through, and addresses as links."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from innotter.markdown.limits import TooIntricate, check_time
from innotter.markdown.rendering import Renderer
from innotter.text.parts import Part, parts_of, url_at

#: A token takes half a kilobyte. A table of short lines makes more of them than it has characters.
MOST_TOKENS = 600_000
#: Each that stands inside the text makes ten of them.
MOST_FOOTNOTES = 20_000

_LISTS = {"bullet_list_open", "ordered_list_open"}
_sign = re.compile(r"[@#＃]|www\.", re.IGNORECASE)
_task = re.compile(r"\[[ xX]\]\s")


def _in_time(state: Any, *_args: Any) -> bool:
    """A rule that never applies, asked before every other."""
    _check(state)
    return False


def _check(state: Any) -> None:
    check_time(state.env)
    footnotes = state.env.get("footnotes", {}).get("list", ())
    if len(state.tokens) > MOST_TOKENS or len(footnotes) > MOST_FOOTNOTES:
        raise TooIntricate


def _address(state: StateInline, silent: bool) -> bool:
    """An address with a scheme, before its underscores and stars are taken for emphasis: asked at its colon.

    The label of a link is looked through silently: it ends at its bracket, not at the end of an address in it.
    """
    if silent or state.linkLevel or not state.src.startswith("://", state.pos):
        return False
    scheme = next((name for name in ("https", "http") if state.pending[-len(name) :].lower() == name), "")
    part = url_at(state.src, state.pos - len(scheme)) if scheme else None
    if part is None:
        return False
    state.pending = state.pending[: -len(scheme)]
    for token in _link(state.md, part):
        state.push(token.type, token.tag, token.nesting)
        state.tokens[-1].attrs, state.tokens[-1].content = token.attrs, token.content
    state.pos += len(part.text) - len(scheme)
    return True


def _other_addresses(state: StateCore) -> None:
    """Addresses without a scheme, those of e-mail, and hashtags, in the texts that are no links yet."""
    for token in state.tokens:
        if token.type == "inline" and token.children and _sign.search(token.content):
            check_time(state.env)
            token.children = list(_with_links(state, token.children))


def _with_links(state: StateCore, tokens: Sequence[Token]) -> Iterator[Token]:
    inside = 0
    for token in tokens:
        if token.type in {"link_open", "link_close"}:
            inside += token.nesting
        elif token.type == "html_inline":
            inside = max(0, inside + _nesting(token.content))
        if token.type != "text" or inside:
            yield token
            continue
        for part in parts_of(token.content):
            yield from _linked(state, part)


def _linked(state: StateCore, part: Part) -> list[Token]:
    if part.kind == "hashtag" and "tag_address" in state.env:
        return _link(state.md, part._replace(name=state.env["tag_address"](part.name)))
    return _link(state.md, part) if part.kind in {"url", "email"} else [_text(part.text)]


def _nesting(html: str) -> int:
    """Whether a tag opens a link (1) or closes one (-1)."""
    if html[:3].lower() == "</a":
        return -1
    return int(html[:2].lower() == "<a" and not html[2:3].isalnum())


def _link(md: MarkdownIt, part: Part) -> list[Token]:
    href = md.normalizeLink(part.name)
    if not md.validateLink(href):
        return [_text(part.text)]
    return [Token("link_open", "a", 1, attrs={"href": href}), _text(part.text), Token("link_close", "a", -1)]


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _tasks(state: StateCore) -> None:
    """Boxes for the items of lists that begin with `[ ]` or `[x]`.

    The plugin for it looks for the list of each item from the item backwards, past all items before it.
    """
    lists: list[Token] = []
    for item, paragraph, inline in zip(state.tokens, state.tokens[1:], state.tokens[2:], strict=False):
        if item.type in _LISTS:
            lists.append(item)
        elif item.type in {"bullet_list_close", "ordered_list_close"}:
            lists.pop()
        elif (item.type, paragraph.type) == ("list_item_open", "paragraph_open") and _make_task(inline):
            item.attrSet("class", "task-list-item")
            lists[-1].attrSet("class", "contains-task-list")


def _make_task(inline: Token) -> bool:
    first = inline.children[0] if inline.children else None
    if not (first and first.type == "text" and _task.match(inline.content) and _task.match(first.content + " ")):
        return False
    box = Token("html_inline", "", 0, content="<input>" if first.content[1] == " " else "<input checked>")
    first.content = first.content[3:]
    inline.children = [box, *(inline.children or [])]
    return True


def align_cells(tokens: Sequence[Token]) -> None:
    """As an attribute, because no style survives."""
    for token in tokens:
        if token.type in {"td_open", "th_open"} and "style" in token.attrs:
            token.attrSet("align", str(token.attrs.pop("style")).rpartition(":")[2])


parser = (
    MarkdownIt("commonmark", {"html": True}, renderer_cls=Renderer)
    .enable(["table", "strikethrough", "linkify"])
    .use(footnote_plugin)
)
parser.inline.ruler.at("linkify", _address)
parser.core.ruler.at("linkify", _other_addresses)
parser.core.ruler.after("inline", "tasks", _tasks)
parser.core.ruler.after("inline", "in_time", _check)
parser.core.ruler.push("in_time_after", _check)
parser.block.ruler.before("table", "in_time", _in_time, {"alt": ["paragraph", "reference", "blockquote", "list"]})
parser.inline.ruler.before("text", "in_time", _in_time)
