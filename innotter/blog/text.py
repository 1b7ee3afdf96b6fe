"""What people write inside a post: addresses, mentions of pages and hashtags."""

import re
from collections.abc import Iterator
from typing import NamedTuple

#: Addresses come first, so that what looks like a hashtag or a mention inside of one is not taken for it.
_PART = re.compile(
    r"(?P<url>\b(?:https?://|www\.)\S+)"
    r"|(?<![\w@./-])@(?P<mention>[A-Za-z0-9](?:[A-Za-z0-9_-]{0,28}[A-Za-z0-9])?)(?![\w@-])"
    r"|(?<![\w#&/])#(?P<hashtag>(?=\w*[^\W\d_])\w{1,30})(?!\w)"
)


class Part(NamedTuple):
    """A piece of a post; `kind` is url, mention, hashtag or text."""

    kind: str
    text: str
    #: The handle or the tag, in small letters.
    name: str = ""


def parts_of(content: str) -> Iterator[Part]:
    """The pieces of a post in their order; together they are the whole of it."""
    at = 0
    for found in _PART.finditer(content):
        if found.start() > at:
            yield Part("text", content[at : found.start()])
        kind = found.lastgroup or "text"
        yield Part(kind, found[0], found[kind].lower())
        at = found.end()
    if at < len(content):
        yield Part("text", content[at:])


def names_of(kind: str, content: str) -> list[str]:
    """The handles that are mentioned, or the hashtags, each once."""
    return list(dict.fromkeys(part.name for part in parts_of(content) if part.kind == kind))
