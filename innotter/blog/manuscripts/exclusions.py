"""What programs that make sites are told to leave out, and what they leave out without being told."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import partial
from math import prod
from pathlib import Path

import regex as re

from innotter.blog.manuscripts.front_matter import read_json

#: Reads from a text what is to be left out.
Patterns = Callable[[str], Iterator[str]]

#: Other people's texts, and what new ones are begun with.
_NO_TEXTS = {"node_modules", "bower_components", "archetypes", "scaffolds", "examplesite"}
#: Where Obsidian keeps what its plugins are told, and the name there of the folders that hold templates, or that its
#: own site leaves out.
_OF_OBSIDIAN = {
    "templates.json": "folder",
    "plugins/templater-obsidian/data.json": "templates_folder",
    "publish.json": "excluded",
}
_ELEVENTY = re.compile(r"\.?eleventy(?:\.config)?\.[cm]?js")
_OF_MKDOCS = re.compile(
    r"^(?:exclude_docs|draft_docs)[ \t]*:[ \t]*"
    r"(?:[|>][-+]?[ \t]*\n(?P<lines>(?:[ \t]+[^\n]*(?:\n|\Z)|\n)*)|(?P<line>[^\n]+))",
    re.MULTILINE,
)
_QUOTED = re.compile(r"""(["'`])(?P<text>.*?)\1""")
_BRACES = re.compile(r"\{([^{}]*)\}")
_NESTED = re.compile(r"\{[^}]*\{")
#: Each pair of braces multiplies what a pattern may be. One that may be more than that leaves out whatever it could.
_MOST_WAYS = 1000


def folders_left_out(folders: Iterable[str], collections: Collection[str], *, is_hugo: bool) -> Iterator[str]:
    """Of the folders on the way to a text, those that programs keep for themselves; of Jekyll's, not the collections.

    Hugo and Zola take folders that begin with a line for folders like others.
    """
    for name in folders:
        is_kept = name.startswith("_") and name[1:] not in collections and not is_hugo
        if is_kept or name.lower() in _NO_TEXTS:
            yield name


def lists_in(folder: Path, names: Collection[str]) -> Iterator[tuple[Path, Patterns]]:
    """The files of a folder that say nothing but what is left out of it, each with what reads its patterns."""
    for name in names:
        if reader := _reader(name, names):
            yield folder / name, reader
    if ".vitepress" in names:
        for file in sorted((folder / ".vitepress").glob("config*.*")):
            yield file, partial(_listed, "srcExclude")
    if ".obsidian" in names:
        for place, name in _OF_OBSIDIAN.items():
            if (file := folder / ".obsidian" / place).is_file():
                yield file, partial(_set, name)


def is_among(path: Path, folder: Path, patterns: Iterable[str], *, anywhere: bool = True) -> bool:
    """Whether patterns mean a text, or a folder on the way to it; one with `!` before it takes out again.

    The last one counts. They begin at any folder, as it is not known which of them is the site's; or, for Jekyll and
    Hexo, at their own.
    """
    parts = path.relative_to(folder).parts
    starts = range(len(parts)) if anywhere else range(2 if parts[0] == "source" else 1)
    ways = ["/".join(parts[start:end]) for start in starts for end in range(start + 1, len(parts) + 1)]
    is_left_out = False
    for pattern in map(str.strip, patterns):
        takes_out, plain = pattern.startswith("!"), pattern.lstrip("!")
        if _may_be_too_much(plain):
            is_left_out = is_left_out or not takes_out
        elif any(fnmatchcase(way, one) for one in _plain(plain) for way in ways):
            is_left_out = not takes_out
    return is_left_out


def _may_be_too_much(pattern: str) -> bool:
    ways = prod(found.count(",") + 1 for found in _BRACES.findall(pattern))
    return ways > _MOST_WAYS or bool(_NESTED.search(pattern))


def _plain(pattern: str) -> Iterator[str]:
    """A pattern as `fnmatch` reads it, once for each of what stands in braces."""
    pattern = re.sub(r"^(?:\*\*/)+|(?:/\*\*)+$", "", pattern.removeprefix("./").strip("/"))
    if braces := _BRACES.search(pattern):
        for one in braces[1].split(","):
            yield from _plain(pattern[: braces.start()] + one + pattern[braces.end() :])
    elif pattern:
        yield pattern.replace("/**/", "/*")


def _reader(name: str, names: Collection[str]) -> Patterns | None:
    is_of_eleventy = name == ".gitignore" and any(map(_ELEVENTY.fullmatch, names))
    if name == ".eleventyignore" or is_of_eleventy:
        return _lines
    if name in {"mkdocs.yml", "mkdocs.yaml"}:
        return _of_mkdocs
    if re.fullmatch(r"quartz\.config\.[cm]?[jt]s", name):
        return partial(_listed, "ignorePatterns")
    if re.fullmatch(r"docusaurus\.config\.[cm]?[jt]s", name):
        return partial(_listed, "exclude")
    return None


def _lines(text: str) -> Iterator[str]:
    return (line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))


def _of_mkdocs(text: str) -> Iterator[str]:
    """Not read as YAML: what MkDocs takes has tags that only it knows."""
    for found in _OF_MKDOCS.finditer(text.replace("\r\n", "\n")):
        yield from _lines((found["lines"] or found["line"] or "").strip("\"'"))


def _set(name: str, text: str) -> Iterator[str]:
    """The text, or the list of them, that has this name in JSON."""
    found = read_json(text)
    value = found.get(name) if isinstance(found, Mapping) else None
    yield from (str(one) for one in (value if isinstance(value, list) else [value]) if one)


def _listed(name: str, text: str) -> Iterator[str]:
    """The texts of a list in a script."""
    for found in re.finditer(rf"\b{name}[\"']?\s*:\s*\[([^\]]*)\]", text):
        yield from (one["text"] for one in _QUOTED.finditer(found[1]))
