"""Writing, changing and removing posts."""

from django.db import transaction
from django.db.models import F, Max
from django.db.models.functions import Greatest
from django.utils import timezone

from innotter.accounts.models import User
from innotter.blog.events import PostDeleted, PostEdited, PostPublished
from innotter.blog.models import Post
from innotter.blog.permissions import can_delete_post, can_edit_post
from innotter.errors import require
from innotter.events.services import record
from innotter.pages.models import Page
from innotter.pages.permissions import can_post_to


@transaction.atomic
def publish_post(*, author: User, page: Page, content: str) -> Post:
    """Put a post on one's own page."""
    require(can_post_to(author, page))
    now = timezone.now()
    post = Post(page=page, content=_tidy(content), created_at=now, updated_at=now)
    post.clean_fields(exclude={"page"})
    post.save(force_insert=True)
    Page.objects.filter(pk=page.pk).update(last_post_id=Greatest(F("last_post_id"), post.pk))
    record(PostPublished(post_id=post.pk, page_id=page.pk))
    return post


@transaction.atomic
def edit_post(*, author: User, post: Post, content: str) -> Post:
    """Change a post's text. The same text changes nothing."""
    require(can_edit_post(author, post) and can_post_to(author, post.page))
    tidy = _tidy(content)
    if tidy != post.content:
        post.content, post.updated_at = tidy, timezone.now()
        post.clean_fields(exclude={"page"})
        post.save(update_fields=["content", "updated_at"])
        record(PostEdited(post_id=post.pk, page_id=post.page_id))
    return post


@transaction.atomic
def delete_post(*, person: User, post: Post) -> None:
    """Remove a post. One that is gone already changes nothing."""
    require(can_delete_post(person, post))
    # The lock holds back those who publish to the page meanwhile: its newest post is one that exists.
    page = Page.objects.select_for_update().get(pk=post.page_id)
    removed, _rows = Post.objects.filter(pk=post.pk).delete()
    if removed:
        newest = Post.objects.filter(page=page).aggregate(newest=Max("pk"))["newest"]
        Page.objects.filter(pk=page.pk).update(last_post_id=newest or 0)
        record(PostDeleted(post_id=post.pk, page_id=page.pk, by_id=person.pk))


def _tidy(content: str) -> str:
    return content.replace("\r\n", "\n").strip()
