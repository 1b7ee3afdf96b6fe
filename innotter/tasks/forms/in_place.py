"""Changing a task where it is shown: a single field, or some."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from innotter.tasks.forms import TaskForm
from innotter.tasks.models import Task
from innotter.tasks.models.task import LONGEST_TITLE, today

#: What can be changed without the whole form.
IN_PLACE = ("title", "description", "status", "priority", "due_date", "assignees", "labels")

#: Due dates as people say them, in days from today.
DAYS = {"today": 0, "tomorrow": 1, "week": 7}
DAY_LABELS = {"today": _("Today"), "tomorrow": _("Tomorrow"), "week": _("In a week"), "none": _("No due date")}


class InPlaceForm(TaskForm):
    """What is sent of a task is changed, all else stays.

    `due` says a day in a word. Assignees may come in one value, with commas, as a list offers them; an empty one among
    them is nobody.
    """

    due = forms.ChoiceField(required=False, choices=list(DAY_LABELS.items()))

    def __init__(self, data: Any, *, task: Task) -> None:
        told = data.copy()
        told.setlist("assignees", [pk for value in data.getlist("assignees") for pk in value.split(",") if pk])
        super().__init__(told, team=task.team, task=task, initial=TaskForm.of(task))
        for name in set(self.fields) - {*data, "version"}:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        wishes = self.cleaned_data
        if due := wishes.pop("due", ""):
            wishes["due_date"] = today() + timedelta(days=DAYS[due]) if due in DAYS else None
        return {name: value for name, value in wishes.items() if name in {*IN_PLACE, "version"}}


class TextForm(forms.Form):
    """What a task says: its title and its description."""

    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE)
    description = TaskForm.base_fields["description"]
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
