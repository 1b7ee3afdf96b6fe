"""Queueing what is to be sent: of an event for every webhook that hears of it, a test, and once more."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter import rows
from innotter.accounts.models import User
from innotter.errors import Conflict, require
from innotter.events.domain import DomainEvent
from innotter.events.models import Event
from innotter.events.services import record
from innotter.webhooks.events import WebhookTested
from innotter.webhooks.messages import body_of
from innotter.webhooks.models import Webhook, WebhookDelivery
from innotter.webhooks.permissions import can_manage_webhook
from innotter.webhooks.queries import hearers_of
from innotter.webhooks.waking import wake_sender


@transaction.atomic
def queue_event(*, event: DomainEvent) -> None:
    """Queue an event for the webhooks that hear of it, once for each, in a constant number of statements."""
    if hearers := hearers_of(event):
        _queue(hearers, Event.objects.get(pk=event.event_id))


@transaction.atomic
def send_test(*, person: User, webhook: Webhook) -> WebhookDelivery:
    """Send an event that says nothing, to see whether it arrives."""
    held = _working(person, webhook)
    row = record(WebhookTested(webhook_id=held.pk))
    _queue([held], row)
    return held.deliveries.get(event_id=row.pk)


@transaction.atomic
def send_again(*, person: User, delivery: WebhookDelivery) -> WebhookDelivery:
    """Send what was sent or given up once more, under the same id. What waits is sent at once."""
    _working(person, delivery.webhook)
    held = rows.hold(WebhookDelivery.objects.all(), delivery.pk)
    held.attempts, held.tried_since, held.delivered_at, held.failed_at = 0, None, None, None
    held.next_attempt_at = timezone.now()
    held.save(update_fields=["attempts", "tried_since", "delivered_at", "failed_at", "next_attempt_at"])
    transaction.on_commit(wake_sender, robust=True)
    return held


def _working(person: User, webhook: Webhook) -> Webhook:
    """The webhook, for somebody who may manage it: it sends at once, also if it rests."""
    held = rows.hold(Webhook.objects.all(), webhook.pk)
    require(can_manage_webhook(person, held))
    if not held.is_on:
        raise Conflict(_("This webhook is switched off."))
    held.paused_until = None
    held.save(update_fields=["paused_until"])
    return held


def _queue(hearers: Sequence[Webhook], event: Event) -> None:
    body = body_of(event)
    WebhookDelivery.objects.bulk_create(
        [WebhookDelivery(webhook=webhook, event_id=event.pk, type=event.type, body=body) for webhook in hearers],
        ignore_conflicts=True,
    )
    transaction.on_commit(wake_sender, robust=True)
