"""Keeping the log short, and secrets under the newest key."""

from contextlib import suppress

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from innotter import rows
from innotter.database.portions import in_portions
from innotter.sealing import Broken, is_under_newest, opened, seal
from innotter.webhooks.models import KEPT, Webhook, WebhookDelivery

#: Deleted in portions, so that no transaction is long.
PORTION = 1000


def forget_old() -> int:
    """Drop deliveries of more than thirty days ago; says how many. What is on its way again has as long once more."""
    has_ended = Q(delivered_at__isnull=False) | Q(failed_at__isnull=False)
    now = timezone.now()
    old = WebhookDelivery.objects.filter(has_ended, created_at__lt=now - KEPT)
    old |= WebhookDelivery.objects.filter(created_at__lt=now - 2 * KEPT)
    count = 0
    while pks := list(old.order_by("pk").values_list("pk", flat=True)[:PORTION]):
        old.filter(pk__in=pks).delete()
        count += len(pks)
    return count


def reseal() -> int:
    """Seal secrets anew that are under a key of before (`rotate-keys`), and drop those whose day is over."""
    Webhook.objects.filter(former_until__lt=timezone.now()).update(former_secret="", former_until=None)
    count = 0
    for webhook in in_portions(Webhook.objects.only("secret", "former_secret").order_by("pk"), size=PORTION):
        if not all(is_under_newest(sealed) for sealed in (webhook.secret, webhook.former_secret) if sealed):
            with suppress(rows.Gone):  # Its owner has deleted it meanwhile: the others go on.
                _reseal(webhook.pk)
                count += 1
    return count


@transaction.atomic
def _reseal(pk: int) -> None:
    webhook = rows.hold(Webhook.objects.all(), pk)
    webhook.secret = _anew(webhook.secret)
    webhook.former_secret = _anew(webhook.former_secret)
    webhook.save(update_fields=["secret", "former_secret"])


def _anew(sealed: str) -> str:
    """What cannot be opened stays: its owner rotates it."""
    try:
        return seal(opened(sealed)) if sealed else ""
    except Broken:
        return sealed
