"""Liking posts, and ceasing to."""

from django.db import transaction
from django.db.models import F

from innotter.accounts.models import User
from innotter.blog.events import PostLiked, PostUnliked
from innotter.blog.models import Like, Post
from innotter.blog.permissions import can_like
from innotter.blog.services.holding import hold
from innotter.errors import require
from innotter.events.services import record


@transaction.atomic
def like_post(*, person: User, post: Post) -> None:
    """Like a post. Liking twice changes nothing."""
    hold(post=post)
    require(can_like(person, post))
    _like, is_new = Like.objects.get_or_create(post=post, user=person)
    if is_new:
        Post.objects.filter(pk=post.pk).update(likes_count=F("likes_count") + 1)
        record(PostLiked(post_id=post.pk, page_id=post.page_id, user_id=person.pk))


@transaction.atomic
def unlike_post(*, person: User, post: Post) -> None:
    """Take a like back. Doing it twice changes nothing."""
    hold(post=post)
    removed, _rows = Like.objects.filter(post=post, user=person).delete()
    if removed:
        Post.objects.filter(pk=post.pk).update(likes_count=F("likes_count") - 1)
        record(PostUnliked(post_id=post.pk, page_id=post.page_id, user_id=person.pk))
