"""A folder of Markdown files, each understood as the article that it would be."""

import hashlib
import os
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import unquote

import regex as re

from innotter.blog.manuscripts import audience
from innotter.blog.manuscripts.facts import Facts, Unreadable, fact
from innotter.blog.manuscripts.front_matter import front_matter, more_front_matter
from innotter.blog.manuscripts.markings import marks_of_draft
from innotter.blog.manuscripts.pictures import pictures_in, with_addresses
from innotter.blog.manuscripts.shelf import Shelf
from innotter.text.cleaning import one_line

SUFFIXES = {".md", ".markdown", ".mdown", ".mkd", ".mkdn", ".mdwn"}
#: As columns hold them: of the title, and of the path by which a file is known when it comes again.
LONGEST_TITLE, LONGEST_PATH, LONGEST_TAG = 200, 500, 30

NO_DATE = "it has no date: the day of the import is taken"

_HEADING = re.compile(r"\A\s*+(?:# +(?P<atx>[^\n]+?)[ \t#]*|(?P<setext>[^\n#]+)\n=+[ \t]*)(?:\n|\Z)")
_MARK = re.compile(r"[*_`]|!?\[([^\]]*)\]\([^)]*\)")
#: As Jekyll and Hexo call their files.
_DATED_NAME = re.compile(r"(?P<day>\d{4}-\d{1,2}-\d{1,2})(?:[-_ ]+(?P<name>.*))?", re.ASCII)
_NOT_IN_TAGS = re.compile(r"[^\p{L}\p{M}\p{N}_\u200c\u200d·]+")
#: What other programs make of it is not known here: shortcodes, Liquid, Obsidian's pictures.
_FOREIGN = re.compile(r"!\[\[[^\]\n]+\]\]|\{\{[<%][^\n]*?[>%]\}\}|\{%[^\n]*?%\}")
_BYTE_ORDER = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
#: What a file tells that an article has: everything else is named as not taken.
_TAKEN = audience.NAMES | {"title", "tags", "tag", "keywords", "taxonomies"}


@dataclass(frozen=True, kw_only=True)
class Manuscript:
    """A file, understood: what it will be as an article."""

    #: Where it lies in its folder, which is what it is known by when it comes again.
    path: str
    title: str = ""
    content: str = ""
    written_at: datetime | None = None
    is_draft: bool = False
    #: What is not known to say that it is not for everybody, and may: names in its front matter, folders, comments.
    doubts: Sequence[str] = ()
    #: Why it cannot be an article; nothing else is known of it then.
    problem: str = ""
    #: The picture files in its text, by the address that the text has for them.
    pictures: Mapping[str, Path]
    digest: str = ""
    #: What of it is not taken, and what was decided, as sentences.
    notes: Sequence[str] = ()
    #: The names in its front matter that mean nothing here.
    unused: Sequence[str] = ()

    @property
    def is_to_come(self) -> bool:
        return self.written_at is not None and self.written_at > datetime.now(UTC)

    def with_addresses(self, addresses: Mapping[str, str]) -> str:
        """The text, with other addresses for its pictures."""
        return with_addresses(self.content, addresses)


def manuscripts_in(folder: Path) -> list[Manuscript]:
    """The Markdown files of a folder and its folders, the oldest first; hidden ones are left alone."""
    root = folder.resolve()
    closed: list[OSError] = []
    found = [_understood(path, root) for path in _files(root, closed)]
    found += [_closed(error, root) for error in closed]
    return sorted(found, key=lambda one: (_age(one), one.path))


def _files(root: Path, closed: list[OSError]) -> Iterator[Path]:
    """What may be a manuscript; links to folders are among them, to be named. Folders that cannot be read are noted."""
    for place, folders, files in os.walk(root, onerror=closed.append):
        folders[:] = [name for name in folders if not name.startswith(".")]
        here = Path(place)
        yield from (here / name for name in folders if (here / name).is_symlink())
        yield from (here / name for name in files if not name.startswith(".") and _has_suffix(name))


