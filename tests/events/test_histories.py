"""After a restore what happens is new: no service takes it for what it has counted before."""

import time

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction

from innotter.config import doctor
from innotter.events.envelope import envelope
from innotter.events.models import Event, Outgoing
from innotter.events.services import record
from innotter.pages.events import PageFollowed
from innotter.tasks import services as tasks
from innotter.tasks.confirming import invitation_path
from innotter.tasks.models import Invitation
from tests.factories.tasks import TeamFactory

pytestmark = pytest.mark.usefixtures("_numbered_as_before")


def happen():
    with transaction.atomic():
        return record(PageFollowed(page_id=1, follower_id=2))


def test_numbers_of_events_do_not_come_back(settings):
    settings.EVENT_SINKS = {"statistics": "http://127.0.0.1:1/events"}
    before = happen()
    lost = [happen() for _time in range(3)]
    known = {envelope(event)["id"] for event in [before, *lost]}
    # The database is put back to where it was after the first.
    Event.objects.filter(pk__gt=before.pk).delete()
    call_command("beginhistory")
    assert list(Outgoing.objects.values_list("event_id", flat=True)) == [before.pk], "what they may lack is sent again"
    new = happen()
    assert envelope(new)["id"] not in known
    assert envelope(new)["sequence"] > max(envelope(event)["sequence"] for event in lost), "what is now counts"
    assert new.pk >= int(time.time() * 1000) - 60_000

    call_command("beginhistory")
    assert happen().pk > new.pk


def rewind(model, number):
    """The next row of a table gets this number again, as when the database is put back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s, false)", [model._meta.db_table, number])


def test_a_link_to_what_is_lost_leads_to_nothing_that_is_made_since(alice, bob, carol, browser_of):
    lost = tasks.invite(owner=alice, team=TeamFactory(owner=alice), who="somebody@example.org")
    link, number = invitation_path(lost), lost.pk
    lost.delete()
    rewind(Invitation, number)
    call_command("beginhistory")
    made_since = tasks.invite(owner=carol, team=TeamFactory(owner=carol, name="Secret"), who="friend@example.org")
    assert browser_of(bob).get(link).status_code == 404
    assert b"Secret" in browser_of(bob).get(invitation_path(made_since)).content


def test_every_table_whose_rows_are_named_outside_goes_on_from_there():
    call_command("beginhistory")
    with connection.cursor() as cursor:
        cursor.execute("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = current_schema()")
        behind = {name for name, number in cursor.fetchall() if (number or 0) < 1_700_000_000_000}
    tables = {f"{model._meta.db_table}_id_seq" for model in apps.get_models()}
    ours = {name for name in behind & tables if not name.startswith(("auth_", "django_"))}
    assert ours == set()
    assert behind, "Django's own are numbered as before"


def test_the_doctor_finds_a_service_that_knows_what_has_not_happened(settings, monkeypatch):
    settings.STATISTICS_URL, settings.INSIGHTS_URL = "http://127.0.0.1:1", ""
    event = happen()
    answers = {"known": 1, "newest": event.pk}
    monkeypatch.setattr(doctor, "_asked", lambda address: answers)
    assert list(doctor._history("statistics", "http://127.0.0.1:1")) == []
    for wrong in ({"newest": event.pk + 1}, {"known": 2}):
        [finding] = doctor._history("statistics", "http://127.0.0.1:1") if answers.update(wrong) is None else []
        assert "innotter stats replay" in finding.advice
        answers = {"known": 1, "newest": event.pk}
    answers = {"known": None, "newest": None}
    assert list(doctor._history("statistics", "http://127.0.0.1:1")) == [], "a store that cannot say"
