"""Failures to Sentry and traces to OpenTelemetry, by a variable alone: as their servers receive them, over HTTP."""

import gzip
import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

#: A web server's process, to which somebody comes whose address and e-mail are nobody's business. No table is there.
WEB = """
import sys
from innotter.config.wsgi import application
from werkzeug.test import Client
around = {"REMOTE_ADDR": "203.0.113.7"}
client = Client(application)
answer = client.get("/@visited/?email=alice@example.org", environ_overrides=around, headers={"User-Agent": "Nosy"})
assert answer.status_code == 500, answer.status_code
print(answer.headers["X-Request-ID"])
if "sentry_sdk" in sys.modules:
    sys.modules["sentry_sdk"].flush(30)
"""
STATS = """
from fastapi.testclient import TestClient
from services.stats.app import app
with TestClient(app) as client:
    print(client.get("/health/live").headers["X-Request-ID"])
"""
INSIGHTS = """
from services.insights.wsgi import app
print(app.test_client().get("/health/live").headers["X-Request-ID"])
"""
PERSONAL = ("alice", "203.0.113.7", "Nosy", "visited", "email=")


@pytest.fixture
def collector():
    """Takes what is sent to it; by path, in bytes."""

    class Collector(BaseHTTPRequestHandler):
        received: dict[str, list[bytes]] = {}

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            packed = self.headers.get("Content-Encoding") == "gzip"
            Collector.received.setdefault(self.path, []).append(gzip.decompress(body) if packed else body)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *words):
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Collector)
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    Collector.place = f"127.0.0.1:{server.server_port}"
    yield Collector
    server.shutdown()
    server.server_close()


def run(script, tmp_path, **environment):
    """The request's id, as the process says it."""
    known = {"STATS_SQLITE_PATH": str(tmp_path / "numbers.sqlite")}
    known |= {"PYTHONWARNINGS": "ignore", "INSIGHTS_DATABASE_URL": os.environ.get("DATABASE_URL", "")}
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | known | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def spans(collector):
    """What came as traces: the names of services, and of their spans with their attributes."""
    for body in collector.received.get("/v1/traces", []):
        for found in ExportTraceServiceRequest.FromString(body).resource_spans:
            named = {attribute.key: attribute.value.string_value for attribute in found.resource.attributes}
            for scope in found.scope_spans:
                for span in scope.spans:
                    keys = {attribute.key for attribute in span.attributes}
                    yield named["service.name"], span.name, keys


def test_a_failure_is_reported_with_its_request_and_without_its_person(collector, tmp_path):
    request_id = run(WEB, tmp_path, SENTRY_DSN=f"http://key@{collector.place}/1")
    reports = collector.received["/api/1/envelope/"]
    event = json.loads(reports[0].splitlines()[2])
    assert event["tags"] == {"request_id": request_id, "service": "innotter-web"}
    assert event["exception"]["values"][-1]["type"] == "ProgrammingError"
    assert event["request"] == {"method": "GET"}
    words = reports[0].decode().replace(str(tmp_path), "")
    assert [word for word in PERSONAL if word in words] == []


def test_a_request_is_traced_by_its_route_and_without_its_person(collector, tmp_path):
    run(WEB, tmp_path, OTEL_EXPORTER_OTLP_ENDPOINT=f"http://{collector.place}")
    [(service, name, keys)] = [span for span in spans(collector) if span[1].startswith("GET")]
    assert (service, name) == ("innotter-web", r"GET ^@(?P<handle>[A-Za-z0-9_-]{1,30})/$")
    assert keys <= {"http.method", "http.route", "http.status_code"}
    sent = b"".join(collector.received["/v1/traces"])
    assert [word for word in PERSONAL if word.encode() in sent] == []


@pytest.mark.parametrize(("script", "service"), [(STATS, "innotter-stats"), (INSIGHTS, "innotter-insights")])
def test_the_services_are_traced_too(collector, tmp_path, script, service):
    run(script, tmp_path, OTEL_EXPORTER_OTLP_ENDPOINT=f"http://{collector.place}")
    assert (service, "GET /health/live") in {(named, name) for named, name, _keys in spans(collector)}


def test_without_an_address_nothing_is_loaded(tmp_path):
    loaded = (
        "import sys; print([name for name in sys.modules if name.split('.')[0] in {'sentry_sdk', 'opentelemetry'}])"
    )
    script = f"from telemetry import reporting; reporting.start('x', 'django.DjangoInstrumentor'); {loaded}"
    assert run(script, tmp_path) == "[]"
