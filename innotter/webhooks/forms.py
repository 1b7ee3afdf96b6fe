"""What a webhook is told of and where, as a form."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from innotter.web.forms import offer
from innotter.webhooks.models import LONGEST_DESCRIPTION, LONGEST_URL, Webhook
from innotter.webhooks.registry import heard_types, types_of_teams


class WebhookForm(forms.Form):
    """A new webhook."""

    url = forms.CharField(
        label=_("Address"),
        max_length=LONGEST_URL,
        widget=forms.URLInput(attrs={"placeholder": "https://example.org/hooks"}),
        help_text=_("It gets a POST for each event, and should answer with a status from 200 to 299."),
    )
    description = forms.CharField(
        label=_("Description"), max_length=LONGEST_DESCRIPTION, required=False, help_text=_("So that you recognise it.")
    )
    all_types = forms.BooleanField(
        label=_("All events"), required=False, help_text=_("Including those that later versions add.")
    )
    types = forms.MultipleChoiceField(
        label=_("Or these events"), required=False, widget=forms.CheckboxSelectMultiple(attrs={"class": "mono"})
    )

    def __init__(self, *args: Any, for_team: bool, chosen: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = sorted({*(types_of_teams() if for_team else heard_types()), *chosen})
        offer(self, "types", [(type_, type_.removeprefix("innotter.")) for type_ in offered])


class EditWebhookForm(WebhookForm):
    """One that is there: it can be switched off."""

    is_on = forms.BooleanField(label=_("Switched on"), required=False)

    field_order = ("is_on", "url", "description", "all_types", "types")

    def __init__(self, *args: Any, webhook: Webhook, **kwargs: Any) -> None:
        names = ("is_on", "url", "description", "all_types", "types")
        kwargs["initial"] = {name: getattr(webhook, name) for name in names}
        super().__init__(*args, for_team=webhook.team_id is not None, chosen=webhook.types, **kwargs)
