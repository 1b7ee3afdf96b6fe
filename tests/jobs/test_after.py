"""Jobs that begin after others: in order, with their results, and never when what they were to follow has failed."""

import tracemalloc
from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from innotter.errors import Conflict, Invalid
from innotter.jobs import engine, services
from innotter.jobs.engine.leasing import Turns, lease_slow
from innotter.jobs.models import Job, JobDependency, QueueEntry
from tests.factories.accounts import UserFactory
from tests.factories.jobs import JobFactory, OpenJobFactory
from tests.jobs.work import be_due, done, meanwhile, work
from tests.together import at_the_same_moment

LATER = timedelta(hours=1)
FAILS = {"give_up": True}


def following(*jobs, **more):
    return JobFactory(owner=jobs[0].owner, after=[job.pk for job in jobs], **more)


def statuses(*jobs):
    return [Job.objects.get(pk=job.pk).status for job in jobs]


@pytest.mark.parametrize("is_quick", [True, False])
def test_a_job_begins_once_all_that_it_follows_are_done(alice, is_quick):
    order = []
    meanwhile.append(lambda run: order.append(run.job.pk))
    first, second = JobFactory(owner=alice), JobFactory(owner=alice)
    third = following(first, second, priority=10)
    fourth = following(third, priority=10)
    QueueEntry.objects.update(is_quick=is_quick)
    assert work() == 4
    assert order == [first.pk, second.pk, third.pk, fourth.pk]


def test_and_not_before_its_time(alice):
    first = JobFactory(owner=alice)
    second = following(first, scheduled_time=timezone.now() + LATER)
    assert work() == 1
    QueueEntry.objects.filter(pk=second.pk).update(due_at=timezone.now())
    assert work() == 1


def test_who_is_to_follow_what_is_tried_again_at_that_moment_does_not_wait_for_ever(alice):
    first = JobFactory(owner=alice, parameters=FAILS)
    work()
    again = []

    def try_again_between_the_looks(execute, sql, *rest):
        found = execute(sql, *rest)
        if not again and sql.startswith("SELECT") and "jobs_queueentry" in sql and "FOR NO KEY UPDATE" in sql:
            again.append(first)
            services.retry_job(owner=alice, job=first)
        return found

    with connection.execute_wrapper(try_again_between_the_looks), pytest.raises(Conflict):
        following(first, if_fails="run")
    assert again


def test_a_failed_attempt_is_no_end(alice):
    first = JobFactory(owner=alice, parameters={"fail": True})
    second = following(first)
    work()
    assert statuses(first, second) == ["pending", "pending"]
    be_due(first)
    assert done(first).status == "failed"
    assert statuses(second) == ["cancelled"]


def test_when_one_fails_those_that_follow_are_cancelled_and_those_that_follow_them(alice):
    first, other = JobFactory(owner=alice, parameters=FAILS), JobFactory(owner=alice)
    second = following(first, other)
    third = following(second)
    work()
    assert statuses(first, other, second, third) == ["failed", "completed", "cancelled", "cancelled"]
    assert "was to follow" in Job.objects.get(pk=third.pk).error
    assert not QueueEntry.objects.exists()


def test_a_long_chain_is_cancelled_by_as_few_statements_as_a_short_one(alice, django_assert_max_num_queries):
    for length in (3, 30):
        first = last = JobFactory(owner=alice)
        for _number in range(length):
            last = following(last)
        with django_assert_max_num_queries(40):
            services.cancel_job(owner=alice, job=first)
        assert not QueueEntry.objects.exists()
        assert statuses(last) == ["cancelled"]


def test_below_one_that_is_cancelled_runs_what_is_to_run_all_the_same(alice):
    first = JobFactory(owner=alice, parameters=FAILS)
    second = following(first)
    third, fourth = following(second, if_fails="run"), following(second)
    fifth = following(third)
    work()
    assert statuses(second, third, fourth, fifth) == ["cancelled", "completed", "cancelled", "completed"]


def test_or_run_all_the_same_where_that_is_wished_and_only_once(alice):
    first = JobFactory(owner=alice, parameters=FAILS)
    second = following(first, if_fails="run")
    work()
    assert statuses(first, second) == ["failed", "completed"]
    services.retry_job(owner=alice, job=first)
    work()
    assert Job.objects.get(pk=second.pk).results.count() == 1


@pytest.mark.parametrize("cancel", ["one", "all"])
def test_what_follows_a_cancelled_job_is_cancelled(alice, cancel):
    first = JobFactory(owner=alice, name="first", scheduled_time=timezone.now() + LATER)
    second, third = following(first), following(first, if_fails="run")
    if cancel == "one":
        services.cancel_job(owner=alice, job=first)
    else:
        services.cancel_matching(owner=alice, jobs=Job.objects.filter(name="first"))
    assert statuses(first, second) == ["cancelled", "cancelled"]
    assert work() == 1
    assert statuses(third) == ["completed"]


def test_what_has_ended_already_is_awaited_no_more(alice):
    first, failed = done(JobFactory(owner=alice)), done(JobFactory(owner=alice, parameters=FAILS))
    assert done(following(first)).status == "completed"
    with pytest.raises(Conflict, match="has failed"):
        following(failed)
    assert done(following(failed, if_fails="run")).status == "completed"


def test_others_jobs_and_those_for_people_are_not_followed(alice, bob, as_person):
    for stranger in (JobFactory(owner=bob), OpenJobFactory(owner=alice)):
        body = {"name": "x", "handler": "wait_and_see", "after": [stranger.pk]}
        answer = as_person(alice).post("/api/jobs/", body)
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["after"])
    bulk = as_person(alice).post("/api/jobs/bulk/", {"jobs": [{**body, "after": []}, body]}, format="json")
    assert list(bulk.json()["errors"]) == ["jobs.1.after"]
    body["after"] = [10**20]
    assert as_person(alice).post("/api/jobs/", body).status_code == 400


