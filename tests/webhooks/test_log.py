"""What the log of a webhook says: briefly, in the language of its owner, for thirty days."""

from datetime import timedelta

import pytest
from django.utils import timezone

from innotter.accounts.models import User
from innotter.webhooks import services
from innotter.webhooks.engine import send_due
from innotter.webhooks.models import WebhookDelivery
from tests.factories.webhooks import WebhookFactory
from tests.webhooks.happening import happens


def test_of_a_long_answer_four_kilobytes_are_kept(webhook, receiver, page):
    receiver.answers["/hook"] = (200, {}, b"\0" + b"x" * 100_000)
    happens(page)
    send_due()
    assert len(webhook.deliveries.get().answer) == 4096


def test_the_log_is_written_in_the_language_of_its_owner(alice, bob, receiver):
    User.objects.filter(pk=alice.pk).update(language="ru")
    for person in (bob, alice):
        webhook = WebhookFactory(person=person, url=f"{receiver.url}/{person.username}")
        receiver.answers[f"/{person.username}"] = (500, {}, b"")
        services.send_test(person=person, webhook=webhook)
    send_due()
    errors = dict(WebhookDelivery.objects.values_list("webhook__owner__username", "error"))
    assert errors["bob"] == "The answer was 500."
    assert "500" in errors["alice"]
    assert errors["alice"] != errors["bob"]


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (200, ""),
        (204, ""),
        (299, ""),
        (300, "redirects"),
        (301, "redirects"),
        (399, "redirects"),
        (400, "400"),
        (500, "500"),
    ],
)
def test_the_log_says_what_is_wrong_with_an_answer(webhook, receiver, page, status, said):
    receiver.answers["/hook"] = (status, {}, b"")
    happens(page)
    send_due()
    delivery = webhook.deliveries.get()
    error = delivery.error
    assert (delivery.status == "delivered") == (said == "")
    assert said in error
    assert ("redirects" in error) == (said == "redirects")
    assert bool(error) == bool(said)


def test_the_log_goes_back_thirty_days(webhook, receiver, page):
    happens(page)
    send_due()
    webhook.deliveries.update(created_at=timezone.now() - timedelta(days=29))
    assert services.forget_old() == 0
    webhook.deliveries.update(created_at=timezone.now() - timedelta(days=31))
    services.send_again(person=webhook.owner, delivery=webhook.deliveries.get())
    assert services.forget_old() == 0, "it is on its way again"
    send_due()
    assert services.forget_old() == 1
