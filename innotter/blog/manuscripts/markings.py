"""What calls a text a draft outside of its front matter: its folders, its file's name, its title, a comment in it."""

import unicodedata
from collections.abc import Iterator
from pathlib import PurePath

import regex as re

from innotter.blog.manuscripts.vocabulary import DRAFTS, HIDDEN
from innotter.blog.manuscripts.words import parts_of, says_draft

#: A folder of ordinary articles may be about these, too; they hide nothing.
_HIDDEN_FOLDERS = HIDDEN - {"friends", "друзья", "staff", "member", "members", "admin", "premium", "paid", "password"}
_COMMENT = re.compile(r"<!--\s*+([^<>]{1,40}?)\s*-->")
_BEFORE_TITLE = re.compile(r"[\[(<{]?\s*(?P<word>[\p{L} ]{2,20}?)\s*(?:[\])>}:]|\s[-–—|]\s)")
_AFTER_TITLE = re.compile(r".*[\[(<{]\s*(?P<word>[\p{L} ]{2,20}?)\s*[\])>}]\s*", re.DOTALL)
#: Files that programs show on every page or leave out: Jekyll, Docusaurus, Sass-like partials.
_LEFT_OUT = re.compile(r"_(?!index\b)")


def marks_of_draft(path: PurePath, root: PurePath, title: str, content: str) -> Iterator[str]:
    """What says that a text is a draft, as its author may find it."""
    for folder in (root.name, *path.relative_to(root).parts[:-1]):
        if _is_called_hidden(folder):
            yield f"the folder {folder}"
    if _LEFT_OUT.match(path.name) or not DRAFTS.isdisjoint(_ends(_parts(path.stem))):
        yield f"the name {path.name}"
    if any(
        found and says_draft(found["word"]) for found in (_BEFORE_TITLE.match(title), _AFTER_TITLE.fullmatch(title))
    ):
        yield f"the title {title}"
    yield from (found[0] for found in _COMMENT.finditer(content) if says_draft(found[1]))


def _is_called_hidden(folder: str) -> bool:
    """Whether a folder is called by what its texts are: `_drafts`, `Drafts 2`, `unpublished`, `Черновики`."""
    parts = _parts(folder)
    return "".join(parts) in _HIDDEN_FOLDERS or "drafts" in parts or not DRAFTS.isdisjoint(_ends(parts))


def _parts(name: str) -> list[str]:
    return parts_of(unicodedata.normalize("NFKC", name))


def _ends(parts: list[str]) -> list[str]:
    """The first and the last word: of `n.draft`, `draft-n`, `n_wip`, and not of `how-we-draft-laws`."""
    return [*parts[:1], *parts[-1:]]
