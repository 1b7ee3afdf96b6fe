"""`/metrics/`: what the processes of the core count, and what its tables say, for Prometheus."""

from collections.abc import Iterator

from django.conf import settings
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from innotter.accounts.permissions import can_use_admin_panel
from innotter.events.queries import backlogs
from innotter.jobs.models import Job, QueueEntry, QueuePause
from innotter.mail.queries import mail_backlog
from innotter.webhooks.queries import webhook_backlog
from telemetry import metrics


class Rows(Collector):
    """What the tables say just now."""

    def collect(self) -> Iterator[Metric]:
        waiting = GaugeMetricFamily("innotter_outbox_waiting", "Events that wait, by who shall hear", labels=["sink"])
        failed = GaugeMetricFamily("innotter_outbox_failed", "Events that were given up or refused", labels=["sink"])
        lag = GaugeMetricFamily("innotter_outbox_lag_seconds", "How long the oldest has waited", labels=["sink"])
        for backlog in backlogs():
            waiting.add_metric([backlog.name], backlog.waiting)
            failed.add_metric([backlog.name], backlog.failed)
            lag.add_metric([backlog.name], backlog.lag_seconds)
        yield from (waiting, failed, lag, *self._e_mails(), *self._webhooks(), self._jobs(), self._paused())

    def _e_mails(self) -> Iterator[Metric]:
        backlog = mail_backlog()
        yield GaugeMetricFamily("innotter_mail_waiting", "E-mails that wait for their server", backlog.waiting)
        yield GaugeMetricFamily("innotter_mail_failed", "E-mails that were given up", backlog.failed)
        yield GaugeMetricFamily("innotter_mail_lag_seconds", "How long the oldest has waited", backlog.lag_seconds)

    def _webhooks(self) -> Iterator[Metric]:
        backlog = webhook_backlog()
        yield GaugeMetricFamily("innotter_webhooks_waiting", "Due deliveries to webhooks that work", backlog.waiting)
        yield GaugeMetricFamily("innotter_webhooks_lag_seconds", "How late the oldest is", backlog.lag_seconds)
        yield GaugeMetricFamily("innotter_webhooks_failing", "Webhooks whose last delivery failed", backlog.failed)

    def _paused(self) -> Metric:
        paused = GaugeMetricFamily("innotter_jobs_paused", "Queues that rest, by kind of job", labels=["handler"])
        for pause in QueuePause.objects.filter(resumed_at=None):
            paused.add_metric([pause.handler or "all"], 1)
        return paused

    def _jobs(self) -> Metric:
        jobs = GaugeMetricFamily("innotter_jobs", "Jobs that the platform has yet to end, by status", labels=["status"])
        queue = QueueEntry.objects.aggregate(waiting=Count("pk", filter=Q(lease=None)), entries=Count("pk"))
        jobs.add_metric([Job.Status.PENDING], queue["waiting"])
        jobs.add_metric([Job.Status.IN_PROGRESS], queue["entries"] - queue["waiting"])
        return jobs


_rows = CollectorRegistry()
_rows.register(Rows())


@never_cache
@require_safe
def metrics_page(request: HttpRequest) -> HttpResponse:
    """For who has `METRICS_TOKEN`, and for admins. To everybody else there is nothing here."""
    if not (_has_token(request) or can_use_admin_panel(request.user)):
        raise Http404
    return HttpResponse(metrics.exposition() + generate_latest(_rows), content_type=metrics.CONTENT_TYPE)


def _has_token(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(settings.METRICS_TOKEN) and constant_time_compare(given, settings.METRICS_TOKEN)
