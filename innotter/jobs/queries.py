"""Finding jobs, and summing up how they go."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Aggregate,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter

from innotter import filters
from innotter.accounts.models import User
from innotter.errors import Invalid, Text
from innotter.jobs.models import (
    Bid,
    Counted,
    Job,
    JobComment,
    JobDependency,
    JobFile,
    JobLimit,
    JobQuerySet,
    JobResult,
    LogLine,
    QueueEntry,
    QueuePause,
)
from innotter.jobs.registry import handler_named, handlers
from innotter.text.cleaning import one_line

S = Job.Status

#: By what jobs can be sorted, and the column of it.
ORDERS = {"created_at": "id", "scheduled_time": "scheduled_time", "name": "name", "status": "status"}
#: Days of the chart, and of the sums by kind.
CHART, SUMS = 14, 30
MOST_SHOWN = 5
#: Of more jobs in the queue, nobody counts by kind.
MOST_COUNTED = 20_000


class JobFilters(filters.Filters):
    """What a list of jobs can be asked for."""

    status = filters.OneOf(
        "status", values={value: value for value in S.values}, help_text="Only jobs in this state, or these."
    )
    handler = CharFilter("handler", help_text="Only jobs of this kind.")
    search = filters.PartOf("name", help_text="Only jobs with this in their name.")
    scheduled_after = filters.Moment(
        "scheduled_time", "gte", help_text="Only jobs scheduled at this time or later; a day, or a time."
    )
    scheduled_before = filters.Moment("scheduled_time", "lt", help_text="Only jobs scheduled earlier.")
    created_after = filters.Moment("created_at", "gte", help_text="Only jobs created at this time or later.")
    created_before = filters.Moment("created_at", "lt", help_text="Only jobs created earlier.")


def filtered(jobs: JobQuerySet, wishes: Mapping[str, str]) -> JobQuerySet:
    """The jobs that match the filters; refuses values that make no sense."""
    found: JobQuerySet = JobFilters(wishes, jobs).found
    return found


def matching(jobs: JobQuerySet, wishes: Mapping[str, str]) -> JobQuerySet:
    """The jobs that match, for an act on all of them: refuses what would filter nothing and was meant to."""
    for name, value in wishes.items():
        if name not in JobFilters.base_filters or (value and not one_line(value)):
            raise Invalid(**{name: _("There is no such filter.")})
    return filtered(jobs, wishes)


def in_order(jobs: JobQuerySet, ordering: str) -> JobQuerySet:
    """Sorted as asked, the newest first when nothing known is asked for."""
    column = ORDERS.get(ordering.removeprefix("-"))
    if column is None:
        return jobs.order_by("-pk")
    way = "-" if ordering.startswith("-") else ""
    return jobs.order_by(f"{way}{column}", f"{way}pk")


def for_reading(jobs: JobQuerySet) -> JobQuerySet:
    """With all that is shown of them."""
    standing = Bid.objects.filter(job=OuterRef("pk"), bidder__is_blocked=False).standing().order_by().values("job")
    bids = Coalesce(Subquery(standing.annotate(n=Count("pk")).values("n")), 0)
    after = JobDependency.objects.filter(job=OuterRef("pk")).order_by("after").values("after")
    return jobs.select_related("owner", "assignee").annotate(bids_count=bids, after_ids=ArraySubquery(after))


def awaited_by(job: Job) -> QuerySet[Job]:
    """The jobs after which it begins."""
    return Job.objects.filter(followers__job=job).order_by("pk")


def worked_on_by(person: User) -> JobQuerySet:
    """The jobs whose results one sees: one's own, and those one has been given."""
    return Job.objects.filter(Q(owner=person) | Q(assignee=person))


def comments_on(job: Job, viewer: User) -> QuerySet[JobComment]:
    """What somebody may read of what is said about a job."""
    return JobComment.objects.readable_by(viewer).filter(job=job).select_related("author", "job")


def attempts_of(job: Job) -> list[JobResult]:
    """What came of each attempt, the last first, with its files."""
    results = JobResult.objects.filter(job=job).order_by("-attempt")
    return list(results.prefetch_related(Prefetch("files", JobFile.objects.order_by("pk")))[:50])


def log_of(job: Job) -> list[LogLine]:
    """The last lines of its current or last attempt."""
    lines = LogLine.objects.filter(job=job, attempt=job.attempt).order_by("-pk")
    return list(reversed(lines[:50]))


def limits_on(job: Job) -> list[JobLimit]:
    """The limits that a job counts against."""
    limits = JobLimit.objects.readable_by(job.owner).order_by("pk")
    return [limit for limit in limits if limit.group_of(Counted.of(job)) is not None]


def pause_of(job: Job) -> QueuePause | None:
    """The pause that a job waits for."""
    return QueuePause.objects.filter(handler__in=["", job.handler], resumed_at=None).order_by("handler").first()


