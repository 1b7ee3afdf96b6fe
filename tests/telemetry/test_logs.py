"""The log: a document a line, under the id of the request that led to it, and without a word about people."""

import json
import logging
import sys

import pytest
from django.db import IntegrityError

from innotter.accounts.models import User
from telemetry import context, logs
from telemetry.logs import formatter, without_personal_data


def line(style="json", message="It broke: %s", *words, name="innotter.mail", error=None, **more):
    """What is written of a record."""
    found = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord(name, logging.WARNING, "here.py", 7, message, words, found)
    record.__dict__.update(more)
    return formatter(style).format(record)


def test_a_line_is_a_document_with_the_request_that_led_to_it():
    with context.following("request-0001"):
        said = json.loads(line("json", "Events wait for %s", "statistics", count=3))
    assert said.pop("time").endswith("Z")
    assert said == {
        "event": "Events wait for statistics",
        "level": "warning",
        "logger": "innotter.mail",
        "request_id": "request-0001",
        "count": 3,
    }


def test_for_people_it_is_a_plain_line():
    assert line("text", "Ready", name="innotter") == "WARNING innotter: Ready"
    with context.following("request-0001"):
        assert line("text", "Ready", name="innotter") == "WARNING innotter: Ready request_id=request-0001"


def test_a_traceback_is_part_of_the_document():
    with pytest.raises(ZeroDivisionError) as failed:
        _ = 1 / 0
    said = json.loads(line("json", "Failed", error=failed.value))
    assert "ZeroDivisionError: division by zero" in said["exception"]
    assert "Traceback" in line("text", "Failed", error=failed.value)


@pytest.mark.parametrize(
    "text",
    [
        "550 no such user: Alice.Smith+news@mail.example.org",
        "amqp://innotter:hunter2@queue.internal:5672// does not answer",
        'Key (upper(email))=("alice@example.org") already exists',
        "<alice@localhost>",
    ],
)
def test_addresses_and_passwords_are_left_out(text):
    said = without_personal_data(text)
    assert "@[…]" in said
    for word in ("alice", "Alice", "hunter2"):
        assert word not in said


def test_what_a_database_says_of_a_person_is_left_out_of_the_traceback(alice):
    with pytest.raises(IntegrityError) as refused:
        User.objects.create(username="other", email=alice.email.upper())
    said = line("json", "Failed", error=refused.value)
    assert "IntegrityError" in said
    assert alice.email.upper() not in said


def test_django_names_the_view_and_not_the_address(client, alice, monkeypatch, capsys):
    def broken(*words, **more):
        raise RuntimeError("out of order")

    monkeypatch.setattr("innotter.pages.models.Page.objects.findable_by", broken)
    client.raise_request_exception = False
    client.force_login(alice)
    logging.getLogger("django.request").handlers = [handler := logging.StreamHandler(sys.stdout)]
    handler.setFormatter(formatter("json"))
    try:
        page = client.get("/@alices-private-page/?secret=1")
    finally:
        logging.getLogger("django.request").handlers = []
    assert page.status_code == 500
    [said] = [json.loads(text) for text in capsys.readouterr().out.splitlines()]
    assert said["event"] == "Internal Server Error"
    assert said["view"] == "blog:page"
    assert "RuntimeError: out of order" in said["exception"]
    assert "alices-private-page" not in json.dumps(said)
    assert said["request_id"] == page["X-Request-ID"]
    assert said["request_id"] in page.content.decode()


def test_addresses_one_after_the_other_are_all_left_out():
    assert without_personal_data("alice@example.org:bob@example.org") == "[…]@[…]"
    assert without_personal_data("amqp://me:secret@queue:5672/ @alice a@") == "amqp://[…]@[…]:5672/ @alice a@"


def test_a_long_token_is_read_once(monkeypatch):
    """Counted, not timed: an expression that begins anew at each character would find each of them."""
    seen = []
    hide = logs._without_address
    monkeypatch.setattr(logs, "_without_address", lambda token: seen.append(token) or hide(token))
    assert logs.without_personal_data("x" * 100_000) == "x" * 100_000
    assert len(seen) == 1
