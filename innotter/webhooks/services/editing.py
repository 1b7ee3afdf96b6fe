"""Setting webhooks up, changing them, and giving them another secret."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter import rows
from innotter.accounts.models import User
from innotter.errors import Conflict, Invalid, require
from innotter.sealing import seal
from innotter.webhooks.anybody import anybody
from innotter.webhooks.models import MOST_WEBHOOKS, ROTATES_FOR, Webhook
from innotter.webhooks.permissions import can_manage_webhook, can_manage_webhooks_of, can_use_webhooks
from innotter.webhooks.registry import heard_types, managing
from innotter.webhooks.signing import new_secret, shown

#: Within this time nobody has put a new secret into place.
TWO_CLICKS = timedelta(minutes=1)


@transaction.atomic
def create_webhook(
    *,
    person: User,
    url: str,
    types: Sequence[str] = (),
    all_types: bool = False,
    description: str = "",
    is_on: bool = True,
    team_id: int | None = None,
) -> tuple[Webhook, str]:
    """Set a webhook up, for oneself or for a team that one manages. Its secret is told here, and never again."""
    secret = new_secret()
    webhook = Webhook(owner=person, team_id=team_id, url=url, description=description, is_on=is_on)
    webhook.types, webhook.all_types, webhook.secret = sorted(set(types)), all_types, seal(secret)
    _check(webhook)
    # The lock lets the webhooks of one person or team be counted and set up one after the other.
    rows.hold(User.objects.all(), person.pk)
    if team_id is None:
        require(can_use_webhooks(person))
        existing = Webhook.objects.of_person(person)
    else:
        list(managing().filter(team=team_id).order_by("pk").select_for_update(of=("self",)).values_list("pk"))
        if not can_manage_webhooks_of(person, team_id):
            raise Invalid(team=_("There is no such team that you manage."))
        existing = Webhook.objects.filter(team=team_id)
    if existing.count() >= MOST_WEBHOOKS:
        raise Conflict(_("There are %(most)d webhooks already: delete one first.") % {"most": MOST_WEBHOOKS})
    webhook.save()
    _hears_from_now_on()
    return webhook, shown(secret)


@transaction.atomic
def edit_webhook(*, person: User, webhook: Webhook, **changes: Any) -> Webhook:
    """Change what is given; the rest stays. Of a team's, whoever saves it answers for it from then on.

    Switched on, it begins anew: neither failures nor a pause count any more. Switched off, it gives up what waits.
    """
    held = rows.hold(Webhook.objects.all(), webhook.pk)
    require(can_manage_webhook(person, held))
    types = held.types
    for field, value in changes.items():
        setattr(held, field, sorted(set(value)) if field == "types" else value)
    held.owner = person
    _check(held, known=types, changed=changes.keys())
    if changes.get("is_on"):
        held.off_reason, held.failures, held.failing_since, held.paused_until = "", 0, None, None
    elif not held.is_on:
        held.deliveries.waiting().update(failed_at=timezone.now())
    held.save(update_fields=[*changes, "owner", "off_reason", "failures", "failing_since", "paused_until"])
    _hears_from_now_on()
    return held


@transaction.atomic
def delete_webhook(*, person: User, webhook: Webhook) -> None:
    """Remove a webhook with its log; what waits for it is not sent."""
    held = rows.hold(Webhook.objects.all(), webhook.pk, to_delete=True)
    require(can_manage_webhook(person, held))
    rows.delete(Webhook.objects.filter(pk=held.pk))


@transaction.atomic
def rotate_secret(*, person: User, webhook: Webhook) -> str:
    """Give it another secret, which is told here and never again. The one before counts for another day.

    Of two clicks the first has shown its secret to nobody: what counts beside the second is the one before both.
    """
    held = rows.hold(Webhook.objects.all(), webhook.pk)
    require(can_manage_webhook(person, held))
    secret, until = new_secret(), timezone.now() + ROTATES_FOR
    if not held.former_until or until - held.former_until > TWO_CLICKS:
        held.former_secret, held.former_until = held.secret, until
    held.secret = seal(secret)
    held.save(update_fields=["secret", "former_secret", "former_until"])
    return shown(secret)


def _hears_from_now_on() -> None:
    """Here at once; where other processes record events, as soon as they ask again."""
    anybody.forget()
    transaction.on_commit(anybody.forget)


def _check(webhook: Webhook, *, known: Sequence[str] = (), changed: Collection[str] | None = None) -> None:
    """What stays is not asked again: a type that another version knew keeps nobody from switching it off."""
    unchanged = set() if changed is None else {field.name for field in Webhook._meta.fields} - set(changed)
    webhook.full_clean(exclude={"secret", "team", "owner"} | unchanged)
    if unknown := sorted(set(webhook.types) - set(heard_types()) - set(known)):
        raise Invalid(types=_("There are no events of the type %(type)s.") % {"type": unknown[0]})
    if not webhook.types and not webhook.all_types:
        raise Invalid(types=_("Choose the events to send."))
