"""Notifications, to look at."""

from django.contrib import admin

from innotter.admin import ReadOnlyAdmin
from innotter.notifications.models import Notification


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin[Notification]):
    list_display = ["recipient", "kind", "subject_id", "actor", "created_at", "read_at"]
    list_filter = ["kind"]
    list_select_related = ["recipient", "actor"]
