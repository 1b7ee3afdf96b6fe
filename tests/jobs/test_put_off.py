"""A job that would do something more often than its owner may is put off, and does not fail."""

from django.utils import timezone

from innotter.blog.models import Post
from innotter.jobs import services
from innotter.jobs.engine.leasing import Turns, lease_quick, put_off
from innotter.jobs.models import Job, JobResult, QueueEntry
from tests.factories.jobs import JobFactory
from tests.factories.pages import PageFactory
from tests.jobs.work import be_due, work


def wishes_for(page, count):
    note = {"page": page.handle}
    return [
        {"name": f"Post {number}", "handler": "publish_post", "parameters": {**note, "content": f"Number {number}"}}
        for number in range(count)
    ]


def test_posts_that_are_submitted_together_come_no_faster_than_a_person_may_publish(alice, bob, settings):
    settings.THROTTLES = settings.THROTTLES | {"publish_account": "2/minute"}
    jobs = services.submit_jobs(owner=alice, wishes=wishes_for(PageFactory(owner=alice), 5))
    other = services.submit_jobs(owner=bob, wishes=wishes_for(PageFactory(owner=bob), 1))
    work()
    assert Post.objects.filter(page__owner=alice).count() == 2
    assert Post.objects.filter(page__owner=bob).count() == 1, "each has a budget of their own"
    waiting = Job.objects.filter(owner=alice, status="pending")
    assert [(job.attempt, job.error) for job in waiting] == [(0, "")] * 3
    entries = QueueEntry.objects.filter(pk__in=waiting)
    assert all(entry.lease is None and not entry.is_ready and entry.due_at > timezone.now() for entry in entries)
    assert {entry.pk: entry.due_at for entry in entries} == {job.pk: job.due_at for job in waiting}
    assert work() == 0, "nobody looks at them before their time"

    settings.THROTTLES = settings.THROTTLES | {"publish_account": "100/minute"}
    for job in waiting:
        be_due(job)
    work()
    assert set(Job.objects.values_list("status", flat=True)) == {"completed"}
    assert JobResult.objects.count() == len(jobs) + len(other)


def test_one_that_is_put_off_says_that_it_waits_again_and_can_be_cancelled(alice, settings):
    settings.THROTTLES = settings.THROTTLES | {"publish_account": "1/minute"}
    (_first, second) = services.submit_jobs(owner=alice, wishes=wishes_for(PageFactory(owner=alice), 2))
    work()
    second.refresh_from_db()
    assert (second.status, second.started_at, second.percent, second.step) == ("pending", None, 0, "")
    assert services.cancel_job(owner=alice, job=second)


def test_one_that_its_owner_wants_off_is_cancelled_and_not_put_off(alice):
    job = JobFactory(owner=alice, handler="publish_post", parameters={"page": "p", "content": "Hello"})
    (leased,) = lease_quick(turns=Turns())
    assert not services.cancel_job(owner=alice, job=job)
    assert not put_off(leased, seconds=60)


def test_who_has_lost_the_lease_puts_nothing_off(alice):
    job = JobFactory(owner=alice, handler="publish_post", parameters={"page": "p", "content": "Hello"})
    (leased,) = lease_quick(turns=Turns())
    QueueEntry.objects.update(lease=None, lease_until=None, is_ready=True)
    (again,) = lease_quick(turns=Turns())
    assert put_off(leased, seconds=60)
    assert QueueEntry.objects.get(pk=job.pk).lease == again.lease


def test_what_was_put_off_comes_at_its_time(alice, settings):
    settings.THROTTLES = settings.THROTTLES | {"publish_account": "1/minute"}
    services.submit_jobs(owner=alice, wishes=wishes_for(PageFactory(owner=alice), 2))
    work()
    later = QueueEntry.objects.get().due_at
    assert 0 < (later - timezone.now()).total_seconds() <= 61
