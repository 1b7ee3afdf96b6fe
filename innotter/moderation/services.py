"""Reporting, and deciding on reports."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple, cast

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter.accounts.models import User
from innotter.accounts.services import block_user
from innotter.audit.models import Action
from innotter.audit.services import log_action
from innotter.blog.models import Comment, Post
from innotter.blog.services import delete_comment, delete_post
from innotter.errors import Conflict, Invalid, require
from innotter.moderation.models import Report
from innotter.moderation.permissions import can_moderate
from innotter.moderation.queries import Subject, cases_of
from innotter.pages.models import Page
from innotter.pages.services import block_page


def report(*, reporter: User, subject: Subject, reason: str) -> Report:
    """Ask the moderators to look at something. Who has done so already changes nothing."""
    if subject == reporter:
        raise Invalid(user=_("You cannot report yourself."))
    row = Report(reporter=reporter, subject=_kind_of(subject), subject_id=subject.pk, reason=reason.strip())
    row.clean_fields(exclude={"reporter"})
    known = {"reporter": reporter, "subject": row.subject, "subject_id": row.subject_id, "resolved_at": None}
    row, _is_new = Report.objects.get_or_create(**known, defaults={"reason": row.reason})
    return row


class Decision(NamedTuple):
    """What a moderator can do about a report, and about what kinds of things."""

    about: frozenset[str]
    carry_out: Callable[..., None]


@transaction.atomic
def decide(*, moderator: User, report: Report, decision: str, reason: str = "", **details: object) -> None:
    """Carry out a decision; every open report about the same thing is closed with it."""
    require(can_moderate(moderator))
    # All that are open about the same thing: of two moderators who decide at the same moment, one does.
    same = Report.objects.open().about(report.subject, report.subject_id).order_by("pk")
    is_open = report.pk in list(same.select_for_update().values_list("pk", flat=True))
    case = cases_of([report], moderator)[0] if is_open else None
    if case is None or case.subject is None:
        raise Conflict(_("This has been decided already."))
    chosen = DECISIONS.get(decision)
    if chosen is None or report.subject not in chosen.about:
        raise Invalid(decision=_("Choose one of the decisions."))
    chosen.carry_out(moderator, case.subject, reason, **details)
    close_reports(subject=report.subject, subject_id=report.subject_id)


def close_reports(*, subject: str, subject_id: int) -> None:
    """Nobody needs to look at them any more."""
    Report.objects.open().about(subject, subject_id).update(resolved_at=timezone.now())


def close_reports_about_what_is_gone() -> None:
    """Nobody can decide about it: a post goes with its page, and a comment with its article."""
    kept: dict[str, QuerySet[Any]] = {
        Report.Subject.PAGE: Page.objects.all(),
        Report.Subject.POST: Post.objects.all(),
        Report.Subject.COMMENT: Comment.objects.all(),
    }
    for subject, rows in kept.items():
        there = rows.filter(pk=OuterRef("subject_id"))
        Report.objects.open().filter(~Exists(there), subject=subject).update(resolved_at=timezone.now())


def _kind_of(subject: Subject) -> str:
    kinds: dict[type, str] = {
        Post: Report.Subject.POST,
        Comment: Report.Subject.COMMENT,
        Page: Report.Subject.PAGE,
    }
    return kinds.get(type(subject), Report.Subject.USER)


def _page_of(subject: Subject) -> Page:
    if isinstance(subject, Post):
        return subject.page
    return cast("Page", subject)  # The table of decisions says so.


def _person_of(subject: Subject) -> User:
    if isinstance(subject, Comment):
        if subject.author is None:
            raise Invalid(decision=_("A guest has no account that could be blocked."))
        return subject.author
    return subject if isinstance(subject, User) else _page_of(subject).owner


def _dismiss(moderator: User, subject: Subject, reason: str, **details: object) -> None:
    about = {Report.Subject.POST: "post", Report.Subject.PAGE: "page", Report.Subject.USER: "user"}
    about[Report.Subject.COMMENT] = "comment"
    log_action(
        actor=moderator,
        verb=Action.Verb.DISMISS_REPORT,
        subject_id=subject.pk,
        about=f"{about[Report.Subject(_kind_of(subject))]}: {subject}",
        reason=reason,
    )


def _remove_post(moderator: User, subject: Subject, reason: str, **details: object) -> None:
    delete_post(person=moderator, post=cast("Post", subject), reason=reason)


def _remove_comment(moderator: User, subject: Subject, reason: str, **details: object) -> None:
    delete_comment(person=moderator, comment=cast("Comment", subject), reason=reason)


def _block_page(moderator: User, subject: Subject, reason: str, **details: object) -> None:
    until, page = cast("datetime | None", details.get("until")), _page_of(subject)
    # Whoever decides about a post is not told that its page is blocked already: if that is for longer, it stays.
    if until and page.blocked_until and until < page.blocked_until:
        until = None if page.is_blocked_for_ever else page.blocked_until
    block_page(moderator=moderator, page=page, reason=reason, until=until)


def _block_user(moderator: User, subject: Subject, reason: str, **details: object) -> None:
    block_user(admin=moderator, user=_person_of(subject), reason=reason)


_ANY = frozenset(Report.Subject.values)
#: Every decision. What is not here cannot be decided.
DECISIONS = {
    "dismiss": Decision(_ANY, _dismiss),
    "remove_post": Decision(frozenset({Report.Subject.POST}), _remove_post),
    "remove_comment": Decision(frozenset({Report.Subject.COMMENT}), _remove_comment),
    "block_page": Decision(frozenset({Report.Subject.POST, Report.Subject.PAGE}), _block_page),
    "block_user": Decision(_ANY, _block_user),
}
