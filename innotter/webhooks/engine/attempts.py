"""An attempt: what is due is taken from the database, sent while nothing is locked, and noted."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from innotter.outbound.asking import Answer, Refused, Unreachable, ask_once
from innotter.sealing import Broken, opened
from innotter.text.numbers import whole_number
from innotter.webhooks.engine.turns import Turn, hold
from innotter.webhooks.messages import event_in
from innotter.webhooks.models import LONGEST_PAUSE, LONGEST_WAIT, MOST_ANSWER, Webhook, WebhookDelivery
from innotter.webhooks.queries import is_for
from innotter.webhooks.signing import headers, message_name

logger = logging.getLogger(__name__)

#: For everything together, in seconds. To connect and between two pieces it is ten (`outbound/asking.py`).
LONGEST = 15
MOST_RETRY_AFTER = LONGEST_PAUSE
#: A delivery is given up after so many attempts, if whoever made them was ended each time and noted nothing.
MOST_ATTEMPTS = 100
#: Deliveries that are looked at before the turn is over, where none of them is for the webhook any more.
MOST_LOOKED_AT = 50
LONGEST_ERROR = 500


@dataclass(frozen=True)
class Attempt:
    """A delivery that is to be sent now."""

    turn: Turn
    webhook: Webhook
    delivery: WebhookDelivery
    begun_at: datetime


@dataclass(frozen=True)
class Outcome:
    """What came of an attempt; without a status nothing was answered."""

    status: int | None = None
    answer: str = ""
    error: str = ""
    milliseconds: int = 0
    #: For how long the other side wants to be left alone.
    retry_after: timedelta = timedelta()

    @property
    def is_delivered(self) -> bool:
        return self.status is not None and 200 <= self.status <= 299


@transaction.atomic
def begin(turn: Turn) -> Attempt | None:
    """The next delivery of a turn. What is not for the webhook any more is dropped unsent."""
    webhook = hold(turn)
    if webhook is None:
        return None
    now = timezone.now()
    due = webhook.deliveries.due(now)
    if not Webhook.objects.working().filter(pk=webhook.pk).exists():
        due.update(failed_at=now, error=_("Whoever has set this webhook up may not manage it any more."))
        return None
    for delivery in due.order_by("next_attempt_at", "pk")[:MOST_LOOKED_AT]:
        event = event_in(type_=delivery.type, body=delivery.body)
        if event is None:  # What another version has queued waits for that version.
            webhook.deliveries.filter(pk=delivery.pk).update(next_attempt_at=now + LONGEST_WAIT)
        elif not is_for(webhook, event):
            delivery.delete()
        elif delivery.attempts >= MOST_ATTEMPTS:
            error = delivery.error or _("Whoever sent it was ended each time.")
            webhook.deliveries.filter(pk=delivery.pk).update(failed_at=now, error=error)
        else:
            delivery.attempts += 1
            delivery.tried_since = delivery.tried_since or now
            delivery.save(update_fields=["attempts", "tried_since"])
            return Attempt(turn, webhook, delivery, now)
    return None


def make(attempt: Attempt) -> Outcome:
    """Send it. No row is locked meanwhile."""
    begun = time.monotonic()
    try:
        outcome = _send(attempt)
    except (Refused, Unreachable) as error:
        outcome = Outcome(error=str(error)[:LONGEST_ERROR])
    except Broken:
        outcome = Outcome(error=_("The secret cannot be read any more: rotate it."))
    except Exception as error:  # Whatever is wrong with an address is the failure of this attempt, and of nothing else.
        logger.exception("Webhook delivery %d failed", attempt.delivery.pk)
        outcome = Outcome(error=f"{type(error).__name__}: {error}"[:LONGEST_ERROR])
    return _timed(outcome, time.monotonic() - begun)


def _timed(outcome: Outcome, seconds: float) -> Outcome:
    return Outcome(outcome.status, outcome.answer, outcome.error, round(seconds * 1000), outcome.retry_after)


def _send(attempt: Attempt) -> Outcome:
    body = attempt.delivery.body.encode()
    signed = headers(
        message=message_name(attempt.delivery.message_id),
        timestamp=int(time.time()),
        body=body,
        signed_with=_secrets(attempt.webhook),
    )
    answer = ask_once(
        "POST",
        attempt.webhook.url,
        headers={"Content-Type": "application/json", "User-Agent": "Innotter-Webhooks", **signed},
        body=body,
        seconds=LONGEST,
        most_bytes=MOST_ANSWER,
    )
    text = answer.body.decode("utf-8", "replace").replace("\0", "\ufffd")
    return Outcome(answer.status, text, _said(answer), retry_after=_retry_after(answer))


def _said(answer: Answer) -> str:
    if 200 <= answer.status <= 299:
        return ""
    if 300 <= answer.status <= 399:
        return _("The answer was %(status)d: redirects are not followed.") % {"status": answer.status}
    return _("The answer was %(status)d.") % {"status": answer.status}


def _secrets(webhook: Webhook) -> Sequence[bytes]:
    """The newest first; the one before it, as long as it counts."""
    sealed = [webhook.secret]
    if webhook.former_secret and webhook.former_until and webhook.former_until > timezone.now():
        sealed.append(webhook.former_secret)
    return [opened(secret) for secret in sealed]


def _retry_after(answer: Answer) -> timedelta:
    """What the other side asks for, up to a day: in seconds, or as a time."""
    text = answer.headers.get("retry-after", "").strip()
    seconds = whole_number(text)
    if seconds is not None:
        return min(timedelta(seconds=min(seconds, MOST_RETRY_AFTER.total_seconds())), MOST_RETRY_AFTER)
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return timedelta()
    if at.tzinfo is None:
        return timedelta()
    return max(timedelta(), min(at - timezone.now(), MOST_RETRY_AFTER))
