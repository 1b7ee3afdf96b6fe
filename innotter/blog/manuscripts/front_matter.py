"""What stands before a text: in YAML, TOML or JSON between fences, or as lines of a name and a value."""

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import yaml

from innotter.text.cleaning import without_unwritable

Facts = Mapping[str, Any]

_FENCED = re.compile(r"(?P<fence>---|\+\+\+|;;;)(?P<language>[A-Za-z]*)[ \t]*\n(?P<rest>.*)", re.DOTALL)
_ENDS = {
    "---": re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.MULTILINE),
    "+++": re.compile(r"^\+\+\+[ \t]*(?:\n|\Z)", re.MULTILINE),
    ";;;": re.compile(r"^;;;[ \t]*(?:\n|\Z)", re.MULTILINE),
}
_RULE = re.compile(r"^---+[ \t]*(?:\n|\Z)", re.MULTILINE)
_PAIR = re.compile(r"(?P<name>[A-Za-z][\w -]{0,30}?)[ \t]*[:=](?=[ \t\n]|\Z)", re.ASCII)
_LINE = re.compile(r"(?P<name>[A-Za-z][\w -]{0,30}?)[ \t]*:(?:[ \t]+(?P<value>.*))?", re.ASCII)
#: Lines of names and values are front matter when one of them is among these; else somebody just writes that way.
_TELLING = {"title", "date", "draft", "published", "publishdate", "pubdate", "status", "visibility"}
#: Front matter has a few dozen; YAML can make millions of a few lines that refer to each other.
_MOST_VALUES = 10_000


class Unreadable(ValueError):
    """Front matter that cannot be read: its text must not be taken for the article's. The message says why."""


def front_matter(text: str) -> tuple[Facts, str]:
    """The facts before a text, by plain names (`Publish-Date` is `publishdate`), and the text."""
    text = re.sub(r"\A(?:[ \t]*\n)+", "", text)
    facts, rest = _fenced(text) or _json(text) or _unfenced(text) or _headers(text) or ({}, text)
    facts = _cleaned(facts, iter(range(_MOST_VALUES)))
    return {plain_name(str(name)): value for name, value in facts.items()}, rest


def plain_name(name: str) -> str:
    return re.sub(r"[\s_-]+", "", name).lower()


def _fenced(text: str) -> tuple[Facts, str] | None:
    if not (found := _FENCED.match(text)):
        return None
    end = _ENDS[found["fence"]].search(found["rest"])
    if end is None:
        if found["fence"] == "---" and not _PAIR.match(found["rest"].lstrip()):
            return None  # A line across the page.
        raise Unreadable("its front matter has no end")
    data, rest = found["rest"][: end.start()], found["rest"][end.end() :]
    facts = _reader(found["fence"], found["language"].lower())(data)
    if isinstance(facts, str) and not any(_PAIR.match(line) for line in data.splitlines()):
        return None  # A text between two lines across the page.
    return _facts(facts), rest


def _reader(fence: str, language: str) -> Callable[[str], Any]:
    known = {"+++": _read_toml, ";;;": lambda data: _read_json(f"{{{data}}}")}.get(fence)
    named = {"": known or _read_yaml, "yaml": _read_yaml, "yml": _read_yaml, "toml": _read_toml, "json": _read_json}
    if language not in named:
        raise Unreadable(f"its front matter is in {language}, which is not known here")
    return named[language]


def _json(text: str) -> tuple[Facts, str] | None:
    if not re.match(r'\{\s*(?:"|\}\s*(?:\n|\Z))', text):
        return None
    try:
        facts, end = json.JSONDecoder(parse_float=str, parse_int=str).raw_decode(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"its front matter is not JSON: {_words(error)}") from None
    return _facts(facts), text[end:]


def _unfenced(text: str) -> tuple[Facts, str] | None:
    """As Hexo writes it: YAML from the first line to a fence."""
    end = _RULE.search(text)
    if not end or not _is_telling(before := text[: end.start()]):
        return None
    return (_facts(_read_yaml(before)), text[end.end() :]) if "\n\n" not in before.strip() else None


def _headers(text: str) -> tuple[Facts, str] | None:
    """As Pelican and MultiMarkdown write it: lines of a name and a value, to the first blank line."""
    head, _blank, rest = text.partition("\n\n")
    if not _is_telling(head):
        return None
    facts: dict[str, str] = {}
    name = ""
    for line in head.splitlines():
        if name and line[:1].isspace():
            facts[name] = f"{facts[name]} {line.strip()}".strip()
        elif found := _LINE.fullmatch(line.rstrip()):
            name = found["name"]
            facts[name] = (found["value"] or "").strip()
        else:
            raise Unreadable(f"its first lines look like front matter, and this one does not: {line.strip()[:60]}")
    return facts, rest


def _is_telling(lines: str) -> bool:
    """Whether lines begin with a name and a value, and one of the names is one that front matter has."""
    names = [plain_name(found["name"]) for line in lines.splitlines() if (found := _LINE.fullmatch(line.rstrip()))]
    return bool(names) and bool(_LINE.fullmatch(lines.partition("\n")[0].rstrip())) and not _TELLING.isdisjoint(names)


def _cleaned(value: Any, room: Iterator[int]) -> Any:
    """A value as it can be kept and shown: its texts without halves of characters, its numbers as they are written."""
    if next(room, None) is None:
        raise Unreadable(f"its front matter has more than {_MOST_VALUES} values")
    if isinstance(value, str):
        return without_unwritable(value)
    if isinstance(value, Mapping):
        return {_cleaned(name, room): _cleaned(one, room) for name, one in value.items()}
    if isinstance(value, list | tuple | set):
        return [_cleaned(one, room) for one in value]
    return _digits(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _digits(number: int) -> str:
    try:
        return str(number)
    except ValueError:
        raise Unreadable("its front matter holds a number that is too long") from None


def _facts(found: object) -> Facts:
    if found is None:
        return {}
    if not isinstance(found, Mapping):
        raise Unreadable("its front matter has no names and values")
    return found


class _AsWritten(yaml.SafeLoader):
    """Reads each plain value as the text that it is written as: `No`, 1.10 and 2014 are good titles and tags."""


_AsWritten.yaml_implicit_resolvers = {
    first: kept
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    if (kept := [one for one in resolvers if one[0] in {"tag:yaml.org,2002:null", "tag:yaml.org,2002:merge"}])
}


def _read_yaml(data: str) -> Any:
    try:
        return yaml.load(data, _AsWritten)  # noqa: S506 - a SafeLoader, and with fewer types
    except Exception as error:  # noqa: BLE001 - what PyYAML makes of a value that its tag does not fit is any of them
        raise Unreadable(f"its front matter is not YAML: {_words(error)}") from None


def _read_toml(data: str) -> Any:
    try:
        return tomllib.loads(data, parse_float=str)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"its front matter is not TOML: {_words(error)}") from None


def _read_json(data: str) -> Any:
    try:
        return json.loads(data, parse_float=str, parse_int=str)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"its front matter is not JSON: {_words(error)}") from None


def _words(error: Exception) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return f"{error.problem} in line {error.problem_mark.line + 2}"
    return (str(error).splitlines() or [type(error).__name__])[0]
