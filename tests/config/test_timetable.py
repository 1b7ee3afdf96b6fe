"""What is done now and then is done wherever the product does not run for days without a break."""

from datetime import timedelta

import pytest
import time_machine
from celery.beat import Scheduler, Service
from celery.schedules import crontab
from celery.signals import beat_init
from django.utils import timezone

from innotter.config.celery import app, keep_watch
from innotter.config.queues import SELDOM
from innotter.config.timetable import TIMETABLE


@pytest.fixture
def schedule():
    """Of a clock that has just been started, without the watch beside it."""
    service = Service(app, scheduler_cls=Scheduler)
    beat_init.disconnect(keep_watch)
    try:
        beat_init.send(sender=service)
    finally:
        beat_init.connect(keep_watch)
    return service.scheduler.schedule


def names_of_due(schedule, *, later):
    with time_machine.travel(timezone.now() + later):
        return {name for name, entry in schedule.items() if entry.is_due().is_due}


def test_what_is_seldom_is_done_a_minute_after_the_start(schedule):
    seldom = {
        name
        for name, entry in TIMETABLE.items()
        if not isinstance(entry["schedule"], crontab) and timedelta(seconds=entry["schedule"]) >= SELDOM
    }
    assert {"forget old notifications", "clean up archived tasks", "remove orphaned files"} <= seldom
    assert not seldom & names_of_due(schedule, later=timedelta(seconds=30)), "the start is not held up"
    assert seldom <= names_of_due(schedule, later=timedelta(seconds=90))


def test_it_is_done_as_seldom_as_it_should_be_from_then_on(schedule):
    entry = next(schedule["forget old notifications"])
    assert entry.is_due().next > timedelta(hours=23).total_seconds()


def test_nothing_waits_for_an_hour_of_the_day():
    rules = [entry["schedule"] for entry in TIMETABLE.values() if isinstance(entry["schedule"], crontab)]
    assert all(len(rule.hour) == 24 and len(rule.day_of_week) == 7 for rule in rules)
