"""The services beside the core hold nobody who asks them, whatever they do: all of an answer comes in time, or none."""

import socket
import time

import pytest
from django.db import transaction

from innotter.accounts import gateways
from innotter.accounts.gateways import ask_service
from innotter.errors import Away
from innotter.events.services import record
from innotter.events.sinks import errors, http
from innotter.pages.events import PageFollowed
from tests.outbound.test_asking import site

__all__ = ["site"]


def seconds_of(work):
    begun = time.monotonic()
    work()
    return time.monotonic() - begun


def test_an_answer_comes_as_it_is(site, alice):
    answer = ask_service(f"{site}/hello", person=alice, method="POST", body={"kettle": 7})
    assert (answer.status, answer.body) == (200, b'Hello {"kettle": 7}')


@pytest.mark.parametrize("path", ["slow", "late"])
def test_a_service_that_drips_holds_nobody_for_longer_than_it_may(site, alice, monkeypatch, path):
    monkeypatch.setattr(gateways, "LONGEST", 0.2)

    def ask():
        with pytest.raises(Away):
            ask_service(f"{site}/{path}", person=alice)

    assert seconds_of(ask) < 1


@pytest.mark.parametrize("path", ["slow", "late"])
def test_nor_one_whose_name_takes_longer_to_look_up_than_that(site, alice, monkeypatch, path):
    monkeypatch.setattr(gateways, "LONGEST", 0.2)
    look_up = socket.getaddrinfo

    def slowly(*asked, **options):
        time.sleep(0.4)
        return look_up(*asked, **options)

    monkeypatch.setattr(socket, "getaddrinfo", slowly)

    def ask():
        with pytest.raises(Away):
            ask_service(f"{site}/{path}", person=alice)

    assert seconds_of(ask) < 1


def test_the_beginning_of_an_answer_is_no_answer(site, alice, monkeypatch, caplog):
    monkeypatch.setattr(gateways, "MOST_BYTES", 100_000)
    with pytest.raises(Away):
        ask_service(f"{site}/endless", person=alice)
    assert "more than 100000 bytes" in caplog.text


@pytest.mark.parametrize("path", ["slow", "late"])
def test_a_service_that_drips_holds_no_worker_that_tells_it_of_events(db, site, monkeypatch, path):
    monkeypatch.setattr(http, "LONGEST", 0.2)
    with transaction.atomic():
        event = record(PageFollowed(page_id=1, follower_id=2))

    def send():
        with pytest.raises(errors.Away, match="does not answer"):
            http.HttpSink(f"{site}/{path}").send([event])

    assert seconds_of(send) < 1
