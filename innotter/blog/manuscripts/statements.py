"""The files in which programs that make sites read what is said of all texts in a folder, or of the one beside it."""

import ast
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePath
from typing import Any

import regex as re

from innotter.blog.manuscripts.exclusions import Patterns, is_among, lists_in
from innotter.blog.manuscripts.facts import Facts, Unreadable, fact, facts_of, plain_name
from innotter.blog.manuscripts.front_matter import front_matter, read_json, read_toml, read_yaml
from innotter.blog.manuscripts.markings import marks_of_draft
from innotter.blog.manuscripts.vocabulary import YES
from innotter.blog.manuscripts.words import word

_DATA = r"(?:json|ya?ml|toml)"
_MARKDOWN = r"(?:\.[a-z]{2,3}(?:[-_][a-z0-9]+)?)?\.(?:md|markdown|mdx|html?|org|adoc|rst)"
_SECTION, _BUNDLE = re.compile(rf"_index{_MARKDOWN}"), re.compile(rf"index{_MARKDOWN}")
_SITE_OF_HUGO = re.compile(rf"hugo\.{_DATA}")
_CONFIG = re.compile(rf"(?:hugo|config)\.{_DATA}")
_PART_OF_CONFIG = re.compile(rf"cascade\.{_DATA}")
_CONFIG_OF_JEKYLL = re.compile(rf"_config.*\.{_DATA}")
_SETTINGS_OF_PELICAN = re.compile(r"(?:pelican|publish)conf.*\.py")
#: Data of a folder: Eleventy calls them by the folder, Lume `_data`, Material for MkDocs `.meta.yml`.
_OF_FOLDER = re.compile(rf"(?:_data|\.meta)\.{_DATA}")
_DATA_OF_ELEVENTY = re.compile(rf"(?:\.{_DATA}|\.11tydata\.(?:{_DATA}|c?js|mjs))")
#: What is written in a script as it would be in data.
_PAIR = re.compile(r"""["']?\b(?P<name>[\p{L}_][\w-]*)["']?\s*:\s*(?P<value>true|false|\d+|"[^"\n]*"|'[^'\n]*')""")
#: Words of which one stands in a file that cannot be read, and may hide texts.
_TELLS = re.compile(
    r"cascade|defaults|exclude|ignore|draft|publi|private|hidden|unlisted|visib|status|permalink|password|метадан|чернов"
    r"|DEFAULT_METADATA",
    re.IGNORECASE,
)
#: What the page of a folder says, of itself, for all that belongs to it.
_OF_SECTION = {"draft", "isdraft", "private", "isprivate", "published", "ispublished", "status", "password"}
_OF_BUNDLE = _OF_SECTION | {
    *("headless", "build.render", "build.list", "visibility", "date", "publishdate", "pubdate", "unlisted"),
    *("expirydate", "expires", "unpublishdate"),
}


@dataclass(frozen=True)
class Statement:
    """What one file says of the texts in its folder."""

    file: Path
    facts: Facts = field(default_factory=Facts)
    #: Whether no text can say otherwise.
    is_final: bool = False
    #: What hides the texts by itself; the name of the file follows.
    reason: str = ""
    is_meant_for: Callable[[Path], bool] = lambda _path: True


_Statements = Iterator[Statement]
_Reader = Callable[[Path, str], _Statements]


def is_site_of_hugo(folder: Path) -> bool:
    """Whether a folder shows that it is Hugo's, or Zola's, where all beside an `index.md` is a part of that page."""
    names = [name.lower() for name in _names(folder)]
    return "archetypes" in names or any(_SITE_OF_HUGO.fullmatch(one) or _SECTION.fullmatch(one) for one in names)


def statements_in(folder: Path, *, is_hugo: bool) -> _Statements:
    """What the files of a folder say of all that lies in it."""
    names = _names(folder)
    for name in names:
        if reader := _reader(name, folder, is_hugo):
            yield from _read(folder / name, reader)
    for file in _configs_below(folder, names):
        yield from _read(file, partial(_of_config, folder))
    for file, patterns in lists_in(folder, names):
        yield from _read(file, partial(_of_list, folder, patterns))


