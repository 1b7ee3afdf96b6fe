"""Cleaning a table: what is incomplete is left out. The rules are `csvcleaning`'s, which the lambdas share."""

import csv
import io
import json
from importlib import import_module
from tempfile import TemporaryFile
from typing import IO, Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from pydantic import Field, JsonValue

from innotter.jobs.registry import GiveUp, Output, Parameters, Run, handler

DELIMITERS: dict[str, JsonValue] = {
    "auto": gettext_noop("detect automatically"),
    ",": gettext_noop("comma"),
    ";": gettext_noop("semicolon"),
    "tab": gettext_noop("tab"),
    "|": gettext_noop("vertical bar"),
}
#: A name that is longer is cut in the data of the result.
LONGEST_NAME = 100
#: Why a file is no table, in words.
SENTENCES = {
    "not_text": gettext_noop("This is not a text in UTF-8. Save the table as “CSV UTF-8” and try again."),
    "binary": gettext_noop("This is not a table: it holds bytes that no text has."),
    "empty": gettext_noop("The file is empty."),
    "unreadable": gettext_noop("Line %(line)d cannot be read: %(error)s"),
    "unnamed_column": gettext_noop("The first line must name every column; one has no name."),
    "column_twice": gettext_noop("Two columns have the same name: %(name)s."),
    "too_many_columns": gettext_noop("This table has too many columns."),
    "no_such_column": gettext_noop("There is no column %(name)s."),
}


class Table(Parameters):
    delimiter: Literal["auto", ",", ";", "tab", "|"] = Field(
        "auto", title=gettext_noop("Columns are separated by"), json_schema_extra={"labels": DELIMITERS}
    )
    required: str = Field(
        "",
        title=gettext_noop("Required columns"),
        description=gettext_noop("Their names, separated by commas. If you leave it empty, all are required."),
        max_length=1000,
    )


@handler(
    title=gettext_lazy("Clean a CSV file"),
    about=gettext_lazy("Checks a CSV file and leaves out the rows in which something is missing; tells what it found."),
    icon="table",
    parameters=Table,
    seconds=120,
    takes_file=True,
)
def csv_clean(table: Table, run: Run) -> Output:
    run.step(_("Reading the file"), 5)
    with run.upload() as file, TemporaryFile() as cleaned:
        report = _clean(file, table, run, cleaned)
        cleaned.seek(0)
        run.keep("cleaned.csv", cleaned, "text/csv; charset=utf-8")
    words = json.dumps(report, ensure_ascii=False, indent=2)
    run.keep("report.json", io.BytesIO(words.encode()), "application/json")
    summary = _("Complete rows: %(kept)d of %(rows)d. Left out: %(dropped)d.")
    counts = {name: report[name] for name in ("kept", "rows", "dropped")}
    return Output(summary % counts, _with_short_names(report))


def _with_short_names(report: dict[str, Any]) -> dict[str, Any]:
    """A report that is read with its job: long names of columns are whole in the file alone."""
    short = {name: _short_name(name, number) for number, name in enumerate(report["columns"], start=1)}
    missing = {short[name]: count for name, count in report["nulls_by_column"].items()}
    return {**report, "columns": list(short.values()), "nulls_by_column": missing}


def _short_name(name: str, number: int) -> str:
    """With the number of the column where it is cut: two long names may begin alike."""
    return name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}… ({number})"


def _clean(file: IO[bytes], wish: Table, run: Run, cleaned: IO[bytes]) -> dict[str, Any]:
    # Loaded with the first table: a worker that cleans none does without pandas, and its memory.
    rules = import_module("csvcleaning")
    try:
        return _cleaned(rules, file, wish, run, cleaned)
    except rules.BadTable as problem:
        raise GiveUp(_(SENTENCES[problem.code]) % problem.facts) from None


def _cleaned(rules: Any, file: IO[bytes], wish: Table, run: Run, cleaned: IO[bytes]) -> dict[str, Any]:
    size = file.seek(0, io.SEEK_END) or 1
    file.seek(0)
    with rules.Table(file, delimiter={"auto": "", "tab": "\t"}.get(wish.delimiter, wish.delimiter)) as table:
        cleaner = rules.Cleaner(table, [name.strip() for name in wish.required.split(",") if name.strip()])
        out = io.TextIOWrapper(cleaned, encoding="utf-8", newline="", write_through=True)
        csv.writer(out).writerow(table.columns)
        for portion in cleaner.portions():
            portion.to_csv(out, header=False, index=False, lineterminator="\r\n")
            run.step(_("%(rows)d rows") % {"rows": table.rows}, min(95, 5 + 90 * file.tell() // size))
        out.detach()
    report: dict[str, Any] = cleaner.report()
    return report
