"""Tables that people open in a spreadsheet: cells that it does not run, and lines as they are made."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

#: What a spreadsheet would take for a formula: full-width signs too, and behind blanks, which some of them drop.
#: A cell that begins with an apostrophe before such a one is guarded as well, so that the way back is exact.
_FORMULA = re.compile(r"'*(?:\s*[=+\-@＝＋－＠]|[\t\r\n])")


def harmless(cell: Any) -> Any:
    """A cell that no spreadsheet runs."""
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell


def as_written(cell: str) -> str:
    """What a cell was before it was made harmless."""
    plain = cell[1:] if cell.startswith("'") and _FORMULA.match(cell[1:]) else cell
    return plain.replace("\r\n", "\n").replace("\r", "\n").strip()


#: The most bytes of texts that a table gives out: a web server's thread writes it. What is cut says so by its name.
LARGEST_TEXTS = 20_000_000


class GivenOut(NamedTuple):
    """A table as it is given out: what its file is called, and its lines."""

    name: str
    lines: Iterator[str]


def file_name(stem: str, *, most: int, is_cut: bool) -> str:
    """What the file of a table is called; one that has not all that was found says so."""
    return f"{stem}-first-{most}.csv" if is_cut else f"{stem}.csv"


class EachLine:
    """A file for `csv.writer` that gives back each line that is written to it."""

    def write(self, line: str) -> str:
        return line
