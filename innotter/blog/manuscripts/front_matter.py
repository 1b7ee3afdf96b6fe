"""What stands before a text: in YAML, TOML or JSON between fences, or as lines of a name and a value."""

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import yaml

from innotter.blog.manuscripts.facts import Facts, Unreadable, facts_of, plain_name, require_once

_Found = tuple[Mapping[Any, Any], str]

_FENCED = re.compile(
    r"(?P<fence>---|\+\+\+|;;;)(?P<language>[a-z]*|[ \t]+(?:yaml|yml|toml|json))[ \t]*(?:\#[^\n]*)?\n(?P<rest>.*)",
    re.DOTALL | re.IGNORECASE,
)
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
#: What may stand before front matter and is none: blanks and marks that nobody sees, comments.
_BEFORE = re.compile(r"\A(?:[\s\u00ad\u200b-\u200f\u2060\ufeff]|<!--(?!\s*\.\. ).*?-->)+", re.DOTALL)
_DOTTED = re.compile(r"\.\.[ \t]+(?P<name>[\w-]+):(?P<value>.*)", re.ASCII)
_DOTTED_COMMENT = re.compile(r"\s*<!--(?P<lines>\s*\.\.[ \t]+[\w-]+:.*?)-->", re.DOTALL | re.ASCII)
#: A line as front matter has it: where none was found, it is one that cannot be read.
_TELLS = (
    r"draft|status|publish|published|public|visibility|private|hidden|unlisted|audience|access|черновик|статус"
    r"|опубликован[оа]?|публично|приватно|скрыто|entwurf|brouillon|borrador|rascunho|bozza|szkic"
)
_LOOKS_SO = re.compile(rf"\W*(?:is|\w+[_-])?(?:{_TELLS}|date|title)[\"']?\s*[:=]", re.IGNORECASE)
_TELLS_SO = re.compile(rf"\W*(?:is|\w+[_-])?(?:{_TELLS})[\"']?\s*[:=]", re.IGNORECASE)
_FIRST_LINES = 20


def front_matter(text: str) -> tuple[Facts, str]:
    """The facts before a text, by plain names (`Publish-Date` is `publishdate`), and the text."""
    text = re.sub(r"\A(?:[ \t]*\n)+", "", text)
    bare = _BEFORE.sub("", text)
    found = _marked(text) or _unfenced(text) or _headers(text) or _marked(bare)
    if found is None:
        _require_none(text)
        return Facts(), text
    return facts_of(found[0]), found[1]


def more_front_matter(text: str) -> Facts:
    """What stands before a text once more, as some programs leave it there: it counts, too, and stays in the text."""
    bare = _BEFORE.sub("", text)
    try:
        found = _marked(bare) or _headers(bare)
        return facts_of(found[0]) if found else Facts()
    except Unreadable:
        _require_none(bare, _TELLS_SO)
        return Facts()


def _marked(text: str) -> _Found | None:
    return _fenced(text) or _json(text) or _dotted(text)


def _require_none(text: str, looks: re.Pattern[str] = _LOOKS_SO) -> None:
    """Refuse a text whose first lines say what front matter says: it may say that it is a draft."""
    for line in text.split("\n")[:_FIRST_LINES]:
        if looks.match(line):
            raise Unreadable(
                f"it has front matter that cannot be read: {line.strip()[:60]}. "
                "Put it between two lines of ---, or an empty one before a text that only looks so"
            )


def _fenced(text: str) -> _Found | None:
    if not (found := _FENCED.match(text)):
        return None
    end = _ENDS[found["fence"]].search(found["rest"])
    if end is None:
        if found["fence"] == "---" and not _PAIR.match(found["rest"].lstrip()):
            return None  # A line across the page.
        raise Unreadable("its front matter has no end")
    data, rest = found["rest"][: end.start()], found["rest"][end.end() :]
    facts = _reader(found["fence"], found["language"].strip().lower())(data)
    if isinstance(facts, str) and not any(_PAIR.match(line) for line in data.splitlines()):
        return None  # A text between two lines across the page.
    return _facts(facts), rest


def _reader(fence: str, language: str) -> Callable[[str], Any]:
    known = {"+++": read_toml, ";;;": lambda data: read_json(f"{{{data}}}")}.get(fence)
    named = {"": known or read_yaml, "yaml": read_yaml, "yml": read_yaml, "toml": read_toml, "json": read_json}
    if language not in named:
        raise Unreadable(f"its front matter is in {language}, which is not known here")
    return named[language]


