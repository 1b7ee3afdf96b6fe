"""Saying what the site is like. Each change is in the log."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from innotter import rows
from innotter.accounts.models import User
from innotter.accounts.permissions import can_use_admin_panel
from innotter.audit.models import Action
from innotter.audit.services import log_action
from innotter.errors import require
from innotter.markdown import render
from innotter.media.storage import keep
from innotter.media.uploads import square_from
from innotter.site.current import forget
from innotter.site.models import DOCUMENTS, THE_SITE, Site

EDITABLE = frozenset(
    {"name", "description", "accent", "contact", "announcement", "registration", "rules", "imprint", "privacy"}
)


def edit_site(*, admin: User, **changes: Any) -> Site:
    """Change what is given. Raises Invalid where a text is too long, or too intricate to be shown."""
    require(can_use_admin_panel(admin))
    if unknown := changes.keys() - EDITABLE:
        raise TypeError(f"not a part of the site: {unknown}")
    for name in DOCUMENTS.keys() & changes.keys():
        render(changes[name])  # It is shown to everybody: whoever writes it is told first.
    return _change(admin, changes)


def set_logo(*, admin: User, file: UploadedFile[bytes]) -> Site:
    """Check and keep a picture of the site."""
    require(can_use_admin_panel(admin))
    return _change(admin, {"logo": keep("site", square_from(file))})


def remove_logo(*, admin: User) -> Site:
    """Show the product's own again."""
    require(can_use_admin_panel(admin))
    return _change(admin, {"logo": ""})


@transaction.atomic
def _change(admin: User, wishes: dict[str, Any]) -> Site:
    Site.objects.bulk_create([Site()], ignore_conflicts=True)
    site = rows.hold(Site.objects.all(), THE_SITE)
    changes = {name: value for name, value in wishes.items() if value != getattr(site, name)}
    if changes:
        for name, value in changes.items():
            setattr(site, name, value)
        site.clean_fields()
        site.updated_at = timezone.now()
        site.save()
        about = ", ".join(str(field.verbose_name) for field in Site._meta.fields if field.name in changes)
        log_action(actor=admin, verb=Action.Verb.EDIT_SITE, subject_id=THE_SITE, about=about)
        transaction.on_commit(forget)
    return site
