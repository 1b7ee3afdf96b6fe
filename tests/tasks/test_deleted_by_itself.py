"""Tasks that nobody deletes by hand, put away long ago or left by a team, are told of as those that somebody does."""

from datetime import UTC, datetime

import pytest

from innotter.events.models import Event
from innotter.notifications.models import Notification
from innotter.tasks import background, services
from innotter.tasks.models import Task
from innotter.tasks.services import automating, teaming
from innotter.webhooks.models import WebhookDelivery
from innotter.webhooks.services import create_webhook
from tests.factories.tasks import TaskFactory, TeamFactory

DELETED = "innotter.task.deleted"


@pytest.fixture
def team(alice, bob):
    return TeamFactory(owner=alice, members=[bob])


def told_of():
    return [event.data for event in Event.objects.filter(type=DELETED).order_by("pk")]


def facts_of(tasks):
    return [{"task_id": task.pk, "team_id": task.team_id} for task in tasks]


def test_what_was_put_away_long_ago(team, alice, bob, deliver_events, monkeypatch):
    monkeypatch.setattr(automating, "PORTION", 2)
    create_webhook(person=alice, url="https://example.org/", types=[DELETED], team_id=team.pk)
    tasks = [TaskFactory(team=team, assignees=[bob]) for _number in range(3)]
    deliver_events()
    assert Notification.objects.of(bob).exists()
    Task.objects.update(archived_at=datetime(2020, 1, 1, tzinfo=UTC))

    background.cleanup_archived_tasks()
    deliver_events()
    assert not Task.objects.exists()
    assert told_of() == facts_of(tasks)
    assert list(WebhookDelivery.objects.values_list("type", flat=True)) == [DELETED] * 3
    assert not Notification.objects.of(bob).exists()


def test_what_a_deleted_team_leaves(team, alice, monkeypatch):
    monkeypatch.setattr(teaming, "PORTION", 2)
    tasks = [TaskFactory(team=team) for _number in range(3)]
    services.delete_team(owner=alice, team=team)
    background.remove_abandoned_teams()
    assert not Task.objects.exists()
    assert told_of() == facts_of(tasks)
