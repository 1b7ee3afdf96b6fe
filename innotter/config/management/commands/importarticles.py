"""Makes articles of a folder of Markdown files."""

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from innotter.blog.manuscripts import Manuscript, manuscripts_in
from innotter.blog.services import WAITING, Outcome, check_article, import_article, outcome_of, remarks_on
from innotter.errors import ProductError
from innotter.pages.models import Page


class Command(BaseCommand):
    help = "Make articles of the Markdown files in a folder, with their pictures. Importing again makes nothing twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--page", required=True, help="The handle of the page that they are published on.")
        parser.add_argument("--dry-run", action="store_true", help="Say what would be done, and do nothing.")

    def handle(self, *args: Any, folder: Path, page: str, dry_run: bool, **options: Any) -> None:
        if not folder.is_dir():
            raise CommandError(f"There is no folder {folder}.")
        found = Page.objects.select_related("owner").filter(handle=page.lstrip("@").lower()).first()
        if found is None:
            raise CommandError(f"There is no page @{page.lstrip('@')}.")
        manuscripts = manuscripts_in(folder)
        if not manuscripts:
            raise CommandError(f"There are no Markdown files in {folder}.")
        self._foretell(found, manuscripts) if dry_run else self._import(found, manuscripts)

    def _foretell(self, page: Page, manuscripts: list[Manuscript]) -> None:
        for manuscript in manuscripts:
            self.stdout.write(_line(outcome_of(page=page, manuscript=manuscript), manuscript))
            said = remarks_on(page=page, manuscript=manuscript)
            try:
                check_article(author=page.owner, page=page, manuscript=manuscript)
            except (ProductError, ValidationError) as refusal:
                said.insert(0, f"it will be refused: {_reason(refusal)}")
            for remark in said:
                self.stdout.write(f"         - {remark}")
        self._say_unused(manuscripts)
        self.stdout.write("Nothing was changed.")

    def _import(self, page: Page, manuscripts: list[Manuscript]) -> None:
        outcomes: Counter[str] = Counter()
        refused: list[str] = []
        said: list[str] = []
        with click.progressbar(manuscripts, label="Importing", item_show_func=_name) as bar:
            for manuscript in bar:
                remarks = remarks_on(page=page, manuscript=manuscript)
                try:
                    outcome = import_article(author=page.owner, page=page, manuscript=manuscript)
                except (ProductError, ValidationError) as refusal:
                    refused.append(f"{manuscript.path}: {_reason(refusal)}")
                    continue
                outcomes[outcome] += 1
                refused += [f"{manuscript.path}: {manuscript.problem}"] if manuscript.problem else []
                said += [_line(outcome, manuscript)] if outcome in WAITING - {Outcome.UNREADABLE} else []
                said += [f"{manuscript.path}: {remark}" for remark in remarks]
        for line in said:
            self.stdout.write(line)
        self._say_unused(manuscripts)
        self.stdout.write(", ".join(f"{number} {outcome}" for outcome, number in sorted(outcomes.items())) or "nothing")
        if refused:
            raise CommandError("\n".join(["These files were left out:", *refused]))

    def _say_unused(self, manuscripts: Iterable[Manuscript]) -> None:
        unused = Counter(name for manuscript in manuscripts for name in manuscript.unused)
        if unused:
            names = ", ".join(f"{name} ({number})" for name, number in sorted(unused.items()))
            self.stdout.write(f"Front matter that means nothing here: {names}")


def _name(manuscript: Manuscript | None) -> str:
    return manuscript.path if manuscript else ""


def _line(outcome: Outcome, manuscript: Manuscript) -> str:
    """What becomes of a file, as a line of the result."""
    if outcome == Outcome.UNREADABLE:
        return f"{outcome:8} {manuscript.path}: {manuscript.problem}"
    day = f"{manuscript.written_at:%Y-%m-%d}" if manuscript.written_at else "today"
    pictures = f", pictures: {len(manuscript.pictures)}" if manuscript.pictures else ""
    return f"{outcome:8} {manuscript.path}: {manuscript.title} ({day}{pictures})"


def _reason(refusal: ProductError | ValidationError) -> str:
    if isinstance(refusal, ValidationError):
        return " ".join(refusal.messages)
    return " ".join(error for errors in refusal.errors.values() for error in errors) or str(refusal.detail)
