"""The picture by which something is known where its address is shared: drawn, for what has none of its own."""

import io
import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import regex
from django.contrib.staticfiles import finders
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageDraw, ImageFont

from innotter import heavy

#: As Open Graph's readers show it best, in pixels.
WIDTH, HEIGHT = 1200, 630
MARGIN, STRIPE = 80, 16
#: How wide a line is, in pixels.
LINE = float(WIDTH - 2 * MARGIN)
#: Of the text: the first at which all of it has room, in pixels; at the last, its end is left out.
SIZES = (76, 64, 54, 46)
LINE_HEIGHT = 1.24
#: From the top of the text to its end.
ROOM = 340
WEIGHT = 560
SERIF, SANS = "Innotter Serif", "Inter"
PAPER, INK, SOFT, ACCENT = "#fbfaf8", "#1d1b18", "#5d574e", "#0b6b5b"
#: A character that no letter is, and that no face of ours has: it is left out.
_ORNAMENT = re.compile(r"[^\w\s]")
#: What takes no room, so that a line of it has no end: joiners, and more marks on a letter than its script puts there.
_UNSEEN, _HEAPED = regex.compile(r"\p{Default_Ignorable_Code_Point}+"), regex.compile(r"(\p{Mn}{2})\p{Mn}+")
#: Characters at most: five lines of the narrowest letters at the last of the sizes.
MOST = 500
#: What an ornament leaves before a comma.
_GAP = re.compile(r" (?=[,.;:!?…])")
_BUSY = _("Many pictures are being read at the moment. Try again soon.")


class Hand(NamedTuple):
    """How something is written: in which family of faces, at which size in pixels."""

    family: str
    size: int


class Face(NamedTuple):
    """A file with the characters of one script, as the styles name them."""

    path: str
    ranges: tuple[range, ...]

    def has(self, character: str) -> bool:
        return any(ord(character) in found for found in self.ranges)


def card(*, text: str, name: str, address: str) -> bytes:
    """A PNG of 1200 × 630 pixels with a text, whose it is, and the address of that.

    What is written in a script that our faces do not have is left out: a card of boxes says less than one without.
    """
    with heavy.place(refusal=_BUSY):
        picture = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
        canvas = ImageDraw.Draw(picture)
        canvas.rectangle((0, 0, STRIPE, HEIGHT), fill=ACCENT)
        hand, lines = _fitting(_drawable(text, SERIF) or address)
        for number, line in enumerate(lines):
            _write(canvas, MARGIN + number * hand.size * LINE_HEIGHT, line, hand)
        _write(canvas, HEIGHT - 146, _shortened(_drawable(name, SANS), Hand(SANS, 36)), Hand(SANS, 36))
        _write(canvas, HEIGHT - 98, _shortened(address, Hand(SANS, 28)), Hand(SANS, 28), SOFT)
        content = io.BytesIO()
        picture.save(content, "PNG", optimize=True)
        return content.getvalue()


def _drawable(text: str, family: str) -> str:
    """The beginning of a text on one line, without what no face has; nothing, if letters would be missing."""
    text = _HEAPED.sub(r"\1", _UNSEEN.sub("", text))[:MOST]
    missing = {character for character in set(text) if not character.isspace() and not _face(character, family)}
    if any(not _ORNAMENT.match(character) for character in missing):
        return ""
    kept = "".join(character for character in text if character not in missing)
    return _GAP.sub("", " ".join(kept.split()))


def _fitting(text: str) -> tuple[Hand, list[str]]:
    """The largest hand in which the text has room, and its lines."""
    for size in SIZES:
        hand = Hand(SERIF, size)
        lines, most = list(_lines(text, hand)), int(ROOM / (size * LINE_HEIGHT))
        if len(lines) <= most:
            return hand, lines
    return hand, [*lines[: most - 1], _shortened(" ".join(lines[most - 1 : most + 1]), hand)]


def _shortened(text: str, hand: Hand) -> str:
    """The text, or as much of it as has room on one line."""
    if _width(text, hand) <= LINE:
        return text
    size = bisect_right(range(len(text)), LINE, key=lambda size: _width(f"{text[:size]}…", hand))
    return f"{text[: max(size - 1, 0)].rstrip('.,;:– ')}…"


def _lines(text: str, hand: Hand) -> Iterator[str]:
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}".strip()
        if _width(longer, hand) <= LINE:
            line = longer
            continue
        if line:
            yield line
        *whole, line = _cut(word, hand)
        yield from whole
    if line:
        yield line


def _cut(word: str, hand: Hand) -> Iterator[str]:
    """A word, in as many parts as it takes lines."""
    part, width = "", 0.0
    for character in word:
        own = _width(character, hand)  # Of all of it anew for each, a long word would take the square of its length.
        if part and width + own > LINE:
            yield part
            part, width = "", 0.0
        part, width = part + character, width + own
    yield part


def _write(canvas: ImageDraw.ImageDraw, top: float, text: str, hand: Hand, ink: str = INK) -> None:
    left: float = MARGIN
    for font, part in _parts(text, hand):
        canvas.text((left, top), part, font=font, fill=ink)
        left += font.getlength(part)


def _width(text: str, hand: Hand) -> float:
    return sum(font.getlength(part) for font, part in _parts(text, hand))


def _parts(text: str, hand: Hand) -> Iterator[tuple[ImageFont.FreeTypeFont, str]]:
    """The text in parts of one script each, with the font for it."""
    for face, characters in groupby(text, lambda character: _face(character, hand.family)):
        yield _font((face or _faces(hand.family)[0]).path, hand.size), "".join(characters)


@cache
def _font(path: str, size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(path, size)
    font.set_variation_by_axes([WEIGHT])
    return font


@lru_cache(maxsize=4000)
def _face(character: str, family: str) -> Face | None:
    """Which file of a family has a character."""
    return next((face for face in _faces(family) if face.has(character)), None)


@cache
def _faces(family: str) -> list[Face]:
    """What the site's styles say of a family: a file for each script, and the characters that it has."""
    styles = Path(str(finders.find("web/fonts.css")))
    rule = re.compile(
        rf'font-family: "{re.escape(family)}";\s*src: url\("(?P<file>[^"]+)"\)[^}}]*?unicode-range: (?P<ranges>[^;]+);'
    )
    found = rule.finditer(styles.read_text())
    return [Face(str(styles.parent / one["file"]), tuple(map(_range, one["ranges"].split(",")))) for one in found]


def _range(words: str) -> range:
    first, _dash, last = words.strip().removeprefix("U+").partition("-")
    return range(int(first, 16), int(last or first, 16) + 1)