def collections_in(folder: Path) -> Iterator[str]:
    """The collections of Jekyll that have pages of their own: of `_recipes`, recipes."""
    for name in filter(_CONFIG_OF_JEKYLL.fullmatch, _names(folder)):
        with suppress(Unreadable, OSError, ValueError, RecursionError):
            found = _data(folder / name, (folder / name).read_text("utf-8-sig", errors="replace"))
            said = found.get("collections") if isinstance(found, Mapping) else None
            for collection, facts in said.items() if isinstance(said, Mapping) else ():
                if isinstance(facts, Mapping) and word(facts.get("output")) in YES:
                    yield str(collection)


def beside(path: Path) -> _Statements:
    """What stands beside a text, by its name: Nikola's `.meta`, Eleventy's data."""
    for suffix in (".meta", *(f".{kind}" for kind in ("json", "yaml", "yml", "11tydata.json", "11tydata.js"))):
        file = path.with_name(path.stem + suffix)
        if file.is_file():
            yield from _read(file, _of_one_text if suffix == ".meta" else _of_data)


def _names(folder: Path) -> list[str]:
    try:
        return sorted(one.name for one in folder.iterdir())
    except OSError:
        return []  # One that is imported is named already.


def _reader(name: str, folder: Path, is_hugo: bool) -> _Reader | None:
    small, of_folder = name.lower(), folder.name.lower()
    if _BUNDLE.fullmatch(small):
        return _of_bundle_in_hugo if is_hugo else _of_bundle
    if _OF_FOLDER.fullmatch(small) or (
        small.startswith(of_folder) and _DATA_OF_ELEVENTY.fullmatch(small[len(of_folder) :])
    ):
        return _of_data
    readers: dict[Any, _Reader] = {_SECTION: _of_section, _CONFIG: partial(_of_config, folder)}
    readers |= {_CONFIG_OF_JEKYLL: _of_jekyll, _SETTINGS_OF_PELICAN: _of_pelican}
    return next((reader for pattern, reader in readers.items() if pattern.fullmatch(small)), None)


def _read(file: Path, reader: _Reader) -> _Statements:
    """What a file says; where that cannot be read, it may hide everything."""
    text = ""
    try:
        text = file.read_text("utf-8-sig", errors="replace").replace("\r\n", "\n")
        yield from [*reader(file, text)]
    except (Unreadable, OSError, ValueError, RecursionError, SyntaxError):
        if not text or _TELLS.search(text):
            yield Statement(file, reason="what cannot be read in")


def _of_section(file: Path, text: str) -> _Statements:
    facts, _text = front_matter(text)
    yield from _cascade(file, facts.get("cascade"))
    own = [one for one in facts.all if one.path in _OF_SECTION]
    yield Statement(file, Facts(own), is_final=True, is_meant_for=lambda path: path != file)


def _configs_below(folder: Path, names: Collection[str]) -> Iterator[Path]:
    """Where Hugo has its settings, too: in parts, of which one may be called by what it sets."""
    for place in ("_default", "production") if "config" in names else ():
        for name in _names(folder / "config" / place):
            if _CONFIG.fullmatch(name.lower()) or _PART_OF_CONFIG.fullmatch(name.lower()):
                yield folder / "config" / place / name


def _of_config(folder: Path, file: Path, text: str) -> _Statements:
    found = _data(file, text)
    if _PART_OF_CONFIG.fullmatch(file.name.lower()):
        found = {"cascade": found}
    said = {plain_name(str(name)): value for name, value in found.items()} if isinstance(found, Mapping) else {}
    yield from _cascade(file, said.get("cascade"))
    yield _left_out(file, folder, [str(one) for one in _list(said.get("ignoredcontent"))])
    expressions = [_expression(str(one)) for one in _list(said.get("ignorefiles"))]

    def is_meant_for(path: Path) -> bool:
        return any(_is_found(one, f"/{path.relative_to(folder).as_posix()}") for one in expressions)

    yield Statement(file, reason="left out by", is_meant_for=is_meant_for)


