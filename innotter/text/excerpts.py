"""The place in a text where the words of a search stand, to be shown with the hits marked."""

from collections.abc import Collection
from typing import NamedTuple

import regex

from innotter.text.words import LETTER, UNSPACED, unaccented

#: Characters of an excerpt, and how many of them stand before its first hit.
LENGTH, BEFORE = 220, 60
#: So many characters of a sentence's end are worth more than a whole word.
SLACK = 20
#: More than all languages of one site have.
MOST_LETTERS = 20_000

_blank = regex.compile(r"\s")
_unspaced = regex.compile(UNSPACED)


class Piece(NamedTuple):
    """A part of an excerpt; together they are the whole of it."""

    text: str
    is_match: bool


class _Letters(dict[int, str]):
    """Each letter as words are compared by, one for one: what stands somewhere in the one text does in the other.

    Those that were asked for first are remembered: a text may have all million characters that there are.
    """

    def __missing__(self, code: int) -> str:
        plain = unaccented(chr(code)).lower()
        letter = plain if len(plain) == 1 else chr(code)
        if len(self) < MOST_LETTERS:
            self[code] = letter
        return letter


_letters = _Letters()


def excerpt_of(text: str, beginnings: Collection[str]) -> list[Piece]:
    """Some 200 characters around the first word that begins so, on one line; where none does, how the text begins.

    The beginnings are folded as `words_asked` folds them. Every word in the excerpt that begins so is a match.
    """
    text = " ".join(text.split())
    plain, pattern = text.translate(_letters), _pattern_of(beginnings)
    first = pattern.search(plain) if pattern else None
    start = _start(text, first.start() if first else 0)
    end = _end(text, start)
    pieces = [Piece("… ", is_match=False)] if start else []
    at = start
    for hit in pattern.finditer(plain, start, end) if pattern else ():
        pieces += [Piece(text[at : hit.start()], is_match=False), Piece(text[hit.start() : hit.end()], is_match=True)]
        at = hit.end()
    pieces += [Piece(text[at:end], is_match=False), Piece(" …" if end < len(text) else "", is_match=False)]
    return [piece for piece in pieces if piece.text]


def _pattern_of(beginnings: Collection[str]) -> regex.Pattern[str] | None:
    if not beginnings:
        return None
    # The longest first: of two that begin alike, the whole of the longer is meant.
    words = sorted(beginnings, key=len, reverse=True)
    spaced = "|".join(regex.escape(word) for word in words if not _unspaced.match(word))
    unspaced = "|".join(regex.escape(word) for word in words if _unspaced.match(word))
    ways = [rf"(?<!{LETTER})(?:{spaced}){LETTER}*"] if spaced else []
    return regex.compile("|".join([*ways, f"(?:{unspaced})+"] if unspaced else ways))


def _start(text: str, hit: int) -> int:
    """Where an excerpt with a hit begins: at a word, some words before it."""
    if hit <= BEFORE:
        return 0
    blank = _blank.search(text, hit - BEFORE, hit)
    return blank.end() if blank else hit


def _end(text: str, start: int) -> int:
    """Where it ends: after a word, if one ends nearby."""
    end = start + LENGTH
    if end >= len(text):
        return len(text)
    blank = text.rfind(" ", end - SLACK, end + 1)
    return blank if blank > 0 else end
