"""What was planned for a page that has another handle since: jobs name pages by their handles."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Func, JSONField, QuerySet, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Lower

from innotter.jobs.models import Job, RecurringJob
from innotter.jobs.registry import handlers
from innotter.pages.models import Page


@transaction.atomic
def rename_in_jobs(*, page: Page, former_handle: str, renamed_at: datetime) -> None:
    """Let the jobs of a page's owner that are yet to be done name it as it is called now.

    Those that were submitted after it was renamed mean another page, which has taken the handle.
    """
    unfinished = Job.objects.of(page.owner).exclude(status__in=[Job.Status.COMPLETED, Job.Status.CANCELLED])
    for planned in (unfinished, RecurringJob.objects.of(page.owner)):
        _named(planned.filter(created_at__lt=renamed_at), former_handle).update(
            parameters=Func(
                F("parameters"),
                Value("{page}"),
                Value(page.handle, JSONField()),
                function="jsonb_set",
                template="%(function)s(%(expressions)s)",
            )
        )


def _named(planned: QuerySet[Any], handle: str) -> QuerySet[Any]:
    kinds = [handler.name for handler in handlers() if "page" in handler.parameters.model_fields]
    planned = planned.filter(handler__in=kinds).alias(named=Lower(KeyTextTransform("page", "parameters")))
    return planned.filter(named=handle)
