"""E-mails on their way, to look at; one that was given up can be tried again."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from innotter.admin import ReadOnlyAdmin
from innotter.mail import services
from innotter.mail.models import OutgoingMail


@admin.register(OutgoingMail)
class OutgoingMailAdmin(ReadOnlyAdmin[OutgoingMail]):
    list_display = ["to", "subject", "created_at", "sent_at", "failed_at", "attempts", "error"]
    list_filter = [("sent_at", admin.EmptyFieldListFilter), ("failed_at", admin.EmptyFieldListFilter)]
    exclude = ["text", "html", "key"]
    actions = ["try_again"]

    @admin.action(description=_("Try again"))
    def try_again(self, request: HttpRequest, queryset: QuerySet[OutgoingMail]) -> None:
        services.try_again(mails=list(queryset))
