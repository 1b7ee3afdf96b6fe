"""The queue, with what each report is about."""

from collections.abc import Sequence
from dataclasses import dataclass

from innotter.accounts.models import User
from innotter.blog.models import Comment, Post
from innotter.blog.queries import Card, cards_of
from innotter.moderation.models import Report
from innotter.pages.models import Page

Subject = Post | Comment | Page | User


@dataclass(frozen=True)
class Case:
    """A report and what it is about; None when that is gone."""

    report: Report
    subject: Subject | None
    #: How a post looks.
    card: Card | None


def cases_of(reports: Sequence[Report], moderator: User) -> list[Case]:
    """Each report with its subject, in five queries however many there are."""
    ids: dict[str, list[int]] = {subject: [] for subject in Report.Subject.values}
    for report in reports:
        ids[report.subject].append(report.subject_id)
    found: dict[str, dict[int, Subject]] = {
        Report.Subject.POST: dict(Post.objects.select_related("page__owner").in_bulk(ids[Report.Subject.POST])),
        Report.Subject.COMMENT: dict(Comment.objects.for_reading().in_bulk(ids[Report.Subject.COMMENT])),
        Report.Subject.PAGE: dict(Page.objects.select_related("owner").in_bulk(ids[Report.Subject.PAGE])),
        Report.Subject.USER: dict(User.objects.in_bulk(ids[Report.Subject.USER])),
    }
    cards = {card.pk: card for card in cards_of(ids[Report.Subject.POST], moderator)}
    return [
        Case(report, found[report.subject].get(report.subject_id), cards.get(report.subject_id)) for report in reports
    ]
