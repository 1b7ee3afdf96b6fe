"""From a deed in the core to the answer of a service, over the brokers of a large installation (B-17, C-10, C-11).

The brokers are real, or speak the real protocol; DynamoDB is moto's.
"""

import time

import pytest
from fastapi.testclient import TestClient

from innotter.accounts.tokens import token_for_services
from innotter.blog import services as blog
from innotter.events.forwarding import forward_all, replay
from innotter.pages import services as pages
from innotter.tasks import services as tasks
from services.insights.app import close
from services.insights.app import make_app as make_insights
from services.insights.settings import Settings as InsightsSettings
from services.insights.store import Store
from services.stats.app import make_app as make_stats
from services.stats.settings import Settings as StatsSettings
from tests.factories.tasks import TaskFactory, TeamFactory
from tests.running import wait_until

#: From the deed to the numbers, in seconds.
SOON = 2


@pytest.fixture
def stats(rabbitmq, aws, monkeypatch, settings, keys_of_the_core, tmp_path):
    """The statistics service on RabbitMQ and DynamoDB, which the core tells of its events."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    known = {"jwks_url": keys_of_the_core, "amqp_url": rabbitmq.address, "dynamodb_table": "statistics"}
    settings.EVENT_SINKS = {"statistics": rabbitmq.address}
    with TestClient(make_stats(StatsSettings(**known, sqlite_path=tmp_path / "unused"))) as client:
        wait_until(lambda: client.get("/health/ready").status_code == 200, what="the connection")
        yield client


@pytest.fixture
def insights(kafka, settings, keys_of_the_core, insights_database):
    """The insights service on Kafka, which the core tells of its events."""
    settings.EVENT_SINKS = {"insights": f"kafka://{kafka.address}"}
    store = Store(insights_database)
    app = make_insights(
        InsightsSettings(
            database_url=insights_database,
            jwks_url=keys_of_the_core,
            kafka_bootstrap=kafka.address,
            kafka_config={"session.timeout.ms": 6000},
        )
    )
    yield app.test_client()
    close(app)
    store.close()


def headers(person):
    return {"Authorization": f"Bearer {token_for_services(user=person)}"}


def seconds_until(question, what):
    began = time.monotonic()
    wait_until(question, what=what)
    return time.monotonic() - began


def test_a_follower_and_a_like_are_counted_soon_over_rabbitmq_and_dynamodb(db, alice, bob, stats):
    page = pages.create_page(owner=alice, name="Wonderland", handle="wonder")
    post = blog.publish_post(author=alice, page=page, content="Curiouser")
    forward_all()

    def totals():
        answer = stats.get("/pages/wonder/statistics", headers=headers(alice))
        return answer.json()["totals"] if answer.status_code == 200 else {}

    wait_until(lambda: totals().get("posts") == 1, what="the post")
    pages.follow_page(follower=bob, page=page)
    blog.like_post(person=bob, post=post)
    forward_all()
    assert seconds_until(lambda: (totals()["followers"], totals()["likes"]) == (1, 1), "follower and like") < SOON
    assert stats.get("/pages/wonder/statistics", headers=headers(bob)).status_code == 404

    replay(name="statistics")
    pages.unfollow_page(follower=bob, page=page)
    forward_all()
    wait_until(lambda: totals()["followers"] == 0, what="everything again, and one more")
    assert totals()["likes"] == 1


def test_rabbitmq_may_be_away_for_a_while_and_nothing_is_lost(db, alice, bob, stats, rabbitmq, monkeypatch):
    monkeypatch.setattr("services.contract.consuming.PAUSE_SECONDS", 0.1)
    monkeypatch.setattr("innotter.events.forwarding.LONGEST_PAUSE", 0)
    page = pages.create_page(owner=alice, name="Wonderland", handle="wonder")
    forward_all()
    rabbitmq.shut()
    pages.follow_page(follower=bob, page=page)
    assert forward_all() == 0
    rabbitmq.open()
    wait_until(forward_all, what="the way out")

    def followers():
        answer = stats.get("/pages/wonder/statistics", headers=headers(alice))
        return answer.status_code == 200 and answer.json()["totals"]["followers"]

    wait_until(lambda: followers() == 1, what="the follower")


def test_what_a_team_does_is_known_soon_over_kafka(db, alice, bob, insights):
    team = TeamFactory(owner=alice, members=[bob])
    forward_all()

    def done():
        answer = insights.get(f"/api/v1/analytics/teams/{team.pk}", headers=headers(bob))
        return answer.json["throughput"]["done"] if answer.status_code == 200 else None

    wait_until(lambda: done() == 0, what="the team")  # The first join of a group takes seconds.
    task = TaskFactory(team=team)
    tasks.edit_task(editor=alice, task=task, status="done")
    forward_all()
    assert seconds_until(lambda: done() == 1, "the task") < SOON

    replay(name="insights")
    tasks.edit_task(editor=alice, task=TaskFactory(team=team), status="done")
    forward_all()
    wait_until(lambda: done() == 2, what="everything again, and one more")
