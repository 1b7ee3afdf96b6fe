"""Several senders at the same moment: each message once, and nobody waits for an address that is slow or dead."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from innotter.webhooks import services
from innotter.webhooks.engine import send_due
from innotter.webhooks.engine.senders import Senders, serve
from innotter.webhooks.engine.turns import give_back, hold, take_turn
from innotter.webhooks.models import Webhook, WebhookDelivery
from tests.factories.accounts import UserFactory
from tests.factories.webhooks import WebhookFactory
from tests.together import at_the_same_moment

pytestmark = pytest.mark.django_db(transaction=True)


def with_tests(receiver, name, count):
    """A webhook for which so many test events wait."""
    webhook = WebhookFactory(person=UserFactory(), url=f"{receiver.url}/{name}")
    for _number in range(count):
        services.send_test(person=webhook.owner, webhook=webhook)
    return webhook


def test_of_several_senders_each_message_is_sent_by_one(receiver):
    for number in range(6):
        with_tests(receiver, number, 5)
    sent = at_the_same_moment(send_due, send_due, send_due, send_due)
    assert sum(sent) == len(receiver.got) == 30
    assert len({headers["webhook-id"] for _path, headers, _body in receiver.got}) == 30


def test_a_webhook_has_one_request_at_a_time(receiver):
    with_tests(receiver, "one", 8)
    receiver.slowness["/one"] = 0.02
    at_the_same_moment(send_due, send_due, send_due)
    assert (len(receiver.got), receiver.most_at_once) == (8, 1)


def test_messages_to_one_webhook_come_in_their_order(receiver):
    webhook = with_tests(receiver, "one", 6)
    at_the_same_moment(send_due, send_due)
    ids = [headers["webhook-id"] for _path, headers, _body in receiver.got]
    in_order = webhook.deliveries.order_by("pk").values_list("message_id", flat=True)
    assert ids == [f"msg_{message_id.hex}" for message_id in in_order]


def test_many_dead_and_slow_webhooks_hold_up_no_other(receiver):
    """Eight that answer late and eight that answer nothing; another is served meanwhile, by threads as in a worker."""
    for number in range(8):
        with_tests(receiver, f"slow{number}", 1)
        receiver.slowness[f"/slow{number}"] = 3.0
        dead = with_tests(receiver, f"dead{number}", 1)
        receiver.slowness[f"/dead{number}"] = 3.0
        Webhook.objects.filter(pk=dead.pk).update(failures=1)
    Webhook.objects.filter(url__contains="slow").update(is_slow=True)
    groups = [Senders(2, troubled_too=True), Senders(2, troubled_too=False)]
    wake_all(groups)
    wait_until(lambda: receiver.at_once >= 2)
    with_tests(receiver, "sound", 3)
    begun = time.monotonic()
    wake_all(groups)
    wait_until(lambda: receiver.paths().count("/sound") == 3)
    assert time.monotonic() - begun < 2
    wait_until(lambda: not WebhookDelivery.objects.waiting().exists(), seconds=40)
    wait_until(lambda: not Webhook.objects.exclude(lease=None).exists())


def wake_all(groups):
    for group in groups:
        group.wake()


def wait_until(holds, seconds=5):
    over_at = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < over_at
        time.sleep(0.02)


def test_sound_webhooks_come_before_those_that_fail(receiver):
    failing, sound = with_tests(receiver, "failing", 1), with_tests(receiver, "sound", 1)
    Webhook.objects.filter(pk=failing.pk).update(failures=3)
    assert take_turn().webhook_id == sound.pk
    assert take_turn(troubled_too=False) is None
    assert take_turn().webhook_id == failing.pk


def test_turns_go_round(receiver):
    first, second = with_tests(receiver, "a", 2), with_tests(receiver, "b", 2)
    served = []
    for _number in range(4):
        turn = take_turn()
        served.append(turn.webhook_id)
        give_back(turn)
    assert served == [first.pk, second.pk, first.pk, second.pk]


def test_however_many_webhooks_somebody_has_the_next_turn_is_anothers(receiver, alice, bob):
    for person, count in ((alice, 4), (bob, 1)):
        for _number in range(count):
            services.send_test(person=person, webhook=WebhookFactory(person=person, url=f"{receiver.url}/one"))
    owners = dict(Webhook.objects.values_list("pk", "owner__username"))
    turns = [take_turn() for _number in range(4)]
    assert [owners[turn.webhook_id] for turn in turns] == ["alice", "bob", "alice", "alice"]
    give_back(turns[0])
    assert owners[take_turn().webhook_id] == "alice"


def test_whoever_lost_the_lease_holds_nothing(receiver):
    with_tests(receiver, "one", 1)
    turn = take_turn()
    Webhook.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    other = take_turn()
    assert other.webhook_id == turn.webhook_id
    with transaction.atomic():
        assert hold(turn) is None
        assert hold(other)
    give_back(turn)
    assert Webhook.objects.get().lease == other.lease


def test_one_that_is_switched_off_or_deleted_while_it_is_sent_to_is_no_error(receiver):
    off, gone = with_tests(receiver, "off", 2), with_tests(receiver, "gone", 2)
    receiver.slowness |= {"/off": 0.3, "/gone": 0.3}
    turns = [take_turn(), take_turn()]
    threads = [threading.Thread(target=serve_and_close, args=[turn]) for turn in turns]
    for thread in threads:
        thread.start()
    wait_until(lambda: receiver.at_once == 2)
    services.edit_webhook(person=off.owner, webhook=off, is_on=False)
    services.delete_webhook(person=gone.owner, webhook=gone)
    for thread in threads:
        thread.join()
    assert sorted(receiver.paths()) == ["/gone", "/off"]
    assert {row.status for row in off.deliveries.all()} == {"failed"}


def serve_and_close(turn):
    try:
        serve(turn)
    finally:
        connection.close()


def test_threads_go_on_when_celery_closes_the_pool_after_a_task(receiver, caplog):
    senders = Senders(2, troubled_too=True)
    receiver.slowness["/one"] = 0.1
    webhook = with_tests(receiver, "one", 5)
    senders.wake()
    while len(receiver.got) < 5:
        connection.close()
        connection.close_pool()
        time.sleep(0.02)
    wait_until(lambda: not webhook.deliveries.waiting().exists())
    wait_until(lambda: not Webhook.objects.exclude(lease=None).exists())
    assert "could not be sent" not in caplog.text