def _json(text: str) -> _Found | None:
    if not re.match(r'\{\s*(?:"|//|/\*|\}\s*(?:\n|\Z))', text):
        return None
    try:
        reader = json.JSONDecoder(parse_float=str, parse_int=str, object_pairs_hook=_object)
        facts, end = reader.raw_decode(text)
    except Unreadable:
        raise
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"its front matter is not JSON: {_words(error)}") from None
    return _facts(facts), text[end:]


def _unfenced(text: str) -> _Found | None:
    """As Hexo writes it: YAML from the first line to a fence."""
    end = _RULE.search(text)
    if not end or not _is_telling(before := text[: end.start()]):
        return None
    return (_facts(read_yaml(before)), text[end.end() :]) if "\n\n" not in before.strip() else None


def _headers(text: str) -> _Found | None:
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
            require_once([*facts, name := found["name"]])
            facts[name] = (found["value"] or "").strip()
        else:
            raise Unreadable(f"its first lines look like front matter, and this one does not: {line.strip()[:60]}")
    return facts, rest


def _dotted(text: str) -> _Found | None:
    """As Nikola writes it: two dots, a name and a value, in comments or down to the first blank line."""
    lines: list[str] = []
    rest = text
    while found := _DOTTED_COMMENT.match(rest):
        lines += found["lines"].split("\n")
        rest = rest[found.end() :]
    if not lines and _DOTTED.match(text):
        head, _blank, rest = text.partition("\n\n")
        lines = head.split("\n")
    return (_dotted_facts(lines), rest) if lines else None


def _dotted_facts(lines: Iterable[str]) -> Mapping[str, str]:
    pairs = []
    for line in filter(None, map(str.strip, lines)):
        if not (found := _DOTTED.fullmatch(line)):
            raise Unreadable(f"its first lines look like front matter, and this one does not: {line[:60]}")
        pairs.append((found["name"], found["value"].strip()))
    return _object(pairs)


def _is_telling(lines: str) -> bool:
    """Whether lines begin with a name and a value, and one of the names is one that front matter has."""
    names = [plain_name(found["name"]) for line in lines.splitlines() if (found := _LINE.fullmatch(line.rstrip()))]
    return bool(names) and bool(_LINE.fullmatch(lines.partition("\n")[0].rstrip())) and not _TELLING.isdisjoint(names)


def _object(pairs: Sequence[tuple[str, Any]]) -> Mapping[str, Any]:
    require_once(name for name, _value in pairs)
    return dict(pairs)


def _facts(found: object) -> Mapping[Any, Any]:
    if found is None:
        return {}
    if not isinstance(found, Mapping):
        raise Unreadable("its front matter has no names and values")
    return found


class _AsWritten(yaml.SafeLoader):
    """Reads each plain value as the text that it is written as: `No`, 1.10 and 2014 are good titles and tags."""

    def compose_mapping_node(self, anchor: Any) -> Any:
        node = super().compose_mapping_node(anchor)
        require_once(name.value for name, _value in node.value if isinstance(name, yaml.ScalarNode))
        return node


_AsWritten.yaml_implicit_resolvers = {
    first: kept
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    if (kept := [one for one in resolvers if one[0] in {"tag:yaml.org,2002:null", "tag:yaml.org,2002:merge"}])
}


def read_yaml(data: str) -> Any:
    try:
        return yaml.load(data, _AsWritten)  # noqa: S506 - a SafeLoader, and with fewer types
    except Unreadable:
        raise
    except Exception as error:  # noqa: BLE001 - what PyYAML makes of a value that its tag does not fit is any of them
        raise Unreadable(f"its front matter is not YAML: {_words(error)}") from None


def read_toml(data: str) -> Any:
    try:
        return tomllib.loads(data, parse_float=str)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"its front matter is not TOML: {_words(error)}") from None


def read_json(data: str) -> Any:
    try:
        return json.loads(data, parse_float=str, parse_int=str, object_pairs_hook=_object)
    except Unreadable:
        raise
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"its front matter is not JSON: {_words(error)}") from None


def _words(error: Exception) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return f"{error.problem} in line {error.problem_mark.line + 2}"
    return (str(error).splitlines() or [type(error).__name__])[0]