def _has_suffix(name: str) -> bool:
    return PurePath(name).suffix.lower() in SUFFIXES


def _closed(error: OSError, root: Path) -> Manuscript:
    """A folder that cannot be read, in the place of what lies in it."""
    path = Path(os.fsdecode(error.filename or root))
    name = _path_name(path, root)
    return Manuscript(path=name, title=name, problem=f"it cannot be read ({_said(error)})", pictures={})


def _path_name(path: Path, root: Path) -> str:
    """The path by which a file is known: the same whether a disk keeps its letters composed (Linux) or not (macOS)."""
    name = os.fsencode(path.relative_to(root).as_posix()).decode(errors="backslashreplace")
    return unicodedata.normalize("NFC", name)


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__


def _age(manuscript: Manuscript) -> datetime:
    return manuscript.written_at or datetime.max.replace(tzinfo=UTC)


def _understood(path: Path, root: Path) -> Manuscript:
    name = _path_name(path, root)
    text = ""
    try:
        whole = _bytes_of(path, root, name)
        text = _decoded(whole)
        return _read(path, root, name, whole, text)
    except Unreadable as reason:
        problem = str(reason)
    except Exception as error:  # noqa: BLE001 - disks and parsers fail in many ways; the other files go on
        problem = f"it cannot be read ({_said(error)})"
    return Manuscript(path=name, title=_named(path, root), content=text, problem=one_line(problem), pictures={})


def _read(path: Path, root: Path, name: str, whole: bytes, text: str) -> Manuscript:
    facts, content = front_matter(text)
    notes: list[str] = []
    title, content = _title(facts, content, path, root, notes)
    now = datetime.now(UTC)
    dates = audience.dates_of(facts) or audience.dates_of(fact("date", _day_in_name(path, root)))
    if not dates:
        notes.append(NO_DATE)
    more = more_front_matter(content)
    dates += audience.dates_to_come(more, now)
    doubts = [*audience.doubts_about(facts, now), *audience.doubts_about(more, now)]
    doubts += marks_of_draft(path, root, title, content)
    pictures = dict(_pictures(content, Shelf(path.parent, path.stem, root), notes))
    notes += [f"{found[:80]} is not Markdown, and stays as it is written" for found in _foreign(content)]
    content = _with_tags(content.strip(), _tags(facts, notes), notes)
    return Manuscript(
        path=name,
        title=title,
        content=content,
        # None may be to come: the latest then, by which it waits.
        written_at=max(dates) if any(moment > now for moment in dates) else next(iter(dates), None),
        is_draft=bool(doubts) or audience.is_draft(facts, now) or audience.is_draft(more, now),
        doubts=doubts,
        pictures=pictures,
        digest=_digest(whole, pictures),
        notes=notes,
        unused=[name[:60] for name, value in facts.items() if name not in _TAKEN and value not in (None, "", [], {})],
    )


def _bytes_of(path: Path, root: Path, name: str) -> bytes:
    target = path.resolve()
    if not target.is_relative_to(root):
        raise Unreadable("it is a link that leads out of the folder")
    if target.is_dir():
        raise Unreadable("it is a link to a folder, and these are not followed")
    if not target.is_file():
        raise Unreadable("there is no file behind it")
    if len(name) > LONGEST_PATH:
        raise Unreadable(f"its path has more than {LONGEST_PATH} characters")
    return target.read_bytes()


def _decoded(whole: bytes) -> str:
    try:
        text = whole.decode(_BYTE_ORDER.get(whole[:2], "utf-8-sig"))
    except UnicodeDecodeError:
        raise Unreadable("it is not a text in UTF-8. Save it as that") from None
    if "\0" in text:
        raise Unreadable("it is not a text: it holds bytes that no text has")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _digest(whole: bytes, pictures: Mapping[str, Path]) -> str:
    digest = hashlib.sha256(whole)
    for picture in pictures.values():
        digest.update(picture.read_bytes())
    return digest.hexdigest()


def _named(path: Path, root: Path) -> str:
    """The name that tells what a file is about: that of its folder, when the folder is the article."""
    is_bundle = path.stem.lower() in {"index", "_index", "readme"} and path.parent != root
    return path.parent.name if is_bundle else path.stem


