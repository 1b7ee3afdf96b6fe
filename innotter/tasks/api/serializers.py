"""Teams and tasks, as programs read and write them."""

from typing import Any, cast

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from innotter.accounts.models.user import LONGEST_EMAIL, LONGEST_TOKEN, LONGEST_USERNAME
from innotter.api.fields import AddressField, JSONField, ListField
from innotter.jobs.models.job import CURRENCY_LETTERS
from innotter.tasks.models import (
    Attachment,
    Invitation,
    Membership,
    Task,
    TaskComment,
    TaskHistory,
    TaskTemplate,
    Team,
    TimeEntry,
)
from innotter.tasks.models.talk import LONGEST_COMMENT
from innotter.tasks.models.task import LONGEST_DESCRIPTION, LONGEST_TITLE
from innotter.tasks.models.team import LONGEST_KEY, LONGEST_LABEL, LONGEST_NAME
from innotter.tasks.services.assigning import MOST_ASSIGNEES
from innotter.tasks.services.editing import MOST_AT_ONCE
from innotter.tasks.services.labelling import MOST_LABELS
from innotter.tasks.services.templating import MOST_SUBTASKS

RULES = ("assigns_by_load", "escalates_overdue", "reminds_before_due", "closes_parents")


@extend_schema_field({"type": "string", "enum": [priority.name.lower() for priority in Task.Priority]})
class PriorityField(serializers.ChoiceField):
    """A priority by its name: none, low, medium, high, urgent."""

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=[priority.name.lower() for priority in Task.Priority], **options)

    def to_internal_value(self, data: Any) -> Any:
        return Task.Priority[str(super().to_internal_value(data)).upper()].value

    def to_representation(self, value: Any) -> str:
        return Task.Priority(value).name.lower()


class Usernames(ListField):
    child = serializers.CharField(max_length=LONGEST_USERNAME)

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=MOST_ASSIGNEES, **options)


class LabelNames(ListField):
    child = serializers.CharField(max_length=LONGEST_LABEL)

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=MOST_LABELS, **options)


class TeamSerializer(serializers.ModelSerializer[Team]):
    """A team; `role` is as what one is in it. One's own space is `is_personal`."""

    name = serializers.CharField(max_length=LONGEST_NAME)
    key = serializers.CharField(max_length=LONGEST_KEY)
    role = serializers.CharField(read_only=True)
    people = serializers.IntegerField(read_only=True)
    is_personal = serializers.BooleanField(source="is_space", read_only=True)

    class Meta:
        model = Team
        fields = ("id", "name", "key", "is_personal", "role", "people", *RULES, "created_at")
        read_only_fields = ("created_at",)


class MemberSerializer(serializers.ModelSerializer[Membership]):
    username = serializers.CharField(source="user.username", read_only=True)

    class Meta:
        model = Membership
        fields = ("username", "role", "joined_at")
        read_only_fields = ("joined_at",)


class InvitationSerializer(serializers.ModelSerializer[Invitation]):
    username = serializers.CharField(source="user.username", read_only=True, allow_null=True, default=None)
    who = serializers.CharField(
        max_length=LONGEST_EMAIL, write_only=True, help_text="A username, or an e-mail address."
    )

    class Meta:
        model = Invitation
        fields = ("id", "who", "username", "email", "role", "created_at")
        read_only_fields = ("email", "created_at")


class AcceptSerializer(serializers.Serializer[Any]):
    token = serializers.CharField(max_length=LONGEST_TOKEN, help_text="The last part of the link in the invitation.")


class WeekSerializer(serializers.Serializer[Any]):
    begins = serializers.DateField()
    tasks = serializers.IntegerField()
    hours = serializers.DecimalField(max_digits=None, decimal_places=2)


class SubtasksSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    done = serializers.IntegerField()


class TaskSerializer(serializers.ModelSerializer[Task]):
    """A task. `team` is null in one's own space; `version` goes up with every change."""

    key = serializers.CharField(read_only=True)
    team = serializers.SerializerMethodField()
    priority = PriorityField(read_only=True)
    creator = serializers.CharField(source="creator.username", read_only=True, allow_null=True, default=None)
    assignees = serializers.SerializerMethodField()
    labels = serializers.SerializerMethodField()
    subtasks = serializers.SerializerMethodField()
    comments = serializers.IntegerField(source="comments_count", read_only=True)
    archived = serializers.BooleanField(source="is_archived", read_only=True)
    metadata = serializers.DictField(read_only=True)
    job_status = serializers.CharField(source="job.status", read_only=True, allow_null=True, default=None)

    class Meta:
        model = Task
        fields = (
            "id",
            "key",
            "title",
            "description",
            "status",
            "priority",
            "due_date",
            "team",
            "creator",
            "assignees",
            "labels",
            "parent",
            "subtasks",
            "comments",
            "estimated_hours",
            "actual_hours",
            "metadata",
            "job",
            "job_status",
            "archived",
            "created_at",
            "updated_at",
            "done_at",
            "version",
        )
        read_only_fields = fields

    @extend_schema_field({"type": ["integer", "null"]})
    def get_team(self, task: Task) -> int | None:
        return None if task.team.is_space else task.team_id

    def get_assignees(self, task: Task) -> list[str]:
        return [row.user.username for row in task.assignments.all()]

    def get_labels(self, task: Task) -> list[str]:
        return [label.name for label in task.labels.all()]

    @extend_schema_field(SubtasksSerializer)
    def get_subtasks(self, task: Task) -> dict[str, int]:
        counted = cast("Any", task)  # By `for_reading`.
        return {"count": counted.subtasks_count, "done": counted.subtasks_done}


