"""What is a table, and what is missing in it: the rules that the jobs of the core and the lambdas share.

`reading` does without pandas, whose memory a web server need not have; `cleaning` is loaded when it is asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from csvcleaning.reading import DELIMITERS, SENTENCES, BadTable, Records, text_of

if TYPE_CHECKING:
    from csvcleaning.cleaning import MOST_COLUMNS, NULLS, Cleaner, Table

__all__ = ["DELIMITERS", "MOST_COLUMNS", "NULLS", "SENTENCES", "BadTable", "Cleaner", "Records", "Table", "text_of"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module("csvcleaning.cleaning"), name)
    raise AttributeError(f"module {__name__} has no attribute {name}")
