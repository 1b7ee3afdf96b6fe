"""What people write inside a post: addresses, mentions of pages and hashtags."""

from collections.abc import Iterator
from typing import NamedTuple

import regex

from innotter.text.tags import BEFORE_HASHTAG, HASHTAG, is_hashtag, tag_name

#: Full-width and typographic punctuation, which ends an address: nobody types it into one.
BREAKS = "（）「」『』【】〈〉《》〔〕［］｛｝，。、；：！？…“”„«»｡｢｣､\u3000"

#: Addresses come first, so that what looks like a hashtag or a mention inside of one is not taken for it.
_PART = regex.compile(
    rf"(?P<url>\b(?:https?://|www\.)[^\s<>{BREAKS}]+)"
    r"|(?<![\w@./-])@(?P<mention>[A-Za-z0-9](?:[A-Za-z0-9_-]{0,28}[A-Za-z0-9])?)(?![\w@-])"
    rf"|{BEFORE_HASHTAG}[#＃](?P<hashtag>{HASHTAG})"
)


class Part(NamedTuple):
    """A piece of a post; `kind` is url, mention, hashtag or text."""

    kind: str
    text: str
    #: The handle, or the tag as it is kept.
    name: str = ""


def parts_of(content: str) -> Iterator[Part]:
    """The pieces of a post in their order; together they are the whole of it. A tag that cannot be kept is text."""
    at = 0
    for found in _PART.finditer(content):
        kind = found.lastgroup or "text"
        name = tag_name(found[kind]) if kind == "hashtag" else found[kind].lower()
        if kind == "hashtag" and not is_hashtag(name):
            continue
        if found.start() > at:
            yield Part("text", content[at : found.start()])
        yield Part(kind, found[0], name)
        at = found.end()
    if at < len(content):
        yield Part("text", content[at:])


def names_of(kind: str, content: str) -> list[str]:
    """The handles that are mentioned, or the hashtags, each once."""
    return list(dict.fromkeys(part.name for part in parts_of(content) if part.kind == kind))
