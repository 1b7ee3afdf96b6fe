"""Cleaning a table: what is incomplete is left out."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from pydantic import Field, JsonValue

from innotter.jobs.registry import GiveUp, Output, Parameters, Run, handler

#: What tables write where there is nothing, in any case.
NULLS = frozenset({"", "null", "none", "nan", "na", "n/a", "nil", "#n/a", "\\n"})
MOST_COLUMNS = 1000
DELIMITERS: dict[str, JsonValue] = {
    "auto": gettext_noop("find out"),
    ",": gettext_noop("comma"),
    ";": gettext_noop("semicolon"),
    "tab": gettext_noop("tabulator"),
    "|": gettext_noop("vertical bar"),
}
#: Rows between two steps.
PORTION = 2000


class Table(Parameters):
    delimiter: Literal["auto", ",", ";", "tab", "|"] = Field(
        "auto", title=gettext_noop("Columns are separated by"), json_schema_extra={"labels": DELIMITERS}
    )
    required: str = Field(
        "",
        title=gettext_noop("Only these columns must be filled"),
        description=gettext_noop("Their names, separated by commas. Without any, all must."),
        max_length=1000,
    )


@handler(
    title=gettext_lazy("Clean a table"),
    about=gettext_lazy("Checks a CSV file and leaves out the rows in which something is missing; tells what it found."),
    icon="table",
    parameters=Table,
    seconds=120,
    takes_file=True,
)
def csv_clean(table: Table, run: Run) -> Output:
    run.step(_("Reading the file"), 5)
    with run.upload() as file, TemporaryFile() as cleaned:
        text = _decoded(file.read())
        report = _clean(text, table, run, cleaned)
        cleaned.seek(0)
        run.keep("cleaned.csv", cleaned, "text/csv; charset=utf-8")
    words = json.dumps(report, ensure_ascii=False, indent=2)
    run.keep("report.json", io.BytesIO(words.encode()), "application/json")
    summary = _("Complete rows: %(kept)d of %(rows)d. Left out: %(dropped)d.")
    return Output(summary % {"kept": report["kept"], "rows": report["rows"], "dropped": report["dropped"]}, report)


def _decoded(content: bytes) -> str:
    """The text of the file; refuses what is none."""
    encoding = "utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise GiveUp(_("This is not a text in UTF-8. Save the table as “CSV UTF-8” and try again.")) from None
    if "\0" in text:
        raise GiveUp(_("This is not a table: it holds bytes that no text has."))
    if not text.strip():
        raise GiveUp(_("The file is empty."))
    return text


def _clean(text: str, table: Table, run: Run, cleaned: IO[bytes]) -> dict[str, object]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text, table.delimiter), strict=True)
    numbered = _read(rows)
    header = _checked_header(next(numbered, (0, []))[1])
    needed = _needed(header, table.required)
    kept, uneven, empty = 0, 0, Counter[str]()
    total, lines = 0, text.count("\n") + 1
    out = csv.writer(wrapper := io.TextIOWrapper(cleaned, encoding="utf-8", newline="", write_through=True))
    out.writerow(header)
    for line, row in numbered:
        total += 1
        if total % PORTION == 0:
            run.step(_("%(rows)d rows") % {"rows": total}, min(95, 5 + 90 * line // lines))
        missing = [name for name, value in zip(header, row, strict=False) if value.strip().lower() in NULLS]
        if len(row) != len(header):
            uneven += 1
        elif not needed.isdisjoint(missing):
            empty.update(needed.intersection(missing))
        else:
            out.writerow(row)
            kept += 1
    wrapper.detach()
    nulls = {name: empty[name] for name in header if empty[name]}
    return {
        "rows": total,
        "kept": kept,
        "dropped": total - kept,
        "columns": header,
        "nulls_by_column": nulls,
        "rows_of_another_length": uneven,
    }


def _delimiter(text: str, chosen: str) -> str:
    if chosen != "auto":
        return "\t" if chosen == "tab" else chosen
    first = text.splitlines()[0]
    return max(",;\t|", key=first.count)


def _read(rows: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank, with the line on which it ends."""
    try:
        for row in rows:
            if row:
                yield rows.line_num, row  # type: ignore[attr-defined]
    except csv.Error as error:
        line = rows.line_num  # type: ignore[attr-defined]
        raise GiveUp(_("Line %(line)d cannot be read: %(error)s") % {"line": line, "error": error}) from None


def _checked_header(names: list[str]) -> list[str]:
    header = [name.strip() for name in names]
    if not all(header):
        raise GiveUp(_("The first line must name every column; one has no name."))
    if twice := [name for name, count in Counter(header).items() if count > 1]:
        raise GiveUp(_("Two columns have the same name: %(name)s.") % {"name": twice[0]})
    if len(header) > MOST_COLUMNS:
        raise GiveUp(_("This table has too many columns."))
    return header


def _needed(header: list[str], required: str) -> set[str]:
    names = {name.strip() for name in required.split(",") if name.strip()}
    if unknown := names - set(header):
        raise GiveUp(_("There is no column %(name)s.") % {"name": min(unknown)})
    return names or set(header)
