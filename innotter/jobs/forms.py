"""The forms of jobs. What a handler is told is asked for as the schema of its parameters says."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from innotter.accounts.models import User
from innotter.audit.models import LONGEST_REASON
from innotter.filters import LONGEST_PART
from innotter.jobs.models import Job, JobLimit, RecurringJob
from innotter.jobs.models.bid import LONGEST_BID, LONGEST_COMMENT
from innotter.jobs.models.job import CURRENCY_LETTERS, LONGEST_DESCRIPTION, LONGEST_KEY, LONGEST_NAME
from innotter.jobs.models.limit import MOST_AT_ONCE, MOST_PER_MINUTE
from innotter.jobs.registry import LONGEST_TARGET, ChoicesOfOwner, Handler, choices_for, handlers
from innotter.jobs.schedules import LONGEST_EXPRESSION
from innotter.jobs.services.delivering import LONGEST_DELIVERY, LONGEST_WISH
from innotter.web.forms import offer
from innotter.web.timezones import choices_with

ORDERINGS = {
    "-created_at": _("newest first"),
    "created_at": _("oldest first"),
    "scheduled_time": _("soonest first"),
    "-scheduled_time": _("latest first"),
    "name": _("by name"),
    "status": _("by status"),
}


#: As the form offers it; programs may choose between.
PRIORITIES = {-5: _("low"), 0: _("normal"), 5: _("high"), 10: _("urgent")}


def _moment(**options: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(widget=widget, **options)


def _text(rows: int = 3, **options: Any) -> forms.CharField:
    return forms.CharField(widget=forms.Textarea(attrs={"rows": rows}), **options)


def _currency(**options: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"size": 4, "autocapitalize": "characters"})
    return forms.CharField(
        label=_("Currency"),
        min_length=CURRENCY_LETTERS,
        max_length=CURRENCY_LETTERS,
        widget=widget,
        help_text=_("Three letters, such as EUR."),
        **options,
    )


class FilterForm(forms.Form):
    """Which jobs to show, and in which order. What is not known counts as nothing."""

    search = forms.CharField(label=_("Name"), required=False, max_length=LONGEST_PART, widget=forms.SearchInput)
    status = forms.ChoiceField(label=_("Status"), required=False, choices=[("", _("all")), *Job.Status.choices])
    handler = forms.ChoiceField(label=_("Kind"), required=False)
    ordering = forms.ChoiceField(label=_("Order"), required=False, choices=ORDERINGS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(handler.name, handler.title) for handler in handlers()]
        offer(self, "handler", [("", _("all")), *kinds])

    def wishes(self) -> dict[str, str]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class HandlerForm(forms.Form):
    """What a handler is to do: a name for it, and what the handler is told."""

    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME)

    def __init__(self, *args: Any, handler: Handler, owner: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.handler = handler
        if handler.takes_file:
            self.fields["file"] = forms.FileField(label=_("File"))
        schema = handler.parameters.model_json_schema()
        self.parameters = schema.get("properties", {})
        for name, part in self.parameters.items():
            self.fields[name] = _field(part, name in schema.get("required", ()), owner)

    def told(self) -> dict[str, Any]:
        """What the handler is told."""
        return {name: self.cleaned_data[name] for name in self.parameters if self.cleaned_data[name] not in (None, "")}

    def lacks(self) -> ChoicesOfOwner | None:
        """What the owner must have first, if there is nothing to choose from."""
        for name, part in self.parameters.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField) and not field.choices:
                return choices_for(part)
        return None


class JobForm(HandlerForm):
    """A job for a handler, at a time."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["description"] = _text(2, label=_("Note"), required=False, max_length=LONGEST_DESCRIPTION)
        self.fields["scheduled_time"] = _moment(
            label=_("When"), required=False, help_text=_("Leave it empty to start at once.")
        )
        self.fields["priority"] = forms.ChoiceField(
            label=_("Priority"), required=False, choices=PRIORITIES, initial=0, help_text=_("Among your own jobs.")
        )
        self.fields["notify"] = forms.ChoiceField(
            label=_("Notify me"), required=False, choices=Job.Notify.choices, initial=Job.Notify.ALWAYS
        )

        self.fields["limit_key"] = forms.CharField(
            label=_("Limit key"),
            required=False,
            max_length=LONGEST_KEY,
            help_text=_("Counts together with your other jobs of this key, where a limit counts by keys."),
        )

    def wishes(self) -> dict[str, Any]:
        """What the service is asked for."""
        sent = self.cleaned_data
        own = {name: sent[name] for name in ("name", "description", "scheduled_time")}
        own |= {"priority": int(sent["priority"] or 0), "notify": sent["notify"] or Job.Notify.ALWAYS}
        own["limit_key"] = sent["limit_key"]
        return {**own, "handler": self.handler.name, "parameters": self.told(), "file": sent.get("file")}


