"""Who may do what with webhooks. Who may see them is said by their queryset."""

from typing import TypeGuard

from innotter.accounts.models import User
from innotter.accounts.permissions import Person, is_in_good_standing
from innotter.webhooks.models import Webhook
from innotter.webhooks.registry import managing


def can_use_webhooks(person: Person) -> TypeGuard[User]:
    """Whoever is in good standing."""
    return is_in_good_standing(person)


def can_manage_webhooks_of(person: Person, team_id: int) -> bool:
    """Those who may manage the team."""
    return can_use_webhooks(person) and managing().filter(team=team_id, user=person).exists()


def can_manage_webhook(person: Person, webhook: Webhook) -> bool:
    """Its owner; of a team's, those who may manage the team."""
    if webhook.team_id is not None:
        return can_manage_webhooks_of(person, webhook.team_id)
    return can_use_webhooks(person) and person.pk == webhook.owner_id
