"""Where code stands in a Markdown text: what only looks like something there is an example, and stays."""

import re
from collections.abc import Iterator

from innotter.blog.manuscripts.pictures import tokens_of

_TICKS = re.compile(r"(?<!\\)`+")


def code_in(text: str) -> list[tuple[int, int]]:
    """From where to where there is code, in the order of the text."""
    begins = [0, *(found.end() for found in re.finditer("\n", text)), len(text)]
    last = len(begins) - 1
    found: list[tuple[int, int]] = []
    for token in tokens_of(text):
        if token.map is None or token.type not in {"fence", "code_block", "inline"}:
            continue
        begin, end = begins[min(token.map[0], last)], begins[min(token.map[1], last)]
        found += _spans(text, begin, end) if token.type == "inline" else [(begin, end)]
    return sorted(found)


def without_code(text: str) -> str:
    """The text with blanks in the place of code, line for line."""
    written = list[str]()
    position = 0
    for begin, end in code_in(text):
        written += [text[position:begin], re.sub(r"[^\n]", " ", text[max(begin, position) : end])]
        position = max(position, end)
    return "".join([*written, text[position:]])


def _spans(text: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Code within a line, as CommonMark has it: from some backticks to as many."""
    runs = [found.span() for found in _TICKS.finditer(text, begin, end)]
    following: dict[int, int] = {}
    closed_by: list[int] = [0] * len(runs)
    for number in reversed(range(len(runs))):
        length = runs[number][1] - runs[number][0]
        closed_by[number] = following.get(length, 0)
        following[length] = number
    number = 0
    while number < len(runs):
        closing = closed_by[number]
        if closing:
            yield runs[number][0], runs[closing][1]
        number = (closing or number) + 1
