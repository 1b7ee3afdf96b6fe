"""What becomes a link by itself: addresses, as in posts, and hashtags."""

import re
from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from linkify_it import LinkifyIt
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from innotter.text.parts import BREAKS, parts_of

#: In characters; servers and browsers take not many more.
LONGEST_ADDRESS = 2000

_breaks = re.compile(f"([{BREAKS}]+)")
#: What people mean for an address. The library also takes `README.md` for one, which lies in Moldova.
_address = re.compile(r"https?://|www\.|mailto:", re.IGNORECASE)


class _Linkify(LinkifyIt):  # type: ignore[misc] # it has no types
    """Looks at as much of a text as an address may be long, and no further than to typographic punctuation."""

    def match_at_start(self, text: str) -> Any:
        """The address at the beginning of a text, if there is one."""
        return super().match_at_start(_breaks.split(text[:LONGEST_ADDRESS], maxsplit=1)[0])


def link_plugin(parser: MarkdownIt) -> None:
    """Let addresses end where they end in posts, nothing else be one, and hashtags lead to what has them."""
    parser.linkify = _Linkify()
    parser.core.ruler.before("linkify", "end_addresses", _end_addresses)
    parser.core.ruler.after("linkify", "only_addresses", _only_addresses)
    parser.core.ruler.after("text_join", "hashtags", _link_hashtags)


def _end_addresses(state: StateCore) -> None:
    """Cut texts at typographic punctuation: linkify looks at each by itself."""
    for inline in _inlines(state):
        children: list[Token] = []
        for token in inline.children or []:
            pieces = _breaks.split(token.content) if token.type == "text" else [token.content]
            children += [_text(piece, token.level) for piece in pieces if piece] if len(pieces) > 1 else [token]
        inline.children = children


def _only_addresses(state: StateCore) -> None:
    for inline in _inlines(state):
        children = inline.children or []
        dropped: set[int] = set()
        for at, token in enumerate(children):
            if token.type == "link_open" and token.info == "auto" and not _is_address(token, children[at + 1]):
                # An opening, a text and a closing token: nothing else does linkify put there.
                dropped |= {at, at + 2}
        inline.children = [token for at, token in enumerate(children) if at not in dropped]


def _is_address(link: Token, text: Token) -> bool:
    href = str(link.attrGet("href"))
    return link.markup != "linkify" or href.startswith("mailto:") or bool(_address.match(text.content))


def _link_hashtags(state: StateCore) -> None:
    for inline in _inlines(state):
        children, inside = [], 0
        for token in inline.children or []:
            inside += token.nesting if token.type in {"link_open", "link_close"} else 0
            if token.type == "html_inline":
                inside += _opened(token.content)
            is_plain = token.type == "text" and inside <= 0 and ("#" in token.content or "＃" in token.content)
            children += list(_with_hashtags(token)) if is_plain else [token]
        inline.children = children


def _opened(html: str) -> int:
    """Links that people write as HTML hold no other."""
    word = html[:3].lower()
    return 1 if word in {"<a ", "<a>"} else -1 if word == "</a" else 0


def _with_hashtags(token: Token) -> Iterator[Token]:
    for part in parts_of(token.content):
        if part.kind == "hashtag":
            address = reverse("blog:hashtag", args=[part.name])
            yield Token("link_open", "a", 1, attrs={"href": address}, level=token.level)
            yield _text(part.text, token.level + 1)
            yield Token("link_close", "a", -1, level=token.level)
        else:
            yield _text(part.text, token.level)


def _inlines(state: StateCore) -> Iterator[Token]:
    return (token for token in state.tokens if token.type == "inline")


def _text(content: str, level: int) -> Token:
    return Token("text", "", 0, content=content, level=level)