def _expression(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error:
        raise Unreadable(f"{text[:60]} is no regular expression") from None


def _is_found(expression: re.Pattern[str], way: str) -> bool:
    """Whether it means this. One that takes too long to say so may."""
    try:
        return expression.search(way, timeout=1) is not None
    except TimeoutError:
        return True


def _of_list(folder: Path, patterns: Patterns, file: Path, text: str) -> _Statements:
    yield _left_out(file, folder, [*patterns(text)])


def _left_out(file: Path, folder: Path, patterns: Sequence[str]) -> Statement:
    return Statement(file, reason="left out by", is_meant_for=lambda path: is_among(path, folder, patterns))


def _cascade(file: Path, said: Any) -> _Statements:
    """Hugo's facts for all pages below; which of them are targets is not looked at."""
    for one in said if isinstance(said, list) else [said]:
        if isinstance(one, Mapping):
            yield Statement(file, facts_of({name: one[name] for name in one if plain_name(str(name)) != "target"}))


def _of_bundle_in_hugo(file: Path, text: str) -> _Statements:
    yield Statement(file, reason="its place beside", is_meant_for=lambda path: not _is_same_page(path, file))


def _of_bundle(file: Path, text: str) -> _Statements:
    """Where it is not known to be Hugo's, texts beside an `index.md` are none of their own as long as it is a draft."""

    def is_meant_for(path: Path) -> bool:
        return not _is_same_page(path, file)

    try:
        facts, content = front_matter(text)
    except Unreadable:
        yield Statement(file, reason="its place beside", is_meant_for=is_meant_for)
        return
    own = Facts(one for one in facts.all if one.path in _OF_BUNDLE)
    marks = [*marks_of_draft(PurePath(file.name), PurePath(), facts, str(facts.get("title") or ""), content)]
    reason = "its place beside" if marks else ""
    yield Statement(file, own, is_final=True, reason=reason, is_meant_for=is_meant_for)


def _is_same_page(path: Path, file: Path) -> bool:
    """Whether it is the page itself, or a translation of that."""
    return path.parent == file.parent and _BUNDLE.fullmatch(path.name.lower()) is not None


def _of_data(file: Path, text: str) -> _Statements:
    if file.suffix in {".js", ".cjs", ".mjs"}:
        for found in _PAIR.finditer(text):
            yield Statement(file, fact(found["name"], found["value"].strip("\"'")))
    elif isinstance(found := _data(file, text), Mapping):
        yield Statement(file, facts_of(found))


def _of_one_text(file: Path, text: str) -> _Statements:
    facts, _text = front_matter(text.rstrip("\n") + "\n\n")
    yield Statement(file, facts)


def _of_jekyll(file: Path, text: str) -> _Statements:
    found = _data(file, text)
    if not isinstance(found, Mapping):
        return
    for one in _list(found.get("defaults")):
        if isinstance(one, Mapping) and isinstance(one.get("values"), Mapping):
            scope = one.get("scope")
            yield Statement(file, facts_of(one["values"]), is_meant_for=_scope(file.parent, scope))
    # Hexo says `ignore`, too.
    left_out = [str(one) for name in ("exclude", "ignore") for one in _list(found.get(name))]

    def is_meant_for(path: Path) -> bool:
        return is_among(path, file.parent, left_out, anywhere=False)

    yield Statement(file, reason="exclude in", is_meant_for=is_meant_for)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _scope(folder: Path, scope: Any) -> Callable[[Path], bool]:
    """Whom defaults are meant for. The path counts anywhere on the way to a text: it may begin in another folder."""
    said = scope if isinstance(scope, Mapping) else {}
    wanted = [part for part in PurePath(str(said.get("path") or "")).parts if part not in {".", "/"}]
    wanted = wanted[: next((n for n, part in enumerate(wanted) if re.search(r"[*?\[]", part)), len(wanted))]
    kind = str(said.get("type") or "").strip().rstrip("s")

    def is_meant_for(path: Path) -> bool:
        parts = path.relative_to(folder).parts
        kinds = {part[1:].rstrip("s") for part in parts[:-1] if part.startswith("_")}
        is_of_kind = not kinds if kind == "page" else not kind or kind in kinds
        starts = range(len(parts) - len(wanted) + 1)
        return is_of_kind and any([*parts[start : start + len(wanted)]] == wanted for start in starts)

    return is_meant_for


def _of_pelican(file: Path, text: str) -> _Statements:
    for node in ast.parse(text).body:
        names = [ast.unparse(target) for target in node.targets] if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.Assign) and "DEFAULT_METADATA" in names:
            yield Statement(file, facts_of(ast.literal_eval(node.value)))


def _data(file: Path, text: str) -> Any:
    readers = {".json": read_json, ".toml": read_toml}
    return readers.get(file.suffix.lower(), read_yaml)(text)
