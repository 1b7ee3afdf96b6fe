"""From the texts of a table to values: each column gets the narrowest type that all its values have."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pandas as pd

#: Numbers that can be written as they were read. What cannot stays a text: 007, -0, a plus (of a telephone number),
#: digits of other scripts, and more of them than DynamoDB keeps (38).
_INTEGER = r"0|-?[1-9][0-9]{0,17}"
_NUMBER = r"(?!-[0.]+(?:[eE]|$))-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,15})?(?:[eE][+-]?[0-9]{1,2})?"
_BOOLEANS = {"true": True, "false": False, "yes": True, "no": False}
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"

Test = Callable[["pd.Series[str]"], bool]


def _matches(pattern: str) -> Test:
    return lambda column: bool(column.str.fullmatch(pattern).all())


def _are_dates(column: "pd.Series[str]") -> bool:
    is_written_so = bool(column.str.fullmatch(_DATE).all())
    return is_written_so and bool(pd.to_datetime(column, format="%Y-%m-%d", errors="coerce").notna().all())


#: From the narrowest: what a column is while all its values pass.
_TESTS: dict[str, Test] = {
    "boolean": lambda column: bool(column.str.lower().isin(_BOOLEANS).all()),
    "integer": _matches(_INTEGER),
    "number": _matches(_NUMBER),
    "date": _are_dates,
}
_READERS: dict[str, Callable[[str], Any]] = {
    "boolean": lambda text: _BOOLEANS[text.lower()],
    "integer": int,
    "number": Decimal,
    "date": str,
}


class Types:
    """What the columns of a table are, found out portion by portion."""

    def __init__(self, columns: list[str]) -> None:
        self._possible = {name: list(_TESTS) for name in columns}
        self._has_values = False

    def look_at(self, portion: pd.DataFrame) -> None:
        """Rule out what the values of a portion are not."""
        if portion.empty:
            return
        self._has_values = True
        for name, possible in self._possible.items():
            values = portion[name].str.strip()
            self._possible[name] = [kind for kind in possible if _TESTS[kind](values)]

    def found(self) -> dict[str, str]:
        """The type of each column: boolean, integer, number, date or text. Without values it is a text."""
        is_known = self._has_values
        return {name: possible[0] if possible and is_known else "text" for name, possible in self._possible.items()}


def converted(portion: pd.DataFrame, types: dict[str, str]) -> list[dict[str, Any]]:
    """The rows of a portion, their values of these types; a text stays as it is written, and a date in ISO 8601."""
    return [
        {name: text if types[name] == "text" else _READERS[types[name]](text.strip()) for name, text in row.items()}
        for row in portion.to_dict(orient="records")
    ]
