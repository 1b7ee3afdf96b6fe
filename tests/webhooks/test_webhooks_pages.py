"""The pages of webhooks, as people use them in a browser, without scripts."""

import re

from innotter.events.services import deliver_all
from innotter.tasks.models import Membership
from innotter.webhooks import services
from innotter.webhooks.engine import send_due
from innotter.webhooks.models import Webhook
from tests.factories.tasks import TeamFactory
from tests.factories.webhooks import WebhookFactory

NEW = {"url": "https://hooks.example/a", "types": ["innotter.job.completed"]}


def test_a_person_sets_one_up_from_their_settings(browser_of, alice):
    browser = browser_of(alice)
    assert "/settings/webhooks/" in browser.get("/settings/").content.decode()
    assert "/settings/webhooks/new/" in browser.get("/settings/webhooks/").content.decode()
    form = browser.get("/settings/webhooks/new/").content.decode()
    assert 'value="innotter.job.completed"' in form
    made = browser.post("/settings/webhooks/new/", NEW)
    (secret,) = re.findall(r"whsec_[A-Za-z0-9+/=]+", made.content.decode())
    assert "no-store" in made.headers["Cache-Control"]
    page = browser.get(Webhook.objects.get().get_absolute_url()).content.decode()
    assert secret not in page
    assert "checked" in page


def test_what_is_wrong_is_said_in_the_form_and_what_was_typed_stays(browser_of, alice):
    answer = browser_of(alice).post("/settings/webhooks/new/", {"url": "nowhere", "description": "Mine"})
    assert answer.status_code == 422 or answer.status_code == 400
    page = answer.content.decode()
    assert "whole address" in page
    assert 'value="Mine"' in page
    answer = browser_of(alice).post("/settings/webhooks/new/", {"url": "https://hooks.example/"})
    assert "Choose the events to send." in answer.content.decode()


def test_a_test_event_is_sent_looked_at_and_sent_again(browser_of, alice, receiver):
    webhook = WebhookFactory(person=alice, url=f"{receiver.url}/x")
    browser = browser_of(alice)
    receiver.answers["/x"] = (500, {}, b"<b>broken</b>")
    browser.post(f"/webhooks/{webhook.pk}/test/")
    send_due()
    page = browser.get(f"/webhooks/{webhook.pk}/").content.decode()
    assert "innotter.webhook.test" in page
    assert "Next attempt" in page
    delivery = webhook.deliveries.get()
    shown = browser.get(f"/webhooks/{webhook.pk}/deliveries/{delivery.pk}/").content.decode()
    assert "&lt;b&gt;broken&lt;/b&gt;" in shown
    receiver.answers.clear()
    browser.post(f"/webhooks/{webhook.pk}/deliveries/{delivery.pk}/resend/")
    send_due()
    assert webhook.deliveries.get().status == "delivered"


def test_it_is_changed_rotated_switched_off_and_deleted(browser_of, alice):
    webhook = WebhookFactory(person=alice)
    browser, address = browser_of(alice), webhook.get_absolute_url()
    assert browser.post(address, NEW | {"description": "Ours"}).status_code == 302
    webhook.refresh_from_db()
    assert (webhook.is_on, webhook.all_types, webhook.types) == (False, False, NEW["types"])
    assert "whsec_" in browser.post(f"{address}rotate/").content.decode()
    assert browser.get(f"{address}delete/").status_code == 200
    assert browser.post(f"{address}delete/").headers["Location"] == "/settings/webhooks/"
    assert not Webhook.objects.exists()


def test_a_teams_are_on_the_teams_page_for_those_who_manage_it(browser_of, alice, bob):
    team = TeamFactory(owner=alice, members=[bob])
    assert f"/teams/{team.pk}/webhooks/" in browser_of(alice).get(f"/teams/{team.pk}/settings/").content.decode()
    assert "webhooks" not in browser_of(bob).get(f"/teams/{team.pk}/settings/").content.decode()
    form = browser_of(alice).get(f"/teams/{team.pk}/webhooks/new/").content.decode()
    assert 'value="innotter.task.created"' in form
    assert 'value="innotter.job.completed"' not in form  # It would hear of none.
    browser_of(alice).post(f"/teams/{team.pk}/webhooks/new/", NEW | {"types": ["innotter.task.created"]})
    webhook = Webhook.objects.get()
    assert webhook.team_id == team.pk
    assert webhook.url in browser_of(alice).get(f"/teams/{team.pk}/webhooks/").content.decode()
    assert webhook.url not in browser_of(alice).get("/settings/webhooks/").content.decode()
    for address in (f"/teams/{team.pk}/webhooks/", f"/teams/{team.pk}/webhooks/new/", webhook.get_absolute_url()):
        assert browser_of(bob).get(address).status_code == 404


def test_whoever_manages_the_team_now_sees_that_nobody_answers_for_it_and_takes_it_over(browser_of, alice, bob):
    team = TeamFactory(owner=alice, members=[bob])
    webhook = WebhookFactory(person=alice, team_id=team.pk)
    Membership.objects.filter(user=bob).update(role="owner")
    Membership.objects.filter(user=alice).delete()
    browser = browser_of(bob)
    assert "may not manage the team" in browser.get(webhook.get_absolute_url()).content.decode()
    browser.post(webhook.get_absolute_url(), NEW | {"is_on": "on", "types": ["innotter.task.created"]})
    assert "may not manage the team" not in browser.get(webhook.get_absolute_url()).content.decode()


def test_that_it_was_switched_off_is_told_to_those_who_manage_the_team(browser_of, alice, bob, carol, receiver):
    team = TeamFactory(owner=alice, members=[bob, carol])
    Membership.objects.filter(user=bob).update(role="owner")
    webhook = WebhookFactory(person=alice, team_id=team.pk, url=f"{receiver.url}/gone", description="Our board")
    deliver_all()
    receiver.answers["/gone"] = (410, {}, b"")
    services.send_test(person=alice, webhook=webhook)
    send_due()
    deliver_all()
    for person in (alice, bob):
        assert "“Our board” is switched off" in browser_of(person).get("/notifications/").content.decode()
    assert "Our board" not in browser_of(carol).get("/notifications/").content.decode()
    services.edit_webhook(person=bob, webhook=webhook, is_on=True)
    assert "Our board" not in browser_of(alice).get("/notifications/").content.decode()
