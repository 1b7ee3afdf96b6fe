"""Writing, changing and removing posts."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter.accounts.models import Action, User
from innotter.accounts.services import log_action
from innotter.blog.events import PictureAdded, PostDeleted, PostEdited, PostPublished, PostRemoved
from innotter.blog.models import Comment, Post, PostImage
from innotter.blog.permissions import can_delete_post, can_edit_post, can_read_post
from innotter.blog.services.holding import hold
from innotter.blog.services.naming import note_names
from innotter.blog.services.picturing import Upload, keep_pictures
from innotter.errors import Conflict, Invalid, require
from innotter.events.services import record
from innotter.pages.models import Page
from innotter.pages.permissions import can_post_to


def publish_post(
    *, author: User, page: Page, content: str, reply_to: Post | None = None, uploads: Sequence[Upload] = ()
) -> Post:
    """Put a post on one's own page: words, up to four pictures, or both; perhaps as a reply to what one may read."""
    require(can_post_to(author, page))
    require(reply_to is None or can_read_post(author, reply_to))
    now = timezone.now()
    post = Post(page=page, content=_tidy(content), created_at=now, updated_at=now)
    if reply_to:
        post.reply_to, post.answered_id = reply_to, reply_to.pk
    _check(post, has_pictures=bool(uploads))
    # Before the transaction: S3 may be slow, and holds nobody up.
    _publish(post, keep_pictures(uploads=uploads))
    return post


@transaction.atomic
def _publish(post: Post, images: Sequence[PostImage]) -> None:
    if post.reply_to:
        hold(post=post.reply_to)
    post.save(force_insert=True)
    for image in images:
        image.post = post
    for image in PostImage.objects.bulk_create(images):
        record(PictureAdded(image_id=image.pk))
    note_names(post=post, text=post.content)
    Page.objects.filter(pk=post.page_id).update(last_post_id=Greatest(F("last_post_id"), post.pk))
    answered = post.reply_to.page_id if post.reply_to else None
    record(PostPublished(post_id=post.pk, page_id=post.page_id, kind=post.kind, answered_page_id=answered))


@transaction.atomic
def edit_post(*, author: User, post: Post, content: str) -> Post:
    """Change a post's text. The same text changes nothing."""
    require(can_edit_post(author, post) and can_post_to(author, post.page))
    if post.is_article:
        raise Conflict(_("This is an article: change it where articles are written."))
    tidy = _tidy(content)
    if tidy != post.content:
        post.content, post.updated_at = tidy, timezone.now()
        _check(post, has_pictures=post.images.exists())
        post.save(update_fields=["content", "updated_at"])
        note_names(post=post, text=post.content)
        record(PostEdited(post_id=post.pk, page_id=post.page_id))
    return post


@transaction.atomic
def delete_post(*, person: User, post: Post, reason: str = "") -> None:
    """Remove a post; its replies stay, and move up to what it replied to. One that is gone already changes nothing.

    When a moderator does it to another's post, the log keeps the reason, and the author is told.
    """
    require(can_delete_post(person, post))
    # The lock holds back those who publish to the page meanwhile: its newest post is one that exists.
    page = Page.objects.select_for_update().get(pk=post.page_id)
    held = Post.objects.select_for_update(of=("self",)).select_related("reply_to").filter(pk=post.pk).first()
    if not held:
        return
    gone = _what_goes_with(held)
    Post.objects.filter(reply_to=post.pk).update(reply_to=post.reply_to_id)
    Post.objects.filter(pk=post.pk).delete()
    newest = Post.objects.filter(page=page).aggregate(newest=Max("pk"))["newest"]
    Page.objects.filter(pk=page.pk).update(last_post_id=newest or 0)
    record(PostDeleted(post_id=post.pk, page_id=page.pk, by_id=person.pk, kind=held.kind, **gone))
    if not can_edit_post(person, post):
        action = log_action(
            actor=person,
            verb=Action.Verb.REMOVE_POST,
            subject_id=post.pk,
            about=f"@{post.page.handle}: {post.title or post.content}",
            reason=reason,
        )
        record(PostRemoved(post_id=post.pk, page_id=page.pk, action_id=action.pk))


def _what_goes_with(post: Post) -> dict[str, Any]:
    """What is counted no longer when a post that is held goes."""
    is_reply = post.reply_to is not None and post.reply_to_id == post.answered_id
    return {
        "answered_page_id": post.reply_to.page_id if post.reply_to and is_reply else None,
        "likes": post.likes_count,
        "replies": Post.objects.filter(reply_to=post, answered_id=post.pk).count(),
        "comments": Comment.objects.filter(post=post).seen().count(),
    }


def _tidy(content: str) -> str:
    return content.replace("\r\n", "\n").strip()


def _check(post: Post, *, has_pictures: bool) -> None:
    post.clean_fields(exclude={"page", "reply_to"})
    if not post.content and not has_pictures:
        raise Invalid(content=_("Write something, or add a picture."))
