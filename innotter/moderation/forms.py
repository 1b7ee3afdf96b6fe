"""Reporting, and the moderators' decisions."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter.accounts.models import User
from innotter.accounts.permissions import can_block_user
from innotter.audit.models import LONGEST_REASON
from innotter.moderation.queries import Case
from innotter.moderation.services import DECISIONS
from innotter.web.forms import offer

LABELS = {
    "dismiss": _("Dismiss report"),
    "remove_post": _("Remove post"),
    "remove_comment": _("Delete comment"),
    "block_page": _("Block page"),
    "block_user": _("Block the person and all their pages"),
}
SPANS = {"1": _("a day"), "7": _("a week"), "30": _("a month"), "365": _("a year"), "": _("permanently")}


def _reason(**options: Any) -> forms.CharField:
    return forms.CharField(
        label=_("Reason"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 2}), **options
    )


class ReportForm(forms.Form):
    reason = _reason(help_text=_("What should the moderators look at? Nobody else will read it."))


class BlockForm(forms.Form):
    days = forms.ChoiceField(label=_("For how long"), choices=SPANS, required=False, initial="7")
    reason = _reason(required=False, help_text=_("The owner will see it, and it is kept in the log."))

    def until(self) -> datetime | None:
        """When the block ends; None for never."""
        days = self.cleaned_data["days"]
        return timezone.now() + timedelta(days=int(days)) if days else None


class BlockUserForm(forms.Form):
    reason = _reason(required=False, help_text=_("The person will see it, and it is kept in the log."))


class DecisionForm(BlockForm):
    decision = forms.ChoiceField(label=_("Decision"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, case: Case, moderator: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        possible = [name for name, decision in DECISIONS.items() if case.report.subject in decision.about]
        subject = case.subject
        page = getattr(subject, "page", subject)
        owner = subject if isinstance(subject, User) else getattr(page, "owner", None) or getattr(page, "author", None)
        if owner is None or not can_block_user(moderator, owner):
            possible.remove("block_user")
        offer(self, "decision", [(name, LABELS[name]) for name in possible])
        if "block_page" not in possible:
            del self.fields["days"]
        self.order_fields(["decision", "days", "reason"])

    def until(self) -> datetime | None:
        return super().until() if "days" in self.fields else None
