"""The words for notifications about posts."""

from collections.abc import Mapping, Sequence
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from innotter.accounts.models import User
from innotter.blog.models import Comment, Like, Post
from innotter.blog.queries import readable_posts
from innotter.database.late import Later, later
from innotter.notifications.kinds import Kind
from innotter.notifications.models import Notification
from innotter.notifications.tellers import Doers, Told, Wording, doers_of, tells


@tells(Kind.NEW_POST, Kind.REPLY, Kind.MENTION)
def tell_of_posts(viewer: User, notifications: Sequence[Notification]) -> Mapping[int, Wording]:
    readable = readable_posts({row.subject_id for row in notifications}, viewer)
    posts = later(Post.objects.select_related("page"), readable)
    return {row.pk: partial(_words, row, posts) for row in notifications if row.subject_id in readable}


def _words(row: Notification, posts: Later[Post]) -> Told | None:
    if (post := posts().get(row.subject_id)) is None:
        return None
    news = _("%(page)s published “%(title)s”") if post.is_article else _("A new post on %(page)s")
    sentences = {
        Kind.NEW_POST: news,
        Kind.REPLY: _("%(page)s replied to you"),
        Kind.MENTION: _("%(page)s mentioned you"),
    }
    names = {"page": post.page, "title": post.title}
    return Told(sentences[Kind(row.kind)] % names, post.get_absolute_url(), post.content, page=post.page)


@tells(Kind.LIKE)
def tell_of_likes(viewer: User, notifications: Sequence[Notification]) -> Mapping[int, Wording]:
    """Of those who like it still, and whom the viewer may see."""
    readable = readable_posts({row.subject_id for row in notifications}, viewer)
    people = User.objects.findable_by(viewer).filter(is_blocked=False).exclude(pk=viewer.pk)
    doers = doers_of(notifications, Like.objects.filter(user__in=people), about="post", person="user")
    posts = later(Post.objects.all(), readable)
    return {
        row.pk: partial(_words_of_likes, row, doers[row.pk], posts)
        for row in notifications
        if row.pk in doers and row.subject_id in readable
    }


def _words_of_likes(row: Notification, doers: Doers, posts: Later[Post]) -> Told | None:
    if (post := posts().get(row.subject_id)) is None:
        return None
    return Told(_liked_by(doers), post.get_absolute_url(), post.content, by=doers)


def _liked_by(doers: Doers) -> str:
    names, others = {"person": doers.newest}, doers.count - 1
    if not others:
        return _("%(person)s liked your post") % names
    text = ngettext("%(person)s and %(n)d other liked your post", "%(person)s and %(n)d others liked your post", others)
    return text % (names | {"n": others})


@tells(Kind.COMMENT, Kind.ANSWER)
def tell_of_comments(viewer: User, notifications: Sequence[Notification]) -> Mapping[int, Wording]:
    readable = Comment.objects.readable_by(viewer).for_reading()
    comments = readable.in_bulk([row.subject_id for row in notifications])
    return {
        row.pk: partial(_words_of_comment, row, comment)
        for row in notifications
        if (comment := comments.get(row.subject_id))
    }


def _words_of_comment(row: Notification, comment: Comment) -> Told:
    sentences = {
        Kind.COMMENT: _("%(person)s commented on “%(title)s”"),
        Kind.ANSWER: _("%(person)s replied to you under “%(title)s”"),
    }
    sentence = sentences[Kind(row.kind)] % {"person": comment.writer, "title": comment.post.title}
    return Told(sentence, comment.get_absolute_url(), comment.text)
