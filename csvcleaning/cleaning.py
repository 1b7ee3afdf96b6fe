"""What is missing in a table: the rules that the jobs of the core and the lambdas share.

It knows neither of them. A file is read in portions, whatever its size.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import IO, Self

import pandas as pd

from csvcleaning.reading import BadTable, Records

#: What tables write where there is nothing, in any case.
NULLS = frozenset({"", "null", "none", "nan", "na", "n/a", "nil", "#n/a", "\\n"})
MOST_COLUMNS = 1000
#: Rows that are looked at together.
PORTION = 2000


class Table:
    """A CSV file, read from the beginning: its columns at once, its rows in portions."""

    def __init__(self, file: IO[bytes], *, delimiter: str = "", most_bytes: int | None = None) -> None:
        """Read the header; without a delimiter, the one of the header. A row of more bytes is refused."""
        self.rows, self._most_bytes = 0, most_bytes
        #: How many rows had more, or fewer, cells than the header. They are left out.
        self.uneven = 0
        self._records = Records(file, delimiter=delimiter)
        self.delimiter = self._records.delimiter
        try:
            filled = (row for row in self._records if any(cell.strip() for cell in row))
            self.columns = _checked_header(next(filled, []))
            # What is told of a table names its columns up to three times.
            self._header_bytes = 3 * _size_of(self.columns)
            self._check_size([])
        except BadTable:
            self.release()
            raise

    def portions(self, size: int = PORTION) -> Iterator[pd.DataFrame]:
        """The rows that are as long as the header, as texts."""
        rows = _Rows(self._even_rows())
        reading = {"header": None, "names": self.columns, "dtype": str, "na_filter": False, "index_col": False}
        reading["skip_blank_lines"] = False  # What is left out is counted, a blank cell too.
        try:
            with pd.read_csv(rows, chunksize=size, **reading) as portions:
                yield from portions
        except pd.errors.EmptyDataError:
            return

    def release(self) -> None:
        """Leave the file to whoever has opened it."""
        self._records.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.release()

    def _even_rows(self) -> Iterator[list[str]]:
        """Each row that is not blank and has as many cells as there are columns."""
        for row in filter(None, self._records):
            self.rows += 1
            if len(row) == len(self.columns):
                self._check_size(row)
                yield row
            else:
                self.uneven += 1

    def _check_size(self, row: Sequence[str]) -> None:
        if self._most_bytes is not None and self._header_bytes + _size_of(row) > self._most_bytes:
            raise BadTable("row_too_large", most=self._most_bytes // 1000)


class _Rows(io.TextIOBase):
    """Rows as the text that pandas reads: each as long as the others."""

    def __init__(self, rows: Iterator[list[str]]) -> None:
        self._rows = rows
        self._left = ""

    def read(self, size: int | None = -1) -> str:
        out = io.StringIO()
        out.write(self._left)
        write = csv.writer(out).writerow
        while size is None or size < 0 or out.tell() < size:
            if (row := next(self._rows, None)) is None:
                break
            write(row)
        text = out.getvalue()
        end = len(text) if size is None or size < 0 else size
        self._left = text[end:]
        return text[:end]


class Cleaner:
    """Leaves out the rows in which something is missing that must not be, and counts."""

    def __init__(self, table: Table, required: Sequence[str] = ()) -> None:
        """Without required columns, all are."""
        if unknown := set(required) - set(table.columns):
            raise BadTable("no_such_column", name=min(unknown))
        self.table = table
        self.required = [name for name in table.columns if name in required or not required]
        self.kept = 0
        self.missing: Counter[str] = Counter()

    def portions(self, size: int = PORTION) -> Iterator[pd.DataFrame]:
        """The complete rows, as they are written in the file."""
        for portion in self.table.portions(size):
            complete = self._complete(portion)
            self.kept += len(complete)
            yield complete

    def _complete(self, portion: pd.DataFrame) -> pd.DataFrame:
        looked_at = portion[self.required]
        is_missing = looked_at.apply(lambda column: column.str.strip().str.lower().isin(NULLS))
        self.missing.update({str(name): int(count) for name, count in is_missing.sum().items() if count})
        return portion[~is_missing.any(axis=1)]

    def report(self) -> dict[str, object]:
        """What there was and what was left out; whole when all portions have been read."""
        return {
            "rows": self.table.rows,
            "kept": self.kept,
            "dropped": self.table.rows - self.kept,
            "columns": self.table.columns,
            "nulls_by_column": {name: self.missing[name] for name in self.table.columns if self.missing[name]},
            "rows_of_another_length": self.table.uneven,
        }


def _size_of(cells: Sequence[str]) -> int:
    return sum(len(cell.encode()) for cell in cells)


def _checked_header(names: list[str]) -> list[str]:
    header = [name.strip() for name in names]
    if not header or not all(header):
        raise BadTable("unnamed_column")
    if twice := [name for name, count in Counter(header).items() if count > 1]:
        raise BadTable("column_twice", name=twice[0])
    if len(header) > MOST_COLUMNS:
        raise BadTable("too_many_columns")
    return header
