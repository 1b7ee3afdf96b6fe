"""What follows from what happens to comments: guests are asked to confirm, and people are told."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from innotter.accounts.models import User
from innotter.blog.confirming import confirmation_token, silence_token
from innotter.blog.events import CommentPublished, CommentWritten
from innotter.blog.models import Comment
from innotter.blog.permissions import can_comment, can_read_comment
from innotter.events.domain import subscribe
from innotter.mail.services import asked_before_sending, send_mail
from innotter.notifications.kinds import Kind
from innotter.notifications.services import notify

#: An e-mail is not written again for ever, whatever changes.
MOST_DRAFTS = 5


def _comment(comment_id: int) -> Comment | None:
    rows = Comment.objects.for_reading().select_related("parent__author")
    return rows.filter(pk=comment_id, deleted_at=None).first()


@subscribe(CommentWritten, name="blog.ask_the_guest_to_confirm")
def ask_the_guest_to_confirm(event: CommentWritten) -> None:
    comment = _comment(event.comment_id)
    if comment and comment.email and not comment.is_confirmed and can_comment(AnonymousUser(), comment.post):
        _send_confirmation(comment, key=f"comment/{event.event_id}")


def _send_confirmation(comment: Comment, *, key: str) -> None:
    link = reverse("blog:confirm-comment", args=[confirmation_token(comment)])
    send_mail(
        key=key,
        to=comment.email,
        template="blog/mail/confirm_comment",
        context={"comment": comment, "link": f"{settings.SITE_URL}{link}"},
        language=comment.language,
        about=("confirmation", {"comment": comment.pk, "said": _said(comment), "key": key}),
    )


@asked_before_sending("confirmation")
def address_for_confirmation(about: Mapping[str, Any]) -> str:
    """The guest's, while strangers may comment on the article whose title it tells."""
    comment = _comment(about["comment"])
    if comment is None or comment.is_confirmed or not can_comment(AnonymousUser(), comment.post):
        return ""
    if _is_true(about, comment):
        return str(about["to"])
    _send_confirmation(comment, key=_next_key(about))
    return ""


@subscribe(CommentPublished, name="blog.tell_who_wrote_the_article")
def tell_who_wrote_the_article(event: CommentPublished) -> None:
    comment = _comment(event.comment_id)
    if comment and _answered_person(comment) != comment.post.page.owner:
        notify(
            recipient=comment.post.page.owner,
            kind=Kind.COMMENT,
            event_id=event.event_id,
            subject_id=comment.pk,
            actor=comment.author,
        )


@subscribe(CommentPublished, name="blog.tell_who_is_answered")
def tell_who_is_answered(event: CommentPublished) -> None:
    comment = _comment(event.comment_id)
    person = comment and _answered_person(comment)
    if comment and person and can_read_comment(person, comment):
        notify(
            recipient=person,
            kind=Kind.ANSWER,
            event_id=event.event_id,
            subject_id=comment.pk,
            actor=comment.author,
        )


@subscribe(CommentPublished, name="blog.write_to_the_guest_who_is_answered")
def write_to_the_guest_who_is_answered(event: CommentPublished) -> None:
    comment = _comment(event.comment_id)
    answered = comment.parent if comment else None
    if not comment or not answered or not answered.email or answered.email == comment.email:
        return
    # A guest reads what strangers read: nothing of a page that is private or blocked by now.
    if answered.wants_mail and can_read_comment(AnonymousUser(), comment):
        _send_answer(comment, answered, key=f"answer/{event.event_id}")


def _send_answer(comment: Comment, answered: Comment, *, key: str) -> None:
    stop = f"{settings.SITE_URL}{reverse('blog:silence', args=[silence_token(answered.email)])}"
    send_mail(
        key=key,
        to=answered.email,
        template="blog/mail/comment_answered",
        context={"comment": comment, "link": f"{settings.SITE_URL}{comment.get_absolute_url()}", "stop": stop},
        language=answered.language,
        unsubscribe_url=stop,
        about=("answer", {"comment": comment.pk, "answered": answered.pk, "said": _said(comment), "key": key}),
    )


@asked_before_sending("answer")
def address_for_answer(about: Mapping[str, Any]) -> str:
    """The guest's, if they may still read what an e-mail tells of, and want to."""
    answered = Comment.objects.filter(pk=about["answered"], wants_mail=True).exclude(email="").first()
    comment = _comment(about["comment"])
    if comment is None or answered is None or not can_read_comment(AnonymousUser(), comment):
        return ""
    if _is_true(about, comment):
        return str(about["to"])
    _send_answer(comment, answered, key=_next_key(about))
    return ""


def _said(comment: Comment) -> str:
    """By what it is known whether an e-mail says what would be said now: titles and names change, comments do not."""
    return hashlib.sha256(f"{comment.post.title}\n{comment.author or comment.name}".encode()).hexdigest()


def _is_true(about: Mapping[str, Any], comment: Comment) -> bool:
    """An e-mail of the version before does not know what it says; the last draft is sent as it is."""
    return about.get("said", "") in {"", _said(comment)} or about["key"].count("/") > MOST_DRAFTS


def _next_key(about: Mapping[str, Any]) -> str:
    """The e-mail that says what was said has its key for good."""
    return f"{about['key']}/anew"


def _answered_person(comment: Comment) -> User | None:
    return comment.parent.author if comment.parent else None
