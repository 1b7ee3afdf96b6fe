"""What calls a text a draft outside of its front matter: its folders, its file's name, its title, a comment in it, its
first or last line, a line of hashtags; and what shows that it is a copy, or not yet one text again."""

import unicodedata
from collections.abc import Iterator
from pathlib import PurePath

import regex as re

from innotter.blog.manuscripts.audience import is_said_to_be_finished
from innotter.blog.manuscripts.code import without_code
from innotter.blog.manuscripts.facts import Facts
from innotter.blog.manuscripts.vocabulary import BEFORE_TITLES, DRAFTS, HIDDEN
from innotter.blog.manuscripts.words import parts_of, says_draft

#: A folder of ordinary articles, or a part of one, may be about these, too; they hide nothing.
_HIDDEN_PARTS = HIDDEN - {"friends", "друзья", "staff", "member", "members", "admin", "premium", "paid", "password"}
_COMMENT = re.compile(r"<!--\s*+([^<>]{1,40}?)\s*-->")
_BEFORE_TITLE = re.compile(r"[\[(<{]?\s*(?P<word>[\p{L} ]{2,20}?)\s*(?:[\])>}:]|\s[-–—|]\s)")
_OF_WORDPRESS = re.compile(r"(?P<word>\p{L}{2,20})\s?:\s")
_AFTER_TITLE = re.compile(r".*[\[(<{]\s*(?P<word>[\p{L} ]{2,20}?)\s*[\])>}]\s*", re.DOTALL)
#: What stands around the first words of a line: marks of emphasis, quotations, and the boxes of Obsidian.
_AROUND = re.compile(r"^[\s>*_~=!]+|[\s*_~=]+$|(?<=\[)!")
#: A heading, one of a list, a comment.
_OF_THE_TEXT = re.compile(r"\s*(?:#|[-+*]\s|<!--)")
_HASHTAGS = re.compile(r"^[ \t]*+(?:#[\p{L}\p{M}\p{N}_/-]++[ \t]*+)++$", re.MULTILINE)
#: Files that programs show on every page or leave out: Jekyll, Docusaurus, Sass-like partials.
_LEFT_OUT = re.compile(r"_(?!index\b)")
#: Copies beside the text that is meant: what Dropbox, Nextcloud, Syncthing, ownCloud, Seafile and Resilio keep of one
#: that two devices have written at once, what editors keep, and what Windows calls a copy.
_COPY = re.compile(
    r"\bsync-conflict-\d|\bconflicted copy\b|\bSFConflict\b|_conflict-\d{8}|\.conflict(?:\.|$)"
    r"|in konflikt stehende kopie|copie en conflit|copia en conflicto|конфликт\w* копия|конфликтующая копия"
    r"|\.(?:bak|backup|old|orig|save)(?:\.|$)| - copy(?: \(\d+\))?$",
    re.IGNORECASE,
)
#: What Git writes around two texts that it cannot put together, and between them.
_UNMERGED = [re.compile(mark, re.MULTILINE) for mark in (r"^<{7} [^\n]*", r"^={7}$", r"^>{7} ")]


def marks_of_draft(path: PurePath, root: PurePath, facts: Facts, title: str, content: str) -> Iterator[str]:
    """What says that a text is a draft, as its author may find it.

    What its file and its title are called may be what it is about: its front matter knows better.
    """
    for folder in (root.name, *path.relative_to(root).parts[:-1]):
        if _is_called_hidden(folder):
            yield f"the folder {folder}"
    is_finished = is_said_to_be_finished(facts)
    is_called_so = not (is_finished or DRAFTS.isdisjoint(_ends(_parts(path.stem))))
    if _LEFT_OUT.match(path.name) or _COPY.search(path.stem) or is_called_so:
        yield f"the name {path.name}"
    if not is_finished and _is_called_draft(title):
        yield f"the title {title}"
    yield from dict.fromkeys(found[0] for found in _COMMENT.finditer(content) if _hides_part(found[1]))
    if unmerged := _unmerged_line(content):
        yield f"the line {unmerged[:60]}"
    yield from (f"the line {line[:60]}" for line in dict.fromkeys(_marked_lines(content)))


def _hides_part(comment: str) -> bool:
    """Whether a comment says of what follows it, or of all, that it is not for everybody."""
    return says_draft(comment) or "".join(_parts(comment)) in _HIDDEN_PARTS


def _is_called_draft(title: str) -> bool:
    found = _OF_WORDPRESS.match(title)
    if _begins_so(title) or (found and found["word"].lower() in BEFORE_TITLES):
        return True
    return (found := _AFTER_TITLE.fullmatch(title)) is not None and says_draft(found["word"])


def _unmerged_line(content: str) -> str:
    """The first line of two texts that are to become one; in code, it is an example."""
    if not all(mark.search(content) for mark in _UNMERGED):
        return ""
    found = [mark.search(without_code(content)) for mark in _UNMERGED]
    return found[0][0] if found[0] and all(found) else ""


def _begins_so(text: str) -> bool:
    found = _BEFORE_TITLE.match(text)
    return found is not None and says_draft(found["word"])


def _marked_lines(content: str) -> Iterator[str]:
    """The lines that stand for nothing but that the text is a draft."""
    lines = content.strip().split("\n")
    first, last = (_AROUND.sub("", line) for line in (lines[0], lines[-1]))
    if not _OF_THE_TEXT.match(lines[0]) and (says_draft(first) or _begins_so(first)):
        yield lines[0]
    if not _OF_THE_TEXT.match(lines[-1]) and says_draft(last):
        yield lines[-1].strip()
    for found in _HASHTAGS.finditer(without_code(content) if _HASHTAGS.search(content) else ""):
        if any(map(says_draft, re.split(r"[\s/#]+", found[0]))):
            yield found[0].strip()


def _is_called_hidden(folder: str) -> bool:
    """Whether a folder is called by what its texts are: `_drafts`, `Drafts 2`, `unpublished`, `Черновики`."""
    parts = _parts(folder)
    return "".join(parts) in _HIDDEN_PARTS or "drafts" in parts or not DRAFTS.isdisjoint(_ends(parts))


def _parts(name: str) -> list[str]:
    return parts_of(unicodedata.normalize("NFKC", name))


def _ends(parts: list[str]) -> list[str]:
    """The first and the last word: of `n.draft`, `draft-n`, `n_wip`, and not of `how-we-draft-laws`."""
    return [*parts[:1], *parts[-1:]]
