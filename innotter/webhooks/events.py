"""What happens to webhooks."""

from dataclasses import dataclass

from innotter.events.domain import DomainEvent


@dataclass(frozen=True, kw_only=True)
class WebhookTested(DomainEvent):
    """Somebody sends a test to a webhook: it hears of this, and nobody else."""

    is_public = False
    type = "innotter.webhook.test"
    about = "webhook_id"
    webhook_id: int


@dataclass(frozen=True, kw_only=True)
class WebhookSwitchedOff(DomainEvent):
    """A webhook sends nothing any more: its address is gone, or has failed for too long."""

    is_public = False
    type = "innotter.webhook.switched_off"
    about = "webhook_id"
    webhook_id: int
