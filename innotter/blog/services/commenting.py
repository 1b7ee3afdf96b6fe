"""Commenting on articles: with an account at once, as a guest after a click in an e-mail."""

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from innotter import rows
from innotter.accounts.models import User
from innotter.accounts.permissions import Person
from innotter.audit.models import Action
from innotter.audit.services import log_action
from innotter.blog.events import (
    CommentDeleted,
    CommentHidden,
    CommentPublished,
    CommentRemoved,
    CommentShown,
    CommentWritten,
)
from innotter.blog.models import Comment, Post
from innotter.blog.models.comment import TIME_TO_CONFIRM
from innotter.blog.permissions import (
    can_close_comments,
    can_comment,
    can_delete_comment,
    can_hide_comment,
    can_read_comment,
)
from innotter.blog.services.holding import hold
from innotter.errors import Conflict, Invalid, require
from innotter.events.services import record
from innotter.rate_limits import count_use
from innotter.text.cleaning import many_lines
from innotter.text.parts import parts_of

#: How many addresses a comment may hold: more is advertising.
MOST_LINKS, MOST_LINKS_OF_GUESTS = 5, 1


def write_comment(*, author: User, post: Post, text: str, parent: Comment | None = None) -> Comment:
    """Comment on an article, or answer a comment on it; it is there at once."""
    count_use("comment", author.pk)
    comment = Comment(post=post, author=author, text=text, language=author.language, confirmed_at=timezone.now())
    return _write(comment, parent, reader=author, most_links=MOST_LINKS)


def write_guest_comment(*, post: Post, email: str, text: str, name: str = "", parent: Comment | None = None) -> Comment:
    """Comment without an account. It is there once the link in the e-mail to this address has been followed."""
    count_use("guest_comment", email)
    language = translation.get_language()
    comment = Comment(post=post, email=email.strip(), name=name, text=text, language=language)
    if not comment.email:
        raise Invalid(email=_("Enter an e-mail address, or sign in. Only the page's owner and moderators see it."))
    return _write(comment, parent, reader=AnonymousUser(), most_links=MOST_LINKS_OF_GUESTS)


@transaction.atomic
def confirm_comment(*, comment: Comment) -> None:
    """The guest has followed the link: the comment appears. Confirming twice changes nothing."""
    held = hold(post=comment.post)
    require(can_comment(AnonymousUser(), held))
    waiting = Comment.objects.filter(pk=comment.pk, confirmed_at=None)
    if waiting.exists():  # One that is there already stays, also where nobody may comment any more.
        _require_open(held)
    if waiting.update(confirmed_at=timezone.now()):
        record(CommentPublished(comments_change=_seen(comment), **_facts(comment)))
    elif not Comment.objects.filter(pk=comment.pk).exists():
        raise rows.Gone


@transaction.atomic
def hide_comment(*, person: User, comment: Comment) -> None:
    """Take a comment from the eyes of readers; it can be shown again. What a moderator does is in the log."""
    require(can_hide_comment(person, comment))
    hold(post=comment.post)
    seen = _seen(comment)
    if Comment.objects.filter(pk=comment.pk, hidden_at=None, deleted_at=None).update(hidden_at=timezone.now()):
        record(CommentHidden(by_id=person.pk, comments_change=-seen, **_facts(comment)))
        _log_of_moderator(person, Action.Verb.HIDE_COMMENT, comment)


@transaction.atomic
def show_comment(*, person: User, comment: Comment) -> None:
    """Show a hidden comment again."""
    require(can_hide_comment(person, comment))
    hold(post=comment.post)
    if Comment.objects.filter(pk=comment.pk, deleted_at=None).exclude(hidden_at=None).update(hidden_at=None):
        record(CommentShown(by_id=person.pk, comments_change=_seen(comment), **_facts(comment)))
        _log_of_moderator(person, Action.Verb.SHOW_COMMENT, comment)


