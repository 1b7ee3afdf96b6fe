"""Telling those who followed a page when something was published on it."""

from datetime import timedelta

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from innotter.accounts.models import User
from innotter.blog.models import Announcement, Post
from innotter.mail.services import withdraw
from innotter.notifications.kinds import Kind
from innotter.notifications.services import forget_about, notify_all
from innotter.outages import done_for_each
from innotter.pages.models import Follow, FollowQuerySet, Page

#: People who are told in one transaction.
PORTION = 500
#: An announcement without progress for this long was left behind by a worker that died.
ABANDONED = timedelta(seconds=30)


@transaction.atomic
def begin_announcing(*, post: Post, event_id: int) -> Announcement:
    """Note that the followers are to be told. Doing it twice changes nothing."""
    announcement, _is_new = Announcement.objects.get_or_create(post=post, defaults={"event_id": event_id})
    return announcement


def announce(*, announcement_id: int) -> None:
    """Tell everybody, portion by portion. Killed at any moment, it goes on where it was."""
    while _announce_portion(announcement_id):
        pass


def announce_abandoned() -> None:
    """Take up what a dead worker has left."""
    abandoned = list(_abandoned().order_by("touched_at").values_list("pk", flat=True)[:100])
    done_for_each(abandoned, lambda pk: announce(announcement_id=pk))


def is_announcement_abandoned() -> bool:
    """Whether a dead worker has left one."""
    return _abandoned().exists()


def _abandoned() -> QuerySet[Announcement]:
    return Announcement.objects.filter(finished_at=None, touched_at__lt=timezone.now() - ABANDONED)


def withdraw_announcement(*, page_id: int, post_id: int | None = None) -> None:
    """Send no more of the e-mails about a post, or about any post of a page."""
    withdraw(key_prefix=f"new-post/{page_id}/" + (f"{post_id}/" if post_id else ""))
    if post_id:
        forget_about(kinds=[Kind.NEW_POST, Kind.REPLY, Kind.LIKE, Kind.MENTION], subject_id=post_id)


@transaction.atomic
def _announce_portion(announcement_id: int) -> bool:
    """Tell the next portion; False when there is nobody left, or another worker is at it."""
    free = Announcement.objects.select_for_update(skip_locked=True, of=("self",)).select_related(
        "post__page", "post__reply_to__page"
    )
    announcement = free.filter(pk=announcement_id, finished_at=None).first()
    if announcement is None:
        return False
    post = announcement.post
    follows = list(_followers_when_published(post).filter(pk__gt=announcement.last_follow_id)[:PORTION])
    people = User.objects.findable_by(AnonymousUser()).filter(pk__in={follow.follower_id for follow in follows})
    if follows:
        announcement.last_follow_id = follows[-1].pk
        notify_all(
            recipients=list(people.exclude(pk__in=_told_otherwise(post))),
            kind=Kind.NEW_POST,
            event_id=announcement.event_id,
            subject_id=post.pk,
            mail_key=f"new-post/{post.page_id}/{post.pk}",
        )
    announcement.touched_at = timezone.now()
    announcement.finished_at = None if follows else announcement.touched_at
    announcement.save()
    return bool(follows)


def _told_otherwise(post: Post) -> set[int]:
    """Whom the post replies to, or mentions: they are told of that."""
    told = set(post.mentions.values_list("owner", flat=True))
    return told | ({post.reply_to.page.owner_id} if post.reply_to else set())


def _followers_when_published(post: Post) -> FollowQuerySet:
    """Those who followed at that moment; nobody, if the page is blocked by now."""
    follows = Follow.objects.accepted().filter(page=post.page_id, accepted_at__lte=post.created_at)
    return follows.filter(page__in=Page.objects.open()).order_by("pk")