class TaskInSerializer(serializers.Serializer[Any]):
    """What can be said of a task. People by their usernames, labels by their names, the parent by its number."""

    title = serializers.CharField(max_length=LONGEST_TITLE)
    description = serializers.CharField(max_length=LONGEST_DESCRIPTION, allow_blank=True, required=False)
    status = serializers.ChoiceField(choices=Task.Status.choices, required=False)
    priority = PriorityField(required=False)
    due_date = serializers.DateField(allow_null=True, required=False)
    estimated_hours = serializers.DecimalField(7, 2, min_value=0, allow_null=True, required=False)
    actual_hours = serializers.DecimalField(7, 2, min_value=0, allow_null=True, required=False)
    assignees = Usernames(required=False)
    labels = LabelNames(required=False)
    parent = serializers.IntegerField(  # type: ignore[assignment]  # The framework has an attribute of that name.
        min_value=1, max_value=2**63 - 1, allow_null=True, required=False
    )
    metadata = JSONField(required=False)


class NewTaskSerializer(TaskInSerializer):
    team = serializers.IntegerField(
        min_value=1, max_value=2**63 - 1, allow_null=True, required=False, help_text="One's own space, if left out."
    )


class TaskEditSerializer(TaskInSerializer):
    version = serializers.IntegerField(
        min_value=1, required=False, help_text="The version one has seen: what others have changed since is not lost."
    )


class BulkSerializer(serializers.Serializer[Any]):
    tasks = ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), min_length=1, max_length=MOST_AT_ONCE
    )
    status = serializers.ChoiceField(choices=Task.Status.choices, required=False)
    priority = PriorityField(required=False)
    due_date = serializers.DateField(allow_null=True, required=False)
    assignees = Usernames(required=False)
    labels = LabelNames(required=False)
    archived = serializers.BooleanField(required=False)


class BulkAnswerSerializer(serializers.Serializer[Any]):
    changed = serializers.IntegerField()


class AssignSerializer(serializers.Serializer[Any]):
    assignees = Usernames(help_text="These, and nobody else.")


class MoveSerializer(serializers.Serializer[Any]):
    status = serializers.ChoiceField(choices=Task.Status.choices)
    after = serializers.IntegerField(
        min_value=1, max_value=2**63 - 1, allow_null=True, default=None, help_text="The task above; null for the top."
    )


class TaskCommentSerializer(serializers.ModelSerializer[TaskComment]):
    author = serializers.CharField(source="author.username", read_only=True)
    text = serializers.CharField(max_length=LONGEST_COMMENT)

    class Meta:
        model = TaskComment
        fields = ("id", "author", "text", "created_at")
        read_only_fields = ("created_at",)


@extend_schema_field({"description": "What the field held: a text, a list of texts, an object, a number or null."})
class ValueField(serializers.JSONField):
    """Whatever JSON can say."""


class HistorySerializer(serializers.ModelSerializer[TaskHistory]):
    """A field has changed; `actor` is null and `automation` true when a rule of the team has done it."""

    actor = serializers.CharField(source="actor.username", read_only=True, allow_null=True, default=None)
    automation = serializers.BooleanField(source="is_automation", read_only=True)
    before = ValueField(read_only=True)
    after = ValueField(read_only=True)

    class Meta:
        model = TaskHistory
        fields = ("id", "actor", "automation", "at", "version", "field", "before", "after")
        read_only_fields = fields


class AttachmentSerializer(serializers.ModelSerializer[Attachment]):
    url = AddressField()
    added_by = serializers.CharField(source="added_by.username", read_only=True, allow_null=True, default=None)
    file = serializers.FileField(write_only=True)

    class Meta:
        model = Attachment
        fields = ("id", "file", "name", "size", "url", "added_by", "created_at")
        read_only_fields = ("name", "size", "created_at")


class TimeEntrySerializer(serializers.ModelSerializer[TimeEntry]):
    person = serializers.CharField(source="person.username", read_only=True)
    hours = serializers.DecimalField(5, 2)
    day = serializers.DateField(required=False, help_text="Today, if left out.")

    class Meta:
        model = TimeEntry
        fields = ("id", "person", "hours", "day", "note", "created_at")
        read_only_fields = ("created_at",)


class OfferSerializer(serializers.Serializer[Any]):
    deadline = serializers.DateTimeField()
    budget = serializers.DecimalField(12, 2, min_value=0, allow_null=True, required=False)
    currency = serializers.CharField(max_length=CURRENCY_LETTERS, allow_blank=True, required=False)


class OfferedSerializer(serializers.Serializer[Any]):
    job = serializers.IntegerField()


class SubtaskTemplateSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=LONGEST_TITLE)
    due_in_days = serializers.IntegerField(min_value=0, max_value=1000, allow_null=True, default=None)


class TemplateSerializer(serializers.ModelSerializer[TaskTemplate]):
    """A task with subtasks, to be made again and again; `due_in_days` counts from then."""

    team = serializers.IntegerField(source="team_id", min_value=1, max_value=2**63 - 1, required=False, allow_null=True)
    priority = PriorityField(required=False)
    due_in_days = serializers.IntegerField(min_value=0, max_value=1000, allow_null=True, required=False)
    labels = LabelNames(required=False)
    subtasks = ListField(child=SubtaskTemplateSerializer(), required=False, max_length=MOST_SUBTASKS)

    class Meta:
        model = TaskTemplate
        fields = ("id", "team", "name", "title", "description", "priority", "due_in_days", "labels", "subtasks")
