"""Writing, changing and removing posts."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter import rows
from innotter.accounts.models import User
from innotter.audit.models import Action
from innotter.audit.services import log_action
from innotter.blog.events import PictureAdded, PostDeleted, PostEdited, PostPublished, PostRemoved
from innotter.blog.models import Comment, Post, PostImage
from innotter.blog.permissions import can_delete_post, can_edit_post, can_read_post
from innotter.blog.services.holding import hold
from innotter.blog.services.naming import note_names
from innotter.blog.services.picturing import Upload, keep_pictures
from innotter.blog.services.wording import note_words
from innotter.errors import Conflict, Invalid, require
from innotter.events.services import record
from innotter.pages.models import Page
from innotter.pages.permissions import can_post_to
from innotter.text.cleaning import many_lines


def store_pictures(*, author: User, page: Page, uploads: Sequence[Upload]) -> list[PostImage]:
    """Check and store the pictures of a post that is yet to be written: outside of a transaction, S3 may be slow."""
    require(can_post_to(author, page))
    return keep_pictures(uploads=uploads)


@transaction.atomic
def publish_post(
    *, author: User, page: Page, content: str, reply_to: Post | None = None, images: Sequence[PostImage] = ()
) -> Post:
    """Put a post on one's own page: words, stored pictures, or both; perhaps as a reply to what one may read."""
    page = rows.hold(Page.objects.select_related("owner"), page.pk)
    require(can_post_to(author, page))
    now = timezone.now()
    post = Post(page=page, content=content, created_at=now, updated_at=now)
    if reply_to:
        post.reply_to, post.answered_id = hold(post=reply_to), reply_to.pk
        require(can_read_post(author, reply_to))
    _check(post, has_pictures=bool(images))
    _publish(post, images)
    return post


@transaction.atomic
def _publish(post: Post, images: Sequence[PostImage]) -> None:
    post.save(force_insert=True)
    for image in images:
        image.post = post
    for image in PostImage.objects.bulk_create(images):
        record(PictureAdded(image_id=image.pk))
    note_names(post=post, text=post.content)
    note_words(post=post)
    Page.objects.filter(pk=post.page_id).update(last_post_id=Greatest(F("last_post_id"), post.pk))
    answered = post.reply_to.page_id if post.reply_to else None
    record(PostPublished(post_id=post.pk, page_id=post.page_id, kind=post.kind, answered_page_id=answered))


@transaction.atomic
def edit_post(*, author: User, post: Post, content: str) -> Post:
    """Change a post's text. The same text changes nothing."""
    post = hold(post=post)
    require(can_edit_post(author, post) and can_post_to(author, post.page))
    if post.is_article:
        raise Conflict(_("This is an article: change it where articles are written."))
    tidy = many_lines(content).strip()
    if tidy != post.content:
        post.content, post.updated_at = tidy, timezone.now()
        _check(post, has_pictures=post.images.exists())
        post.save(update_fields=["content", "updated_at"])
        note_names(post=post, text=post.content)
        note_words(post=post)
        record(PostEdited(post_id=post.pk, page_id=post.page_id))
    return post


@transaction.atomic
def delete_post(*, person: User, post: Post, reason: str = "") -> None:
    """Remove a post; its replies stay, and move up to what it replied to. One that is gone already changes nothing.

    When a moderator does it to another's post, the log keeps the reason, and the author is told.
    """
    require(can_delete_post(person, post))
    # The lock holds back those who publish to the page meanwhile: its newest post is one that exists.
    try:
        page = rows.hold(Page.objects.all(), post.page_id, to_delete=True)
        held = rows.hold(Post.objects.select_related("reply_to", "page__owner"), post.pk, to_delete=True)
    except rows.Gone:
        return
    gone = _what_goes_with(held)
    Post.objects.filter(reply_to=held.pk).update(reply_to=held.reply_to_id)
    rows.delete(Post.objects.filter(pk=held.pk))
    newest = Post.objects.filter(page=page).aggregate(newest=Max("pk"))["newest"]
    Page.objects.filter(pk=page.pk).update(last_post_id=newest or 0)
    record(PostDeleted(post_id=post.pk, page_id=page.pk, by_id=person.pk, kind=held.kind, **gone))
    if not can_edit_post(person, post):
        action = log_action(
            actor=person,
            verb=Action.Verb.REMOVE_POST,
            subject_id=post.pk,
            about=f"@{held.page.handle}: {held.title or held.content}",
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
        "comments": Comment.objects.filter(post=post).published().count(),
    }


def _check(post: Post, *, has_pictures: bool) -> None:
    post.content = many_lines(post.content).strip()
    post.clean_fields(exclude={"page", "reply_to"})
    if not post.content and not has_pictures:
        raise Invalid(content=_("Write something, or add a picture."))