@dataclass(frozen=True)
class Queue:
    """The jobs of a kind that the platform has yet to end: everybody's."""

    handler: str
    title: Text
    waiting: int
    in_progress: int
    pause: QueuePause | None

    @property
    def is_paused(self) -> bool:
        return self.pause is not None


@dataclass(frozen=True)
class Queues:
    """All of them, and the pause of all, if there is one."""

    kinds: list[Queue]
    pause: QueuePause | None
    #: Whether all jobs are counted: of too many, only the first are.
    is_counted: bool

    @property
    def all_paused(self) -> bool:
        return self.pause is not None


def queues() -> Queues:
    """How the queues of all kinds stand; of a large backlog, by its first jobs."""
    first = QueueEntry.objects.order_by().values("pk")[: MOST_COUNTED + 1]
    rows = QueueEntry.objects.filter(pk__in=first).order_by().values_list("job__handler")
    under_way = Count("pk", filter=Q(lease__isnull=False))
    sums = rows.annotate(waiting=Count("pk") - under_way, under_way=under_way)
    counts = {handler: (waiting, in_progress) for handler, waiting, in_progress in sums}
    pauses = {pause.handler: pause for pause in QueuePause.objects.filter(resumed_at=None)}
    known = {handler.name: handler.title for handler in handlers()}
    titles = known | {name: name for name in [*counts, *pauses] if name and name not in known}
    kinds = [Queue(name, title, *counts.get(name, (0, 0)), pauses.get(name)) for name, title in titles.items()]
    return Queues(kinds, pauses.get(""), sum(map(sum, counts.values())) <= MOST_COUNTED)


class Percentile(Aggregate):
    """PostgreSQL's `percentile_cont`."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(%(fraction)s) WITHIN GROUP (ORDER BY %(expressions)s)"

    def __init__(self, expression: Any, *, fraction: float) -> None:
        super().__init__(expression, fraction=fraction, output_field=DurationField())


@dataclass(frozen=True)
class KindOfWork:
    """How jobs of a kind went in the last thirty days, attempt by attempt."""

    handler: str
    title: Any
    attempts: int
    completed: int
    median: float
    slowest: float

    @property
    def success_rate(self) -> float:
        return self.completed / self.attempts


@dataclass(frozen=True)
class Day:
    date: date
    completed: int
    failed: int


@dataclass(frozen=True)
class Dashboard:
    """How one's jobs stand."""

    counts: Mapping[str, int]
    due_next: list[Job]
    failures: list[Job]
    kinds: list[KindOfWork]
    days: list[Day]


def dashboard_of(owner: User) -> Dashboard:
    """Sums over one's own jobs, in a constant number of queries."""
    jobs = Job.objects.of(owner)
    counted = dict(jobs.order_by().values_list("status").annotate(n=Count("pk")))
    waiting = jobs.filter(status=S.PENDING, open_to_bids=False)
    return Dashboard(
        counts={status: counted.get(status, 0) for status in S.values},
        due_next=list(waiting.order_by("due_at", "pk")[:MOST_SHOWN]),
        failures=list(jobs.filter(status=S.FAILED).order_by("-finished_at")[:MOST_SHOWN]),
        kinds=_kinds(jobs),
        days=_days(jobs),
    )


def _kinds(jobs: JobQuerySet) -> list[KindOfWork]:
    since = timezone.now() - timedelta(days=SUMS)
    took = ExpressionWrapper(F("completed_at") - F("started_at"), output_field=DurationField())
    results = JobResult.objects.filter(job__in=jobs.exclude(handler=""), completed_at__gte=since)
    rows = (
        results.exclude(outcome=JobResult.Outcome.CANCELLED)
        .order_by()
        .values_list("job__handler")
        .annotate(
            attempts=Count("pk"),
            completed=Count("pk", filter=Q(outcome=JobResult.Outcome.COMPLETED)),
            median=Percentile(took, fraction=0.5),
            slowest=Percentile(took, fraction=0.95),
        )
    )
    kinds = [
        KindOfWork(name, _title(name), attempts, completed, median.total_seconds(), slowest.total_seconds())
        for name, attempts, completed, median, slowest in rows
    ]
    return sorted(kinds, key=lambda kind: -kind.attempts)


def _title(name: str) -> Any:
    handler = handler_named(name)
    return handler.title if handler else name


def _days(jobs: JobQuerySet) -> list[Day]:
    today = timezone.localdate()
    first = today - timedelta(days=CHART - 1)
    ended = jobs.filter(status__in=[S.COMPLETED, S.FAILED], finished_at__gte=timezone.now() - timedelta(days=CHART))
    rows = ended.order_by().annotate(day=TruncDate("finished_at")).values_list("day", "status").annotate(n=Count("pk"))
    counts = {(day, status): n for day, status, n in rows}
    days = [first + timedelta(days=number) for number in range(CHART)]
    return [Day(day, counts.get((day, S.COMPLETED), 0), counts.get((day, S.FAILED), 0)) for day in days]
