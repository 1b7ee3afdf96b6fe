"""What a webhook is sent: once in the usual case, signed, and again for as long as it makes sense."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.db.models import F
from django.utils import timezone
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from innotter.blog.events import PostDeleted
from innotter.blog.services import delete_post
from innotter.events.models import Event
from innotter.events.services import deliver_all, record
from innotter.pages.events import PageEdited
from innotter.webhooks import services
from innotter.webhooks.engine import is_due, send_due
from innotter.webhooks.engine.attempts import MOST_ATTEMPTS, Outcome, begin, make
from innotter.webhooks.engine.ending import LASTS, PAUSES, end
from innotter.webhooks.engine.turns import take_turn
from innotter.webhooks.models import Webhook, WebhookDelivery
from innotter.webhooks.services import cleaning
from tests.factories.blog import PostFactory
from tests.factories.webhooks import WebhookFactory
from tests.together import just_before
from tests.webhooks.happening import happens


def later(**span):
    """Let everything that waits be so much older."""
    ago = timedelta(**span)
    for webhook in Webhook.objects.all():
        for field in ("paused_until", "failing_since"):
            if value := getattr(webhook, field):
                setattr(webhook, field, value - ago)
        webhook.save()
    for row in WebhookDelivery.objects.all():
        row.next_attempt_at -= ago
        row.tried_since = row.tried_since and row.tried_since - ago
        row.save()


def test_an_event_comes_as_the_envelope_signed(webhook, receiver, page):
    row = happens(page)
    assert send_due() == 1
    ((path, headers, body),) = receiver.got
    assert (path, headers["content-type"]) == ("/hook", "application/json")
    assert Verifier(webhook.told).verify(body, headers) == json.loads(body)
    told = json.loads(body)
    assert (told["id"], told["type"], told["subject"]) == (str(row.pk), PageEdited.type, f"page/{page.pk}")
    assert told["data"] == {"page_id": page.pk, "handle": page.handle}
    delivery = webhook.deliveries.get()
    assert (delivery.status, delivery.status_code, delivery.attempts) == ("delivered", 204, 1)
    assert send_due() == 0


def test_another_secret_or_body_does_not_fit(webhook, receiver, page):
    happens(page)
    send_due()
    ((_path, headers, body),) = receiver.got
    for secret, content in [("whsec_" + "A" * 44, body), (webhook.told, body + b" ")]:
        with pytest.raises(WebhookVerificationError):
            Verifier(secret).verify(content, headers)


def test_while_a_secret_is_rotated_both_count_for_a_day(webhook, receiver, page, alice):
    newer = services.rotate_secret(person=alice, webhook=webhook)
    happens(page)
    send_due()
    _path, headers, body = receiver.got[-1]
    assert len(headers["webhook-signature"].split(" ")) == 2
    for secret in (webhook.told, newer):
        Verifier(secret).verify(body, headers)
    Webhook.objects.update(former_until=timezone.now())
    happens(page)
    send_due()
    _path, headers, body = receiver.got[-1]
    Verifier(newer).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Verifier(webhook.told).verify(body, headers)


def test_of_two_clicks_on_rotate_none_throws_the_secret_away_that_is_in_place(webhook, receiver, page, alice):
    services.rotate_secret(person=alice, webhook=webhook)
    newest = services.rotate_secret(person=alice, webhook=webhook)
    happens(page)
    send_due()
    _path, headers, body = receiver.got[-1]
    for secret in (webhook.told, newest):
        Verifier(secret).verify(body, headers)
    Webhook.objects.update(former_until=F("former_until") - timedelta(minutes=2))
    after_a_while = services.rotate_secret(person=alice, webhook=webhook)
    happens(page)
    send_due()
    _path, headers, body = receiver.got[-1]
    for secret in (newest, after_a_while):
        Verifier(secret).verify(body, headers)


def test_the_secret_is_sealed_in_the_database_and_outlives_a_new_key(webhook, receiver, page, settings):
    assert webhook.told.removeprefix("whsec_") not in Webhook.objects.get().secret
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    assert services.reseal() == 1
    assert services.reseal() == 0
    settings.SECRET_KEY_FALLBACKS = []
    happens(page)
    send_due()
    _path, headers, body = receiver.got[-1]
    Verifier(webhook.told).verify(body, headers)


def test_one_that_goes_while_secrets_are_sealed_anew_keeps_no_other_waiting(webhook, alice, settings, monkeypatch):
    WebhookFactory(person=alice)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    just_before(monkeypatch, cleaning, "_reseal", lambda: services.delete_webhook(person=alice, webhook=webhook))
    assert services.reseal() == 1
    assert services.reseal() == 0


def test_whose_secret_cannot_be_opened_any_more_is_told_so_in_the_log(webhook, receiver, page, settings):
    settings.SECRET_KEY = "another"
    happens(page)
    send_due()
    assert receiver.got == []
    assert "rotate" in webhook.deliveries.get().error


def test_the_relay_may_tell_twice_and_it_is_sent_once(webhook, receiver, page):
    row = happens(page)
    services.queue_event(event=PageEdited(page_id=page.pk, handle=page.handle, event_id=row.pk))
    assert send_due() == 1


def test_a_failure_is_tried_again_under_the_same_id_with_pauses_that_grow(webhook, receiver, page):
    receiver.answers["/hook"] = (500, {}, b"broken")
    happens(page)
    for number, pause in enumerate(PAUSES[:8], start=1):
        before = timezone.now()
        assert send_due() == 1
        delivery = webhook.deliveries.get()
        assert (delivery.attempts, delivery.status, delivery.answer) == (number, "waiting", "broken")
        assert abs(delivery.next_attempt_at - before - pause) < timedelta(seconds=5)
        assert send_due() == 0
        later(seconds=pause.total_seconds())
    receiver.answers.clear()
    assert send_due() == 1
    assert webhook.deliveries.get().status == "delivered"
    assert len({headers["webhook-id"] for _path, headers, _body in receiver.got}) == 1
    assert Webhook.objects.get().failures == 0


def test_the_pauses_are_those_that_the_documentation_names():
    hours = [pause.total_seconds() / 3600 for pause in PAUSES]
    assert hours == [5 / 3600, 5 / 60, 0.5, 2, 5, 10, 14, 20, 24]
    assert sum(hours[:-1]) + 2 * hours[-1] <= LASTS.total_seconds() / 3600 < sum(hours) + 2 * hours[-1]


def test_five_days_of_nothing_but_failures_switch_it_off_and_its_owner_is_told(webhook, receiver, page, mails_to):
    receiver.answers["/hook"] = (500, {}, b"")
    happens(page)
    count = 0
    while Webhook.objects.get().is_on:
        assert send_due() == 1
        count += 1
        later(seconds=PAUSES[min(count, len(PAUSES)) - 1].total_seconds())
    # After each of the nine pauses, a day later once more, and at the end of the fifth day.
    assert (count, sum(PAUSES, timedelta()) + 2 * PAUSES[-1] > LASTS) == (12, True)
    webhook.refresh_from_db()
    assert webhook.off_reason == "failing"
    assert webhook.deliveries.get().status == "failed"
    assert webhook.url in mails_to("alice@example.org")[0].text
    happens(page)
    assert send_due() == 0


def test_who_answers_gone_is_asked_no_more(webhook, receiver, page, mails_to):
    receiver.answers["/hook"] = (410, {}, b"")
    happens(page)
    happens(page)
    assert send_due() == 1
    webhook.refresh_from_db()
    assert (webhook.is_on, webhook.off_reason) == (False, "gone")
    assert {row.status for row in webhook.deliveries.all()} == {"failed"}
    assert "410" in mails_to("alice@example.org")[0].text


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("120", 120), ("999999999", 24 * 3600), ("soon", 5), ("-5", 5), ("Fri, 01 Jan 2100 00:00:00 GMT", 24 * 3600)],
)
def test_retry_after_is_honoured_up_to_a_day(webhook, receiver, page, said, seconds):
    receiver.answers["/hook"] = (503, {"Retry-After": said}, b"")
    happens(page)
    before = timezone.now()
    send_due()
    delivery, webhook = webhook.deliveries.get(), Webhook.objects.get()
    for at in (delivery.next_attempt_at, webhook.paused_until):
        assert abs(at - before - timedelta(seconds=seconds)) < timedelta(seconds=5)


@pytest.mark.parametrize("said", ["Fri, 01 Jan 99999999999 00:00:00 GMT", "Fri, 01 Jan 2100 00:00:00 +99999999999999"])
def test_what_is_delivered_is_so_whatever_time_the_answer_names(webhook, receiver, page, said):
    receiver.answers["/hook"] = (200, {"Retry-After": said}, b"")
    happens(page)
    send_due()
    assert webhook.deliveries.get().status == "delivered"


def test_a_redirect_is_a_failure_and_not_followed(webhook, receiver, page):
    receiver.answers["/hook"] = (307, {"Location": f"{receiver.url}/elsewhere"}, b"")
    happens(page)
    send_due()
    assert receiver.paths() == ["/hook"]
    assert webhook.deliveries.get().status == "waiting"


def test_a_private_network_is_not_asked(webhook, receiver, page, settings):
    settings.JOBS_ALLOWED_NETWORKS = []
    happens(page)
    send_due()
    assert receiver.got == []
    assert "public internet" in webhook.deliveries.get().error


def test_one_that_was_away_gets_all_that_waits_when_it_is_back(webhook, receiver, page):
    receiver.answers["/hook"] = (500, {}, b"")
    happens(page)
    for pause in PAUSES[:4]:
        send_due()
        later(seconds=pause.total_seconds())
    first = webhook.deliveries.get()
    first.next_attempt_at = timezone.now() + timedelta(hours=5)
    first.save()
    receiver.answers.clear()
    happens(page)
    assert send_due() == 2


def test_what_is_new_waits_no_longer_than_half_an_hour_for_one_that_is_back(webhook, receiver, page):
    receiver.answers["/hook"] = (500, {}, b"")
    happens(page)
    for pause in PAUSES[:7]:
        send_due()
        later(seconds=pause.total_seconds())
    send_due()
    assert Webhook.objects.get().paused_until < timezone.now() + timedelta(minutes=31)


def test_a_killed_sender_loses_nothing_and_another_sends_it_under_the_same_id(webhook, receiver, page):
    happens(page)
    turn = take_turn()
    killed = begin(turn)
    make(killed)  # It was sent, and nobody has noted that.
    assert send_due() == 0
    Webhook.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert send_due() == 1
    ids = [headers["webhook-id"] for _path, headers, _body in receiver.got]
    assert len(ids) == 2
    assert len(set(ids)) == 1
    # Who was thought dead and wakes up notes nothing.
    end(killed, Outcome(status=500))
    delivery = webhook.deliveries.get()
    assert (delivery.attempts, delivery.status) == (2, "delivered")


def queued(webhook, **more):
    services.send_test(person=webhook.owner, webhook=webhook)
    Webhook.objects.filter(pk=webhook.pk).update(**more)
    return webhook.pk


def test_those_without_trouble_come_first_and_of_them_who_has_waited_longest(alice):
    long_ago = timezone.now() - timedelta(hours=1)
    failing = queued(WebhookFactory(person=alice), failures=1, turn_at=long_ago - timedelta(hours=1))
    slow = queued(WebhookFactory(person=alice), is_slow=True, turn_at=long_ago)
    newer = queued(WebhookFactory(person=alice), turn_at=long_ago + timedelta(minutes=2))
    older = queued(WebhookFactory(person=alice), turn_at=long_ago + timedelta(minutes=1))
    off = queued(WebhookFactory(person=alice), is_on=False)
    order = [turn.webhook_id for _turn in range(4) if (turn := take_turn())]
    assert order == [older, newer, failing, slow]
    assert take_turn() is None, "each is in somebody's hands"
    assert not Webhook.objects.get(pk=off).lease


def test_a_sender_for_those_without_trouble_leaves_the_others_to_others(alice):
    queued(WebhookFactory(person=alice), failures=1)
    queued(WebhookFactory(person=alice), is_slow=True)
    assert take_turn(troubled_too=False) is None
    well = queued(WebhookFactory(person=alice))
    assert take_turn(troubled_too=False).webhook_id == well


def test_what_has_waited_longest_is_sent_first(webhook, receiver, page):
    first, second = happens(page), happens(page)
    WebhookDelivery.objects.filter(event_id=second.pk).update(next_attempt_at=timezone.now() - timedelta(minutes=1))
    assert send_due() == 2
    assert [json.loads(body)["id"] for _path, _headers, body in receiver.got] == [str(second.pk), str(first.pk)]


def test_a_test_reaches_the_webhook_and_nobody_else(webhook, receiver, alice):
    other = WebhookFactory(person=alice, url=f"{receiver.url}/other")
    delivery = services.send_test(person=alice, webhook=webhook)
    deliver_all()
    assert send_due() == 1
    ((path, headers, body),) = receiver.got
    assert path == "/hook"
    told = Verifier(webhook.told).verify(body, headers)
    assert (told["type"], told["data"]) == ("innotter.webhook.test", {"webhook_id": webhook.pk})
    assert other.deliveries.count() == 0
    assert delivery.event_id == Event.objects.get(type="innotter.webhook.test").pk


def test_what_was_sent_can_be_sent_again_under_its_id(webhook, receiver, page, alice):
    happens(page)
    send_due()
    services.send_again(person=alice, delivery=webhook.deliveries.get())
    assert send_due() == 1
    first, second = receiver.got
    assert (first[1]["webhook-id"], first[2]) == (second[1]["webhook-id"], second[2])
    delivery = webhook.deliveries.get()
    assert (delivery.attempts, delivery.status) == (1, "delivered"), "it is counted anew"


def test_an_event_is_queued_in_as_many_statements_for_ten_webhooks_as_for_one(
    alice, page, receiver, django_assert_max_num_queries
):
    def queue():
        row = record(PageEdited(page_id=page.pk, handle=page.handle))
        with django_assert_max_num_queries(7):
            services.queue_event(event=PageEdited(page_id=page.pk, handle=page.handle, event_id=row.pk))

    WebhookFactory(person=alice)
    queue()
    for _number in range(9):
        WebhookFactory(person=alice)
    queue()
    assert WebhookDelivery.objects.count() == 11


def test_who_of_the_moderators_did_it_is_not_told(alice, mia, receiver, page):
    WebhookFactory(person=alice, url=f"{receiver.url}/hook", types=[PostDeleted.type], all_types=False)
    delete_post(person=mia, post=PostFactory(page=page), reason="Spam")
    deliver_all()
    body = json.loads(WebhookDelivery.objects.get().body)
    assert "by_id" in Event.objects.filter(type=PostDeleted.type).get().data
    assert "by_id" not in body["data"]
    assert body["data"]["page_id"] == page.pk


def test_a_clock_that_was_ahead_lets_nothing_wait_once_it_is_set_right(webhook, receiver, page):
    with time_machine.travel(timezone.now() + timedelta(hours=5)):
        happens(page)
    assert is_due()
    assert send_due() == 1

    receiver.answers["/hook"] = (500, {}, b"")
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        happens(page)
        send_due()
    receiver.answers.clear()
    assert is_due()
    assert send_due() == 1


def test_a_turn_that_a_clock_ahead_has_leased_to_one_who_is_gone_is_taken_over(webhook, receiver, page):
    happens(page)
    take_turn()
    Webhook.objects.update(lease_until=timezone.now() + timedelta(hours=5))
    assert send_due() == 1


def test_a_delivery_that_ends_whoever_sends_it_is_given_up_and_the_next_one_comes(webhook, receiver, page):
    first = happens(page)
    WebhookDelivery.objects.update(attempts=MOST_ATTEMPTS)  # Each noted before it was made, and none after it.
    happens(page)
    assert send_due() == 1
    given_up = webhook.deliveries.get(event_id=first.pk)
    assert (given_up.status, given_up.error) == ("failed", "Whoever sent it was ended each time.")
