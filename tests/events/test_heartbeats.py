"""Whether those who work in the background do: readiness and the doctor say how long ago they last did."""

from datetime import timedelta

import pytest
from django.utils import timezone

from innotter.config import doctor
from innotter.config.timetable import TIMETABLE
from innotter.events.background import heartbeat
from innotter.events.models import Heartbeat

pytestmark = pytest.mark.django_db


def test_a_worker_that_has_done_nothing_for_a_minute_is_down_and_the_site_serves_on(client):
    for name in ("worker", "runner"):
        heartbeat(name)
    answer = client.get("/health/ready/").json()
    assert (answer["worker"], answer["runner"]) == ("ok", "ok")
    Heartbeat.objects.filter(name="runner").update(at=timezone.now() - timedelta(seconds=61))
    answer = client.get("/health/ready/")
    assert (answer.status_code, answer.json()["worker"], answer.json()["runner"]) == (200, "ok", "down")
    heartbeat("runner")
    assert client.get("/health/ready/").json()["runner"] == "ok"


def test_the_doctor_tells_of_it():
    heartbeat("worker")
    Heartbeat.objects.create(name="runner", at=timezone.now() - timedelta(minutes=4))
    worker, runner = doctor._workers()
    assert (worker.is_well, worker.name) == (True, "worker")
    assert (runner.is_well, runner.detail) == (False, "has done nothing for 240 s")
    assert "Start it again" in runner.advice


def test_beat_asks_both_queues_often_enough():
    asked = {entry["args"][0]: entry for entry in TIMETABLE.values() if entry["task"].endswith(".heartbeat")}
    assert {name: entry["options"]["queue"] for name, entry in asked.items()} == {
        "worker": "innotter",
        "runner": "jobs",
    }
    assert max(entry["schedule"] for entry in asked.values()) <= 10
