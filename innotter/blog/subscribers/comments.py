"""What follows from what happens to comments: guests are asked to confirm, and people are told."""

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


def _comment(comment_id: int) -> Comment | None:
    rows = Comment.objects.for_reading().select_related("parent__author")
    return rows.filter(pk=comment_id, deleted_at=None).first()


@subscribe(CommentWritten, name="blog.ask_the_guest_to_confirm")
def ask_the_guest_to_confirm(event: CommentWritten) -> None:
    comment = _comment(event.comment_id)
    if comment and comment.email and not comment.is_confirmed and can_comment(AnonymousUser(), comment.post):
        link = reverse("blog:confirm-comment", args=[confirmation_token(comment)])
        send_mail(
            key=f"comment/{event.event_id}",
            to=comment.email,
            template="blog/mail/confirm_comment",
            context={"comment": comment, "link": f"{settings.SITE_URL}{link}"},
            language=comment.language,
            about=("confirmation", {"comment": comment.pk}),
        )


@asked_before_sending("confirmation")
def address_for_confirmation(about: Mapping[str, Any]) -> str:
    """The guest's, while strangers may comment on the article whose title it tells."""
    comment = _comment(about["comment"])
    is_waiting = comment is not None and not comment.is_confirmed and can_comment(AnonymousUser(), comment.post)
    return str(about["to"]) if is_waiting else ""


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
        stop = f"{settings.SITE_URL}{reverse('blog:silence', args=[silence_token(answered.email)])}"
        send_mail(
            key=f"answer/{event.event_id}",
            to=answered.email,
            template="blog/mail/comment_answered",
            context={"comment": comment, "link": f"{settings.SITE_URL}{comment.get_absolute_url()}", "stop": stop},
            language=answered.language,
            unsubscribe_url=stop,
            about=("answer", {"comment": comment.pk, "answered": answered.pk}),
        )


@asked_before_sending("answer")
def address_for_answer(about: Mapping[str, Any]) -> str:
    """The guest's, if they may still read what an e-mail tells of, and want to."""
    answered = Comment.objects.filter(pk=about["answered"], wants_mail=True).exclude(email="")
    comment = _comment(about["comment"])
    may_read = comment is not None and answered.exists() and can_read_comment(AnonymousUser(), comment)
    return str(about["to"]) if may_read else ""


def _answered_person(comment: Comment) -> User | None:
    return comment.parent.author if comment.parent else None
