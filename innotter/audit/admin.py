"""The audit log, to look at."""

from django.contrib import admin

from innotter.admin import ReadOnlyAdmin
from innotter.audit.models import Action


@admin.register(Action)
class ActionAdmin(ReadOnlyAdmin[Action]):
    list_display = ["created_at", "actor", "verb", "about", "reason", "until"]
    list_filter = ["verb"]
    list_select_related = ["actor"]
    search_fields = ["about", "actor__username"]
