"""After a restore what happens is new: no service takes it for what it has counted before."""

import time

import pytest
from django.core.management import call_command
from django.db import transaction

from innotter.config import doctor
from innotter.events.envelope import envelope
from innotter.events.models import Event, Outgoing
from innotter.events.services import record
from innotter.pages.events import PageFollowed

pytestmark = pytest.mark.django_db


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
