"""Webhooks, set up as people set them up."""

from typing import Any

import factory
from factory.django import DjangoModelFactory

from innotter.webhooks import services
from innotter.webhooks.models import Webhook
from tests.factories.accounts import UserFactory


class WebhookFactory(DjangoModelFactory[Webhook]):
    """A webhook that hears of everything; `secret` is as its owner was given it."""

    class Meta:
        model = Webhook

    person = factory.SubFactory(UserFactory)
    url = "https://hooks.example/innotter"
    all_types = True

    @classmethod
    def _create(cls, model_class: type[Webhook], *args: Any, **kwargs: Any) -> Webhook:
        webhook, secret = services.create_webhook(**kwargs)
        webhook.told = secret
        return webhook
