"""Which notifications one wants, as a table of boxes to tick."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from innotter.notifications.kinds import ONLY_BY_EMAIL, Kind
from innotter.notifications.services import Channels

CHANNELS = {"in_app": _("In the app"), "by_email": _("By e-mail")}


class PreferencesForm(forms.Form):
    """It brings along what was shown: only what somebody has changed in it is their choice.

    Since then they may have unsubscribed by an e-mail, or an upgrade have brought another kind, which no box was for.
    """

    def __init__(self, *args: Any, chosen: Mapping[str, Channels], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind, label in Kind.choices:
            for channel, where in CHANNELS.items():
                is_open = channel == "by_email" or kind not in ONLY_BY_EMAIL
                self.fields[f"{kind}-{channel}"] = forms.BooleanField(
                    label=f"{label}: {where}",
                    required=False,
                    initial=is_open and getattr(chosen[kind], channel),
                    disabled=not is_open,
                    show_hidden_initial=True,
                )

    def rows(self) -> Iterator[tuple[Any, list[forms.BoundField]]]:
        """Each kind with its boxes."""
        for kind, label in Kind.choices:
            yield label, [self[f"{kind}-{channel}"] for channel in CHANNELS]

    def choices(self) -> Iterator[tuple[str, dict[str, bool]]]:
        """Each kind with the boxes that were ticked, or are not any more."""
        for kind in Kind.values:
            names = {channel: f"{kind}-{channel}" for channel in CHANNELS}
            changed = {channel: self.cleaned_data[name] for channel, name in names.items() if name in self.changed_data}
            if changed:
                yield kind, changed
