"""How an attempt ends: what is noted, when the next one is made, and when a webhook is switched off."""

from datetime import datetime, timedelta
from http import HTTPStatus

from django.db import transaction
from django.utils import timezone

from innotter.events.services import record
from innotter.webhooks.engine.attempts import Attempt, Outcome
from innotter.webhooks.engine.turns import hold
from innotter.webhooks.events import WebhookSwitchedOff
from innotter.webhooks.models import Webhook, WebhookDelivery

_second, _minute, _hour = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
#: The pauses after a delivery's first failure, its second, and so on; the last one comes again.
PAUSES = (5 * _second, 5 * _minute, 30 * _minute, 2 * _hour, *(hours * _hour for hours in (5, 10, 14, 20, 24)))
#: For how long a delivery is tried, and a webhook may do nothing but fail.
LASTS = timedelta(days=5)
#: A webhook that fails is asked for nothing until its pause is over; then for one thing. What is new waits no longer.
LONGEST_REST = 30 * _minute
#: After so many failures in a row it was away: what waits for it need not wait until its own time.
AWAY = 3
#: An answer that takes longer is slow.
SLOW_MILLISECONDS = 2000


@transaction.atomic
def end(attempt: Attempt, outcome: Outcome) -> None:
    """Note what came of it. Whoever has lost the lease meanwhile notes nothing: another sends it again."""
    webhook = hold(attempt.turn)
    if webhook is None:
        return
    now, delivery = timezone.now(), attempt.delivery
    delivery.status_code, delivery.milliseconds = outcome.status, outcome.milliseconds
    delivery.answer, delivery.error = outcome.answer, outcome.error
    webhook.is_slow = outcome.milliseconds > SLOW_MILLISECONDS
    if outcome.is_delivered:
        _delivered(webhook, delivery, now)
    else:
        _failed(webhook, delivery, attempt, outcome, now=now)
    noted = ["status_code", "milliseconds", "answer", "error", "delivered_at", "failed_at", "next_attempt_at"]
    delivery.save(update_fields=noted)
    webhook.save(update_fields=["is_slow", "failures", "failing_since", "paused_until"])


def _delivered(webhook: Webhook, delivery: WebhookDelivery, now: datetime) -> None:
    delivery.delivered_at = now
    if webhook.failures >= AWAY:
        webhook.deliveries.waiting().exclude(pk=delivery.pk).filter(next_attempt_at__gt=now).update(next_attempt_at=now)
    webhook.failures, webhook.failing_since, webhook.paused_until = 0, None, None


def _failed(webhook: Webhook, delivery: WebhookDelivery, attempt: Attempt, outcome: Outcome, *, now: datetime) -> None:
    until = (delivery.tried_since or attempt.begun_at) + LASTS
    if now >= until:
        delivery.failed_at = now
    else:
        pause = max(_pause_after(delivery.attempts), outcome.retry_after)
        delivery.next_attempt_at = min(now + pause, until)
    webhook.failures += 1
    webhook.failing_since = webhook.failing_since or attempt.begun_at
    rest = max(min(_pause_after(webhook.failures), LONGEST_REST), outcome.retry_after)
    webhook.paused_until = now + rest
    if outcome.status == HTTPStatus.GONE:
        delivery.failed_at = now
        _switch_off(webhook, Webhook.Off.GONE, now)
    elif now >= webhook.failing_since + LASTS:
        delivery.failed_at = now
        _switch_off(webhook, Webhook.Off.FAILING, now)


def _pause_after(failures: int) -> timedelta:
    return PAUSES[min(failures, len(PAUSES)) - 1]


def _switch_off(webhook: Webhook, reason: Webhook.Off, now: datetime) -> None:
    """What waits for it is given up: in the log it can be sent again."""
    webhook.is_on, webhook.off_reason = False, reason
    webhook.save(update_fields=["is_on", "off_reason"])
    webhook.deliveries.waiting().update(failed_at=now)
    record(WebhookSwitchedOff(webhook_id=webhook.pk))
