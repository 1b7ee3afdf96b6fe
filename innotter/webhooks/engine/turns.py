"""Turns: who sends leases one webhook at a time, and sends what waits for it, one after the other.

So nothing is sent twice at the same moment, and a webhook that is slow keeps one sender busy and no more. Leases are in
the database's time: the clocks of the machines that send may be apart. A sender that is killed loses its lease soon,
and what it had begun is sent by another, with the same `webhook-id`.
"""

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from innotter.webhooks.models import LONGEST_PAUSE, LONGEST_WAIT, Webhook

#: For how long a turn is leased, in seconds; each attempt renews it. An attempt takes less, to look up a name included.
LEASE = 60

_WAITS = "delivered_at IS NULL AND failed_at IS NULL"
#: The webhooks that something waits for, each found by one step through the index, however much waits.
_WAITING = """
    WITH RECURSIVE waiting (webhook_id) AS (
        (SELECT webhook_id FROM webhooks_webhookdelivery WHERE {waits} ORDER BY webhook_id LIMIT 1)
        UNION ALL
        SELECT (
            SELECT delivery.webhook_id FROM webhooks_webhookdelivery AS delivery
            WHERE {waits} AND delivery.webhook_id > waiting.webhook_id ORDER BY delivery.webhook_id LIMIT 1
        )
        FROM waiting WHERE waiting.webhook_id IS NOT NULL
    )
""".replace("{waits}", _WAITS)
#: What is due is what `WebhookDeliveryQuerySet.due` says. A lease that lasts longer than any is given was written by a
#: clock that has been set back since.
_READY = """
    webhook.id IN (SELECT webhook_id FROM waiting)
        AND is_on
        AND (
            lease_until IS NULL OR lease_until < statement_timestamp()
            OR lease_until > statement_timestamp() + 2 * %(seconds)s * interval '1 second'
        )
        AND (paused_until IS NULL OR paused_until <= %(now)s OR paused_until > %(now)s + %(longest)s)
        AND (%(troubled_too)s OR (failures = 0 AND NOT is_slow))
        AND EXISTS (
            SELECT FROM webhooks_webhookdelivery
            WHERE webhook_id = webhook.id AND {waits} AND (
                next_attempt_at <= %(now)s OR next_attempt_at > %(now)s + %(longest)s
                OR (attempts = 0 AND next_attempt_at > %(now)s + %(wait)s)
            )
        )
""".replace("{waits}", _WAITS)
_IS_DUE = """
    {waiting} SELECT EXISTS (SELECT FROM webhooks_webhook AS webhook WHERE {ready})
""".replace("{waiting}", _WAITING).replace("{ready}", _READY)
#: Whoever has fewer turns under way comes first: a hundred webhooks of one person keep nobody else waiting.
_TAKE = """
    {waiting}, busy AS (
        SELECT owner_id, count(*) AS turns FROM webhooks_webhook
        WHERE id IN (SELECT webhook_id FROM waiting) AND lease_until >= statement_timestamp() GROUP BY owner_id
    ),
    next AS (
        SELECT webhook.id FROM webhooks_webhook AS webhook WHERE {ready}
        ORDER BY failures > 0 OR is_slow,
            coalesce((SELECT turns FROM busy WHERE busy.owner_id = webhook.owner_id), 0), turn_at
        LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
    )
    UPDATE webhooks_webhook AS webhook
    SET lease = %(lease)s, lease_until = statement_timestamp() + %(seconds)s * interval '1 second', turn_at = %(now)s
    FROM next WHERE webhook.id = next.id
    RETURNING webhook.id
""".replace("{waiting}", _WAITING).replace("{ready}", _READY)
_HOLD = """
    UPDATE webhooks_webhook SET lease_until = statement_timestamp() + %s * interval '1 second'
    WHERE id = %s AND lease = %s AND is_on
"""


@dataclass(frozen=True)
class Turn:
    """The right to send to a webhook."""

    webhook_id: int
    lease: uuid.UUID


def is_due() -> bool:
    """Whether something is due for a webhook whose turn may begin."""
    with connection.cursor() as cursor:
        cursor.execute(_IS_DUE, _times() | {"troubled_too": True})
        return bool(cursor.fetchone()[0])


def take_turn(*, troubled_too: bool = True) -> Turn | None:
    """Lease the next webhook that something is due for; those without trouble come first, or are the only ones."""
    lease = uuid.uuid4()
    words = _times() | {"lease": lease, "troubled_too": troubled_too}
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, words)
        row = cursor.fetchone()
    return Turn(row[0], lease) if row else None


def _times() -> dict[str, Any]:
    return {"now": timezone.now(), "longest": LONGEST_PAUSE, "wait": LONGEST_WAIT, "seconds": LEASE}


def hold(turn: Turn) -> Webhook | None:
    """The webhook, locked, for another while; None when it is in other hands by now, switched off, or gone.

    To be called in a transaction.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("The row is locked until a transaction ends.")
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [LEASE, turn.webhook_id, turn.lease])
        if not cursor.rowcount:
            return None
    return Webhook.objects.get(pk=turn.webhook_id)


def give_back(turn: Turn) -> None:
    """Let others have their turn."""
    Webhook.objects.filter(pk=turn.webhook_id, lease=turn.lease).update(lease=None, lease_until=None)
