"""Makes articles of a folder of Markdown files."""

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from innotter.accounts.models import zone_named
from innotter.blog.manuscripts import Manuscript, manuscripts_in, others_in
from innotter.blog.services import Outcome, check_article, import_article, outcome_of, remarks_on
from innotter.errors import ProductError
from innotter.pages.models import Page

#: Control characters, but for the line feed, as they are written in Python.
_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160)) if code != ord("\n")}

#: So many texts of other kinds are named, one a line: a site may have thousands of pages in HTML.
_MOST_OTHERS = 50
#: What needs no line of its own: all is well with it, or it is told as an error.
_UNSAID = {Outcome.NEW, Outcome.SAME, Outcome.UNREADABLE}


class Command(BaseCommand):
    help = "Make articles of the Markdown files in a folder, with their pictures. Importing again makes nothing twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--page", required=True, help="The handle of the page that they are published on.")
        parser.add_argument("--dry-run", action="store_true", help="Say what would be done, and do nothing.")
        parser.add_argument(
            "--overwrite",
            action="store_true",
            help="Take files whose articles were edited on the site since, or came from another folder, too.",
        )

    def handle(self, *args: Any, folder: Path, page: str, dry_run: bool, overwrite: bool, **options: Any) -> None:
        if not folder.is_dir():
            raise CommandError(f"There is no folder {folder}.")
        found = Page.objects.select_related("owner").filter(handle=page.lstrip("@").lower()).first()
        if found is None:
            raise CommandError(f"There is no page @{page.lstrip('@')}.")
        others = others_in(folder)
        self._say_others(others)
        manuscripts = manuscripts_in(folder, zone_named(found.owner.time_zone))
        if not manuscripts:
            raise CommandError(f"There are no Markdown files in {folder}.")
        if dry_run:
            self._foretell(found, manuscripts, overwrite)
        else:
            self._import(found, manuscripts, Result(overwrite, len(others)))

    def _foretell(self, page: Page, manuscripts: list[Manuscript], overwrite: bool) -> None:
        refused = []
        for manuscript in manuscripts:
            lines, refusal = _foretold(page, manuscript, overwrite)
            for line in lines:
                self._say(line)
            refused += [f"{manuscript.path}: {refusal}"] if refusal else []
        self._say_unused(manuscripts)
        self._say("Nothing was changed.")
        self._end("These files would be left out:", refused)

    def _import(self, page: Page, manuscripts: list[Manuscript], result: "Result") -> None:
        try:
            with click.progressbar(manuscripts, label="Importing", item_show_func=self._name) as bar:
                for manuscript in bar:
                    result.take(page, manuscript)
        finally:
            for line in result.said:
                self._say(line)
            self._say_unused(manuscripts)
            self._say(result.summary())
        self._end("These files were left out:", result.refused)

    def _end(self, words: str, refused: list[str]) -> None:
        if refused:
            raise CommandError(self._shown("\n".join([words, *refused])))

    def _say_others(self, paths: list[str]) -> None:
        for path in paths[:_MOST_OTHERS]:
            self._say(f"{Outcome.UNREADABLE:8} {path}: only Markdown is taken")
        if len(paths) > _MOST_OTHERS:
            self._say(f"{Outcome.UNREADABLE:8} {len(paths) - _MOST_OTHERS} more files of other kinds")

    def _say_unused(self, manuscripts: Iterable[Manuscript]) -> None:
        unused = Counter(name for manuscript in manuscripts for name in manuscript.unused)
        if unused:
            names = ", ".join(f"{name} ({number})" for name, number in sorted(unused.items()))
            self._say(f"Front matter that means nothing here: {names}")

    def _name(self, manuscript: Manuscript | None) -> str:
        return self._shown(manuscript.path) if manuscript else ""

    def _say(self, line: str) -> None:
        self.stdout.write(self._shown(line))

    def _shown(self, text: str) -> str:
        """A text as this terminal can show it: not every one has every letter, and names of files may steer it."""
        text = text.translate(_CONTROLS)
        encoding = getattr(self.stdout, "encoding", None) or "utf-8"
        return text.encode(encoding, "backslashreplace").decode(encoding)


class Result:
    """What has become of the files."""

    def __init__(self, overwrite: bool, others: int) -> None:
        #: How many files of other kinds lie beside those that are taken.
        self.overwrite, self.others = overwrite, others
        self.outcomes: Counter[str] = Counter()
        self.refused: list[str] = []
        self.said: list[str] = []

    def take(self, page: Page, manuscript: Manuscript) -> None:
        """Import a file. Whatever goes wrong is told of that one, and the others go on."""
        try:
            remarks = remarks_on(page=page, manuscript=manuscript, overwrite=self.overwrite)
            outcome = import_article(author=page.owner, page=page, manuscript=manuscript, overwrite=self.overwrite)
        except Exception as error:  # noqa: BLE001 - see above
            self.refused.append(f"{manuscript.path}: {_reason(error)}")
            self.outcomes[Outcome.UNREADABLE] += 1
            return
        self.outcomes[outcome] += 1
        self.refused += [f"{manuscript.path}: {manuscript.problem}"] if manuscript.problem else []
        self.said += [_line(outcome, manuscript)] if outcome not in _UNSAID else []
        self.said += [f"{manuscript.path}: {remark}" for remark in remarks]

    def summary(self) -> str:
        counts = [f"{number} {outcome}" for outcome, number in sorted(self.outcomes.items())]
        return ", ".join(counts + ([f"{self.others} of other kinds"] if self.others else [])) or "nothing"


def _foretold(page: Page, manuscript: Manuscript, overwrite: bool) -> tuple[list[str], str]:
    """What would become of a file and what would be said of it, as lines; and why it would be left out, if so."""
    lines, remarks, refusal = list[str](), list[str](), manuscript.problem
    try:
        lines.append(_line(outcome_of(page=page, manuscript=manuscript, overwrite=overwrite), manuscript))
        remarks = remarks_on(page=page, manuscript=manuscript, overwrite=overwrite)
        check_article(author=page.owner, page=page, manuscript=manuscript, overwrite=overwrite)
    except Exception as error:  # noqa: BLE001 - whatever would go wrong is told of that file, and the others go on
        refusal = _reason(error)
        lines.append(f"         - it will be refused: {refusal}")
    return [*lines, *(f"         - {remark}" for remark in remarks)], refusal


def _line(outcome: Outcome, manuscript: Manuscript) -> str:
    """What becomes of a file, as a line of the result."""
    if outcome == Outcome.UNREADABLE:
        return f"{outcome:8} {manuscript.path}: {manuscript.problem}"
    day = f"{manuscript.written_at:%Y-%m-%d}" if manuscript.written_at else "today"
    pictures = f", pictures: {len(manuscript.pictures)}" if manuscript.pictures else ""
    return f"{outcome:8} {manuscript.path}: {manuscript.title} ({day}{pictures})"


def _reason(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    if isinstance(error, ProductError):
        return " ".join(one for errors in error.errors.values() for one in errors) or str(error.detail)
    return f"it could not be imported ({type(error).__name__}: {error})"
