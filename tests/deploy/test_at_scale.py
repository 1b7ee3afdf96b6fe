"""Every part elsewhere, at once, by variables alone: the right column of the table in docs/scale.md (A-8, B-20, C-1).

PostgreSQL, Redis and RabbitMQ are this machine's; S3, SES and DynamoDB are moto's server; Kafka is a cluster that
speaks its protocol. The roles of the image run against them, two web servers and two workers among them; the services
are started as their images start them. Then the main story is walked through all of it.
"""

import json
import subprocess
import sys
import urllib.request
from typing import Any

import psycopg
import pytest

from tests.aws import REGION, Aws
from tests.deploy.conftest import ROOT, Container, Engine
from tests.pictures import picture
from tests.running import Running, free_port, status_of, wait_until

SENDER, BUCKET, TABLE, TOKEN = "innotter@scale.example", "media-at-scale", "statistics", "for-prometheus"
SERVICES = {
    "STATISTICS_URL": "services.stats.app:app",
    "INSIGHTS_URL": "services.insights.asgi:app",
}


class Site(Running):
    """A web server of the installation, whose e-mails go out through SES."""

    aws: Aws

    def mails_to(self, address: str) -> list[dict[str, Any]]:
        found = [mail for mail in self.aws.mails() if mail["To"] == address]
        return [{"subject": str(mail["Subject"]).strip()} for mail in reversed(found)]


class Installation:
    """All containers, by name, and the two web servers that people come to."""

    def __init__(self, engine: Engine, aws: Aws) -> None:
        self.engine = engine
        self.containers: dict[str, Container] = {}
        self.sites = [Site(engine.folder / "data", port=port) for port in (engine.port, free_port())]
        for site in self.sites:
            site.aws = aws

    def start(self) -> None:
        """In the order of compose.yaml."""
        self.engine.migrate()
        migrated = self.engine.start(sys.executable, "-m", "services.insights", "migrate")
        assert migrated.process.wait(60) == 0, migrated.log.read_text()
        for variable, app in SERVICES.items():
            port = self.engine.environment[variable].rpartition(":")[2]
            flags = ["--host", "127.0.0.1", "--port", port, "--interface", "asgi", "--no-ws"]
            self.containers[app] = self.engine.start(sys.executable, "-m", "granian", *flags, app)
        self.metrics_port = str(free_port())
        self.containers["worker"] = self.engine.start("worker", METRICS_PORT=self.metrics_port)
        self.containers["second web"] = self.engine.start("web", PORT=str(self.sites[1].port))
        for name, role in (("web", "web"), ("second worker", "worker"), ("runner", "runner"), ("beat", "beat")):
            self.containers[name] = self.engine.start(role)
        for variable in SERVICES:
            address = f"{self.engine.environment[variable]}/health/ready"
            wait_until(lambda address=address: status_of(address) == 200, seconds=60, what=address)
        for name in ("web", "second web", "worker", "second worker", "runner", "beat"):
            self.containers[name].await_health(name)

    def log(self, name: str) -> str:
        return self.containers[name].log.read_text()

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """`innotter …` in one of the containers."""
        command = [sys.executable, "-m", "innotter", *words]
        kept = self.engine.environment
        return subprocess.run(command, env=kept, cwd=self.engine.folder, capture_output=True, text=True, check=False)


@pytest.fixture
def services(empty_services):
    """A new installation: what compose.yaml starts first makes the tables."""
    return empty_services


@pytest.fixture
def installation(engine, aws, rabbitmq, kafka):
    aws.client("ses").verify_email_identity(EmailAddress=SENDER)
    insights = engine.environment["DATABASE_URL"] + "_insights"
    server, _slash, name = insights.rpartition("/")
    engine.environment |= {
        "EVENTS_AMQP_URL": rabbitmq.address,
        "EVENTS_KAFKA_BOOTSTRAP": kafka.address,
        "EVENTS_KAFKA_CONFIG": json.dumps({"session.timeout.ms": 6000}),
        "STATISTICS_URL": f"http://127.0.0.1:{free_port()}",
        "INSIGHTS_URL": f"http://127.0.0.1:{free_port()}",
        "JWKS_URL": f"http://127.0.0.1:{engine.port}/.well-known/jwks.json",
        "STATS_DYNAMODB_TABLE": TABLE,
        "INSIGHTS_DATABASE_URL": insights,
        "MEDIA_S3_BUCKET": BUCKET,
        "MEDIA_S3_ENDPOINT": aws.address,
        "MEDIA_S3_REGION": REGION,
        "AWS_ENDPOINT_URL": aws.address,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "for-tests",
        "AWS_SECRET_ACCESS_KEY": "for-tests",
        "EMAIL_URL": f"ses://{REGION}",
        "DEFAULT_FROM_EMAIL": f"Innotter <{SENDER}>",
        "LOG_FORMAT": "json",
        "GRANIAN_LOG_CONFIG": str(ROOT / "deploy" / "docker" / "granian.json"),
        "METRICS_TOKEN": TOKEN,
        "DRAIN_SECONDS": "0",
    }
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        installation = Installation(engine, aws)
        installation.start()
        yield installation
        for container in engine.started:
            container.kill()
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def asked(address: str, token: str) -> Any:
    """What a service, or Prometheus's door, says."""
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return ""


