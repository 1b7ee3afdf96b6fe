"""What people write inside a text: addresses, mentions of pages and hashtags."""

from collections.abc import Iterator
from typing import NamedTuple

import regex

from innotter.text.tags import BEFORE_HASHTAG, HASHTAG, is_hashtag, tag_name

#: Full-width and typographic punctuation, which ends an address: nobody types it into one.
BREAKS = "（）「」『』【】〈〉《》〔〕［］｛｝，。、；：！？…“”„«»｡｢｣､\u3000"

#: It has a scheme or begins with `www.`. What merely looks like a domain is as often the name of a file.
_URL = (
    r"(?<![A-Za-z0-9_@.+/-])(?i:https?://(?=[\p{L}\p{N}])|www\.(?=[\p{L}\p{N}-]++\.[\p{L}\p{N}]))"
    rf"[^\s<>\"`{BREAKS}]+"
)
#: No domain has more parts. Without a bound what is looked for takes the square of their number.
_EMAIL = (
    r"(?<![\w.+%@/-])(?i:mailto:)?[A-Za-z0-9][\w.+%-]{0,63}@"
    r"(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62})\.){1,20}[\p{L}]{2,24}(?!:?[\p{L}\p{N}_@/-])"
)
_ADDRESSES = rf"(?P<url>{_URL})|(?P<email>{_EMAIL})"
#: What ends a sentence or an emphasis when it stands at the end of an address.
_AFTER_ADDRESS = frozenset(".,:;!?'*_~")
_BRACKETS = {")": "(", "]": "[", "}": "{"}

_address = regex.compile(_ADDRESSES)
#: Addresses come first, so that what looks like a hashtag or a mention inside of one is not taken for it.
_part = regex.compile(
    rf"{_ADDRESSES}"
    r"|(?<![\w@./-])@(?P<mention>[A-Za-z0-9](?:[A-Za-z0-9_-]{0,28}[A-Za-z0-9])?)(?![\w@-])"
    rf"|{BEFORE_HASHTAG}[#＃](?P<hashtag>{HASHTAG})"
)


class Part(NamedTuple):
    """A piece of a text; `kind` is url, email, mention, hashtag or text."""

    kind: str
    text: str
    #: The handle, the tag as it is kept, or where the address leads.
    name: str = ""


def parts_of(content: str) -> Iterator[Part]:
    """The pieces of a post in their order; together they are the whole of it. A tag that cannot be kept is text."""
    return _parts_of(content, _part)


def addresses_in(content: str) -> Iterator[Part]:
    """The same for a text in which only addresses are more than words: its pieces are url, email or text."""
    return _parts_of(content, _address)


def url_at(content: str, start: int) -> Part | None:
    """The address that begins at this place of a text, if one does."""
    found = _address.match(content, start)
    return _url(found[0]) if found and found["url"] else None


def names_of(content: str, *, most: int) -> dict[str, list[str]]:
    """The first handles that are mentioned and the first hashtags, each once: `mention` and `hashtag`.

    A text without the sign of either is not looked through.
    """
    names: dict[str, dict[str, None]] = {"mention": {}, "hashtag": {}}
    if any(sign in content for sign in "@#＃"):
        for part in parts_of(content):
            if part.kind in names and len(names[part.kind]) < most:
                names[part.kind][part.name] = None
    return {kind: list(found) for kind, found in names.items()}


def _parts_of(content: str, pattern: regex.Pattern[str]) -> Iterator[Part]:
    at = 0
    for found in pattern.finditer(content):
        part = _part_of(found)
        if part is None:
            continue
        if found.start() > at:
            yield Part("text", content[at : found.start()])
        yield part
        at = found.start() + len(part.text)
    if at < len(content):
        yield Part("text", content[at:])


def _part_of(found: regex.Match[str]) -> Part | None:
    kind = found.lastgroup
    if kind == "url":
        return _url(found[0])
    if kind == "email":
        return Part(kind, found[0], f"mailto:{found[0][len('mailto:') :] if ':' in found[0] else found[0]}")
    if kind == "hashtag":
        name = tag_name(found[kind])
        return Part(kind, found[0], name) if is_hashtag(name) else None
    return Part("mention", found[0], found["mention"].lower())


def _url(text: str) -> Part:
    """Without what belongs to the sentence around it: its punctuation, and a bracket that was opened before."""
    closing = {mark: text.count(mark) - text.count(opening) for mark, opening in _BRACKETS.items()}
    end = len(text)
    while text[end - 1] in _AFTER_ADDRESS or closing.get(text[end - 1], 0) > 0:
        end -= 1
        if text[end] in closing:
            closing[text[end]] -= 1
    text = text[:end]
    return Part("url", text, text if text[:4].lower() == "http" else f"http://{text}")
