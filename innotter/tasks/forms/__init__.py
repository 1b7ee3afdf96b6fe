"""The forms of tasks and teams."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from innotter.accounts.models import User
from innotter.accounts.models.user import LONGEST_EMAIL, LONGEST_USERNAME
from innotter.jobs.models.job import CURRENCY_LETTERS
from innotter.tasks.models import Membership, Task, TaskAssignment, TaskTemplate, Team
from innotter.tasks.models.talk import LONGEST_COMMENT
from innotter.tasks.models.task import LONGEST_DESCRIPTION, LONGEST_TITLE
from innotter.tasks.models.team import LONGEST_NAME
from innotter.tasks.queries import WISHES
from innotter.tasks.services.tables import FIELDS, Table
from innotter.tasks.services.templating import FURTHEST
from innotter.text import json
from innotter.text.numbers import whole_number
from innotter.web.forms import AsShown, offer, offer_rows

ORDERINGS = {
    "-created_at": _("newest first"),
    "-updated_at": _("changed last"),
    "due_date": _("due first"),
    "-priority": _("most urgent first"),
    "title": _("by title"),
    "status": _("by status"),
}
DUE = {"overdue": _("overdue"), "today": _("today"), "week": _("within a week"), "none": _("without a date")}
PRIORITIES = [(priority.name.lower(), priority.label) for priority in reversed(Task.Priority)]


def _day(**options: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


def _text(rows: int, **options: Any) -> forms.CharField:
    return forms.CharField(widget=forms.Textarea(attrs={"rows": rows}), **options)


def _hours(**options: Any) -> forms.DecimalField:
    return forms.DecimalField(required=False, min_value=0, max_digits=7, decimal_places=2, **options)


def _names(text: str) -> list[str]:
    return list(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))


def team_choices(teams: Iterable[Team]) -> tuple[tuple[str, str], ...]:
    return tuple(("personal" if team.is_space else str(team.pk), str(team)) for team in teams)


class FilterForm(forms.Form):
    """Which tasks to show, and in which order. The address may say more than the form asks for."""

    search = forms.CharField(label=_("Word or key"), required=False, widget=forms.SearchInput)
    team = forms.ChoiceField(label=_("Team"), required=False)
    status = forms.ChoiceField(label=_("Status"), required=False, choices=[("", _("all")), *Task.Status.choices])
    priority = forms.ChoiceField(label=_("Priority"), required=False, choices=[("", _("all")), *PRIORITIES])
    assignee = forms.CharField(
        label=_("Assignee"), required=False, max_length=LONGEST_USERNAME, help_text=_("A username, “me”, or “none”.")
    )
    label = forms.CharField(label=_("Label"), required=False, max_length=100)
    due = forms.ChoiceField(label=_("Due"), required=False, choices=[("", _("any time")), *DUE.items()])
    ordering = forms.ChoiceField(label=_("Order"), required=False, choices=ORDERINGS)
    group = forms.ChoiceField(
        label=_("Group"), required=False, choices=[("", _("no groups")), ("status", _("by status"))]
    )
    archived = forms.BooleanField(label=_("Archived"), required=False)

    def __init__(self, *args: Any, teams: Iterable[tuple[str, str]], groups: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "team", [("", translated("all")), *teams])
        if not groups:
            del self.fields["group"]

    def wishes(self) -> dict[str, str]:
        """What is looked for, and in which order; a list is grouped whatever is found."""
        self.is_valid()
        said = {name: value for name, value in self.data.items() if name in WISHES and value}
        return said | {name: str(value) for name, value in self.cleaned_data.items() if value and name != "group"}


class People(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """People of a team, to tick."""

    widget = forms.CheckboxSelectMultiple


class MetadataField(forms.JSONField):
    """JSON as the API reads it."""

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values or not isinstance(value, str):
            return value or None
        try:
            return json.read(value)
        except json.NotJSON as error:
            raise forms.ValidationError(str(error)) from None

    def bound_data(self, data: Any, initial: Any) -> Any:
        return data

    def prepare_value(self, value: Any) -> str:
        return value if isinstance(value, str) else json.write(value).decode()


class TaskForm(forms.Form):
    """All that can be said about a task."""

    title = forms.CharField(
        label=_("Title"), max_length=LONGEST_TITLE, widget=forms.TextInput(attrs={"autofocus": True})
    )
    description = _text(
        6, label=_("Description"), required=False, max_length=LONGEST_DESCRIPTION, help_text=_("Markdown works here.")
    )
    status = forms.ChoiceField(label=_("Status"), choices=Task.Status.choices, initial=Task.Status.TODO)
    priority = forms.TypedChoiceField(label=_("Priority"), choices=Task.Priority.choices, coerce=int, initial=0)
    due_date = _day(label=_("Due"), required=False)
    assignees = People(label=_("Assignees"), required=False, queryset=User.objects.none())
    labels = forms.CharField(
        label=_("Labels"), required=False, max_length=700, help_text=_("Separate them with commas.")
    )
    parent = forms.CharField(
        label=_("Parent task"),
        required=False,
        max_length=20,
        help_text=_("The key of the task it belongs to, such as WEB-3."),
    )
    estimated_hours = _hours(label=_("Estimated hours"))
    actual_hours = _hours(label=_("Actual hours"))
    metadata = MetadataField(
        label=_("Metadata"),
        required=False,
        initial=dict,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        help_text=_("A JSON object, for programs."),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, team: Team, task: Task | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.team = team
        if team.is_space:
            del self.fields["assignees"]  # What is there is one's own.
            return
        working = Membership.objects.working().filter(team=team).values("user")
        # Whoever has it keeps it, also if they work here no more: else each change of a title would take it from them.
        having = TaskAssignment.objects.filter(task=task).values("user")
        offer_rows(self, "assignees", User.objects.filter(Q(pk__in=working) | Q(pk__in=having)).order_by("username"))

    @staticmethod
    def of(task: Task) -> dict[str, Any]:
        """What the form shows of a task."""
        names = ("title", "description", "status", "priority", "due_date", "estimated_hours", "actual_hours", "version")
        return {
            **{name: getattr(task, name) for name in names},
            "assignees": [row.user_id for row in task.assignments.all()],
            "labels": ", ".join(label.name for label in task.labels.all()),
            "parent": task.parent.key if task.parent else "",
            "metadata": task.metadata,
        }

    def take_over(self, now: dict[str, Any], fields: Iterable[str]) -> None:
        """Show these fields, and the version, as they are now; the others as they were sent."""
        self.data = data = cast("Any", self.data).copy()
        for name in (*fields, "version"):
            value = json.write(now[name]).decode() if name == "metadata" else now[name]
            data.setlist(name, value if isinstance(value, list) else ["" if value is None else value])

    def clean_assignees(self) -> list[User]:
        return list(self.cleaned_data["assignees"])

    def clean_labels(self) -> list[str]:
        return _names(self.cleaned_data["labels"])

    def clean_metadata(self) -> Any:
        return {} if self.cleaned_data["metadata"] is None else self.cleaned_data["metadata"]

    def clean_parent(self) -> Task | None:
        key = self.cleaned_data["parent"].strip().upper()
        if not key:
            return None
        number = key.rpartition("-")[2]
        tasks = Task.objects.filter(team=self.team).select_related("team")
        task = tasks.filter(number=whole_number(number) or 0).first()
        if task is None or key not in {task.key, number}:
            raise forms.ValidationError(_("There is no such task in this team."))
        return task


class BulkForm(forms.Form):
    """What is to become of the tasks that are ticked; what is left empty stays."""

    tasks = forms.ModelMultipleChoiceField(
        queryset=Task.objects.none(), error_messages={"required": _("Select some tasks.")}
    )
    status = forms.ChoiceField(label=_("Status"), required=False, choices=[("", _("no change")), *Task.Status.choices])
    priority = forms.ChoiceField(
        label=_("Priority"), required=False, choices=[("", _("no change")), *Task.Priority.choices]
    )
    assignee = forms.CharField(
        label=_("Assignee"), required=False, max_length=31, widget=forms.TextInput(attrs={"placeholder": _("username")})
    )
    archived = forms.ChoiceField(
        label=_("Archive"), required=False, choices=[("", _("no change")), ("yes", _("archive")), ("no", _("restore"))]
    )

    def __init__(self, *args: Any, person: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if person:
            tasks = Task.objects.readable_by(person).select_related("team")
            offer_rows(self, "tasks", tasks)

    def clean(self) -> dict[str, Any]:
        wishes = self.cleaned_data
        name, wishes["assignee"] = wishes.get("assignee", "").strip("@ "), None
        if name:
            members = Membership.objects.filter(user__username__iexact=name).select_related("user")
            teams = {task.team_id for task in wishes.get("tasks", [])}
            person = next((row.user for row in members.filter(team__in=teams)), None)
            if person is None:
                self.add_error("assignee", _("Nobody in the team has this name."))
            wishes["assignee"] = person
        return wishes

    def changes(self) -> dict[str, Any]:
        wishes = self.cleaned_data
        changes: dict[str, Any] = {"status": wishes["status"]} if wishes["status"] else {}
        if wishes["priority"]:
            changes["priority"] = int(wishes["priority"])
        if wishes["assignee"]:
            changes["assignees"] = [wishes["assignee"]]
        if wishes["archived"]:
            changes["archived"] = wishes["archived"] == "yes"
        return changes


class MoveForm(forms.Form):
    """Where a card goes: into a column, or a step up or down in its own."""

    status = forms.ChoiceField(label=_("Move to"), choices=Task.Status.choices)
    step = forms.ChoiceField(required=False, choices=[("", ""), ("up", ""), ("down", "")])


class TaskCommentForm(forms.Form):
    text = _text(3, label=_("Your comment"), max_length=LONGEST_COMMENT)


class SubtaskForm(forms.Form):
    title = forms.CharField(label=_("New subtask"), max_length=LONGEST_TITLE)


class FileForm(forms.Form):
    file = forms.FileField(label=_("File"))


class TimeForm(forms.Form):
    hours = forms.DecimalField(label=_("Hours"), max_digits=5, decimal_places=2)
    day = _day(label=_("Day"), required=False)
    note = forms.CharField(label=_("Note"), required=False, max_length=200)


class OfferForm(forms.Form):
    """A task as a job for others."""

    deadline = forms.DateTimeField(
        label=_("Deadline"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    budget = forms.DecimalField(label=_("Budget"), required=False, min_value=0, max_digits=12, decimal_places=2)
    currency = forms.CharField(
        label=_("Currency"),
        required=False,
        min_length=CURRENCY_LETTERS,
        max_length=CURRENCY_LETTERS,
        help_text=_("Three letters, such as EUR."),
    )


class TeamForm(AsShown, forms.ModelForm[Team]):
    """A team, and the rules that it has switched on. Several owners may have it open."""

    class Meta:
        model = Team
        fields = (
            "name",
            "key",
            "assigns_by_load",
            "escalates_overdue",
            "reminds_before_due",
            "closes_parents",
        )
        help_texts = {"key": _("The prefix of its tasks: WEB-1, WEB-2.")}

    def clean_key(self) -> str:
        return str(self.cleaned_data["key"]).upper()

    def _post_clean(self) -> None:
        """The service judges, not the form."""


class InviteForm(forms.Form):
    who = forms.CharField(label=_("Username or e-mail address"), max_length=LONGEST_EMAIL)
    role = forms.ChoiceField(
        label=_("Role"),
        choices=list(Membership.Role.choices),
        initial=Membership.Role.MEMBER,
        help_text=_("Guests read and comment."),
    )


class TemplateForm(forms.Form):
    """A task to be made again and again."""

    name = forms.CharField(label=_("Name of the template"), max_length=LONGEST_NAME)
    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE)
    description = _text(4, label=_("Description"), required=False, max_length=LONGEST_DESCRIPTION)
    priority = forms.TypedChoiceField(label=_("Priority"), choices=Task.Priority.choices, coerce=int, initial=0)
    due_in_days = forms.IntegerField(label=_("Due in days"), required=False, min_value=0, max_value=1000)
    labels = forms.CharField(
        label=_("Labels"), required=False, max_length=700, help_text=_("Separate them with commas.")
    )
    subtasks = _text(
        5,
        label=_("Subtasks"),
        required=False,
        help_text=_("One on a line; after a bar, in how many days it is due: Order brass | 3"),
    )

    @staticmethod
    def of(template: TaskTemplate) -> dict[str, Any]:
        lines = [_line_of(row["title"], row["due_in_days"]) for row in template.subtasks]
        names = ("name", "title", "description", "priority", "due_in_days")
        return {
            **{name: getattr(template, name) for name in names},
            "labels": ", ".join(template.labels),
            "subtasks": "\n".join(lines),
        }

    def clean_labels(self) -> list[str]:
        return _names(self.cleaned_data["labels"])

    def clean_subtasks(self) -> list[dict[str, Any]]:
        return [_subtask_of(line) for line in filter(str.strip, self.cleaned_data["subtasks"].splitlines())]


def _line_of(title: str, days: int | None) -> str:
    """A subtask as it is written; behind a bar in a title there is another, so that nothing of it counts as days."""
    return title if days is None and "|" not in title else f"{title} | {'' if days is None else days}"


def _subtask_of(line: str) -> dict[str, Any]:
    title, bar, last = line.rpartition("|")
    days = whole_number(last.strip())
    if not bar or (days is None and last.strip()):
        return {"title": line, "due_in_days": None}
    return {"title": title, "due_in_days": days and min(days, FURTHEST)}


class TableForm(forms.Form):
    file = forms.FileField(label=_("File"), help_text=_("Comma-separated values; the first line names the columns."))


class MappingForm(forms.Form):
    """Which column of a table is what; the table travels along."""

    content = forms.CharField(widget=forms.Textarea(attrs={"hidden": True}), strip=False)

    def __init__(self, *args: Any, table: Table, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        guess = table.guess()
        for name in FIELDS:
            self.fields[name] = forms.ChoiceField(
                label=_NAMES[name],
                required=name == "title",
                choices=[("", translated("not in it")), *[(column, column) for column in table.head]],
                initial=guess.get(name, ""),
            )

    def mapping(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in FIELDS if self.cleaned_data.get(name)}


_NAMES = {name: field.label for name, field in TaskForm.base_fields.items()}
