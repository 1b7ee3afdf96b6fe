"""Where nobody has a webhook, nothing is queued for them."""

import pytest

from innotter.events.models import Delivery
from innotter.webhooks import anybody as module
from innotter.webhooks.anybody import anybody
from innotter.webhooks.services import create_webhook, edit_webhook
from tests.factories.jobs import JobFactory


@pytest.fixture
def queued(alice):
    """Whether something that happens now is queued for webhooks."""

    def queued():
        Delivery.objects.all().delete()
        JobFactory(owner=alice)
        return Delivery.objects.filter(sink="webhooks.queue_deliveries").exists()

    return queued


def test_a_webhook_is_heard_of_when_it_is_set_up_switched_off_and_on_again(alice, queued, monkeypatch):
    assert not queued()
    webhook, _secret = create_webhook(person=alice, url="https://example.org/", all_types=True)
    assert queued()
    edit_webhook(person=alice, webhook=webhook, is_on=False)
    assert not queued()
    edit_webhook(person=alice, webhook=webhook, is_on=True)
    assert queued()


def test_what_another_process_has_set_up_is_heard_of_soon(alice, queued, monkeypatch):
    assert not queued()
    create_webhook(person=alice, url="https://example.org/", all_types=True)
    anybody._found, anybody._asked_at = False, module.time.monotonic()  # As another process knows it.
    assert not queued()
    monkeypatch.setattr(module, "BELIEVED", 0)
    assert queued()
