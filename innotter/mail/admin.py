"""E-mails on their way, to look at."""

from django.contrib import admin

from innotter.admin import ReadOnlyAdmin
from innotter.mail.models import OutgoingMail


@admin.register(OutgoingMail)
class OutgoingMailAdmin(ReadOnlyAdmin[OutgoingMail]):
    list_display = ["to", "subject", "created_at", "sent_at", "attempts", "error"]
    list_filter = [("sent_at", admin.EmptyFieldListFilter), ("failed_at", admin.EmptyFieldListFilter)]
    exclude = ["text", "html", "key"]
