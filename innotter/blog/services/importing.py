"""Making articles of files. What has come before makes nothing twice; what was deleted here stays deleted."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from innotter import rows
from innotter.accounts.models import User
from innotter.blog.manuscripts import NO_DATE, Manuscript
from innotter.blog.models import Draft, ImportedFile, Post, PostImage
from innotter.blog.services.holding import hold
from innotter.blog.services.picturing import Upload, add_picture_to_draft, pictures_in, require_room
from innotter.blog.services.writing import (
    begin_draft,
    check_text,
    discard_draft,
    edit_article,
    keep_draft,
    publish_draft,
)
from innotter.errors import Conflict, require
from innotter.media.uploads import picture_from
from innotter.pages.models import Page
from innotter.pages.permissions import can_post_to
from innotter.text.cleaning import many_lines, one_line


class TakenMeanwhile(Conflict):
    """Another import of the same folder was first."""

    message = _("Another import has taken this file at the same moment.")


class EditedMeanwhile(Conflict):
    """The article was edited on the site while its file was read."""

    message = _("The article of this file was edited on the site at the same moment.")


class Outcome(StrEnum):
    """What becomes of a file."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    DELETED = "deleted"
    EDITED = "edited"
    DRAFT = "draft"
    TO_COME = "to come"
    UNREADABLE = "left out"


#: What is neither made nor looked at here.
WAITING = {Outcome.DRAFT, Outcome.TO_COME, Outcome.UNREADABLE}


def outcome_of(*, page: Page, manuscript: Manuscript, overwrite: bool = False) -> Outcome:
    """What importing a file would do; with `overwrite`, also to an article that was edited on the site since."""
    if manuscript.problem:
        return Outcome.UNREADABLE
    if manuscript.is_draft or manuscript.is_to_come:
        return Outcome.DRAFT if manuscript.is_draft else Outcome.TO_COME
    known = ImportedFile.objects.filter(page=page, path=manuscript.path).first()
    if known is None:
        return Outcome.NEW
    if known.post_id is None:
        return Outcome.DELETED
    if known.digest == manuscript.digest:
        return Outcome.SAME
    return Outcome.EDITED if not overwrite and _is_edited(known) else Outcome.CHANGED


def _is_edited(known: ImportedFile) -> bool:
    """Whether somebody has written on since the import: into the article, or into a draft of its next state."""
    post = Post.objects.select_related("article").get(imported_from=known)
    now = _text_digest(post.title, post.article.content)
    if any(_text_digest(draft.title, draft.content) != now for draft in Draft.objects.filter(post=post)):
        return True
    return now != known.text_digest if known.text_digest else post.updated_at != post.created_at


def _text_digest(title: str, content: str) -> str:
    return hashlib.sha256(f"{one_line(title)}\n{many_lines(content)}".encode()).hexdigest()


def remarks_on(*, page: Page, manuscript: Manuscript, overwrite: bool = False) -> list[str]:
    """What is not taken of a file, and what stays although the file has changed."""
    outcome = outcome_of(page=page, manuscript=manuscript, overwrite=overwrite)
    if outcome in {Outcome.SAME, Outcome.DELETED}:
        return []
    said = [] if outcome in WAITING else list(manuscript.notes)
    if outcome == Outcome.DRAFT:
        said += [f"{name[:60]} may say that it is not for everybody" for name in manuscript.doubts]
    post = Post.objects.filter(page=page, imported_from__path=manuscript.path, imported_from__page=page).first()
    if post and outcome in WAITING:
        said.append("what was imported of it before stays public: delete it on the site")
    elif outcome == Outcome.EDITED:
        said = ["it has changed, and so has its article on the site, which stays: --overwrite takes the file"]
    elif post:
        said = [note for note in said if note != NO_DATE]
        if manuscript.written_at and manuscript.written_at.date() != _day(post, manuscript.written_at):
            said.append(f"its date here stays {_day(post, manuscript.written_at):%Y-%m-%d}")
    return said


def _day(post: Post, written_at: datetime) -> date:
    """The day of an article in the time zone of its file."""
    return post.created_at.astimezone(written_at.tzinfo).date()


def check_article(*, author: User, page: Page, manuscript: Manuscript, overwrite: bool = False) -> None:
    """Refuse what importing a file would refuse, and do nothing."""
    require(can_post_to(author, page))
    if outcome_of(page=page, manuscript=manuscript, overwrite=overwrite) in {Outcome.NEW, Outcome.CHANGED}:
        _check_room(manuscript)
        check_text(title=manuscript.title, content=manuscript.content)
        for path in manuscript.pictures.values():
            picture_from(SimpleUploadedFile(path.name, path.read_bytes()))


