"""What the command line does about what runs beside the core: tables, events again, the doctor (B-24, B-25)."""

import json
import os
import subprocess
import sys
import time
from datetime import timedelta
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread
from types import SimpleNamespace

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink as MailSink
from click.testing import CliRunner
from django.db import transaction
from django.utils import timezone

from innotter.cli import beside
from innotter.cli.main import main
from innotter.config import doctor
from innotter.database import clock
from innotter.events.models import Delivery, Outgoing, Sink
from innotter.events.services import record
from innotter.pages.events import PageFollowed
from tests.running import free_port


@pytest.fixture
def run():
    """A command of `innotter` in this process; the servers of the tests are those that run."""
    return lambda *words: CliRunner().invoke(main, words)


@pytest.fixture(autouse=True)
def _here(monkeypatch):
    monkeypatch.setattr(beside, "set_up_django", lambda: None)
    monkeypatch.setattr("innotter.cli.place.is_running", lambda place: True)


def upload(tmp_path, content):
    (tmp_path / "harvest.csv").write_bytes(content)
    (tmp_path / "data").mkdir(exist_ok=True)
    (tmp_path / "data" / "secret_key").write_text("a key")
    command = [sys.executable, "-m", "innotter", "csv", "upload", str(tmp_path / "harvest.csv")]
    environment = os.environ | {"DATA_DIR": str(tmp_path / "data")}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_a_table_is_taken_in_without_amazon(tmp_path):
    done = upload(tmp_path, b"bed,kg\nnorth,12\nsouth,\n")
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert (summary["kept"], summary["dropped"], summary["types"]) == (1, 1, {"bed": "text", "kg": "integer"})
    assert upload(tmp_path, b"bed,kg\nnorth,12\nsouth,\n").stdout == done.stdout, "twice changes nothing"


def test_what_is_no_table_ends_with_a_sentence(tmp_path):
    done = upload(tmp_path, b"bed,bed\n1,2\n")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.strip() == "Two columns have the same name: bed."


@pytest.mark.parametrize("command", [["csv", "upload"], ["restore"]])
def test_a_pipe_into_which_nobody_writes_is_refused(tmp_path, run, command):
    os.mkfifo(tmp_path / "pipe")
    done = run(*command, str(tmp_path / "pipe"))
    assert done.exit_code == 2
    assert "is not a regular file" in done.output


