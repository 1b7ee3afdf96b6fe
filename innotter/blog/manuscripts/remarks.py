"""What an author remarks for themselves alone, in the ways of several programs: it is taken out of the text."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

import regex as re

from innotter.blog.manuscripts.code import code_in
from innotter.blog.manuscripts.facts import Unreadable
from innotter.blog.manuscripts.words import says_draft

#: How a remark begins and ends: in Obsidian, Liquid, Hugo (two ways), Nunjucks and Tera, MDX.
_WAYS = (
    (r"%%", r"%%"),
    (r"\{%-?\s*comment\b[^%}]*%\}", r"\{%-?\s*endcomment\s*-?%\}"),
    (r"\{\{/\*", r"\*/\}\}"),
    (r"\{\{[<%]\s*comment\b[^\n]*?[>%]\}\}", r"\{\{[<%]\s*/\s*comment\s*[>%]\}\}"),
    (r"\{#(?=\s)", r"#\}"),
    (r"\{/\*", r"\*/\}"),
)
_BEGIN = re.compile("|".join(f"(?P<way{number}>{begin})" for number, (begin, _end) in enumerate(_WAYS)))
_MARKS = re.compile("|".join(way for ways in _WAYS for way in ways))
_ENDS = [re.compile(end) for _begin, end in _WAYS]
#: What begins no remark when it has no end.
_OFTEN_SOMETHING_ELSE = {"{#", "{/*"}
_MOST_LOOKS = 200


@dataclass
class Remarks:
    """The text without its remarks, and these."""

    text: str
    taken_out: list[str] = field(default_factory=list)
    #: How a remark begins that has no end: what of the text it hides is not known.
    open: list[str] = field(default_factory=list)

    def doubts(self) -> Iterator[str]:
        """What says that the text is a draft, or may hide more of it than is known."""
        yield from (remark for remark in self.taken_out if says_draft(_MARKS.sub("", remark)))
        yield from (f"{one} without an end" for one in self.open)


def without_remarks(text: str) -> Remarks:
    """Take the remarks out; in code, they are examples."""
    found = Remarks(text)
    for _look in range(_MOST_LOOKS):
        if not _BEGIN.search(found.text) or not _take_out(found):
            return found
    raise Unreadable("it has too many remarks with code in them")


def _take_out(found: Remarks) -> bool:
    """Take out what can be told apart; whether there was anything: what is code behind it may be another then."""
    text, written, place, position = found.text, list[str](), 0, 0
    code = _Code(text)
    found.open = []
    while begin := _BEGIN.search(text, position):
        if position := code.end_at(begin.start()):
            continue
        position = begin.end()
        end = _ENDS[int((begin.lastgroup or "")[3:])].search(text, position)
        if end is None:
            found.open += [] if begin[0] in _OFTEN_SOMETHING_ELSE else [begin[0]]
            continue
        found.taken_out.append(text[begin.start() : end.end()])
        written.append(text[place : begin.start()])
        position = place = end.end()
        if "`" in found.taken_out[-1] or "~~~" in found.taken_out[-1]:
            break
    found.text = "".join([*written, text[place:]])
    return place > 0


class _Code:
    """Tells of a place in a text where the code ends that it stands in."""

    def __init__(self, text: str) -> None:
        self.ranges = code_in(text)
        self.begins = [begin for begin, _end in self.ranges]

    def end_at(self, place: int) -> int:
        """Where the code ends; 0 where there is none."""
        number = bisect_right(self.begins, place) - 1
        end = self.ranges[number][1] if number >= 0 else 0
        return end if end > place else 0
