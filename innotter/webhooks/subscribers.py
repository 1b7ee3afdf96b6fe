"""Every event that is somebody's is queued for their webhooks; who has a webhook is told when it is switched off."""

from innotter.events.domain import DomainEvent, event_class, subscribe
from innotter.notifications.kinds import Kind
from innotter.notifications.services import notify_all
from innotter.webhooks import services
from innotter.webhooks.anybody import anybody
from innotter.webhooks.events import WebhookSwitchedOff
from innotter.webhooks.models import Webhook
from innotter.webhooks.queries import people_of
from innotter.webhooks.registry import heard_types


def queue_deliveries(event: DomainEvent) -> None:
    """Of any type that an app names an audience for."""
    services.queue_event(event=event)


def hear_of() -> None:
    """Subscribe to all of them, once every app has said whose its events are."""
    for type_ in heard_types():
        subscribe(event_class(type_), name="webhooks.queue_deliveries", is_wanted=anybody)(queue_deliveries)


@subscribe(WebhookSwitchedOff, name="webhooks.tell_that_it_is_off")
def tell_that_it_is_off(event: WebhookSwitchedOff) -> None:
    """Its owner; of a team's, those who may manage the team."""
    if webhook := Webhook.objects.filter(pk=event.webhook_id).first():
        people = list(people_of(webhook))
        notify_all(recipients=people, kind=Kind.WEBHOOK_OFF, event_id=event.event_id, subject_id=webhook.pk)