def _day_in_name(path: Path, root: Path) -> str:
    found = _DATED_NAME.fullmatch(_named(path, root))
    return found["day"] if found else ""


def _title(facts: Facts, content: str, path: Path, root: Path, notes: list[str]) -> tuple[str, str]:
    """The title, and the text without the heading that says the same."""
    title = one_line(_written(facts.get("title"), "title"))
    heading = _HEADING.match(content)
    if heading and (not title or _plain(heading) == title):
        title, content = title or _plain(heading), content[heading.end() :]
    if not title:
        name = os.fsencode(_named(path, root)).decode(errors="replace")
        found = _DATED_NAME.fullmatch(name)
        title = ((found and found["name"]) or name) if found else name
        title = title if found and not found["name"] else title.replace("-", " ").replace("_", " ")
    if len(title) > LONGEST_TITLE:
        notes.append(f"its title has more than {LONGEST_TITLE} characters and is cut there")
    return title[:LONGEST_TITLE], content


def _plain(heading: Any) -> str:
    return one_line(_MARK.sub(lambda found: found[1] or "", heading["atx"] or heading["setext"]))


def _written(value: object, name: str) -> str:
    """A single value as it is written."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float | date):
        return str(value)
    raise Unreadable(f"its {name} is not a single value")


def _tags(facts: Facts, notes: list[str]) -> list[str]:
    taxonomies = facts.get("taxonomies")
    found = next((value for name in ("tags", "tag", "keywords") if (value := facts.get(name))), None)
    if not found and isinstance(taxonomies, Mapping):
        found = taxonomies.get("tags")
    return [one_line(name) for name in _names_in(found, notes)]


def _names_in(value: object, notes: list[str]) -> Iterator[str]:
    """The names in a text with commas, a list, or what has them as keys."""
    if isinstance(value, str):
        yield from value.split(",")
    elif isinstance(value, Mapping):
        own = [str(value[key]) for key in ("name", "title", "label") if isinstance(value.get(key), str)]
        yield from own[:1] or map(str, value)
    elif isinstance(value, list):
        for one in value:
            yield from [one] if isinstance(one, str) else _names_in(one, notes)
    elif value is not None:
        yield _written(value, "tags")


def _with_tags(content: str, names: Sequence[str], notes: list[str]) -> str:
    """Tags become hashtags at the end of the text."""
    words: dict[str, str] = {}
    for name in names:
        word = _NOT_IN_TAGS.sub("_", name).strip("_")[:LONGEST_TAG]
        if not re.search(r"\p{L}", word):
            notes += [f"the tag {name} cannot be a hashtag"] if name else []
            continue
        if word != re.sub(r"[\s/-]+", "_", name.lstrip("#")):
            notes.append(f"the tag {name} becomes #{word}")
        words.setdefault(word.casefold(), word)
    hashtags = " ".join(f"#{word}" for word in words.values())
    return f"{content}\n\n{hashtags}" if hashtags else content


def _foreign(content: str) -> list[str]:
    return list(dict.fromkeys(found[0] for found in _FOREIGN.finditer(content)))


def _pictures(content: str, shelf: Shelf, notes: list[str]) -> Iterator[tuple[str, Path]]:
    """The pictures that lie in the folder, by their addresses; notes those that do not."""
    found = {shown.address: shelf.find(shown.address) for shown in pictures_in(content) if shown.address}
    files = {address: path for address, path in found.items() if isinstance(path, PurePath)}
    tried = {address: f"/media/{number}" for number, address in enumerate(files)}
    shown_then = {shown.address for shown in pictures_in(with_addresses(content, tried))}
    for address, path in found.items():
        if isinstance(path, str):
            notes.append(f"the picture {unquote(address)[:200]} is not taken: {path}")
        elif tried[address] in shown_then:
            yield address, path
        else:
            notes.append(f"the picture {unquote(address)[:200]} is not taken: it cannot be told apart from its text")
