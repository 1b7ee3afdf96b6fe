"""The tables of docs/performance.md: made of the rows that were kept last, part by part."""

import json
import re
from pathlib import Path
from textwrap import fill
from typing import Any

KEPT = Path(__file__).parent / "kept.json"
DOCUMENT = Path(__file__).parent.parent / "docs" / "performance.md"
COLUMNS = ("benchmark", "requests/s", "p50 ms", "p99 ms", "measured", "goal")
HEADS = ("what", "a second", "p50, ms", "p99, ms", "measured", "goal")
#: Whose versions the figures depend on.
PROGRAMS = {
    "python": "Python",
    "django": "Django",
    "granian": "granian",
    "postgresql": "PostgreSQL",
    "valkey": "Valkey",
    "wrk": "wrk",
}

Row = dict[str, object]


def keep(parts: dict[str, list[Row]], about: dict[str, object]) -> None:
    """Keep the rows of these parts in the place of those before, and write the tables anew."""
    kept: dict[str, Any] = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    kept |= {name: {"about": about, "rows": rows} for name, rows in parts.items()}
    KEPT.write_text(json.dumps(kept, indent=2, sort_keys=True) + "\n")
    DOCUMENT.write_text(written(DOCUMENT.read_text(), kept))


def written(text: str, kept: dict[str, Any]) -> str:
    """The document with a table between the two marks of each part that has rows."""

    def table(mark: re.Match[str]) -> str:
        found = kept.get(mark["part"])
        middle = _table(found) if found else ""
        return f"<!-- table: {mark['part']} -->\n{middle}<!-- end -->"

    return re.sub(r"<!-- table: (?P<part>\w+) -->\n.*?<!-- end -->", table, text, flags=re.DOTALL)


def _table(found: dict[str, Any]) -> str:
    about, rows = found["about"], found["rows"]
    lines = [HEADS, ["---"] * len(HEADS), *([_cell(row.get(column, "")) for column in COLUMNS] for row in rows)]
    versions = "".join(f", {name} {about[key]}" for key, name in PROGRAMS.items() if key in about)
    where = f"{about['processor']}, {about['cores']} cores{versions}"
    head = f"Measured on {str(about['at'])[:10]} at commit {about['commit']}: {where}."
    return fill(head, 118) + "\n\n" + "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cell(value: object) -> str:
    return "" if value in (0, 0.0) else f"{value:,}" if isinstance(value, int | float) else str(value)
