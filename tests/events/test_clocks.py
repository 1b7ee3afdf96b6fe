"""Machines whose clocks are apart: nothing is thrown away by that, and nothing waits for long."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.utils import timezone

from innotter.config.celery import app
from innotter.config.timetable import TIMETABLE
from innotter.database import clock
from innotter.events import services
from innotter.events.models import Delivery
from innotter.events.watch import CLOCKS_APART
from services.contract.tokens import LEEWAY
from tests.events.test_outbox import boil, heard

__all__ = ["heard"]


def test_no_message_is_thrown_away_by_a_clock_that_is_half_a_minute_ahead():
    app.loader.import_default_modules()
    ours = {name: task.expires for name, task in app.tasks.items() if name.startswith("innotter.")}
    asked = {name: entry.get("options", {}).get("expires") for name, entry in TIMETABLE.items()}
    short = {name: seconds for name, seconds in (ours | asked).items() if seconds and seconds <= CLOCKS_APART}
    assert short == {}
    assert any(ours.values())
    assert CLOCKS_APART >= LEEWAY, "what the tokens of such machines allow"


def test_what_a_machine_whose_clock_is_ahead_has_written_is_heard_at_once(db, heard):
    with time_machine.travel(timezone.now() + timedelta(minutes=20)):
        boil()
    services.deliver_all()
    assert len(heard) == 1


def test_a_clock_that_was_ahead_lets_nothing_wait_once_it_is_set_right(db, heard):
    heard.fails = True
    with time_machine.travel(timezone.now() + timedelta(hours=5)):
        boil()
        services.deliver_all()
    heard.fails = False
    assert Delivery.objects.due().exists()
    services.deliver_all()
    assert len(heard) == 1


@pytest.mark.parametrize(("apart", "warns"), [(0, False), (1, False), (7, True), (-7, True)])
def test_a_worker_whose_clock_is_another_than_the_databases_says_so(db, monkeypatch, caplog, apart, warns):
    real = clock.time.time
    monkeypatch.setattr(clock, "time", SimpleNamespace(time=lambda: real() + apart))
    services.note_heartbeat(name="worker")
    assert ("7 s from the database's" in caplog.text) == warns