class TimesForm(forms.Form):
    """When something recurs."""

    expression = forms.CharField(
        label=_("Schedule"),
        max_length=LONGEST_EXPRESSION,
        help_text=_(
            "Minute, hour, day of the month, month, day of the week: 30 9 * * MON-FRI, for example; or @daily, @weekly."
        ),
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocapitalize": "none", "autocomplete": "off"}),
    )
    time_zone = forms.ChoiceField(label=_("Time zone"))
    until = forms.DateField(
        label=_("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "time_zone", choices_with(self.get_initial_for_field(self.fields["time_zone"], "time_zone")))


class RecurringForm(HandlerForm, TimesForm):
    """A recurring job: what is done, when, and what becomes of the times that are missed."""

    missed = forms.ChoiceField(
        label=_("If the platform was down at a scheduled time"),
        choices=RecurringJob.Missed.choices,
        initial=RecurringJob.MISSED,
    )
    notify = forms.ChoiceField(label=_("Notify me"), choices=Job.Notify.choices, initial=RecurringJob.NOTIFY)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["name", *self.parameters])

    def wishes(self) -> dict[str, Any]:
        """What the service is asked for."""
        own = ("name", "expression", "time_zone", "until", "missed", "notify")
        return {**{name: self.cleaned_data[name] for name in own}, "parameters": self.told()}


class HeadersField(forms.CharField):
    """Names and values, one on a line."""

    widget = forms.Textarea(attrs={"rows": 2, "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(f"{name}: {part}" for name, part in value.items()) if isinstance(value, dict) else value

    def to_python(self, value: Any) -> Any:
        lines = [line for line in (super().to_python(value) or "").splitlines() if line.strip()]
        if not all(":" in line for line in lines):
            raise forms.ValidationError(_("Write a name, a colon and a value on each line."))
        return {name.strip(): value.strip() for name, _colon, value in (line.partition(":") for line in lines)}


def _field(part: dict[str, Any], is_required: bool, owner: User) -> forms.Field:
    """The field that asks for a parameter."""
    options: dict[str, Any] = {
        "label": translated(part.get("title", "")),
        "help_text": translated(part["description"]) if part.get("description") else "",
        "required": is_required,
        "initial": part.get("default"),
    }
    if of_owner := choices_for(part):
        return forms.ChoiceField(choices=of_owner.of(owner), **options)
    if choices := part.get("enum"):
        labels = part.get("labels", {})
        named = [(choice, translated(labels[choice]) if choice in labels else choice) for choice in choices]
        return forms.ChoiceField(choices=named, **options)
    kinds = {part.get("type"), *(kind.get("type") for kind in part.get("anyOf", ()))}
    special: dict[str, type[forms.Field]] = {
        "object": HeadersField,
        "integer": forms.IntegerField,
        "boolean": forms.BooleanField,
    }
    if kind := next((special[name] for name in special if name in kinds), None):
        return kind(**options | {"initial": None if kind is HeadersField else options["initial"]})
    widget = forms.TextInput(attrs={"type": "month"}) if part.get("month") else forms.TextInput()
    return forms.CharField(
        max_length=part.get("maxLength"),
        widget=forms.Textarea(attrs={"rows": 4}) if part.get("long") else widget,
        **options,
    )


class OpenJobForm(forms.Form):
    """A job for people."""

    name = forms.CharField(label=_("What needs to be done"), max_length=LONGEST_NAME)
    description = _text(6, label=_("Description"), required=False, max_length=LONGEST_DESCRIPTION)
    deadline = _moment(label=_("Deadline"))
    budget = forms.DecimalField(label=_("Budget"), required=False, min_value=0, max_digits=12, decimal_places=2)
    currency = _currency(required=False)


class BidForm(forms.Form):
    text = _text(3, label=_("Your bid"), max_length=LONGEST_BID)
    proposed_deadline = _moment(label=_("When you will be done"))
    fee = forms.DecimalField(label=_("Fee"), min_value=0, max_digits=12, decimal_places=2)
    currency = _currency()


class SelectForm(forms.Form):
    """Whether it is this offer, as it was shown."""

    seen = forms.DateTimeField(required=False, widget=forms.HiddenInput)


class JobCommentForm(forms.Form):
    text = _text(2, label=_("Your comment"), max_length=LONGEST_COMMENT)


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Any number of files, or none."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        return [super(ManyFilesField, self).clean(file, initial) for file in data or [] if file]


class DeliveryForm(forms.Form):
    text = _text(5, label=_("What you have done"), required=False, max_length=LONGEST_DELIVERY)
    file = ManyFilesField(label=_("Files"), required=False)


class WantedChangesForm(forms.Form):
    reason = _text(3, label=_("What should be changed"), max_length=LONGEST_WISH)


class LimitChangesForm(forms.Form):
    """How much a limit allows."""

    at_once = forms.IntegerField(label=_("At a time"), required=False, min_value=1, max_value=MOST_AT_ONCE)
    per_minute = forms.IntegerField(label=_("In a minute"), required=False, min_value=1, max_value=MOST_PER_MINUTE)


class LimitForm(LimitChangesForm):
    """What a limit counts, and how much it allows."""

    handler = forms.ChoiceField(label=_("Kind"), required=False)
    each = forms.ChoiceField(label=_("Counted"))
    key = forms.CharField(
        label=_("Only this key or host"),
        required=False,
        max_length=LONGEST_TARGET,
        help_text=_("The limit key of your jobs or, for HTTP requests, their host: example.org."),
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocapitalize": "none"}),
    )
    for_everybody = forms.BooleanField(label=_("For everybody’s jobs"), required=False)

    def __init__(self, *args: Any, manages: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "handler", [("", _("all")), *((handler.name, handler.title) for handler in handlers())])
        ways = [each for each in JobLimit.Each.choices if manages or each[0] != JobLimit.Each.PERSON]
        offer(self, "each", ways)
        if not manages:
            del self.fields["for_everybody"]
        self.order_fields(["handler", "each", "key", "at_once", "per_minute"])


class PauseForm(forms.Form):
    reason = _text(2, label=_("Reason"), required=False, max_length=LONGEST_REASON)
