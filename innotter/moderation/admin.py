"""Reports, to look at."""

from django.contrib import admin

from innotter.admin import ReadOnlyAdmin
from innotter.moderation.models import Report


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin[Report]):
    list_display = ["created_at", "subject", "subject_id", "reporter", "reason", "resolved_at"]
    list_filter = ["subject", ("resolved_at", admin.EmptyFieldListFilter)]
    list_select_related = ["reporter"]
