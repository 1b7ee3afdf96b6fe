"""Pictures as other programs let them be written, and Markdown does not: with blanks in their address, with a size."""

from urllib.parse import unquote

import regex as re

from innotter.blog.manuscripts.code import without_code
from innotter.blog.manuscripts.shelf import Shelf

_PICTURE = re.compile(r"!\[(?P<label>[^\[\]\n]*)\]\((?P<inside>[^()<>\n]*(?:\([^()<>\n]*\)[^()<>\n]*)*)\)")
_INSIDE = re.compile(
    r"[ \t]*(?P<address>.*?)(?P<size>[ \t]+=\d*%?x?\d*%?)?"
    r"(?P<title>[ \t]+(?:\"[^\"]*\"|'[^']*'))?(?P<size_behind>[ \t]+=\d*%?x?\d*%?)?[ \t]*"
)


def mended(text: str, shelf: Shelf, notes: list[str]) -> str:
    """The text with such pictures as Markdown has them, where their files are there; the others are noted."""
    for found in reversed([*_PICTURE.finditer(without_code(text))]):
        inside = _INSIDE.fullmatch(text, *found.span("inside"))
        if inside and (new := _mended(found["label"], inside, shelf, notes)):
            text = text[: found.start()] + new + text[found.end() :]
    return text


def _mended(label: str, inside: re.Match[str], shelf: Shelf, notes: list[str]) -> str:
    address, title = inside["address"], inside["title"] or ""
    size = (inside["size"] or inside["size_behind"] or "").strip()
    if not size and not re.search(r"[ \t]", address):
        return ""
    if size:
        notes.append(f"the size {size} of the picture {unquote(address)[:200]} is not taken")
    elif isinstance(reason := shelf.find(address), str):
        why = "its address is written for another program" if re.search(r"\{[{%]", address) else reason
        notes.append(f"the picture {unquote(address)[:200]} is not taken: {why}")
        return ""
    return f"![{label}](<{address}>{title})"
