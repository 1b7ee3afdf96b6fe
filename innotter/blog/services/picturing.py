"""Pictures in posts: kept before their post is written, and made in other sizes after."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter import rows
from innotter.accounts.models import User
from innotter.blog.events import PictureAdded
from innotter.blog.models import Draft, Post, PostImage
from innotter.blog.models.image import LONGEST_ALT, MOST_IMAGES, MOST_IMAGES_OF_ARTICLE
from innotter.blog.permissions import can_edit_post
from innotter.blog.services.holding import hold
from innotter.errors import Away, Invalid, NoRoom, require
from innotter.events.services import record
from innotter.media.storage import keep
from innotter.media.uploads import Picture, picture_from, sizes_from
from innotter.outages import outage
from innotter.pages.permissions import can_post_to

logger = logging.getLogger(__name__)

#: A picture that has no other sizes by now was left by a worker that died.
ABANDONED = timedelta(minutes=1)
#: After this many attempts a picture is given up, and its author is told.
MOST_ATTEMPTS = 5


class Upload(NamedTuple):
    """A picture as it is sent, with the words for those who do not see it."""

    file: UploadedFile[bytes]
    alt: str = ""
    #: What it is called where it was chosen: a refusal names it so.
    field: str = "image"
    #: By what the file is known when it is imported again.
    digest: str = ""


def keep_pictures(*, uploads: Sequence[Upload]) -> list[PostImage]:
    """Check and store pictures for a post that is yet to be written; refuses all of them if one is wrong."""
    if len(uploads) > MOST_IMAGES:
        raise Invalid(image=_("A post has at most %(most)d pictures.") % {"most": MOST_IMAGES})
    if any(len(upload.alt) > LONGEST_ALT for upload in uploads):
        raise Invalid(alt=_("A description has at most %(most)d characters.") % {"most": LONGEST_ALT})
    pictures = [_picture_of(upload) for upload in uploads]
    return [
        PostImage(
            image=keep("posts", picture),
            width=picture.width,
            height=picture.height,
            alt=" ".join(upload.alt.split()),
            digest=upload.digest,
        )
        for picture, upload in zip(pictures, uploads, strict=True)
    ]


def _picture_of(upload: Upload) -> Picture:
    try:
        return picture_from(upload.file)
    except Invalid as refusal:
        raise Invalid(**{upload.field: refusal.errors["image"][0]}) from None


def add_picture(*, author: User, post: Post, upload: Upload) -> PostImage:
    """Add a picture to one's article."""
    require(can_edit_post(author, post) and can_post_to(author, post.page) and post.is_article)
    require_room(count=post.images.count())
    (image,) = keep_pictures(uploads=[upload])
    image.post = post
    return _added(author, image)


def add_picture_to_draft(*, author: User, draft: Draft, upload: Upload) -> PostImage:
    """Add a picture to one's draft; it goes into the article with it."""
    require(can_post_to(author, draft.page))
    require_room(count=draft.images.count())
    (image,) = keep_pictures(uploads=[upload])
    image.draft = draft
    return _added(author, image)


def require_room(*, count: int) -> None:
    """Refuse one more picture in an article that already has the most that are allowed."""
    if count >= MOST_IMAGES_OF_ARTICLE:
        raise Invalid(image=_("An article has at most %(most)d pictures.") % {"most": MOST_IMAGES_OF_ARTICLE})


@transaction.atomic
def _added(author: User, image: PostImage) -> PostImage:
    # While the picture was stored, others may have come, and the page may have been blocked: asked under the lock.
    if image.post:
        post = hold(post=image.post)
        require(can_edit_post(author, post) and can_post_to(author, post.page))
        require_room(count=post.images.count())
    if image.draft:
        draft = rows.hold(Draft.objects.select_related("page__owner"), image.draft.pk)
        require(can_post_to(author, draft.page))
        require_room(count=draft.images.count())
    image.save(force_insert=True)
    record(PictureAdded(image_id=image.pk))
    return image


def make_sizes(*, image_id: int) -> None:
    """Make the other sizes of a picture. One that has them, or is gone, stays as it is.

    Raises what the storage or the picture has raised; after the last attempt the picture counts as failed.
    """
    if not (image := PostImage.objects.filter(pk=image_id, small="", failed_at=None).first()):
        return
    if image.attempts >= MOST_ATTEMPTS:  # Whoever made the last attempt has died of it, and noted nothing.
        PostImage.objects.filter(pk=image_id, small="").update(failed_at=timezone.now())
        return
    # Of several that sweep at the same moment one makes it: to the last of many, the attempts would be used up.
    if not PostImage.objects.filter(pk=image_id, attempts=image.attempts).update(attempts=F("attempts") + 1):
        return
    try:
        with image.image.open() as content:
            medium, small = (keep("posts", picture) for picture in sizes_from(content))
    except Exception as error:
        if _is_of_storage(error):  # That says nothing of the picture.
            PostImage.objects.filter(pk=image_id, attempts__gt=0).update(attempts=F("attempts") - 1)
        PostImage.objects.filter(pk=image_id, small="", attempts__gte=MOST_ATTEMPTS).update(failed_at=timezone.now())
        raise
    # Of two that made them at the same moment, one is kept; the other's files are orphans. Whoever has given it up
    # meanwhile has taken this attempt for one that ended.
    PostImage.objects.filter(pk=image_id, small="").update(medium=medium, small=small, failed_at=None)


def _is_of_storage(error: Exception) -> bool:
    """Whether the place where pictures lie is away or full."""
    return isinstance(outage(error), (Away, NoRoom))


def make_missing_sizes() -> None:
    """Make the sizes that a lost message or a dead worker has left out. What fails is tried again by the next sweep."""
    missing = PostImage.objects.without_sizes(before=timezone.now() - ABANDONED)
    for pk in list(missing.order_by("created_at").values_list("pk", flat=True)[:100]):
        try:
            make_sizes(image_id=pk)
        except Exception as error:  # noqa: BLE001 - storages and pictures fail in many ways; the others go on
            logger.warning("The sizes of picture %s could not be made: %s", pk, error)
            if _is_of_storage(error):  # The others would wait for it as long, one after the other.
                return


def is_size_missing() -> bool:
    """Whether there is a picture whose sizes should have been made by now."""
    return PostImage.objects.without_sizes(before=timezone.now() - ABANDONED).exists()