@transaction.atomic
def delete_comment(*, person: User, comment: Comment, reason: str = "") -> None:
    """Take a comment's words away for good; the answers to it stay. Deleting twice changes nothing.

    When a moderator does it on another's page, the log keeps the reason, and the author is told.
    """
    require(can_delete_comment(person, comment))
    hold(post=comment.post)
    seen = _seen(comment)
    if not Comment.objects.filter(pk=comment.pk, deleted_at=None).update(
        deleted_at=timezone.now(), text="", name="", email="", author=None
    ):
        return
    record(CommentDeleted(by_id=person.pk, comments_change=-seen, **_facts(comment)))
    action = _log_of_moderator(person, Action.Verb.REMOVE_COMMENT, comment, reason)
    if action and comment.author:
        record(CommentRemoved(comment_id=comment.pk, author_id=comment.author.pk, action_id=action.pk))


def _log_of_moderator(person: User, verb: str, comment: Comment, reason: str = "") -> Action | None:
    """A line in the log, unless it is their own comment, or stands on their own page."""
    if person in {comment.author, comment.post.page.owner}:
        return None
    about = f"{comment.writer}: {comment.text}"
    return log_action(actor=person, verb=verb, subject_id=comment.pk, about=about, reason=reason)


def close_comments(*, owner: User, post: Post) -> None:
    """Let nobody comment on an article any more. What is there stays."""
    require(can_close_comments(owner, post))
    Post.objects.filter(pk=post.pk).update(comments_closed=True)


def open_comments(*, owner: User, post: Post) -> None:
    """Let people comment on an article again."""
    require(can_close_comments(owner, post))
    Post.objects.filter(pk=post.pk).update(comments_closed=False)


def stop_mail_to_guest(*, email: str) -> None:
    """Write no more to a guest about answers."""
    Comment.objects.filter(email__iexact=email).update(wants_mail=False)


@transaction.atomic
def forget_unconfirmed() -> None:
    """Drop the comments, and the addresses, of guests who have not confirmed them. One that is just confirmed stays."""
    rows.delete(Comment.objects.filter(confirmed_at=None, created_at__lt=timezone.now() - TIME_TO_CONFIRM))


def _write(comment: Comment, parent: Comment | None, *, reader: Person, most_links: int) -> Comment:
    require(can_comment(reader, comment.post))
    require(parent is None or can_read_comment(reader, parent))
    comment.text = many_lines(comment.text).strip()
    comment.clean_fields(exclude={"post", "parent", "author"})
    if not comment.text:
        raise Invalid(text=_("Write something."))
    if sum(part.kind == "url" for part in parts_of(comment.text)) > most_links:
        raise Invalid(text=_("There are too many addresses in this comment: at most %(most)d.") % {"most": most_links})
    if parent and parent.post_id != comment.post_id:
        raise Invalid(parent=_("This comment stands under another article."))
    if parent:
        comment.parent, comment.root_id, comment.depth = parent, parent.root_id or parent.pk, parent.depth + 1
    _keep(comment, reader)
    return comment


@transaction.atomic
def _keep(comment: Comment, reader: Person) -> None:
    held = hold(post=comment.post)
    # Meanwhile the page may have turned private or been blocked, and the comment that is answered been hidden.
    require(can_comment(reader, held))
    require(comment.parent is None or can_read_comment(reader, comment.parent))
    _require_open(held)
    comment.save(force_insert=True)
    if comment.is_confirmed:
        record(CommentPublished(comments_change=1, **_facts(comment)))
    else:
        record(CommentWritten(comment_id=comment.pk, post_id=comment.post_id))


def _facts(comment: Comment) -> dict[str, int]:
    return {"comment_id": comment.pk, "post_id": comment.post_id, "page_id": comment.post.page_id}


def _seen(comment: Comment) -> int:
    """1 while readers see it, else 0. Its post is held, so that this stays so."""
    return Comment.objects.filter(pk=comment.pk).published().count()


def _require_open(post: Post) -> None:
    if Post.objects.filter(pk=post.pk, comments_closed=True).exists():
        raise Conflict(_("The comments on this article are closed."))
