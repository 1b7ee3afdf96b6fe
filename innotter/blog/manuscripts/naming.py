"""What a text is called, and its tags."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import regex as re

from innotter.blog.manuscripts.facts import Facts, Unreadable
from innotter.text.cleaning import one_line

#: As columns hold them.
LONGEST_TITLE, LONGEST_TAG = 200, 30

_HEADING = re.compile(r"\A\s*+(?:# +(?P<atx>[^\n]+?)[ \t#]*|(?P<setext>[^\n#]+)\n=+[ \t]*)(?:\n|\Z)")
_MARK = re.compile(r"[*_`]|!?\[([^\]]*)\]\([^)]*\)")
#: As Jekyll and Hexo call their files.
_DATED_NAME = re.compile(r"(?P<day>\d{4}-\d{1,2}-\d{1,2})(?:[-_ ]+(?P<name>.*))?", re.ASCII)
_NOT_IN_TAGS = re.compile(r"[^\p{L}\p{M}\p{N}_\u200c\u200d·]+")


def named(path: Path, root: Path) -> str:
    """The name that tells what a file is about: that of its folder, when the folder is the article."""
    is_bundle = path.stem.lower() in {"index", "_index", "readme"} and path.parent != root
    return path.parent.name if is_bundle else path.stem


def day_in_name(path: Path, root: Path) -> str:
    found = _DATED_NAME.fullmatch(named(path, root))
    return found["day"] if found else ""


def title_of(facts: Facts, content: str, path: Path, root: Path, notes: list[str]) -> tuple[str, str]:
    """The title, and the text without the heading that says the same."""
    title = one_line(_written(facts.get("title"), "title"))
    heading = _HEADING.match(content)
    if heading and (not title or _plain(heading) == title):
        title, content = title or _plain(heading), content[heading.end() :]
    if not title:
        name = os.fsencode(named(path, root)).decode(errors="replace")
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


#: Where tags stand; the first that has some counts.
_TAGS = ("tags", "tag", "keywords")
_TAGS_OF_ZOLA = ("tags", "taxonomies")


def unused_names(facts: Facts, is_heard: Callable[[str, Any], bool]) -> list[str]:
    """The names in front matter that have made nothing of the article, and do not tell who may read it."""
    taxonomies = facts.get("taxonomies")
    of_tags = next((name for name in _TAGS if facts.get(name)), "taxonomies")
    inner = taxonomies if isinstance(taxonomies, Mapping) else {}
    taken = {"title", of_tags, "taxonomies" if inner else of_tags}
    unused = [
        name
        for name, value in facts.items()
        if value not in (None, "", [], {}) and name not in taken and not is_heard(name, value)
    ]
    unused += [f"taxonomies.{name}" for name, value in inner.items() if value and (name, of_tags) != _TAGS_OF_ZOLA]
    return [one_line(name)[:60] for name in unused]


def tags_of(facts: Facts, notes: list[str]) -> list[str]:
    taxonomies = facts.get("taxonomies")
    found = next((value for name in _TAGS if (value := facts.get(name))), None)
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


def with_tags(content: str, names: Sequence[str], notes: list[str]) -> str:
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
