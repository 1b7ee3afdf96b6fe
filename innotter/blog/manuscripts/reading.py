"""A folder of Markdown files, each understood as the article that it would be."""

import hashlib
import os
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path, PurePath
from urllib.parse import unquote

from innotter.blog.manuscripts import audience
from innotter.blog.manuscripts.facts import Facts, Unreadable, fact
from innotter.blog.manuscripts.folders import Folders
from innotter.blog.manuscripts.front_matter import front_matter, more_front_matter
from innotter.blog.manuscripts.losses import losses_in
from innotter.blog.manuscripts.markings import marks_of_draft
from innotter.blog.manuscripts.mending import mended
from innotter.blog.manuscripts.naming import day_in_name, named, tags_of, title_of, unused_names, with_tags
from innotter.blog.manuscripts.pictures import pictures_in, with_addresses
from innotter.blog.manuscripts.remarks import Remarks, without_remarks
from innotter.blog.manuscripts.shelf import Shelf
from innotter.media.uploads import is_animated
from innotter.text.cleaning import one_line

SUFFIXES = {".md", ".markdown", ".markdn", ".mdown", ".mkd", ".mkdn", ".mdwn", ".mdtext", ".mdtxt"}
#: Texts of other kinds, which are named and not taken.
OTHER_SUFFIXES = {
    *(".mdx", ".html", ".htm", ".xhtml", ".rst", ".rest", ".qmd", ".rmd", ".rmarkdown", ".org", ".adoc", ".asciidoc"),
    *(".asc", ".txt", ".text", ".textile", ".ipynb", ".tex", ".rtf", ".odt", ".doc", ".docx", ".pages", ".wiki"),
    *(".mediawiki", ".creole", ".pod", ".njk", ".liquid", ".pug", ".haml", ".mdoc", ".lr", ".wpd", ".gmi", ".typ"),
}
#: What such files are called that are rarely texts of a blog: they are named last.
_RARELY_TEXTS = {"readme", "license", "licence", "copying", "notice", "robots", "humans", "requirements", "cmakelists"}
#: As the columns hold them by which a file is known when it comes again.
LONGEST_PATH, LONGEST_SOURCE = 500, 255

NO_DATE = "it has no date: the day of the import is taken"

_BYTE_ORDER = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@dataclass(frozen=True, kw_only=True)
class Manuscript:
    """A file, understood: what it will be as an article."""

    #: Where it lies in its folder, which is what it is known by when it comes again.
    path: str
    #: The name of that folder: another one may have a file of the same path.
    source: str = ""
    #: The path of a file of the same content that comes before it; empty as nearly always.
    twin: str = ""
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


@dataclass(frozen=True)
class _Import:
    """What is read at once, and when; times without a zone are those of its zone."""

    root: Path
    folders: Folders
    now: datetime


def manuscripts_in(folder: Path, zone: tzinfo = UTC) -> list[Manuscript]:
    """The Markdown files of a folder and its folders, the oldest first; hidden ones are left alone."""
    root = folder.resolve()
    closed: list[OSError] = []
    folders: list[Path] = []
    files = [*_files(root, folders, closed)]
    whole = _Import(root, Folders(root, folders), datetime.now(zone))
    found = [_understood(path, whole) for path in files]
    found += [_closed(error, root) for error in closed]
    return [*_with_twins(sorted(_told_apart(found), key=lambda one: (_age(one), one.path)))]


def _told_apart(manuscripts: Sequence[Manuscript]) -> Iterator[Manuscript]:
    """A disk keeps two names that differ in nothing but how letters are composed: one would replace the other."""
    often = Counter(one.path for one in manuscripts)
    for one in manuscripts:
        is_alone = often[one.path] == 1 or one.problem
        yield one if is_alone else replace(one, problem="another file has the same name, in other bytes: rename one")


def _with_twins(manuscripts: Iterable[Manuscript]) -> Iterator[Manuscript]:
    """Of files with the same content one is taken, and the others are named."""
    first: dict[str, str] = {}
    for one in manuscripts:
        is_taken = not (one.problem or one.is_draft or one.is_to_come)
        twin = first.setdefault(one.digest, one.path) if is_taken else one.path
        yield one if twin == one.path else replace(one, twin=twin)


def _files(root: Path, seen: list[Path], closed: list[OSError]) -> Iterator[Path]:
    """What may be a manuscript; links to folders are among them, to be named. Folders that cannot be read are noted."""
    for place, folders, files in os.walk(root, onerror=closed.append):
        folders[:] = [name for name in folders if not name.startswith(".")]
        here = Path(place)
        seen.append(here)
        yield from (here / name for name in folders if (here / name).is_symlink())
        yield from (here / name for name in files if not name.startswith(".") and _has_suffix(name))