def test_the_main_story_is_lived_at_scale(installation):
    one, other = installation.sites
    # Codes come by SES. What one web server writes, the other reads.
    alice, bob = one.register("alice-at-scale"), other.register("bob-at-scale")
    assert one.ask("POST", "/api/pages/", {"name": "Rowing", "uuid": "rowing"}, alice)[0] == 201
    assert other.ask("POST", "/api/pages/rowing/follow/", {}, bob) == (201, {"status": "accepted"})
    a_picture_lies_in_the_bucket(one, other, alice, bob)
    a_post_is_read_and_told_of(one, other, alice, bob)
    a_job_is_done(one, other, alice)
    numbers_are_in_dynamodb(other, alice)
    a_team_is_known_to_insights(installation, one, alice)
    operators_see_it_all(installation, one, alice)
    examined = installation.command("doctor")
    assert examined.returncode == 0, examined.stdout + examined.stderr
    assert "Amazon SES" in examined.stdout
    ended = {name: container.stop() for name, container in installation.containers.items()}
    assert set(ended.values()) == {0}, ended


def a_picture_lies_in_the_bucket(one, other, alice, bob):
    assert one.send_picture("/api/pages/rowing/image/", picture(size=(64, 64)).read(), alice) == 200
    [stored] = one.aws.client("s3").list_objects_v2(Bucket=BUCKET)["Contents"]
    assert stored["Key"].startswith("pages/")
    address = other.ask("GET", "/api/pages/rowing/", token=bob)[1]["image"]
    assert other.fetch(address.removeprefix(one.address))


def a_post_is_read_and_told_of(one, other, alice, bob):
    status, post = one.ask("POST", "/api/posts/", {"page": "rowing", "content": "At dawn"}, alice)
    assert status == 201
    assert [shown["id"] for shown in other.ask("GET", "/api/feed/", token=bob)[1]["results"]] == [post["id"]]
    assert other.ask("POST", f"/api/posts/{post['id']}/like/", {}, bob)[0] == 200
    wait_until(lambda: len(other.mails_to("bob-at-scale@example.org")) == 2, what="the e-mail about the post")


def a_job_is_done(one, other, alice):
    wish = {"name": "Later", "handler": "publish_post", "parameters": {"page": "rowing", "content": "At dusk"}}
    status, job = one.ask("POST", "/api/jobs/", wish, alice)
    assert status == 201, job
    job_as_shown = f"/api/jobs/{job['id']}/"
    wait_until(lambda: other.ask("GET", job_as_shown, token=alice)[1]["status"] == "completed", what="the job's end")


def numbers_are_in_dynamodb(other, alice):
    """They came over RabbitMQ."""

    def totals():
        status, numbers = other.ask("GET", "/api/pages/rowing/statistics/", token=alice)
        return status == 200 and {name: numbers["totals"][name] for name in ("posts", "followers", "likes")}

    wait_until(lambda: totals() == {"posts": 2, "followers": 1, "likes": 1}, what="the numbers")
    assert other.aws.client("dynamodb").scan(TableName=TABLE)["Count"] > 0


def a_team_is_known_to_insights(installation, one, alice):
    """Its deeds came over Kafka, into a database of the service's own."""
    status, team = one.ask("POST", "/api/teams/", {"name": "Crew", "key": "row"}, alice)
    assert status == 201, team
    status, task = one.ask("POST", "/api/tasks/", {"title": "Varnish the oars", "team": team["id"]}, alice)
    assert status == 201, task
    assert one.ask("PATCH", f"/api/tasks/{task['id']}/", {"status": "done"}, alice)[0] == 200
    of_team = f"{installation.engine.environment['INSIGHTS_URL']}/api/v1/analytics/teams/{team['id']}"
    wait_until(lambda: '"done":1' in asked(of_team, alice).replace(" ", ""), what="the team's throughput")


def operators_see_it_all(installation, site, alice):
    """One request's id in the log of all who worked for it, the numbers of all processes, and nobody's name."""
    request = urllib.request.Request(
        f"{site.address}/api/posts/",
        json.dumps({"page": "rowing", "content": "Followed everywhere"}).encode(),
        {"Authorization": f"Bearer {alice}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        request_id = answer.headers["X-Request-ID"]
    workers, services = ("worker", "second worker"), [*SERVICES.values()]
    wait_until(lambda: request_id in installation.log("web"), what="the line of the request")
    wait_until(lambda: any(request_id in installation.log(name) for name in workers), what="that of its task")
    for name in services:
        wait_until(lambda name=name: request_id in installation.log(name), what=f"its line in {name}")

    numbers = asked(f"{site.address}/metrics/", TOKEN)
    assert 'innotter_http_requests_total{method="POST",status="201",view="api:post-list"}' in numbers
    assert 'innotter_outbox_waiting{sink="insights"} 0.0' in numbers
    assert 'innotter_jobs{status="in_progress"} 0.0' in numbers
    of_worker = asked(f"http://127.0.0.1:{installation.metrics_port}/metrics", "")
    assert 'innotter_celery_tasks_total{state="SUCCESS",task="innotter.events.background.relay"}' in of_worker

    for name in installation.containers:
        for line in installation.log(name).splitlines():
            assert line.startswith("{"), f"{name} says what is no document: {line}"
            assert json.loads(line)["level"]
            for word in ("at-scale@", "alice-at-scale", "bob-at-scale", "Bearer", "correct-horse"):
                assert word not in line, f"{name} tells of a person: {line}"
