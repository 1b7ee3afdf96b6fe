"""What commands are given, checked before they begin."""

import os
from pathlib import Path
from typing import Any

import click


class RegularFile(click.Path):
    """A file that is there and has an end: of a named pipe, one would wait for ever for somebody to write into it."""

    def __init__(self) -> None:
        super().__init__(exists=True, dir_okay=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        if not path.is_file():
            self.fail(f"'{path}' is not a regular file.", param, ctx)
        return path
