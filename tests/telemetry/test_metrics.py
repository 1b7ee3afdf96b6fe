"""Prometheus: what is counted, and who may look."""

import errno
import socket

import pytest
from prometheus_client import values
from prometheus_client.parser import text_string_to_metric_families

from innotter.cli.programs import product
from innotter.config import doctor, task_metrics
from innotter.config.data_dir import DataDir
from innotter.events.models import Event, Outgoing
from innotter.jobs.services import pause_queue, resume_queue
from innotter.webhooks.models import Webhook, WebhookDelivery
from telemetry import metrics
from telemetry.reserving import FIRST_SIZE, ReservedDict
from tests.factories.jobs import JobFactory
from tests.factories.webhooks import WebhookFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def look(client, settings):
    """The numbers as Prometheus reads them: `{(name, labels): value}`."""
    settings.METRICS_TOKEN = "only-for-prometheus"

    def look():
        answer = client.get("/metrics/", headers={"Authorization": "Bearer only-for-prometheus"})
        assert answer.status_code == 200
        return {
            (sample.name, *sorted(sample.labels.values())): sample.value
            for family in text_string_to_metric_families(answer.content.decode())
            for sample in family.samples
        }

    return look


def test_requests_are_counted_by_view_and_never_by_address(client, look):
    before = look()
    client.get("/@nobody-1/")
    client.get("/@nobody-2/")
    after = look()
    counted = ("innotter_http_requests_total", "404", "GET", "blog:page")
    assert after[counted] - before.get(counted, 0) == 2
    timed = ("innotter_http_request_duration_seconds_count", "blog:page")
    assert after[timed] - before.get(timed, 0) == 2
    assert after["innotter_database_queries_total", "blog:page"] >= 2
    assert after["innotter_database_query_duration_seconds_total", "blog:page"] > 0
    assert not any("nobody" in label for _name, *labels in after for label in labels)


def test_a_strange_method_does_not_make_a_label_of_its_own(client, look):
    client.generic("BREW", "/")
    assert not any("BREW" in key for key in look())


def test_the_outbox_and_jobs_are_shown_as_they_are(look, settings, alice):
    JobFactory()
    settings.EVENT_SINKS = {"statistics": "http://127.0.0.1:9/events"}
    event = Event.objects.create(type="innotter.page.edited", subject="page/1", data={})
    Outgoing.objects.create(event=event, sink="statistics")
    found = look()
    assert found["innotter_outbox_waiting", "statistics"] == 1
    assert found["innotter_outbox_failed", "statistics"] == 0
    assert 0 <= found["innotter_outbox_lag_seconds", "statistics"] < 60
    assert found["innotter_outbox_waiting", "subscribers"] >= 0
    assert found["innotter_jobs", "pending"] == 1
    assert found["innotter_jobs", "in_progress"] == 0


def test_paused_queues_and_what_waits_for_webhooks_are_shown_as_they_are(look, alice, ada):
    pause_queue(admin=ada, handler="http_request")
    webhook = WebhookFactory(person=alice)
    failing = WebhookFactory(person=alice)
    Webhook.objects.filter(pk=failing.pk).update(failures=2)
    for number, one in enumerate((webhook, webhook, failing)):
        WebhookDelivery.objects.create(webhook=one, event_id=number, type="innotter.page.edited", body="{}")
    found = look()
    assert found["innotter_jobs_paused", "http_request"] == 1
    assert found["innotter_webhooks_waiting",] == 2
    assert found["innotter_webhooks_failing",] == 1
    assert 0 <= found["innotter_webhooks_lag_seconds",] < 60


def test_the_doctor_says_which_queues_rest_and_how_webhooks_do(db, ada):
    pause_queue(admin=ada)
    found = {finding.name: finding for finding in doctor.examine()}
    assert found["all queues"].detail.startswith("paused since")
    assert found["webhooks"].detail == "0 wait"
    resume_queue(admin=ada)
    assert "all queues" not in {finding.name for finding in doctor.examine()}


@pytest.mark.parametrize("token", ["", "Bearer ", "Bearer wrong", "only-for-prometheus-2"])
def test_who_has_no_token_finds_nothing(client, settings, token):
    settings.METRICS_TOKEN = "only-for-prometheus"
    assert client.get("/metrics/", headers={"Authorization": token}).status_code == 404
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics/", headers={"Authorization": token}).status_code == 404


def test_admins_may_look_and_moderators_may_not(browser_of, ada, mia, alice):
    assert browser_of(ada).get("/metrics/").status_code == 200
    assert browser_of(mia).get("/metrics/").status_code == 404
    assert browser_of(alice).get("/metrics/").status_code == 404
    assert browser_of(ada).post("/metrics/").status_code in {403, 405}


def full(descriptor, begin, size):
    raise OSError(errno.ENOSPC, "No space left on device")


def test_numbers_have_their_room_before_they_are_written(tmp_path):
    """A file with holes would end the process once the disk is full."""
    numbers = ReservedDict(str(tmp_path / "counter_1.db"))
    for number in range(3000):
        numbers.write_value(f"name-{number}", number, 0.0)
    found = (tmp_path / "counter_1.db").stat()
    assert found.st_blocks * 512 >= found.st_size > FIRST_SIZE
    numbers.close()


def test_on_a_full_disk_counting_goes_on_in_memory(tmp_path, monkeypatch):
    before = ReservedDict(str(tmp_path / "counter_1.db"))
    before.write_value("earlier", 7, 0.0)
    monkeypatch.setattr("os.posix_fallocate", full, raising=False)
    new = ReservedDict(str(tmp_path / "counter_2.db"))
    for numbers in (before, new):
        for number in range(3000):
            numbers.write_value(f"name-{number}", number, 0.0)
        assert numbers.read_value("name-2999")[0] == 2999
    assert before.read_value("earlier")[0] == 7
    # What others read is whole.
    assert [path.name for path in tmp_path.iterdir()] == ["counter_1.db"]
    assert ("earlier", 7.0) in [
        entry[:2] for entry in ReservedDict.read_all_values_from_file(tmp_path / "counter_1.db")
    ]
    before.close()
    new.close()


def test_the_numbers_of_all_processes_are_kept_so():
    assert values.MmapedDict is ReservedDict


def test_under_one_supervisor_one_worker_shows_the_numbers_of_all(tmp_path):
    """Two cannot answer on one port."""
    found = {program.name: program.environment for program in product(DataDir(tmp_path), "127.0.0.1", 8000)}
    folders = {found[name]["PROMETHEUS_MULTIPROC_DIR"] for name in ("web", "worker", "runner")}
    assert len(folders) == 1
    assert found["runner"]["METRICS_PORT"] == ""
    assert "METRICS_PORT" not in found["worker"]


@pytest.mark.parametrize("given", ["taken", "http", "70000"])
def test_a_worker_whose_port_cannot_be_had_says_so_and_works(monkeypatch, caplog, given):
    with socket.create_server(("", 0)) as other:
        port = str(other.getsockname()[1]) if given == "taken" else given
        monkeypatch.setenv("METRICS_PORT", port)
        task_metrics.start_reporting()
    assert f"METRICS_PORT cannot be {port}" in caplog.text


def test_a_worker_without_a_port_shows_nothing(monkeypatch):
    monkeypatch.setenv("METRICS_PORT", "")
    monkeypatch.setattr(metrics, "serve", None)
    task_metrics.start_reporting()
