"""What is due is looked for in one place, and workers are asked only when there is something to do."""

import uuid
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import OperationalError
from django.utils import timezone

from innotter.accounts.models import User
from innotter.blog.models import Announcement, ArticleText, PostImage
from innotter.config.celery import app, keep_watch
from innotter.config.timetable import TIMETABLE
from innotter.events import watch
from innotter.events.models import Delivery, Event, Outgoing
from innotter.events.watch import Watch, look_out
from innotter.jobs.models import QueueEntry
from innotter.jobs.services import pause_queue
from innotter.mail.models import OutgoingMail
from innotter.tasks.models import TaskNews
from innotter.web import page_views
from innotter.webhooks.services import send_test
from tests.factories.accounts import UserFactory
from tests.factories.blog import ArticleFactory, PostFactory
from tests.factories.jobs import JobFactory
from tests.factories.pages import PageFactory
from tests.factories.tasks import TaskFactory, TeamFactory
from tests.factories.webhooks import WebhookFactory

LONG_AGO = timedelta(hours=3)


class Task:
    """One of Celery's, which is asked for and not run."""

    def __init__(self, name="task"):
        self.name, self.asked = name, []

    def apply_async(self, *, expires):
        self.asked.append(expires)


@pytest.fixture
def looks(monkeypatch):
    looks = []
    monkeypatch.setattr(watch, "_looks", looks)
    return looks


@pytest.fixture
def time(monkeypatch):
    time = SimpleNamespace(now=100.0)
    monkeypatch.setattr(watch, "time", SimpleNamespace(monotonic=lambda: time.now))
    monkeypatch.setattr(watch, "connection", SimpleNamespace(close=lambda: None))
    return time


def test_a_task_is_asked_for_when_something_is_due_and_only_then(looks, time):
    idle, busy = Task(), Task()
    look_out(idle, every=2, is_due=lambda: False)
    look_out(busy, every=2, is_due=lambda: True)
    Watch().look_around()
    assert (idle.asked, busy.asked) == ([], [2 + watch.CLOCKS_APART])


def test_each_is_looked_at_as_often_as_it_wishes(looks, time):
    often, seldom = Task(), Task()
    look_out(often, every=1, is_due=lambda: True)
    look_out(seldom, every=5, is_due=lambda: True)
    looking = Watch()
    for second in range(10):
        time.now = 100.0 + second
        looking.look_around()
    assert (len(often.asked), len(seldom.asked)) == (10, 2)


def test_what_cannot_be_looked_at_keeps_nothing_else_from_it_and_is_logged_once(looks, time, caplog):
    failing, well = Task("failing"), Task("well")
    answers = [OperationalError("away"), OperationalError("away"), None, OperationalError("away again")]

    def is_due():
        if error := answers.pop(0):
            raise error
        return True

    look_out(failing, every=1, is_due=is_due)
    look_out(well, every=1, is_due=lambda: True)
    looking = Watch()
    logged = []
    for second in range(4):
        time.now = 100.0 + second
        looking.look_around()
        logged.append(len(caplog.records))
    assert (len(failing.asked), len(well.asked)) == (1, 4)
    assert logged == [1, 1, 1, 2], "it is told anew after it was well"


@pytest.mark.usefixtures("looks")
def test_where_nothing_is_looked_out_for_nobody_looks():
    Watch().run()


def test_the_clock_keeps_watch(monkeypatch):
    started = []
    monkeypatch.setattr(Watch, "start", lambda self: started.append(self.daemon))
    keep_watch()
    assert started == [True]


def test_nothing_is_both_in_the_timetable_and_looked_out_for():
    assert {entry["task"] for entry in TIMETABLE.values()} & set(known()) == set()


def known():
    """By the name of the task, whether something is due for it."""
    app.loader.import_default_modules()
    return {look.task.name.removeprefix("innotter."): look.is_due for look in watch._looks}


def delivery(alice, bob):
    Delivery.objects.create(event=Event.objects.create(type="innotter.page.edited", data={}), sink="mail.deliver")


def outgoing(alice, bob):
    Outgoing.objects.create(event=Event.objects.create(type="innotter.page.edited", data={}), sink="statistics")


def mail(alice, bob):
    OutgoingMail.objects.create(key="hello", to=bob.email, subject="Hello", text="Hello", html="")


def view(alice, bob):
    page_views.audience.note(PageFactory(owner=alice).pk, "somebody")
    page_views.audience.flush()


def webhook(alice, bob):
    send_test(person=alice, webhook=WebhookFactory(person=alice))


def job(alice, bob):
    JobFactory(owner=alice)


def job_within_a_second(alice, bob):
    JobFactory(owner=alice, scheduled_time=timezone.now() + timedelta(seconds=0.5))


def job_of_a_dead_worker(alice, bob):
    job(alice, bob)
    QueueEntry.objects.update(lease=uuid.uuid4(), lease_until=timezone.now() - LONG_AGO)


def announcement(alice, bob):
    Announcement.objects.create(post=PostFactory(), event_id=1, touched_at=timezone.now() - LONG_AGO)


def picture(alice, bob):
    PostImage.objects.create(post=PostFactory(), image="x.png", width=1, height=1, created_at=timezone.now() - LONG_AGO)


def article(alice, bob):
    ArticleFactory()
    ArticleText.objects.update(renderer=0)


def news(alice, bob):
    task = TaskFactory(team=TeamFactory(owner=alice, members=[bob]))
    TaskNews.objects.create(person=bob, task=task, at=timezone.now() - LONG_AGO)


THINGS = [
    ("events.background.relay", delivery),
    ("events.background.forward", outgoing),
    ("mail.background.deliver_due_mail", mail),
    ("pages.background.count_views", view),
    ("webhooks.background.send", webhook),
    ("jobs.background.drain", job),
    ("jobs.background.drain", job_within_a_second),
    ("jobs.background.take_up_abandoned", job_of_a_dead_worker),
    ("blog.background.announce_abandoned", announcement),
    ("blog.background.make_missing_sizes", picture),
    ("blog.background.render_old_articles", article),
    ("tasks.background.send_task_notification", news),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("task", "happens"), THINGS)
def test_what_waits_for_its_time_is_found(task, happens, alice, bob, settings):
    settings.EVENT_SINKS = ["statistics"]
    is_due = known()[task]
    assert not is_due()
    happens(alice, bob)
    assert is_due()


def test_of_everything_that_is_looked_out_for_it_is_known_how_it_becomes_due():
    assert set(known()) == {task for task, _happens in THINGS}


@pytest.mark.django_db
def test_jobs_far_ahead_wake_nobody_and_neither_do_those_of_a_platform_that_rests(alice):
    JobFactory(owner=alice, scheduled_time=timezone.now() + timedelta(minutes=1))
    assert not known()["jobs.background.drain"]()
    JobFactory(owner=alice)
    pause_queue(admin=UserFactory(role=User.Role.ADMIN))
    assert not known()["jobs.background.drain"]()
