"""A page's month, day by day."""

import csv
import io
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, F, QuerySet
from django.db.models.functions import TruncDate
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from pydantic import Field, field_validator

from innotter.blog.handlers.own_pages import OwnPage, own_page
from innotter.blog.manuscripts.dates import FIRST_YEAR
from innotter.blog.models import Comment, Like, Post
from innotter.jobs.registry import Output, Parameters, Run, handler
from innotter.pages.models import Follow, Page

COLUMNS = {
    "posts": gettext_noop("Posts"),
    "articles": gettext_noop("Articles"),
    "replies": gettext_noop("Replies"),
    "comments": gettext_noop("Comments"),
    "likes": gettext_noop("Likes"),
    "followers": gettext_noop("New followers"),
}


class Month(Parameters):
    page: OwnPage
    month: str = Field(
        title=gettext_noop("Month"),
        description=gettext_noop("As in 2026-11."),
        pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$",
        json_schema_extra={"month": True},
    )

    @field_validator("month")
    @classmethod
    def has_begun(cls, month: str) -> str:
        if int(month[:4]) < FIRST_YEAR or month > timezone.localdate().strftime("%Y-%m"):
            raise ValueError(_("Choose a month that has begun."))
        return month


@handler(
    title=gettext_lazy("Report on a page"),
    about=gettext_lazy("Counts what happened on a page in a month, day by day, as a page to read and as a table."),
    icon="calendar",
    parameters=Month,
    seconds=120,
)
def page_report(month: Month, run: Run) -> Output:
    page = own_page(run, month.page)
    run.step(_("Counting"), 20)
    first = date.fromisoformat(f"{month.month}-01")
    counts = _counts(page, first)
    days = [{"date": day, **{name: counts[name][day] for name in COLUMNS}} for day in _days(first)]
    totals = {name: sum(counts[name].values()) for name in COLUMNS}
    run.step(_("Writing"), 80)
    name = f"{page.handle}-{month.month}"
    run.keep(f"{name}.csv", io.BytesIO(_csv(days).encode("utf-8-sig")), "text/csv; charset=utf-8")
    run.keep(f"{name}.html", io.BytesIO(_html(page, first, days, totals).encode()), "text/html; charset=utf-8")
    return Output(_("The report on %(page)s is ready.") % {"page": page}, {"month": month.month, "totals": totals})


def _days(first: date) -> list[date]:
    span = ((first + timedelta(days=31)).replace(day=1) - first).days
    return [first + timedelta(days=number) for number in range(span)]


def _counts(page: Page, first: date) -> Mapping[str, Counter[date]]:
    """How often each thing happened on each day, as the owner's clock has it."""
    zone = timezone.get_current_timezone()
    days = _days(first)
    span = [datetime.combine(day, time(), zone) for day in (days[0], days[-1] + timedelta(days=1))]
    posts = Post.objects.filter(page=page)
    things: dict[str, tuple[QuerySet[Any], str]] = {
        "posts": (posts.filter(kind=Post.Kind.NOTE), "created_at"),
        "articles": (posts.articles(), "created_at"),
        # One that has moved up has answered something else.
        "replies": (
            Post.objects.filter(reply_to__page=page, reply_to=F("answered_id")).exclude(page=page),
            "created_at",
        ),
        "comments": (Comment.objects.published().filter(post__page=page), "created_at"),
        "likes": (Like.objects.filter(post__page=page), "created_at"),
        "followers": (Follow.objects.accepted().filter(page=page), "accepted_at"),
    }
    return {name: _by_day(rows, moment, span) for name, (rows, moment) in things.items()}


def _by_day(rows: QuerySet[Any], moment: str, span: list[datetime]) -> Counter[date]:
    rows = rows.filter(**{f"{moment}__gte": span[0], f"{moment}__lt": span[1]})
    pairs = rows.order_by().annotate(day=TruncDate(moment)).values_list("day").annotate(n=Count("pk"))
    return Counter(dict(pairs))


def _csv(days: list[dict[str, Any]]) -> str:
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, ["date", *COLUMNS])
    writer.writeheader()
    writer.writerows(days)
    return file.getvalue()


def _html(page: Page, first: date, days: list[dict[str, Any]], totals: Mapping[str, int]) -> str:
    columns = [_(label) for label in COLUMNS.values()]
    rows = [(day["date"], [day[name] for name in COLUMNS]) for day in days]
    sums = [totals[name] for name in COLUMNS]
    context = {"page": page, "month": first, "columns": columns, "rows": rows, "totals": sums}
    return render_to_string("blog/report.html", context)
