"""Keeping the list of sessions short."""

from datetime import timedelta

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from innotter.accounts.models import OTP, Session, User

KEPT = timedelta(days=7)


@shared_task
def forget_unproven() -> None:
    """Drop accounts whose address nobody has proved in a week: name and address are free again."""
    User.objects.unproven().filter(date_joined__lt=timezone.now() - KEPT).give_way()


@shared_task
def forget_old_sessions() -> None:
    """Drop sessions and codes that have been good for nothing for a week."""
    before = timezone.now() - KEPT
    Session.objects.filter(expires_at__lt=before).delete()
    Session.objects.filter(revoked_at__lt=before).delete()
    OTP.objects.filter(created_at__lt=before).delete()
    call_command("clearsessions")
