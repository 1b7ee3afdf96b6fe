"""Who may do what with a webhook: refused where it is done, whatever the doors show."""

import pytest

from innotter.accounts.services import block_user
from innotter.errors import Forbidden
from innotter.tasks.models import Membership
from innotter.webhooks import services
from innotter.webhooks.models import Webhook
from tests.factories.tasks import TeamFactory, join
from tests.factories.webhooks import WebhookFactory

DEEDS = {
    "edit": lambda person, webhook: services.edit_webhook(person=person, webhook=webhook, description="Mine"),
    "delete": lambda person, webhook: services.delete_webhook(person=person, webhook=webhook),
    "rotate": lambda person, webhook: services.rotate_secret(person=person, webhook=webhook),
    "test": lambda person, webhook: services.send_test(person=person, webhook=webhook),
    "send again": lambda person, webhook: services.send_again(person=person, delivery=webhook.deliveries.get()),
}


@pytest.fixture(params=DEEDS)
def deed(request):
    return DEEDS[request.param]


def webhook_of(person, **kwargs):
    """Their webhook, with a test event that waits for it."""
    webhook = WebhookFactory(person=person, **kwargs)
    services.send_test(person=person, webhook=webhook)
    return webhook


def is_refused(deed, person, webhook):
    before = Webhook.objects.values().get(pk=webhook.pk)
    with pytest.raises(Forbidden):
        deed(person, webhook)
    return Webhook.objects.values().get(pk=webhook.pk) == before


def test_a_persons_webhook_is_theirs_alone(alice, bob, ada, deed):
    webhook = webhook_of(alice)
    assert is_refused(deed, bob, webhook)
    assert is_refused(deed, ada, webhook)
    deed(alice, webhook)


def test_whoever_is_blocked_does_nothing_with_their_own(alice, ada, deed):
    webhook = webhook_of(alice)
    block_user(admin=ada, user=alice)
    alice.refresh_from_db()
    assert is_refused(deed, alice, webhook)


def test_a_teams_webhook_is_for_all_its_owners_and_for_nobody_else(alice, bob, carol, ada, deed):
    team = TeamFactory(owner=alice, members=[carol])
    join(team, bob, "owner")
    webhook = webhook_of(alice, team_id=team.pk)
    TeamFactory(owner=carol, key="OWN")
    for person in (carol, ada):
        assert is_refused(deed, person, webhook)
    deed(bob, webhook)


def test_whoever_set_it_up_and_left_does_nothing_with_it(alice, bob, deed):
    team = TeamFactory(owner=bob)
    join(team, alice, "owner")
    webhook = webhook_of(alice, team_id=team.pk)
    Membership.objects.get(team=team, user=alice).delete()
    assert is_refused(deed, alice, webhook)