@pytest.mark.parametrize(
    ("places", "advice"),
    [
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_DEFAULT_REGION": "eu-central-1"}, "Look at CSV_BUCKET"),
        ({"AWS_CONFIG_FILE": "/dev/null"}, "Look at CSV_BUCKET"),
    ],
)
def test_amazon_away_is_a_sentence_and_no_traceback(tmp_path, monkeypatch, places, advice):
    named = {"CSV_BUCKET": "csv", "CSV_TABLE": "rows", "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    for name, value in (named | places).items():
        monkeypatch.setenv(name, value)
    done = upload(tmp_path, b"bed,kg\nnorth,12\n")
    assert (done.returncode, done.stdout) == (1, "")
    assert advice in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_that_cannot_be_written_is_a_sentence_and_no_traceback(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "csv").write_text("in the way")
    done = upload(tmp_path, b"bed,kg\nnorth,12\n")
    assert (done.returncode, done.stdout) == (1, "")
    assert "cannot be read or kept" in done.stderr
    assert "Traceback" not in done.stderr


def happen(number=1, **ago):
    with transaction.atomic():
        for follower in range(number):
            event = record(PageFollowed(page_id=1, follower_id=follower + 1))
            event.occurred_at = timezone.now() - timedelta(**ago)
            event.save()


@pytest.fixture
def sinks(settings):
    settings.EVENT_SINKS = {"statistics": "http://127.0.0.1:1/events"}


def test_events_are_sent_again_from_the_beginning_or_a_day_on(db, run, sinks):
    happen(3, days=10)
    happen(2)
    Outgoing.objects.all().delete()
    yesterday = f"{timezone.now() - timedelta(days=1):%Y-%m-%d}"
    assert run("stats", "replay", "--since", yesterday).output == "2 events are on their way to statistics.\n"
    assert run("stats", "replay").output == "5 events are on their way to statistics.\n"
    assert Outgoing.objects.count() == 5


def test_to_a_service_that_is_not_here_nothing_is_sent(db, run, sinks):
    refused = run("insights", "replay")
    assert refused.exit_code == 1
    assert "Events are not sent to insights" in refused.output


def found(name):
    return next(finding for finding in doctor.examine() if finding.name == name)


def test_the_doctor_tells_what_is_reached_and_what_is_not(db, settings, run, statistics_service):
    settings.STATISTICS_URL, settings.INSIGHTS_URL = statistics_service, "http://127.0.0.1:1"
    settings.PORT = 1
    said = run("doctor")
    assert said.exit_code == 1
    assert "ok  database: reached, PostgreSQL" in said.output
    assert "ok  statistics: reached" in said.output
    assert "!!  insights: not reached" in said.output
    assert "    Is it running? Look at INSIGHTS_URL." in said.output
    assert "!!  web: not reached" in said.output
    for name in ("configuration", "disk", "clock", "cache", "broker", "mail", "migrations", "events to subscribers"):
        assert found(name).is_well, found(name)


@pytest.mark.parametrize(
    "answer",
    [
        b"-ERR unknown command\r\n",
        b"HTTP/1.0 200 OK\r\n\r\n[]",
        b"HTTP/1.0 500 Oops\r\nContent-Length: 99\r\n\r\n{",
        b"HTTP/1.0 302 Found\r\nLocation: http://[::1\r\n\r\n",
    ],
)
def test_the_doctor_takes_what_answers_in_place_of_a_service_for_one_that_is_away(db, settings, answer):
    class Other(BaseRequestHandler):
        def handle(self):
            self.request.recv(10_000)
            self.request.sendall(answer)

    with ThreadingTCPServer(("127.0.0.1", 0), Other) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        settings.STATISTICS_URL = f"http://127.0.0.1:{server.server_address[1]}"
        said = found("statistics")
        assert list(doctor._history("statistics", settings.STATISTICS_URL)) == []
        server.shutdown()
    assert said.detail.startswith("not reached (")
    assert said.advice == "Is it running? Look at STATISTICS_URL."


def test_the_doctor_says_when_events_wait_and_why(db, sinks):
    happen()
    assert found("events to statistics").is_well, "they have only just happened"
    Outgoing.objects.all().delete()
    happen(2, hours=1)
    assert str(found("events to statistics")) == "events to statistics: 2 wait"
    assert "Does the worker run?" in found("events to statistics").advice
    Sink.objects.create(name="statistics", failures=3, error="connection refused")
    assert found("events to statistics").advice == "connection refused"


def test_the_doctor_says_what_was_refused_and_given_up(db, sinks):
    happen()
    Outgoing.objects.update(refused_at=timezone.now(), error="no")
    assert str(found("events to statistics")) == "events to statistics: 0 wait, 1 were given up"
    Delivery.objects.update(failed_at=timezone.now())
    assert "admin panel" in found("events to subscribers").advice


def test_a_site_without_services_is_well_without_them(db, settings):
    assert (str(found("statistics")), found("statistics").is_well) == ("statistics: there is none here", True)


def test_the_doctor_says_what_is_set_in_a_way_that_is_not_safe(db, settings):
    settings.SITE_IS_HTTPS, settings.SITE_URL = True, "https://innotter.example"
    settings.EMAIL_URL, settings.SECRET_KEY = "", "short"
    said = [finding for finding in doctor.examine() if finding.name == "configuration"]
    assert any("SECRET_KEY" in finding.detail for finding in said)
    assert any("EMAIL_URL" in f"{finding.detail} {finding.advice}" for finding in said)
    settings.SITE_IS_HTTPS, settings.DEBUG = False, True
    assert found("configuration").detail == "DEBUG is on"


@pytest.mark.parametrize(
    ("site", "proxies", "is_told"),
    [("https://site.example", [], True), ("https://site.example", ["10.0.0.0/8"], False), ("http://site", [], False)],
)
def test_the_doctor_says_that_a_site_behind_a_proxy_must_know_it(db, settings, site, proxies, is_told):
    settings.SITE_URL, settings.SITE_IS_HTTPS, settings.TRUSTED_PROXIES = site, site.startswith("https"), proxies
    said = [finding.advice for finding in doctor.examine() if finding.name == "configuration"]
    assert any("TRUSTED_PROXIES" in advice for advice in said) is is_told


def test_the_doctor_looks_at_the_clock_the_disk_and_the_mail_server(db, settings, monkeypatch):
    monkeypatch.setattr(clock.time, "time", lambda: time.mktime((2020, 1, 1, 0, 0, 0, 0, 0, 0)))
    assert "NTP" in found("clock").advice
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda root: SimpleNamespace(free=10_000_000, total=10**11))
    assert found("disk").advice.startswith("Make room")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    assert "not reached" in found("mail").detail
    server = Controller(MailSink(), "127.0.0.1", settings.EMAIL_PORT)
    server.start()
    assert str(found("mail")) == f"mail: reached, 127.0.0.1:{settings.EMAIL_PORT}"
    server.stop()
