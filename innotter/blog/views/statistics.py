"""The numbers of a page, for its owner: totals, what the last days brought, and what did best."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_safe

from innotter.accounts.authentication import signed_in
from innotter.accounts.models import User
from innotter.blog.gateways import COUNTERS, Day, statistics_of
from innotter.blog.queries import best_posts
from innotter.errors import Away
from innotter.pages.models import Page
from innotter.web.caching import revalidated
from innotter.web.charts import Bar

#: The spans that one can choose between, in days.
SPANS = (7, 30, 90, 365)
USUAL_SPAN = 30
#: What rises and falls: of these a span's number has a sign, or it would be read as how many there are.
LEVELS = frozenset({"followers", "follow_requests"})
#: What is drawn large.
LARGE = frozenset({"views", "followers"})
#: With more bars than that nobody sees a single one: weeks are drawn instead.
MOST_BARS = 92


@dataclass(frozen=True)
class Figure:
    """One number: what the span has brought, how that differs from the span before, and what there is in all."""

    name: str
    label: str
    gained: int
    change: int
    total: int
    is_level: bool
    bars: list[Bar]
    #: What there was at the end of each portion; for what rises and falls.
    level: list[Bar]

    @property
    def lost(self) -> int:
        return -self.change


@revalidated
@require_safe
def statistics(request: HttpRequest, handle: str) -> HttpResponse:
    """The page; while the service is away, all of it but the numbers."""
    reader, page = _page(request, handle)
    span = _span(request)
    until = datetime.now(UTC).date()
    since = until - timedelta(days=span - 1)
    context = {
        "page": page,
        "span": span,
        "since": since,
        "until": until,
        "spans": SPANS,
        "is_weekly": span > MOST_BARS,
        "best": best_posts(page, timezone.make_aware(datetime.combine(since, time.min), UTC)),
    }
    try:
        found = statistics_of(page=page, reader=reader, since=since - timedelta(days=span), until=until)
    except Away as refusal:
        return render(request, "blog/statistics.html", context | {"refusal": refusal})
    before, days = [day for day in found.days if day.date < since], [day for day in found.days if day.date >= since]
    names = {day.date: date_format(day.date, "SHORT_DATE_FORMAT") for day in days}
    figures = [_figure(name, found.totals[name], before, days, names) for name in COUNTERS]
    changed = [day for day in reversed(days) if any(day.counts.values())]
    table = [(names[day.date], [day.counts[name] for name in COUNTERS]) for day in changed]
    context |= {
        "views": next(figure for figure in figures if figure.name == "views"),
        "followers": next(figure for figure in figures if figure.name == "followers"),
        "others": [figure for figure in figures if figure.name not in LARGE],
        "labels": COUNTERS.values(),
        "table": table,
        "is_new": not any(found.totals.values()),
    }
    return render(request, "blog/statistics.html", context)


@revalidated
@require_safe
def as_table(request: HttpRequest, handle: str) -> HttpResponse:
    """The same days as a CSV file."""
    reader, page = _page(request, handle)
    until = datetime.now(UTC).date()
    found = statistics_of(page=page, reader=reader, since=until - timedelta(days=_span(request) - 1), until=until)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{page.handle}-{until}.csv"'
    rows = csv.writer(response)
    rows.writerow(["date", *COUNTERS])
    rows.writerows([day.date, *(day.counts[name] for name in COUNTERS)] for day in found.days)
    return response


def _page(request: HttpRequest, handle: str) -> tuple[User, Page]:
    """The page, for those who may see its numbers; for others it has no such address."""
    reader = signed_in(request)
    return reader, get_object_or_404(Page.objects.measurable_by(reader), handle=handle.lower())


def _span(request: HttpRequest) -> int:
    wish = request.GET.get("days", "")
    return int(wish) if wish in map(str, SPANS) else USUAL_SPAN


def _figure(name: str, total: int, before: Sequence[Day], days: Sequence[Day], names: Mapping[date, str]) -> Figure:
    values = [(names[day.date], day.counts[name]) for day in days]
    gained = sum(value for _date, value in values)
    return Figure(
        name=name,
        label=str(COUNTERS[name]),
        gained=gained,
        change=gained - sum(day.counts[name] for day in before),
        total=total,
        is_level=name in LEVELS,
        bars=(drawn := _bars(values)),
        level=_levels(drawn, total) if name in LEVELS else [],
    )


def _levels(changes: Sequence[Bar], total: int) -> list[Bar]:
    """How many there were after each change, of which the last led to how many there are."""
    before = total - sum(bar.value for bar in changes)
    gained = accumulate(change.value for change in changes)
    return [Bar(change.label, before + so_far) for change, so_far in zip(changes, gained, strict=True)]


def _bars(values: Sequence[tuple[str, int]]) -> list[Bar]:
    """A bar for each day, or where they are too many for each week."""
    step = 7 if len(values) > MOST_BARS else 1
    # From the end: the last week is whole, the first may not be.
    portions = [values[max(0, end - step) : end] for end in range(len(values), 0, -step)][::-1]
    return [Bar(portion[0][0], sum(value for _day, value in portion)) for portion in portions]
