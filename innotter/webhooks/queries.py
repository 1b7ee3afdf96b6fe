"""Which webhooks hear of an event, asked when it happens and again before it is sent."""

from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from innotter.accounts.models import User
from innotter.events.domain import DomainEvent, event_class
from innotter.events.queries import Backlog
from innotter.webhooks.events import WebhookTested
from innotter.webhooks.models import Webhook, WebhookDelivery
from innotter.webhooks.registry import audience_of, heard_types, managing


def hearers_of(event: DomainEvent) -> list[Webhook]:
    """The webhooks that hear of it: those of the people and teams whose it is, who want its type."""
    hearing = Webhook.objects.working().hearing(event.type)
    if not hearing.exists():  # On most sites, of most types.
        return []
    whose = audience_of(event)
    return list(hearing.filter(Q(team=None, owner__in=whose.users) | Q(team__in=whose.teams)).order_by("pk"))


def is_for(webhook: Webhook, event: DomainEvent) -> bool:
    """Whether the event is about a thing of the webhook's person or team, as it is now."""
    if isinstance(event, WebhookTested):
        return event.webhook_id == webhook.pk
    whose = audience_of(event)
    return webhook.owner_id in whose.users if webhook.team_id is None else webhook.team_id in whose.teams


def people_of(webhook: Webhook) -> QuerySet[User]:
    """Who is told how it fares: its owner, or those who may manage the team."""
    managers = managing().filter(team=webhook.team_id).values("user")
    people: QuerySet[User] = User.objects.filter(pk__in=[webhook.owner_id] if webhook.team_id is None else managers)
    return people


def webhook_backlog() -> Backlog:
    """What is due to webhooks that work; and how many webhooks fail, which is for their owners to mend."""
    sound = WebhookDelivery.objects.waiting().filter(webhook__in=Webhook.objects.working().filter(failures=0))
    due = sound.filter(next_attempt_at__lte=timezone.now()).aggregate(count=Count("pk"), first=Min("next_attempt_at"))
    return Backlog("webhooks", due["count"], Webhook.objects.filter(is_on=True, failures__gt=0).count(), due["first"])


def known_types() -> dict[str, str]:
    """What a webhook can hear of, each type with what it says."""
    return {type_: (event_class(type_).__doc__ or "").strip() for type_ in heard_types()}
