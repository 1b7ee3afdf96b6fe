"""Where the picture files of a text lie."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

KINDS = {".jpg", ".jpeg", ".png", ".webp", ".gif"}
#: Where programs that make sites keep the files whose address begins with a slash.
_ROOTS = ("", "static", "public", "assets", "source", "content", "src")
#: Pelican's ways of saying "in this folder".
_PREFIX = re.compile(r"\A(?:\{(?:static|attach|filename|photo)\}|\|(?:static|attach|filename)\|)")


@dataclass(frozen=True)
class Shelf:
    """Where the pictures of a text may lie: beside it, and anywhere in its folder; never outside of that."""

    beside: Path
    stem: str
    root: Path

    def find(self, address: str) -> Path | str:
        """The file that is meant, or why there is none."""
        if reason := _elsewhere(address):
            return reason
        path = unquote(urlsplit(address).path)
        names = dict.fromkeys([path, urlsplit(address).path, unquote(address), address])
        paths = [found for name in names if "\0" not in name for found in self._places(_PREFIX.sub("", name))]
        inside = [path for path in paths if path.is_relative_to(self.root)]
        found = next((path for path in inside if path.is_file()), None)
        if found is None:
            return (
                "it lies outside of the folder" if len(inside) < len(paths) else "there is no such file in the folder"
            )
        return found if found.suffix.lower() in KINDS else f"only {', '.join(sorted(KINDS))} are taken"

    def _places(self, name: str) -> Iterator[Path]:
        name = name.replace("\\", "/")
        if not name.startswith("/"):
            yield from _resolved(self.beside / name, self.beside / self.stem / name)
        if ".." not in name.split("/"):
            yield from _resolved(*(self.root / folder / name.lstrip("/") for folder in _ROOTS))


def _elsewhere(address: str) -> str:
    """Why a picture is none of the folder's, as far as its address tells."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "its address cannot be read"
    if parts.scheme == "data":
        return "it is written into the text, and only files are taken"
    if parts.scheme in {"http", "https"} or parts.netloc:
        return "it lies elsewhere, and stays a link"
    return "it does not lie in the folder" if parts.scheme else ""


def _resolved(*paths: Path) -> Iterator[Path]:
    for path in paths:
        with suppress(OSError, RuntimeError):  # Links in a circle, or a name that no disk has.
            yield path.resolve()
