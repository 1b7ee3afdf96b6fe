"""Jobs, their results and bids, as programs read and write them."""

from functools import cache
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from innotter.api.fields import AddressField, ListField
from innotter.jobs.models import Bid, Job, JobComment, JobFile, JobResult, LogLine
from innotter.jobs.services.delivering import LONGEST_DELIVERY, LONGEST_WISH, MOST_FILES


class JobSerializer(serializers.ModelSerializer[Job]):
    """A job. Of somebody else's, only what its bidders need to know."""

    owner = serializers.CharField(source="owner.username", read_only=True)
    assignee = serializers.CharField(source="assignee.username", read_only=True, allow_null=True, default=None)
    file = serializers.CharField(source="file_name", read_only=True, help_text="The name of the uploaded file.")
    after = serializers.ListField(
        child=serializers.IntegerField(), source="after_ids", read_only=True, default=list, help_text="What it follows."
    )
    bids = serializers.IntegerField(source="bids_count", read_only=True, default=0)

    class Meta:
        model = Job
        fields = (
            "id",
            "owner",
            "name",
            "description",
            "handler",
            "parameters",
            "file",
            "scheduled_time",
            "status",
            "attempt",
            "max_attempts",
            "notify",
            "priority",
            "time_limit",
            "unique_key",
            "limit_key",
            "target",
            "after",
            "recurring",
            "percent",
            "step",
            "error",
            "open_to_bids",
            "budget",
            "currency",
            "deadline",
            "assignee",
            "bids",
            "created_at",
            "started_at",
            "finished_at",
        )
        read_only_fields = fields


@cache
def _shown() -> JobSerializer:
    """Made once: its fields cost more than what they write."""
    return JobSerializer()


def as_json(job: Job) -> dict[str, Any]:
    """One job, as a list of them has it."""
    return dict(_shown().to_representation(job))


class DuplicateSerializer(serializers.Serializer[Any]):
    scheduled_time = serializers.DateTimeField(required=False, help_text="Now, if it is left out.")


class JobFileSerializer(serializers.ModelSerializer[JobFile]):
    url = AddressField()

    class Meta:
        model = JobFile
        fields = ("name", "content_type", "size", "url")
        read_only_fields = fields


class JobResultSerializer(serializers.ModelSerializer[JobResult]):
    files = JobFileSerializer(many=True, read_only=True)

    class Meta:
        model = JobResult
        fields = (
            "job",
            "attempt",
            "outcome",
            "output",
            "data",
            "error_message",
            "files",
            "started_at",
            "completed_at",
        )
        read_only_fields = fields


class LogLineSerializer(serializers.ModelSerializer[LogLine]):
    class Meta:
        model = LogLine
        fields = ("id", "attempt", "text", "at")
        read_only_fields = fields


class HandlerSerializer(serializers.Serializer[Any]):
    """A kind of work; `parameters` is the JSON schema of what it is told."""

    name = serializers.CharField()
    title = serializers.CharField()
    about = serializers.CharField()
    takes_file = serializers.BooleanField()
    seconds = serializers.IntegerField(help_text="The longest an attempt may take.")
    parameters = serializers.SerializerMethodField()

    @extend_schema_field({"type": "object"})
    def get_parameters(self, handler: Any) -> Any:
        return handler.parameters.model_json_schema()


class BidSerializer(serializers.ModelSerializer[Bid]):
    bidder = serializers.CharField(source="bidder.username", read_only=True)
    fee = serializers.DecimalField(max_digits=12, decimal_places=2, min_value=0)

    class Meta:
        model = Bid
        fields = (
            "id",
            "job",
            "bidder",
            "text",
            "proposed_deadline",
            "fee",
            "currency",
            "status",
            "created_at",
            "updated_at",
        )
        read_only_fields = ("job", "status", "created_at", "updated_at")


class JobCommentSerializer(serializers.ModelSerializer[JobComment]):
    author = serializers.CharField(source="author.username", read_only=True)

    class Meta:
        model = JobComment
        fields = ("id", "author", "text", "created_at")
        read_only_fields = ("created_at",)


class DeliverySerializer(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=LONGEST_DELIVERY, allow_blank=True, default="")
    file = ListField(child=serializers.FileField(), required=False, max_length=MOST_FILES)


class SelectSerializer(serializers.Serializer[Any]):
    updated_at = serializers.DateTimeField(
        required=False, help_text="Of the bid as one has seen it: it is refused if it has changed since."
    )


class WantedChangesSerializer(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=LONGEST_WISH)


class KindSerializer(serializers.Serializer[Any]):
    handler = serializers.CharField()
    attempts = serializers.IntegerField()
    completed = serializers.IntegerField()
    success_rate = serializers.FloatField()
    median_seconds = serializers.FloatField(source="median")
    p95_seconds = serializers.FloatField(source="slowest")


class DaySerializer(serializers.Serializer[Any]):
    date = serializers.DateField()
    completed = serializers.IntegerField()
    failed = serializers.IntegerField()


class DashboardSerializer(serializers.Serializer[Any]):
    """How one's jobs stand: by state, by kind over thirty days, and day by day over fourteen."""

    counts = serializers.DictField(child=serializers.IntegerField())
    due_next = JobSerializer(many=True)
    recent_failures = JobSerializer(many=True, source="failures")
    handlers = KindSerializer(many=True, source="kinds")
    days = DaySerializer(many=True)
