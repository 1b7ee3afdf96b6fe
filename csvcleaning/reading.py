"""What is a table: the rows of a CSV file as texts, whatever its encoding, separator and line ends.

Without pandas, so that who only reads a small table does without its memory.
"""

import csv
import io
import re
from collections.abc import Iterator
from itertools import chain
from typing import IO, Self

#: What may separate columns.
DELIMITERS = (",", ";", "\t", "|")
#: Characters of a cell at most: a row of Amazon's tables, the largest that anybody here takes, holds no more.
LONGEST_CELL = 400_000
#: Why a file is no table, by code.
SENTENCES = {
    "not_text": "This is not a text in UTF-8. Save the table as “CSV UTF-8” and try again.",
    "binary": "This is not a table: it holds bytes that no text has.",
    "empty": "The file is empty.",
    "unreadable": "Line %(line)d cannot be read: %(error)s",
    "unnamed_column": "The first line must name every column; one has no name.",
    "column_twice": "Two columns have the same name: %(name)s.",
    "too_many_columns": "This table has too many columns.",
    "no_such_column": "There is no column %(name)s.",
    "row_too_large": "A row with the names of its columns is too large: at most %(most)d kB.",
}

#: As spreadsheets say which separator follows: or which does not, where it is none that a reader takes.
_SEPARATOR = re.compile(r'"?sep=(?P<separator>[^"\r\n\0])?"*\s*', re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*+(?:""[^"]*+)*+"?')


csv.field_size_limit(LONGEST_CELL)  # Python's own limit is a third of it.


class BadTable(ValueError):
    """A file that is no table. Its text is a sentence; who has words of their own has `code` and `facts`."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(SENTENCES[code] % facts)
        self.code, self.facts = code, facts


class Records:
    """The rows of a CSV file, each a list of texts; a blank line is an empty list.

    UTF-8, with its mark or without, or UTF-16; commas, semicolons, tabs or bars; each kind of line end.
    """

    def __init__(self, file: IO[bytes], *, delimiter: str = "") -> None:
        """Without a delimiter, it is the one that the file names, or the one of its first line."""
        beginning = file.read(4)
        file.seek(0)
        self._text = io.TextIOWrapper(file, encoding=_encoding(beginning), newline="")
        try:
            lines, separator = self._first_lines(), None
            if named := _SEPARATOR.fullmatch(lines[-1]):
                separator, lines = named["separator"], ["\n" for _line in lines]
            if named and not separator:
                lines += self._first_lines()
        except BadTable:
            self.release()
            raise
        self.delimiter = delimiter or separator or max(DELIMITERS, key=_QUOTED.sub("", lines[-1]).count)
        self._reader = csv.reader(chain(lines, self._text), delimiter=self.delimiter, strict=True)

    def __iter__(self) -> Iterator[list[str]]:
        try:
            for row in self._reader:
                if any("\0" in cell for cell in row):
                    raise BadTable("binary")
                yield row
        except csv.Error as error:
            raise BadTable("unreadable", line=self._reader.line_num, error=str(error)) from None
        except UnicodeError:
            raise BadTable("not_text") from None

    def release(self) -> None:
        """Leave the file to whoever has opened it."""
        self._text.detach()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.release()

    def _first_lines(self) -> list[str]:
        """The lines up to the first that is not blank."""
        lines = []
        try:
            for line in self._text:
                lines.append(line)
                if line.strip():
                    return lines
        except UnicodeError:
            raise BadTable("not_text") from None
        raise BadTable("empty")


def text_of(content: bytes) -> str:
    """A table's text, whatever it is encoded in."""
    try:
        return content.decode(_encoding(content[:4])).removeprefix("\ufeff")
    except UnicodeError:
        raise BadTable("not_text") from None


def _encoding(beginning: bytes) -> str:
    if beginning[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return "utf-16"
    # Without its mark UTF-16 is known by the empty halves of its first two letters.
    empty = "".join("0" if byte == 0 else "x" for byte in beginning)
    return {"x0x0": "utf-16-le", "0x0x": "utf-16-be"}.get(empty, "utf-8-sig")
