"""Making articles of files. What has come before makes nothing twice; what was deleted here stays deleted."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from innotter import rows
from innotter.accounts.models import User
from innotter.blog.manuscripts import Manuscript
from innotter.blog.models import Draft, ImportedFile, Post, PostImage
from innotter.blog.services.adopting import pictures_in
from innotter.blog.services.holding import hold
from innotter.blog.services.picturing import Upload, add_picture_to_draft, require_room
from innotter.blog.services.recognizing import Outcome, is_edited, is_of_same_folder, outcome_of, text_digest
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


class TakenMeanwhile(Conflict):
    """Another import of the same folder was first."""

    message = _("Another import has taken this file at the same moment.")


class EditedMeanwhile(Conflict):
    """The article was edited on the site while its file was read."""

    message = _("The article of this file was edited on the site at the same moment.")


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
    elif outcome == Outcome.SAME or (outcome == Outcome.THERE and overwrite):
        # The folder is known from now on: it had no name here, or has got another one.
        ImportedFile.objects.filter(page=page, path=manuscript.path).update(source=manuscript.source)
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
    known = ImportedFile.objects.filter(page=draft.page, path=manuscript.path).first()
    if known and (known.post_id or is_of_same_folder(known=known, manuscript=manuscript)):
        raise TakenMeanwhile
    post = publish_draft(author=author, draft=draft, written_at=manuscript.written_at)
    facts = {**_digests(replace(manuscript, content=content)), "post": post}
    ImportedFile.objects.update_or_create(page=draft.page, path=manuscript.path, defaults=facts)


def _digests(manuscript: Manuscript) -> dict[str, str]:
    """What a file is recognized by when it comes again."""
    written = text_digest(title=manuscript.title, content=manuscript.content)
    return {"source": manuscript.source, "digest": manuscript.digest, "text_digest": written}


def _import_change(author: User, manuscript: Manuscript, overwrite: bool, sheet: Draft) -> None:
    known = ImportedFile.objects.get(page=sheet.page, path=manuscript.path)
    post = Post.objects.select_related("page__owner", "article").filter(imported_from=known).first()
    if post is None:
        raise rows.Gone
    there = {image.digest: image.image_url for image in post.images.exclude(digest="")}
    content = _illustrated(author, sheet, manuscript, there)
    with transaction.atomic():
        hold(post=post)
        if not overwrite and is_edited(known=known):
            raise EditedMeanwhile
        _change(post, known, sheet, replace(manuscript, content=content), author=author)


def _change(post: Post, known: ImportedFile, sheet: Draft, manuscript: Manuscript, *, author: User) -> None:
    if not ImportedFile.objects.filter(pk=known.pk, digest=known.digest).update(**_digests(manuscript)):
        raise TakenMeanwhile
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
