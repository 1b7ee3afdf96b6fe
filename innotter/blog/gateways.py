"""The numbers of a page, from the statistics service."""

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from innotter.accounts.gateways import ask_service
from innotter.accounts.models import User
from innotter.errors import Away
from innotter.pages.models import Page

#: What is counted, in the order in which it is shown, each with its name.
COUNTERS = {
    "followers": _("Followers"),
    "views": _("Views"),
    "likes": _("Likes"),
    "replies": _("Replies"),
    "comments": _("Comments"),
    "posts": _("Posts"),
    "articles": _("Articles"),
    "follow_requests": _("Follow requests"),
}


@dataclass(frozen=True)
class Day:
    """By how much each number changed on a day (UTC)."""

    date: date
    counts: dict[str, int]


@dataclass(frozen=True)
class Statistics:
    """What there is of a page now, and what each day has changed."""

    totals: dict[str, int]
    days: list[Day]


def statistics_of(*, page: Page, reader: User, since: date, until: date) -> Statistics:
    """The numbers of a page on these days, both ends included; raises `Away` when the service does not answer.

    A page that the service has not heard of yet has none.
    """
    if not settings.STATISTICS_URL:
        raise Away(_("This site counts nothing: it has no statistics service."))
    address = f"{settings.STATISTICS_URL}/pages/{quote(page.handle)}/statistics"
    answer = ask_service(address, person=reader, query={"from": since, "to": until})
    if answer.status == HTTPStatus.NOT_FOUND:
        return Statistics(dict.fromkeys(COUNTERS, 0), [])
    return answer.read(_statistics)


def _statistics(told: Any) -> Statistics:
    days = [Day(date.fromisoformat(day["date"]), _counts(day)) for day in told["days"]]
    return Statistics(_counts(told["totals"]), days)


def _counts(numbers: dict[str, int]) -> dict[str, int]:
    return {name: int(numbers.get(name, 0)) for name in COUNTERS}
