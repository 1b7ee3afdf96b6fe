"""Making articles of files. What has come before makes nothing twice; what was deleted here stays deleted."""

from collections.abc import Callable
from enum import StrEnum

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from innotter import rows
from innotter.accounts.models import User
from innotter.blog.manuscripts import NO_DATE, Manuscript
from innotter.blog.models import Draft, ImportedFile, Post, PostImage
from innotter.blog.services.picturing import Upload, add_picture, add_picture_to_draft, require_room
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


class Outcome(StrEnum):
    """What becomes of a file."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    DELETED = "deleted"
    DRAFT = "draft"
    TO_COME = "to come"
    UNREADABLE = "left out"


#: What is neither made nor looked at here.
WAITING = {Outcome.DRAFT, Outcome.TO_COME, Outcome.UNREADABLE}


def outcome_of(*, page: Page, manuscript: Manuscript) -> Outcome:
    """What importing a file would do."""
    if manuscript.problem:
        return Outcome.UNREADABLE
    if manuscript.is_draft or manuscript.is_to_come:
        return Outcome.DRAFT if manuscript.is_draft else Outcome.TO_COME
    known = ImportedFile.objects.filter(page=page, path=manuscript.path).first()
    if known is None:
        return Outcome.NEW
    if known.post_id is None:
        return Outcome.DELETED
    return Outcome.SAME if known.digest == manuscript.digest else Outcome.CHANGED


def remarks_on(*, page: Page, manuscript: Manuscript) -> list[str]:
    """What is not taken of a file, and what stays although the file has changed."""
    outcome = outcome_of(page=page, manuscript=manuscript)
    if outcome in {Outcome.SAME, Outcome.DELETED}:
        return []
    said = [] if outcome in WAITING else list(manuscript.notes)
    if outcome == Outcome.DRAFT:
        said += [f"{name[:60]} may say that it is not for everybody" for name in manuscript.doubts]
    post = Post.objects.filter(page=page, imported_from__path=manuscript.path, imported_from__page=page).first()
    if post and outcome in WAITING:
        said.append("what was imported of it before stays public: delete it on the site")
    elif post:
        said = [note for note in said if note != NO_DATE]
        if manuscript.written_at and manuscript.written_at.date() != post.created_at.date():
            said.append(f"its date here stays {post.created_at:%Y-%m-%d}")
    return said


def check_article(*, author: User, page: Page, manuscript: Manuscript) -> None:
    """Refuse what importing a file would refuse, and do nothing."""
    require(can_post_to(author, page))
    if outcome_of(page=page, manuscript=manuscript) in {Outcome.NEW, Outcome.CHANGED}:
        check_text(title=manuscript.title, content=manuscript.content)
        require_room(count=len(manuscript.pictures) - 1)
        for path in manuscript.pictures.values():
            picture_from(SimpleUploadedFile(path.name, path.read_bytes()))


def import_article(*, author: User, page: Page, manuscript: Manuscript) -> Outcome:
    """Make a file an article, or an article what its file is now. What is not for everybody yet is left out."""
    require(can_post_to(author, page))
    outcome = outcome_of(page=page, manuscript=manuscript)
    if outcome == Outcome.NEW:
        _import_new(author, page, manuscript)
    elif outcome == Outcome.CHANGED:
        _import_change(author, page, manuscript)
    return outcome


def _import_new(author: User, page: Page, manuscript: Manuscript) -> None:
    draft = begin_draft(author=author, page=page)
    try:
        content = _illustrated(
            manuscript, lambda upload: add_picture_to_draft(author=author, draft=draft, upload=upload)
        )
        _publish(author, draft, manuscript, content)
    except BaseException:
        discard_draft(author=author, draft=draft)
        raise


@transaction.atomic
def _publish(author: User, draft: Draft, manuscript: Manuscript, content: str) -> None:
    keep_draft(author=author, draft=draft, title=manuscript.title, content=content)
    rows.hold(Page.objects.all(), draft.page_id)
    if ImportedFile.objects.filter(page=draft.page, path=manuscript.path).exists():
        raise Conflict(_("Another import has taken this file at the same moment."))
    post = publish_draft(author=author, draft=draft, written_at=manuscript.written_at)
    ImportedFile.objects.create(page=draft.page, path=manuscript.path, digest=manuscript.digest, post=post)


def _import_change(author: User, page: Page, manuscript: Manuscript) -> None:
    post = Post.objects.select_related("page__owner", "article").get(imported_from__path=manuscript.path, page=page)
    content = _illustrated(manuscript, lambda upload: add_picture(author=author, post=post, upload=upload))
    _change(author, post, manuscript, content)


@transaction.atomic
def _change(author: User, post: Post, manuscript: Manuscript, content: str) -> None:
    edit_article(author=author, post=post, title=manuscript.title, content=content)
    ImportedFile.objects.filter(post=post, path=manuscript.path).update(digest=manuscript.digest)


def _illustrated(manuscript: Manuscript, add: Callable[[Upload], PostImage]) -> str:
    addresses = {
        address: add(Upload(SimpleUploadedFile(path.name, path.read_bytes()))).image_url
        for address, path in manuscript.pictures.items()
    }
    return manuscript.with_addresses(addresses)
