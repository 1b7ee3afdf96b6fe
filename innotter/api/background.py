"""Keeping the API's memory short."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from innotter.api.models import IdempotencyKey

KEYS_LIVE = timedelta(days=1)


@shared_task
def forget_old_keys() -> None:
    """Drop idempotency keys that no client will repeat any more."""
    IdempotencyKey.objects.filter(created_at__lt=timezone.now() - KEYS_LIVE).delete()
