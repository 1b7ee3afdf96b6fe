"""What programs wish to be done: one job, or many at once."""

from collections.abc import Mapping
from itertools import chain, starmap
from typing import Any

from rest_framework import serializers

from innotter.api.fields import ListField, ObjectField
from innotter.jobs.models import Job, JobDependency
from innotter.jobs.models.dependency import MOST_AWAITED
from innotter.jobs.models.job import (
    CURRENCY_LETTERS,
    LONGEST_DESCRIPTION,
    LONGEST_KEY,
    LONGEST_KIND,
    LONGEST_NAME,
    MOST_URGENT,
)
from innotter.jobs.services.drafts import IfExists
from innotter.jobs.services.submitting import MOST_ERRORS, MOST_TOGETHER
from innotter.jobs.services.uniqueness import LONGEST_SPAN

#: More than any kind of work may take.
MOST_SECONDS = 24 * 3600


class HandlerJobSerializer(serializers.Serializer[Any]):
    """A job for a `handler`, with its `parameters`."""

    name = serializers.CharField(max_length=LONGEST_NAME)
    description = serializers.CharField(max_length=LONGEST_DESCRIPTION, allow_blank=True, default="")
    scheduled_time = serializers.DateTimeField(required=False, help_text="When to begin; now, if it is left out.")
    handler = serializers.CharField(max_length=LONGEST_KIND)
    parameters = ObjectField(default=dict)
    notify = serializers.ChoiceField(
        Job.Notify.choices, required=False, help_text="Of which endings its owner is told; of a bulk's, of failures."
    )
    priority = serializers.IntegerField(
        min_value=-MOST_URGENT, max_value=MOST_URGENT, default=0, help_text="Among your own jobs; more is more urgent."
    )
    time_limit = serializers.IntegerField(
        min_value=1, max_value=MOST_SECONDS, required=False, allow_null=True, help_text="Of each attempt, in seconds."
    )
    unique_key = serializers.CharField(
        max_length=LONGEST_KEY, allow_blank=True, default="", help_text="No other of your jobs with it waits or runs."
    )
    if_exists = serializers.ChoiceField(
        IfExists.choices, default=IfExists.REFUSE, help_text="What to do when another job has the key."
    )
    unique_seconds = serializers.IntegerField(
        min_value=0,
        max_value=LONGEST_SPAN,
        default=0,
        help_text="Another has the key for so long, though it has ended.",
    )
    limit_key = serializers.CharField(
        max_length=LONGEST_KEY,
        allow_blank=True,
        default="",
        help_text="Counts with your other jobs of this key, where a limit counts by keys; an HTTP job, by its host.",
    )
    after = ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        default=list,
        max_length=MOST_AWAITED,
        help_text="It begins once these jobs of yours have ended; `${123.output}` in its parameters is a result.",
    )
    if_fails = serializers.ChoiceField(
        JobDependency.IfFails.choices,
        default=JobDependency.IfFails.CANCEL,
        help_text="What becomes of it when one of those fails or is cancelled.",
    )


class ManyJobsSerializer(serializers.Serializer[Any]):
    """Many jobs at once: all of them are submitted, or none."""

    jobs = ListField(child=HandlerJobSerializer(), min_length=1, max_length=MOST_TOGETHER)


class CountSerializer(serializers.Serializer[Any]):
    """How many jobs were changed."""

    count = serializers.IntegerField()


class SubmittedJobsSerializer(serializers.Serializer[Any]):
    """The jobs that were submitted, in the order of their wishes."""

    ids = ListField(child=serializers.IntegerField(), max_length=MOST_TOGETHER)


def read_bulk(data: Any) -> dict[str, Any]:
    """The wishes of a bulk, checked; refuses field by field, as in `jobs.3.name`."""
    serializer = ManyJobsSerializer(data=data)
    if not serializer.is_valid():
        errors: dict[str, Any] = dict(serializer.errors)
        if isinstance(items := errors.get("jobs"), dict):
            errors = dict(chain.from_iterable(starmap(_errors_of, list(items.items())[:MOST_ERRORS])))
        raise serializers.ValidationError(errors)
    return dict(serializer.validated_data)


def _errors_of(number: int, fields: Any) -> list[tuple[str, Any]]:
    """By field; of what is no object at all, by its place alone."""
    if not isinstance(fields, Mapping):
        return [(f"jobs.{number}", fields)]
    return [(f"jobs.{number}.{field}", words) for field, words in fields.items()]


class NewJobSerializer(HandlerJobSerializer):
    """A job for a `handler`, with its `parameters`; or one that is `open_to_bids`."""

    scheduled_time = serializers.DateTimeField(
        required=False, help_text="When to begin; now, if it is left out. For a job open to bids, its deadline."
    )
    handler = serializers.CharField(max_length=LONGEST_KIND, allow_blank=True, default="")
    file = serializers.FileField(required=False, write_only=True, help_text="For handlers that take one: multipart.")
    open_to_bids = serializers.BooleanField(default=False)
    budget = serializers.DecimalField(max_digits=12, decimal_places=2, min_value=0, required=False, allow_null=True)
    currency = serializers.CharField(max_length=CURRENCY_LETTERS, allow_blank=True, default="")
    deadline = serializers.DateTimeField(required=False)