def test_a_job_that_awaits_another_is_not_begun_by_hand(alice):
    first = JobFactory(owner=alice, scheduled_time=timezone.now() + LATER)
    second = following(first)
    with pytest.raises(Conflict, match="others to end"):
        services.run_now(owner=alice, job=second)
    assert services.run_matching(owner=alice, jobs=Job.objects.all()) == 1


def test_what_it_follows_is_shown(alice, as_person, browser_of):
    first = JobFactory(owner=alice, name="The first")
    second = following(first)
    assert as_person(alice).get(f"/api/jobs/{second.pk}/").json()["after"] == [first.pk]
    assert "The first" in browser_of(alice).get(f"/jobs/{second.pk}/").content.decode()


class TestResults:
    def test_they_are_named_in_the_parameters(self, alice):
        first = JobFactory(owner=alice, parameters={"steps": 1})
        second = following(first, parameters={"keep": f"${{{first.pk}.data.steps}}: ${{{first.pk}.output}}"})
        work()
        file = second.results.get().files.get().file
        with file.open() as content:
            assert content.read() == b"1: It went well."

    def test_one_that_is_not_there_is_given_up(self, alice):
        first = JobFactory(owner=alice)
        second = done(following(first, parameters={"keep": f"${{{first.pk}.data.nothing}}"}))
        assert (second.status, second.attempt) == ("failed", 1)
        assert "There is no result" in second.error

    def test_named_a_thousand_times_they_take_no_more_memory_than_once(self, alice):
        first = done(JobFactory(owner=alice))
        first.results.update(output="x" * 90_000)
        second = following(first, parameters={"keep": f"${{{first.pk}.output}}" * 1000})
        tracemalloc.start()
        work()
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert most < 10_000_000
        assert "too long" in Job.objects.get(pk=second.pk).error

    def test_a_text_that_would_be_too_long_with_them_is_not_cut_but_given_up(self, alice):
        first = done(JobFactory(owner=alice))
        first.results.update(output="x" * 99_999)
        fits = following(first, parameters={"keep": f"${{{first.pk}.output}}."})
        too_long = following(first, parameters={"keep": f"${{{first.pk}.output}}.."})
        work()
        assert statuses(fits, too_long) == ["completed", "failed"]

    def test_one_of_a_job_that_is_not_awaited_cannot_be_named(self, alice, bob):
        other = done(JobFactory(owner=bob))
        with pytest.raises(Invalid, match="another look"):
            JobFactory(owner=alice, parameters={"keep": f"${{{other.pk}.output}}"})


def test_the_database_knows_no_circles(alice):
    first, second = JobFactory(owner=alice), JobFactory(owner=alice)
    with pytest.raises(IntegrityError), transaction.atomic():
        JobDependency.objects.create(job=first, after=second)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("parameters", [{}, FAILS], ids=["done", "failed"])
def test_whoever_comes_while_the_first_ends_is_released_or_refused(parameters):
    owner = UserFactory()
    for _number in range(8):
        first, followers = JobFactory(owner=owner, parameters=parameters), []
        at_the_same_moment(engine.drain, partial(_submitted_after, first, followers))
        engine.drain()
        assert not QueueEntry.objects.exists(), "nobody waits for ever"
        assert statuses(*followers) == ["completed" if not parameters else "cancelled"] * len(followers)


def _submitted_after(first, followers):
    try:
        followers.append(following(first))
    except Conflict:
        return  # It has failed already.


@pytest.mark.django_db(transaction=True)
def test_two_that_end_at_the_same_moment_release_the_third_once():
    owner = UserFactory()
    for _number in range(5):
        first, second = JobFactory(owner=owner), JobFactory(owner=owner)
        third = following(first, second)
        at_the_same_moment(engine.drain, engine.drain)
        engine.drain()
        assert third.results.count() == 1
    assert lease_slow(turns=Turns()) == []


def hosts_named_by(job):
    return {"handler": "http_request", "parameters": {"url": f"https://${{{job.pk}.data.steps}}.example/"}}


def test_a_host_that_a_result_names_counts_as_that_host_once_the_result_is_there(alice):
    first = JobFactory(owner=alice, parameters={"steps": 3})
    second = following(first, scheduled_time=timezone.now() + LATER, **hosts_named_by(first))
    work()
    third = following(first, scheduled_time=timezone.now() + LATER, **hosts_named_by(first))
    assert set(Job.objects.filter(pk__in=[second.pk, third.pk]).values_list("target", flat=True)) == {"3.example"}


def test_a_result_that_many_name_as_their_host_is_read_once(alice, django_assert_max_num_queries):
    for count in (2, 20):
        first = JobFactory(owner=alice, parameters={"steps": 3})
        for _number in range(count):
            following(first, scheduled_time=timezone.now() + LATER, **hosts_named_by(first))
        with django_assert_max_num_queries(50):
            work()
    assert Job.objects.filter(target="3.example").count() == 22


def test_where_there_is_no_such_result_the_job_says_so_when_it_begins(alice):
    first = JobFactory(owner=alice, parameters=FAILS)
    second = following(first, if_fails="run", **hosts_named_by(first))
    work()
    assert "There is no result" in done(second).error


def test_the_same_once_more_follows_the_same_and_has_their_results(alice):
    first = JobFactory(owner=alice)
    second = following(first, if_fails="run", parameters={"keep": f"${{{first.pk}.output}}"})
    twin = services.duplicate_job(owner=alice, job=done(second))
    assert done(twin).status == "completed"
    assert twin.dependencies.get().if_fails == "run"
