"""What follows from the moderators' decisions: those whom they are about are told, and reports are closed."""

from innotter.accounts.events import UserBlocked, UserUnblocked
from innotter.accounts.models import User
from innotter.audit.models import Action
from innotter.blog.events import CommentDeleted, CommentRemoved, PostDeleted, PostRemoved
from innotter.events.domain import subscribe
from innotter.mail.services import send_mail
from innotter.moderation.models import Report
from innotter.moderation.services import close_reports, close_reports_about_what_is_gone
from innotter.notifications.kinds import Kind
from innotter.notifications.services import notify
from innotter.pages.events import PageBlocked, PageDeleted, PageUnblocked
from innotter.pages.models import Page


def _tell_owner(event: PageBlocked | PageUnblocked | PostRemoved) -> None:
    page = Page.objects.select_related("owner").filter(pk=event.page_id).first()
    action = Action.objects.select_related("actor").filter(pk=event.action_id).first()
    if page and action and action.actor != page.owner:
        notify(recipient=page.owner, kind=Kind.MODERATION, event_id=event.event_id, subject_id=action.pk)


@subscribe(PageBlocked, name="moderation.tell_owner_that_the_page_is_blocked")
def tell_owner_that_the_page_is_blocked(event: PageBlocked) -> None:
    _tell_owner(event)
    close_reports(subject=Report.Subject.PAGE, subject_id=event.page_id)


@subscribe(PageUnblocked, name="moderation.tell_owner_that_the_page_is_back")
def tell_owner_that_the_page_is_back(event: PageUnblocked) -> None:
    _tell_owner(event)


@subscribe(PostRemoved, name="moderation.tell_author_that_the_post_is_removed")
def tell_author_that_the_post_is_removed(event: PostRemoved) -> None:
    _tell_owner(event)


@subscribe(CommentRemoved, name="moderation.tell_author_that_the_comment_is_removed")
def tell_author_that_the_comment_is_removed(event: CommentRemoved) -> None:
    if author := User.objects.filter(pk=event.author_id).first():
        notify(recipient=author, kind=Kind.MODERATION, event_id=event.event_id, subject_id=event.action_id)


@subscribe(CommentDeleted, name="moderation.close_reports_about_the_comment")
def close_reports_about_the_comment(event: CommentDeleted) -> None:
    close_reports(subject=Report.Subject.COMMENT, subject_id=event.comment_id)


@subscribe(PostDeleted, name="moderation.close_reports_about_the_post")
def close_reports_about_the_post(event: PostDeleted) -> None:
    close_reports_about_what_is_gone()


@subscribe(PageDeleted, name="moderation.close_reports_about_the_page")
def close_reports_about_the_page(event: PageDeleted) -> None:
    close_reports_about_what_is_gone()


def _write_to(event: UserBlocked | UserUnblocked, template: str, verb: str) -> None:
    """By e-mail: who is blocked cannot look into the app."""
    user = User.objects.filter(pk=event.user_id).first()
    action = Action.objects.filter(verb=verb, subject_id=event.user_id).order_by("-pk").first()
    if user and user.is_email_verified:
        send_mail(
            key=f"moderation/{event.event_id}",
            to=user.email,
            template=f"moderation/mail/{template}",
            context={"person": user, "reason": action.reason if action else ""},
            language=user.language,
        )


@subscribe(UserBlocked, name="moderation.write_to_who_is_blocked")
def write_to_who_is_blocked(event: UserBlocked) -> None:
    _write_to(event, "account_blocked", Action.Verb.BLOCK_USER)
    close_reports(subject=Report.Subject.USER, subject_id=event.user_id)


@subscribe(UserUnblocked, name="moderation.write_to_who_is_unblocked")
def write_to_who_is_unblocked(event: UserUnblocked) -> None:
    _write_to(event, "account_unblocked", Action.Verb.UNBLOCK_USER)
