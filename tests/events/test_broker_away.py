"""A broker that is away when something is to be asked for keeps the relay from nothing else."""

import logging

import pytest
from kombu.exceptions import OperationalError

from innotter.blog.background import announce
from innotter.blog.models import Announcement
from innotter.blog.services import publish_post
from innotter.events.models import Delivery
from innotter.events.services import deliver_all
from innotter.mail.background import deliver_mail
from innotter.mail.services import send_mail
from tests.factories.pages import PageFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def asked(monkeypatch):
    """What the broker was asked to take; it takes nothing."""
    asked = []

    def refuse(*arguments):
        asked.append(arguments)
        raise OperationalError("The broker is away")

    for task in (deliver_mail, announce):
        monkeypatch.setattr(task, "delay", refuse)
    return asked


def test_the_relay_goes_on_and_everything_is_asked_for(alice, asked, caplog):
    for number in range(3):
        send_mail(
            key=f"why/{number}",
            to=alice.email,
            template="accounts/mail/password_changed",
            context={"person": alice},
            language=alice.language,
        )
    with caplog.at_level(logging.ERROR):
        deliver_all()
    assert len(asked) == 3
    assert not Delivery.objects.due().exists()
    assert "The broker is away" in caplog.text


def test_followers_wait_for_the_sweep(alice, asked):
    publish_post(author=alice, page=PageFactory(owner=alice), content="Look")
    deliver_all()
    (announcement,) = Announcement.objects.all()
    assert asked == [(announcement.pk,)]
    assert not Delivery.objects.due().exists()