def import_article(*, author: User, page: Page, manuscript: Manuscript, overwrite: bool = False) -> Outcome:
    """Make a file an article, or an article what its file is now. What is not for everybody yet is left out.

    An article that was edited on the site since stays as it is, unless `overwrite` is said.
    """
    require(can_post_to(author, page))
    outcome = outcome_of(page=page, manuscript=manuscript, overwrite=overwrite)
    if outcome == Outcome.NEW:
        _with_sheet(author, page, manuscript, partial(_import_new, author, manuscript))
    elif outcome == Outcome.CHANGED:
        _with_sheet(author, page, manuscript, partial(_import_change, author, manuscript, overwrite))
    return outcome


def _check_room(manuscript: Manuscript) -> None:
    """A file that is shown twice is one picture; what the article showed before makes room."""
    require_room(count=len({_digest_of(path) for path in manuscript.pictures.values()}) - 1)


def _with_sheet(author: User, page: Page, manuscript: Manuscript, take: Callable[[Draft], None]) -> None:
    """Do it with a draft that holds the new pictures; when it is refused, they go with the draft."""
    _check_room(manuscript)
    sheet = begin_draft(author=author, page=page)
    try:
        take(sheet)
    except BaseException:
        discard_draft(author=author, draft=sheet)
        raise


def _import_new(author: User, manuscript: Manuscript, sheet: Draft) -> None:
    _publish(author, sheet, manuscript, _illustrated(author, sheet, manuscript, {}))


@transaction.atomic
def _publish(author: User, draft: Draft, manuscript: Manuscript, content: str) -> None:
    keep_draft(author=author, draft=draft, title=manuscript.title, content=content)
    rows.hold(Page.objects.all(), draft.page_id)
    if ImportedFile.objects.filter(page=draft.page, path=manuscript.path).exists():
        raise TakenMeanwhile
    post = publish_draft(author=author, draft=draft, written_at=manuscript.written_at)
    digests = {"digest": manuscript.digest, "text_digest": _text_digest(manuscript.title, content)}
    ImportedFile.objects.create(page=draft.page, path=manuscript.path, post=post, **digests)


def _import_change(author: User, manuscript: Manuscript, overwrite: bool, sheet: Draft) -> None:
    known = ImportedFile.objects.get(page=sheet.page, path=manuscript.path)
    post = Post.objects.select_related("page__owner", "article").filter(imported_from=known).first()
    if post is None:
        raise rows.Gone
    there = {image.digest: image.image_url for image in post.images.exclude(digest="")}
    content = _illustrated(author, sheet, manuscript, there)
    with transaction.atomic():
        hold(post=post)
        if not overwrite and _is_edited(known):
            raise EditedMeanwhile
        _change(post, known, sheet, replace(manuscript, content=content), author=author)


def _change(post: Post, known: ImportedFile, sheet: Draft, manuscript: Manuscript, *, author: User) -> None:
    digests = {"digest": manuscript.digest, "text_digest": _text_digest(manuscript.title, manuscript.content)}
    if not ImportedFile.objects.filter(pk=known.pk, digest=known.digest).update(**digests):
        raise TakenMeanwhile
    # One that says what the article said holds nothing of its own, and would bring that back when it is published.
    untouched = Draft.objects.filter(post=post, title=post.title, content=post.article.content)
    untouched.update(title=manuscript.title, content=manuscript.content)
    edit_article(author=author, post=post, title=manuscript.title, content=manuscript.content)
    PostImage.objects.filter(draft=sheet).update(post=post, draft=None)
    _forget_pictures_that_are_not_shown(post, manuscript.content)
    # What only the draft of its next state shows counts, too.
    require_room(count=post.images.count() - 1)
    Draft.objects.filter(pk=sheet.pk).delete()


def _forget_pictures_that_are_not_shown(post: Post, content: str) -> None:
    """What the draft of its next state shows stays, too."""
    texts = [content, *Draft.objects.filter(post=post).values_list("content", flat=True)]
    shown = {pk for text in texts for pk in pictures_in(text=text)}
    rows.delete(PostImage.objects.filter(post=post).exclude(pk__in=shown))


def _illustrated(author: User, sheet: Draft, manuscript: Manuscript, there: Mapping[str, str]) -> str:
    """The text with the addresses of its pictures here; those that are not there yet come onto the sheet."""
    places, addresses = dict(there), {}
    for address, path in manuscript.pictures.items():
        digest = _digest_of(path)
        if digest not in places:
            upload = Upload(SimpleUploadedFile(path.name, path.read_bytes()), digest=digest)
            places[digest] = add_picture_to_draft(author=author, draft=sheet, upload=upload).image_url
        addresses[address] = places[digest]
    return manuscript.with_addresses(addresses)


def _digest_of(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
