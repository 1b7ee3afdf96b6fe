"""Markdown files of a folder, as other programs write them: with front matter, and pictures beside them."""

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import yaml

SUFFIXES = {".md", ".markdown", ".mdown", ".mkd"}
PICTURES = {".jpg", ".jpeg", ".png", ".webp", ".gif"}

_FRONT_MATTER = re.compile(r"\A(?P<fence>---|\+\+\+)[ \t]*\n(?P<data>.*?)\n(?P=fence)[ \t]*(?:\n|\Z)", re.DOTALL)
_HEADING = re.compile(r"\A\s*(?:# +(?P<atx>[^\n]+?)[ \t#]*|(?P<setext>[^\n#]+)\n=+[ \t]*)(?:\n|\Z)")
_PICTURE = re.compile(r"(?P<before>!\[[^\]]*\]\()<?(?P<address>[^)\s>]+)>?(?P<after>(?:\s+[\"'][^)]*)?\))")
_MARK = re.compile(r"[*_`]|!?\[([^\]]*)\]\([^)]*\)")


@dataclass(frozen=True)
class Manuscript:
    """A file, understood: what it will be as an article."""

    #: Where it lies in its folder, which is what it is known by when it comes again.
    path: str
    title: str
    content: str
    written_at: datetime | None
    is_draft: bool
    #: The picture files in its text, by the address that the text has for them.
    pictures: Mapping[str, Path]
    digest: str

    def with_addresses(self, addresses: Mapping[str, str]) -> str:
        """The text, with other addresses for its pictures."""
        return _PICTURE.sub(
            lambda found: found["before"] + addresses.get(found["address"], found["address"]) + found["after"],
            self.content,
        )


def manuscripts_in(folder: Path) -> list[Manuscript]:
    """The Markdown files of a folder and its folders, the oldest first; hidden ones are left alone."""
    root = folder.resolve()
    files = [path for path in sorted(root.rglob("*")) if _is_manuscript(path, root)]
    return sorted((_read(path, root) for path in files), key=lambda found: (_age(found), found.path))


def _is_manuscript(path: Path, root: Path) -> bool:
    is_hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
    return path.suffix.lower() in SUFFIXES and not is_hidden and path.is_file()


def _age(manuscript: Manuscript) -> datetime:
    return manuscript.written_at or datetime.max.replace(tzinfo=UTC)


def _read(path: Path, root: Path) -> Manuscript:
    whole = path.read_bytes()
    text = whole.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").replace("\0", "")
    facts, content = _front_matter(text)
    title = str(facts.get("title") or "").strip()
    heading = _HEADING.match(content)
    if heading and (not title or _plain(heading) == title):
        title, content = title or _plain(heading), content[heading.end() :]
    pictures = dict(_pictures(content, path.parent, root))
    digest = hashlib.sha256(whole)
    for picture in pictures.values():
        digest.update(picture.read_bytes())
    return Manuscript(
        path=path.relative_to(root).as_posix(),
        title=(title or path.stem.replace("-", " ").replace("_", " "))[:200],
        content=_with_tags(content.strip(), facts.get("tags") or facts.get("keywords")),
        written_at=_time(facts.get("date") or facts.get("published")),
        is_draft=facts.get("draft") is True or facts.get("published") is False,
        pictures=pictures,
        digest=digest.hexdigest(),
    )


def _front_matter(text: str) -> tuple[Mapping[str, Any], str]:
    """What stands in YAML or TOML before the text. What cannot be read as either belongs to the text."""
    if not (found := _FRONT_MATTER.match(text)):
        return {}, text
    try:
        data = yaml.safe_load(found["data"]) if found["fence"] == "---" else tomllib.loads(found["data"])
    except (yaml.YAMLError, tomllib.TOMLDecodeError, ValueError):
        return {}, text
    return (data, text[found.end() :]) if isinstance(data, dict) else ({}, text)


def _plain(heading: re.Match[str]) -> str:
    return _MARK.sub(r"\1", heading["atx"] or heading["setext"]).strip()


def _with_tags(content: str, tags: object) -> str:
    """Tags become hashtags at the end of the text."""
    names = tags.split(",") if isinstance(tags, str) else tags if isinstance(tags, list) else []
    words = [re.sub(r"\W+", "_", str(name).strip()).strip("_")[:30] for name in names]
    hashtags = " ".join(f"#{word}" for word in dict.fromkeys(words) if word and not word.isdigit())
    return f"{content}\n\n{hashtags}" if hashtags else content


def _time(value: object) -> datetime | None:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            return None
    if isinstance(value, datetime):
        moment = value if value.tzinfo else value.replace(tzinfo=UTC)
    elif isinstance(value, date):
        moment = datetime(value.year, value.month, value.day, 12, tzinfo=UTC)
    else:
        return None
    return moment if datetime(1970, 1, 1, tzinfo=UTC) <= moment <= datetime.now(UTC) else None


def _pictures(content: str, beside: Path, root: Path) -> Iterator[tuple[str, Path]]:
    """The pictures that lie in the folder. An address that leads out of it leads nowhere."""
    for found in _PICTURE.finditer(content):
        address = found["address"]
        if "://" in address or address.startswith(("/", "#", "data:")):
            continue
        path = (beside / unquote(address)).resolve()
        if path.suffix.lower() in PICTURES and path.is_relative_to(root) and path.is_file():
            yield address, path