def others_in(folder: Path) -> list[str]:
    """The texts of a folder and its folders that are of another kind, by their paths; hidden ones are left alone."""
    root = folder.resolve()
    found: list[str] = []
    for place, folders, files in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith(".")]
        names = [PurePath(name) for name in files if not name.startswith(".")]
        found += [_path_name(Path(place) / one, root) for one in names if one.suffix.lower() in OTHER_SUFFIXES]
    return sorted(found, key=lambda path: (PurePath(path).stem.lower() in _RARELY_TEXTS, path))


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


def _name_of_folder(root: Path) -> str:
    name = os.fsencode(root.name).decode(errors="backslashreplace")
    return unicodedata.normalize("NFC", name)[:LONGEST_SOURCE]


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__


def _age(manuscript: Manuscript) -> datetime:
    return manuscript.written_at or datetime.max.replace(tzinfo=UTC)


def _understood(path: Path, whole: _Import) -> Manuscript:
    name = _path_name(path, whole.root)
    text = ""
    try:
        content = _bytes_of(path, whole.root, name)
        text = _decoded(content)
        return _read(path, name, content, text, whole)
    except Unreadable as reason:
        problem = str(reason)
    except Exception as error:  # noqa: BLE001 - disks and parsers fail in many ways; the other files go on
        problem = f"it cannot be read ({_said(error)})"
    return Manuscript(path=name, title=named(path, whole.root), content=text, problem=one_line(problem), pictures={})


def _read(path: Path, name: str, raw: bytes, text: str, whole: _Import) -> Manuscript:
    facts, content = front_matter(text)
    remarks = without_remarks(content)
    notes = [f"the remark {one_line(remark)[:40]} is taken out" for remark in remarks.taken_out]
    title, content = title_of(facts, remarks.text, path, whole.root, notes)
    verdict = _verdict(path, facts, title, replace(remarks, text=content), whole)
    if not verdict.dates:
        notes.append(NO_DATE)
    notes += [f"it has an end, which is not kept: {end}. It stays public after that" for end in verdict.ends]
    shelf = Shelf(path.parent, path.stem, whole.root)
    content = mended(content, shelf, notes)
    pictures = dict(_pictures(content, shelf, notes))
    notes += losses_in(content)
    content = with_tags(content.strip(), tags_of(facts, notes), notes)
    return Manuscript(
        path=name,
        source=_name_of_folder(whole.root),
        title=title,
        content=content,
        written_at=verdict.written_at(whole.now),
        is_draft=verdict.is_draft,
        doubts=verdict.doubts,
        pictures=pictures,
        digest=_digest(raw, pictures),
        notes=notes,
        unused=unused_names(facts, lambda name, value: audience.is_heard(name, value, verdict.dates[:1], whole.now)),
    )


@dataclass(frozen=True)
class _Verdict:
    """Who a text is meant for, and from when on."""

    dates: Sequence[datetime]
    #: What lets the text end: here it stays.
    ends: Sequence[str]
    doubts: Sequence[str]
    is_draft: bool

    def written_at(self, now: datetime) -> datetime | None:
        """The date that counts. None may be to come: the latest then, by which the text waits."""
        return max(self.dates) if any(moment > now for moment in self.dates) else next(iter(self.dates), None)


def _verdict(path: Path, facts: Facts, title: str, content: Remarks, whole: _Import) -> _Verdict:
    """Everything that tells who a text is meant for is asked: its front matter, its folders, its names, itself."""
    now, more = whole.now, more_front_matter(content.text)
    said = [*whole.folders.said_of(path, facts)]
    dates = audience.dates_of(facts, now) or audience.dates_of(fact("date", day_in_name(path, whole.root)), now)
    of_folders = [moment for one in said for moment in audience.dates_of(one.facts, now)]
    dates = dates or of_folders
    dates += [moment for one in (more, *(one.facts for one in said)) for moment in audience.dates_to_come(one, now)]
    doubts = [*audience.doubts_about(facts, now), *audience.doubts_about(more, now)]
    doubts += marks_of_draft(path, whole.root, facts, title, content.text)
    doubts += [*content.doubts()]
    doubts += [doubt for one in said for doubt in one.doubts(now)]
    is_draft = bool(doubts) or audience.is_draft(facts, now) or audience.is_draft(more, now)
    everything = (facts, more, *(one.facts for one in said))
    ends = dict.fromkeys(end for one in everything for end in audience.ends_to_come(one, now))
    return _Verdict(dates, list(ends), list(dict.fromkeys(doubts)), is_draft)


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
            notes += [f"the picture {unquote(address)[:200]} moves, and stands still here"] if is_animated(path) else []
            yield address, path
        else:
            notes.append(f"the picture {unquote(address)[:200]} is not taken: it cannot be told apart from its text")
