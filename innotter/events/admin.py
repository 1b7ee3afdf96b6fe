"""The outbox, to look at; a delivery that was given up can be tried again."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from innotter.admin import ReadOnlyAdmin
from innotter.events import services
from innotter.events.models import Delivery, Event, Outgoing, Sink


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin[Event]):
    list_display = ["pk", "type", "subject", "occurred_at", "request_id"]
    list_filter = ["type"]
    search_fields = ["subject", "request_id"]


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin[Delivery]):
    list_display = ["event", "sink", "attempts", "next_attempt_at", "delivered_at", "failed_at", "error"]
    list_filter = [("failed_at", admin.EmptyFieldListFilter), ("delivered_at", admin.EmptyFieldListFilter), "sink"]
    list_select_related = ["event"]
    actions = ["try_again"]

    @admin.action(description=_("Try again"))
    def try_again(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        services.try_again(deliveries=list(queryset))


@admin.register(Outgoing)
class OutgoingAdmin(ReadOnlyAdmin[Outgoing]):
    list_display = ["event", "sink", "refused_at", "error"]
    list_filter = ["sink", ("refused_at", admin.EmptyFieldListFilter)]
    list_select_related = ["event"]


@admin.register(Sink)
class SinkAdmin(ReadOnlyAdmin[Sink]):
    list_display = ["name", "failures", "next_attempt_at", "last_sent_at", "error"]
