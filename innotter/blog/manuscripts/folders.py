"""What folders say of the texts below them: it counts as if each of these texts said it.

Folders above the imported one speak, too: a section stays a draft when only a part of it is imported.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from innotter.blog.manuscripts import audience
from innotter.blog.manuscripts.exclusions import folders_left_out
from innotter.blog.manuscripts.facts import Fact, Facts
from innotter.blog.manuscripts.statements import Statement, beside, collections_in, is_site_of_hugo, statements_in

#: How far up it is looked; not beyond a folder under version control, which is a whole.
_MOST_ABOVE = 5


@dataclass(frozen=True)
class Said:
    """What is said of one text, and where that stands."""

    source: str
    facts: Facts
    #: What hides the text whatever the facts are.
    reason: str = ""

    def doubts(self, now: datetime) -> list[str]:
        """What hides the text, or may hide it, with the place where it stands."""
        if self.reason:
            return [self.reason]
        if audience.is_draft(self.facts, now):
            return [self.source]
        return [f"{name} in {self.source}" for name in audience.doubts_about(self.facts, now)]


class Folders:
    """The folders that are imported, and those above them."""

    def __init__(self, root: Path, folders: Iterable[Path]) -> None:
        self.root = root
        self._above = [*_above(root)]
        everywhere = [*folders, *self._above]
        self._is_hugo = any(map(is_site_of_hugo, everywhere))
        self._collections = {"posts", *(name for folder in everywhere for name in collections_in(folder))}
        self._said: dict[Path, list[Statement]] = {}

    def said_of(self, path: Path, own: Facts) -> Iterator[Said]:
        """What is said of a text, but for what its own front matter, or a folder nearer to it, says otherwise."""
        heard = _paths(own.all)
        for level in self._levels(path):
            meant = [one for one in level if one.is_meant_for(path)]
            for one in meant:
                facts = one.facts.all if one.is_final else [fact for fact in one.facts.all if fact.path not in heard]
                source = self._name(one.file)
                yield Said(source, Facts(facts), one.reason and f"{one.reason} {source}")
            heard = heard.union(*(_paths(one.facts.all) for one in meant))
        folders = path.relative_to(self.root).parts[:-1]
        for name in folders_left_out(folders, self._collections, is_hugo=self._is_hugo):
            yield Said(name, Facts(), f"the folder {name}")

    def _levels(self, path: Path) -> Iterator[list[Statement]]:
        """What stands beside a text for it alone, then what each folder says, the nearest first."""
        yield [*beside(path)]
        inside = [folder for folder in path.parents if folder.is_relative_to(self.root)]
        for folder in (*inside, *self._above):
            if folder not in self._said:
                self._said[folder] = [*statements_in(folder, is_hugo=self._is_hugo)]
            yield self._said[folder]

    def _name(self, file: Path) -> str:
        return file.relative_to(self.root).as_posix() if file.is_relative_to(self.root) else str(file)


def _paths(facts: Iterable[Fact]) -> set[str]:
    """What is said plainly: an empty value says nothing."""
    return {fact.path for fact in facts if fact.value not in (None, "", [], {})}


def _above(root: Path) -> Iterator[Path]:
    for folder in (root, *root.parents[: _MOST_ABOVE - 1]):
        if (folder / ".git").exists() or folder.parent == folder:
            return
        yield folder.parent
