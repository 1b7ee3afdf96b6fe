"""One id for a request and all that follows from it: its answer, its events, their tasks, and both services."""

import json
import logging
from types import SimpleNamespace

import pytest
from django.test import Client

from innotter.config.task_metrics import begin, end, send_request_id
from innotter.events.envelope import envelope
from innotter.events.models import Event
from innotter.jobs.engine import drain
from innotter.mail.models import OutgoingMail
from services.contract.events import read_event
from services.contract.intake import sorted_out
from telemetry import context

pytestmark = pytest.mark.django_db


def test_every_answer_has_an_id_of_its_own(client):
    first, second = client.get("/"), client.get("/nothing/")
    assert len({first["X-Request-ID"], second["X-Request-ID"]}) == 2
    assert context.current() == ""


def test_an_id_is_taken_over_from_a_proxy_that_is_trusted_and_from_nobody_else(settings):
    header = {"X-Request-ID": "from-the-proxy-1"}
    assert Client().get("/health/live/", headers=header)["X-Request-ID"] != "from-the-proxy-1"
    settings.TRUSTED_PROXIES = ["127.0.0.0/8"]
    assert Client().get("/health/live/", headers=header)["X-Request-ID"] == "from-the-proxy-1"
    forged = Client().get("/health/live/", headers={"X-Request-ID": "a line\tand more"})
    assert len(forged["X-Request-ID"]) == 32


def test_events_and_all_that_follows_from_them_carry_it(as_person, api, mails_to):
    answer = api.post("/api/register/", {"email": "new@example.org", "password": "correct-horse-7"})
    assert answer.status_code == 201
    assert mails_to("new@example.org")
    assert OutgoingMail.objects.count() == 1
    # Of the account, and of the e-mail that was written because of it.
    assert Event.objects.count() >= 2
    assert set(Event.objects.values_list("request_id", flat=True)) == {answer["X-Request-ID"]}


def test_what_a_failing_subscriber_logs_carries_it(api, monkeypatch, deliver_events):
    seen = []

    class Listens(logging.Handler):
        def emit(self, record):
            seen.append((record.getMessage(), context.current()))

    logger = logging.getLogger("innotter.events.services")
    logger.addHandler(listens := Listens())
    monkeypatch.setattr("innotter.events.services._hand_over", lambda delivery: 1 / 0)
    try:
        answer = api.post("/api/register/", {"email": "new@example.org", "password": "correct-horse-7"})
        deliver_events()
    finally:
        logger.removeHandler(listens)
    assert seen
    assert {request_id for _message, request_id in seen} == {answer["X-Request-ID"]}


def test_the_envelope_carries_it_to_the_services(as_person, alice, caplog):
    answer = as_person(alice).post("/api/pages/", {"name": "Wonderland", "uuid": "wonder"})
    event = Event.objects.get(type="innotter.page.created")
    message = envelope(event)
    assert message["requestid"] == answer["X-Request-ID"]
    with caplog.at_level(logging.INFO, "services.contract.intake"):
        sorted_out([read_event(json.dumps(message).encode())], read=lambda event: event)
    assert caplog.records[-1].requests == [answer["X-Request-ID"]]


def test_an_event_that_nobody_asked_for_has_none(db):
    event = Event.objects.create(type="innotter.page.edited", subject="page/1", data={})
    assert "requestid" not in envelope(event)


def test_background_tasks_work_for_the_request_that_sent_them():
    headers, task = {}, SimpleNamespace(name="deliver_mail", request=SimpleNamespace())
    send_request_id(headers=headers)
    assert headers == {}
    with context.following("request-0001"):
        send_request_id(headers=headers)
    for name, value in headers.items():
        setattr(task.request, name, value)
    with context.following(""):
        begin(task=task)
        assert context.current() == "request-0001"
        end(task=task, state="SUCCESS")
        assert context.current() == ""


def test_a_job_runs_for_the_request_that_submitted_it(as_person, alice, monkeypatch):
    wish = {"handler": "http_request", "name": "Ask", "parameters": {"url": "https://example.org/"}}
    answer = as_person(alice).post("/api/jobs/", wish)
    seen = []
    monkeypatch.setattr("innotter.jobs.engine.running._make", lambda *words: seen.append(context.current()))
    with context.following(""):
        drain()
    assert seen == [answer["X-Request-ID"]]
