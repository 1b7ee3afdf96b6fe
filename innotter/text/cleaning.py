"""One rule for texts of one line and one for texts of many, whichever door they come through.

What is kept can be shown everywhere: in HTML, XML feeds, JSON, CSV, and in the header of an e-mail. Control characters,
halves of surrogate pairs and noncharacters are dropped (XML 1.0 has no way to write most of them, PostgreSQL none to
keep U+0000), letters are composed (NFC), and a text of which nothing can be seen is no text at all.
"""

import unicodedata
from typing import Literal

import regex

#: Whatever ends a line somewhere: on old Macs, in word processors, in Unicode itself.
_LINE_END = regex.compile(r"\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_UNWRITABLE = regex.compile(r"[^\P{Cc}\t\n]|\p{Cs}|\p{Noncharacter_Code_Point}")
#: Turns the direction of what comes after it, beyond the end of the text itself.
_DIRECTION = regex.compile(r"[\u202a-\u202e\u2066-\u2069]")
#: No writing has so many marks on one letter.
_MARKS = regex.compile(r"(\p{M}{30})\p{M}++")
_BLANKS = regex.compile(r"\s+")
_BLANK_LINES_FIRST = regex.compile(r"\A(?:[^\S\n]*\n)+")
#: A character that leaves a mark on the screen by itself. U+2800 is a Braille cell without dots, U+FFF9 to U+FFFB frame
#: annotations; combining marks need something to stand on.
_VISIBLE = regex.compile(
    r"[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\p{Cs}\p{M}\p{Noncharacter_Code_Point}\u2800]"
)


def one_line(text: str) -> str:
    """Return a name or title as it is kept: on one line, single spaces between words; empty if nothing can be seen."""
    text = _UNWRITABLE.sub("", _DIRECTION.sub("", _LINE_END.sub(" ", text)))
    return _writable(_BLANKS.sub(" ", text)).strip()


def many_lines(text: str) -> str:
    """Return a longer text as it is kept: lines end with \\n, no blank lines around; empty if nothing can be seen."""
    text = _writable(_UNWRITABLE.sub("", _LINE_END.sub("\n", text)))
    return _BLANK_LINES_FIRST.sub("", text).rstrip()


def is_visible(text: str) -> bool:
    """Whether there is something to see."""
    return _VISIBLE.search(text) is not None


def without_unwritable(text: str) -> str:
    """Drop what XML, mail and JSON have no way to write from a text that was kept before it was cleaned."""
    return _UNWRITABLE.sub("", text)


def normalized(form: Literal["NFC", "NFD", "NFKC"], text: str) -> str:
    """Return a text in a form of Unicode, with at most 30 marks on a letter (Unicode Annex 15, Stream-Safe Text).

    Without that, the time it takes grows with the square of the marks, in one call that holds up the whole process.
    """
    return unicodedata.normalize(form, _MARKS.sub(r"\1", text))


def _writable(text: str) -> str:
    return normalized("NFC", text) if is_visible(text) else ""
