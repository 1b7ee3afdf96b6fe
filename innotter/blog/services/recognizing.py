"""What is known of a file from earlier imports, and what becomes of it therefore."""

import hashlib
from datetime import date, datetime
from enum import StrEnum

from django.db.models import Q

from innotter.blog.manuscripts import NO_DATE, Manuscript
from innotter.blog.models import Draft, ImportedFile, Post
from innotter.pages.models import Page
from innotter.text.cleaning import many_lines, one_line


class Outcome(StrEnum):
    """What becomes of a file."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    #: The same text, or the same file, has come by another path or from another folder.
    THERE = "there"
    #: Another folder has a file of this path, and that one was imported.
    CONFLICT = "conflict"
    DELETED = "deleted"
    EDITED = "edited"
    DRAFT = "draft"
    TO_COME = "to come"
    UNREADABLE = "left out"


#: What is neither made nor looked at here.
WAITING = {Outcome.DRAFT, Outcome.TO_COME, Outcome.UNREADABLE}


def outcome_of(*, page: Page, manuscript: Manuscript, overwrite: bool = False) -> Outcome:
    """What importing a file would do; with `overwrite`, also to what was edited on the site since, or is another's."""
    if manuscript.problem:
        return Outcome.UNREADABLE
    if manuscript.is_draft or manuscript.is_to_come:
        return Outcome.DRAFT if manuscript.is_draft else Outcome.TO_COME
    known = ImportedFile.objects.filter(page=page, path=manuscript.path).first()
    if known and is_of_same_folder(known=known, manuscript=manuscript):
        return _outcome_of_known(known, manuscript, overwrite)
    return _outcome_of_unknown(page, known, manuscript, overwrite)


def is_of_same_folder(*, known: ImportedFile, manuscript: Manuscript) -> bool:
    """Whether it is the file that was imported; what came before folders were noted may come from any."""
    return known.source in {"", manuscript.source}


def is_edited(*, known: ImportedFile) -> bool:
    """Whether somebody has written on since the import: into the article, or into a draft of its next state."""
    post = Post.objects.select_related("article").get(imported_from=known)
    now = text_digest(title=post.title, content=post.article.content)
    drafts = Draft.objects.filter(post=post)
    if any(text_digest(title=draft.title, content=draft.content) != now for draft in drafts):
        return True
    return now != known.text_digest if known.text_digest else post.updated_at != post.created_at


def text_digest(*, title: str, content: str) -> str:
    """By what an article is known to be as its import has made it."""
    return hashlib.sha256(f"{one_line(title)}\n{many_lines(content)}".encode()).hexdigest()


def remarks_on(*, page: Page, manuscript: Manuscript, overwrite: bool = False) -> list[str]:
    """What is not taken of a file, and what stays although the file has changed."""
    outcome = outcome_of(page=page, manuscript=manuscript, overwrite=overwrite)
    if outcome in {Outcome.SAME, Outcome.DELETED}:
        return []
    if outcome in {Outcome.THERE, Outcome.CONFLICT, Outcome.EDITED}:
        return [_why_it_stays(page, manuscript, outcome)]
    said = [] if outcome in WAITING else list(manuscript.notes)
    if outcome == Outcome.DRAFT:
        said += [f"{name[:60]} may say that it is not for everybody" for name in manuscript.doubts]
    post = Post.objects.filter(page=page, imported_from__path=manuscript.path, imported_from__page=page).first()
    if post and outcome in WAITING:
        said.append("what was imported of it before stays public: delete it on the site")
    elif post:
        said = [note for note in said if note != NO_DATE]
        if manuscript.written_at and manuscript.written_at.date() != _day(post, manuscript.written_at):
            said.append(f"its date here stays {_day(post, manuscript.written_at):%Y-%m-%d}")
    return said


def _outcome_of_known(known: ImportedFile, manuscript: Manuscript, overwrite: bool) -> Outcome:
    if known.post_id is None:
        return Outcome.DELETED
    if known.digest == manuscript.digest:
        return Outcome.SAME
    return Outcome.EDITED if not overwrite and is_edited(known=known) else Outcome.CHANGED


def _outcome_of_unknown(page: Page, other: ImportedFile | None, manuscript: Manuscript, overwrite: bool) -> Outcome:
    """What becomes of a file that was not imported from this folder; the other one of its path was from another."""
    if manuscript.twin:
        return Outcome.THERE
    there = _same_text(page, manuscript) or (None if overwrite else _same_place(page, manuscript))
    if there:
        return Outcome.THERE if there.post_id else Outcome.DELETED
    if other is None or (overwrite and other.post_id is None):
        return Outcome.NEW
    return Outcome.CHANGED if overwrite else Outcome.CONFLICT


def _same_text(page: Page, manuscript: Manuscript) -> ImportedFile | None:
    found = ImportedFile.objects.filter(page=page, digest=manuscript.digest)
    return found.exclude(post=None).first() or found.first()


def _same_place(page: Page, manuscript: Manuscript) -> ImportedFile | None:
    """The same file, as it was imported with a folder above, or below, the one that is imported now."""
    whole = f"{manuscript.source}/{manuscript.path}"
    parts = whole.split("/")
    below = Q(path=whole) | Q(path__endswith=f"/{whole}")
    for number in range(1, len(parts) - 1):
        below |= Q(source=parts[number], path="/".join(parts[number + 1 :]))
    return ImportedFile.objects.filter(below, page=page).first()


def _why_it_stays(page: Page, manuscript: Manuscript, outcome: Outcome) -> str:
    if outcome == Outcome.EDITED:
        return "it has changed, and so has its article on the site, which stays: --overwrite takes the file"
    if outcome == Outcome.CONFLICT:
        known = ImportedFile.objects.get(page=page, path=manuscript.path)
        return f"a file of this path was imported from the folder {known.source}: --overwrite replaces its article"
    if manuscript.twin:
        return f"its content is that of {manuscript.twin}, and is taken once"
    if same := _same_text(page, manuscript):
        return f"the same text was imported{_place(same)}"
    before = _same_place(page, manuscript)
    return f"it was imported{_place(before) if before else ''}: import that folder to take changes, or --overwrite"


def _place(known: ImportedFile) -> str:
    return f" as {known.path} of the folder {known.source}" if known.source else f" as {known.path}"


def _day(post: Post, written_at: datetime) -> date:
    """The day of an article in the time zone of its file."""
    return post.created_at.astimezone(written_at.tzinfo).date()
