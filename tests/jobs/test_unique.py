"""Jobs that are wanted once: while another with the key waits or runs, or for a span of time after it was submitted."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from innotter.errors import Conflict
from innotter.jobs import engine, services
from innotter.jobs.engine.leasing import Turns, lease_slow
from innotter.jobs.models import Job, QueueEntry
from tests.factories.accounts import UserFactory
from tests.factories.jobs import JobFactory
from tests.jobs.work import done
from tests.together import at_the_same_moment


def wanted(owner, **more):
    return JobFactory(owner=owner, unique_key="report", **more)


def test_a_second_one_is_refused_with_the_first(alice, bob, as_person):
    first = wanted(alice)
    body = {"name": "Run again", "handler": "wait_and_see", "unique_key": " report "}
    answer = as_person(alice).post("/api/jobs/", body)
    assert (answer.status_code, answer.json()["code"], answer.json()["job"]) == (409, "key_taken", first.pk)
    assert wanted(bob), "everybody has keys of their own"


def test_the_first_is_given_back_where_that_is_wished(alice):
    first = wanted(alice)
    assert wanted(alice, if_exists="return") == first
    assert Job.objects.count() == 1


def test_one_that_waits_is_replaced_where_that_is_wished(alice):
    first = wanted(alice, scheduled_time=timezone.now() + timedelta(hours=1))
    second = wanted(alice, if_exists="replace")
    first.refresh_from_db()
    assert (first.status, second.status) == ("cancelled", "pending")
    assert list(QueueEntry.objects.values_list("pk", flat=True)) == [second.pk]


def test_one_that_runs_is_not_replaced(alice):
    first = wanted(alice)
    assert lease_slow(turns=Turns())[0].job_id == first.pk
    with pytest.raises(Conflict):
        wanted(alice, if_exists="replace")


def test_what_has_ended_holds_its_key_no_longer_unless_for_a_span_of_time(alice):
    first = done(wanted(alice))
    with pytest.raises(Conflict):
        wanted(alice, unique_seconds=3600)
    assert wanted(alice, unique_seconds=3600, if_exists="return") == first
    Job.objects.filter(pk=first.pk).update(created_at=timezone.now() - timedelta(seconds=3601))
    second = wanted(alice, unique_seconds=3600)
    assert done(second) != first
    assert wanted(alice)


def test_within_a_bulk_the_same_holds(alice):
    wish = {"name": "Report", "handler": "wait_and_see", "unique_key": "report"}
    with pytest.raises(Conflict) as refusal:
        services.submit_jobs(owner=alice, wishes=[wish, wish])
    assert list(refusal.value.errors) == ["jobs.1.unique_key"]
    assert not Job.objects.exists()
    services.submit_jobs(owner=alice, wishes=[wish])
    with pytest.raises(Conflict) as refusal:
        services.submit_jobs(owner=alice, wishes=[wish])
    assert list(refusal.value.errors) == ["jobs.0.unique_key"], "as in a bulk of many"
    services.cancel_matching(owner=alice, jobs=Job.objects.all())
    jobs = services.submit_jobs(owner=alice, wishes=[wish, {**wish, "if_exists": "return"}, {**wish, "unique_key": ""}])
    assert [job.pk for job in jobs[:2]] == [jobs[0].pk] * 2
    assert Job.objects.exclude(status="cancelled").count() == 2


def test_what_one_of_a_bulk_gets_back_is_not_replaced_by_another_of_it(alice, as_person):
    there = wanted(alice, scheduled_time=timezone.now() + timedelta(hours=1))
    wish = {"name": "Report", "handler": "wait_and_see", "unique_key": "report"}
    wishes = [{**wish, "if_exists": "return"}, {**wish, "if_exists": "replace"}]
    answer = as_person(alice).post("/api/jobs/bulk/", {"jobs": wishes}, format="json")
    assert (answer.status_code, answer.json()["code"], answer.json()["job"]) == (409, "key_taken", there.pk)
    assert list(answer.json()["errors"]) == ["jobs.1.unique_key"]
    there.refresh_from_db()
    assert there.status == "pending"

    first, second = services.submit_jobs(owner=alice, wishes=wishes[::-1])
    assert first == second != there, "the later one gets what the earlier has put in its place"


def test_a_failed_one_is_not_tried_again_beside_another(alice):
    failed = done(wanted(alice, parameters={"give_up": True}))
    twin = wanted(alice)
    with pytest.raises(Conflict, match="same key"):
        services.retry_job(owner=alice, job=failed)
    assert services.retry_matching(owner=alice, jobs=Job.objects.all()) == 0
    services.cancel_job(owner=alice, job=twin)
    services.retry_job(owner=alice, job=failed)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("if_exists", ["refuse", "return", "replace"])
def test_of_two_at_the_same_moment_one_is_there(if_exists):
    owner = UserFactory()
    for _number in range(5):
        submit = partial(_submitted, owner, if_exists)
        at_the_same_moment(submit, submit, engine.drain)
        assert QueueEntry.objects.count() <= 1
        engine.drain()
    assert not QueueEntry.objects.exists()


def _submitted(owner, if_exists):
    try:
        wanted(owner, if_exists=if_exists)
    except Conflict:
        return


def test_the_database_keeps_a_key_once(alice):
    wanted(alice)
    other = JobFactory(owner=alice)
    with pytest.raises(IntegrityError), transaction.atomic():
        QueueEntry.objects.filter(pk=other.pk).update(unique_key="report")


@pytest.mark.parametrize(
    "more", [{}, {"if_exists": "return"}, {"if_exists": "replace"}, {"if_exists": "replace", "unique_seconds": 60}]
)
def test_many_with_keys_take_the_same_few_statements_however_many_there_are(alice, more):
    counts = []
    for number in (2, 20):
        wishes = [
            {"name": "Report", "handler": "wait_and_see", "unique_key": f"{number}/{key}", **more}
            for key in range(number)
        ]
        if more:
            services.submit_jobs(owner=alice, wishes=wishes)
        with CaptureQueriesContext(connection) as queries:
            services.submit_jobs(owner=alice, wishes=wishes)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 23, counts


@pytest.mark.parametrize("keys", [["report", "letter"], ["letter", "report"]])
def test_one_that_is_cancelled_with_another_that_is_replaced_is_not_given_back(alice, keys):
    first = wanted(alice, scheduled_time=timezone.now() + timedelta(hours=1))
    JobFactory(owner=alice, unique_key="letter", after=[first.pk])
    if_exists = {"report": "replace", "letter": "return"}
    wish = {"name": "Report", "handler": "wait_and_see"}
    wishes = [wish | {"unique_key": key, "if_exists": if_exists[key]} for key in keys]
    jobs = services.submit_jobs(owner=alice, wishes=wishes)
    assert {Job.objects.get(pk=job.pk).status for job in jobs} == {"pending"}


def test_each_counts_what_has_ended_for_its_own_span_of_time(alice):
    for key in ("short", "long"):
        ended = done(JobFactory(owner=alice, unique_key=key))
        Job.objects.filter(pk=ended.pk).update(created_at=timezone.now() - timedelta(seconds=100))
    wish = {"name": "Report", "handler": "wait_and_see", "if_exists": "return"}
    wishes = [
        wish | {"unique_key": "short", "unique_seconds": 50},
        wish | {"unique_key": "long", "unique_seconds": 200},
    ]
    new, there = services.submit_jobs(owner=alice, wishes=wishes)
    assert (there, new.status) == (ended, "pending")


def test_of_many_the_one_that_runs_is_the_one_that_is_not_replaced(alice):
    running = wanted(alice)
    assert lease_slow(turns=Turns())[0].job_id == running.pk
    waiting = JobFactory(owner=alice, unique_key="letter", scheduled_time=timezone.now() + timedelta(hours=1))
    wish = {"name": "Report", "handler": "wait_and_see", "if_exists": "replace"}
    with pytest.raises(Conflict) as refusal:
        services.submit_jobs(owner=alice, wishes=[wish | {"unique_key": key} for key in ("letter", "report")])
    assert (list(refusal.value.errors), refusal.value.more) == (["jobs.1.unique_key"], {"job": running.pk})
    waiting.refresh_from_db()
    assert waiting.status == "pending"
