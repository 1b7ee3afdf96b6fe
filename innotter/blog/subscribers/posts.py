"""What follows from what happens to posts: people are told."""

from innotter.accounts.events import UserBlocked
from innotter.accounts.models import User
from innotter.blog.background import announce, make_sizes
from innotter.blog.events import PictureAdded, PostDeleted, PostLiked, PostPublished, PostUnliked
from innotter.blog.models import Like, Post
from innotter.blog.services import begin_announcing, withdraw_announcement
from innotter.events.domain import subscribe
from innotter.events.nudge import ask_after_commit
from innotter.notifications.kinds import Kind
from innotter.notifications.models import Notification
from innotter.notifications.services import notify, notify_all, notify_together, take_one_back
from innotter.notifications.tellers import doers_of
from innotter.pages.events import PageBlocked, PageDeleted
from innotter.pages.models import Page


def _post(post_id: int) -> Post | None:
    return Post.objects.select_related("page__owner", "reply_to__page__owner").filter(pk=post_id).first()


@subscribe(PostPublished, name="blog.tell_followers")
def tell_followers(event: PostPublished) -> None:
    """What comes out of somebody's archive is no news."""
    post = _post(event.post_id)
    if post and not post.imported_from.exists():
        announcement = begin_announcing(post=post, event_id=event.event_id)
        ask_after_commit(announce, announcement.pk)


@subscribe(PictureAdded, name="blog.make_sizes_of_picture")
def make_sizes_of_picture(event: PictureAdded) -> None:
    ask_after_commit(make_sizes, event.image_id)


@subscribe(PostPublished, name="blog.tell_who_is_replied_to")
def tell_who_is_replied_to(event: PostPublished) -> None:
    post = _post(event.post_id)
    if post and post.reply_to:
        notify(
            recipient=post.reply_to.page.owner,
            kind=Kind.REPLY,
            event_id=event.event_id,
            subject_id=post.pk,
            actor=post.page.owner,
        )


@subscribe(PostPublished, name="blog.tell_who_is_mentioned")
def tell_who_is_mentioned(event: PostPublished) -> None:
    """Whom the reply tells already is not told again, and nobody of what they cannot read, or of an archive."""
    post = _post(event.post_id)
    if post and not post.imported_from.exists():
        known = {post.page.owner_id, post.reply_to.page.owner_id if post.reply_to else None}
        owners = {page.owner for page in post.mentions.select_related("owner") if page.owner_id not in known}
        readers = [person for person in owners if Post.objects.readable_by(person).filter(pk=post.pk).exists()]
        notify_all(
            recipients=readers,
            kind=Kind.MENTION,
            event_id=event.event_id,
            subject_id=post.pk,
            actor=post.page.owner,
        )


@subscribe(PostLiked, name="blog.tell_author_of_like")
def tell_author_of_like(event: PostLiked) -> None:
    """Who has taken it back by now is not told of."""
    post, likes = _post(event.post_id), Like.objects.select_related("user")
    like = likes.filter(post=event.post_id, user=event.user_id).first()
    if post and like:
        notify_together(
            recipient=post.page.owner,
            kind=Kind.LIKE,
            event_id=event.event_id,
            subject_id=post.pk,
            actor=like.user,
            at=like.created_at,
        )


@subscribe(PostUnliked, name="blog.take_the_like_back")
def take_the_like_back(event: PostUnliked) -> None:
    if post := _post(event.post_id):
        # Who is blocked now may be let in again: a notification stays for them, and is not shown.
        likes = post.likes.exclude(user=post.page.owner)

        def newest_left(row: Notification) -> User | None:
            left = doers_of([row], likes, about="post", person="user").get(row.pk)
            return left.newest if left else None

        take_one_back(recipient=post.page.owner, kind=Kind.LIKE, subject_id=post.pk, newest_left=newest_left)


@subscribe(PostDeleted, name="blog.tell_nobody_else")
def tell_nobody_else(event: PostDeleted) -> None:
    withdraw_announcement(page_id=event.page_id, post_id=event.post_id)


@subscribe(PageDeleted, name="blog.tell_nobody_of_its_posts")
def tell_nobody_of_its_posts(event: PageDeleted) -> None:
    withdraw_announcement(page_id=event.page_id)


@subscribe(PageBlocked, name="blog.tell_nobody_of_a_blocked_page")
def tell_nobody_of_a_blocked_page(event: PageBlocked) -> None:
    withdraw_announcement(page_id=event.page_id)


@subscribe(UserBlocked, name="blog.tell_nobody_of_a_blocked_person")
def tell_nobody_of_a_blocked_person(event: UserBlocked) -> None:
    for page_id in Page.objects.filter(owner=event.user_id).values_list("pk", flat=True):
        withdraw_announcement(page_id=page_id)
