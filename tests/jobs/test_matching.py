"""Acting on all jobs that match a filter, and on those that have failed for good: the dead letters."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from innotter.errors import Conflict, Invalid
from innotter.events.models import Event
from innotter.jobs import services
from innotter.jobs.engine.leasing import Turns, lease_slow
from innotter.jobs.models import Job, QueueEntry
from tests.factories.jobs import JobFactory, OpenJobFactory
from tests.jobs.work import done, work

LATER = timedelta(hours=1)


def states(owner):
    return sorted(Job.objects.filter(owner=owner).values_list("name", "status"))


def submitted(owner, *names, **more):
    return [JobFactory(owner=owner, name=name, **more) for name in names]


class TestCancelling:
    def test_what_waits_is_cancelled_and_what_runs_is_told_to_stop(self, alice, bob, as_person):
        (running,) = submitted(alice, "a run")
        lease_slow(turns=Turns())
        submitted(alice, "a wait", "b")
        OpenJobFactory(owner=alice, name="a open")
        submitted(bob, "a of another")
        answer = as_person(alice).post("/api/jobs/cancel/?search=a%20")
        assert answer.json() == {"count": 3}
        assert {name for name, status in states(alice) if status == "cancelled"} == {"a open", "a wait"}
        running.refresh_from_db()
        assert running.cancel_requested_at
        assert states(bob) == [("a of another", "pending")]
        assert Event.objects.filter(type="innotter.job.cancelled").count() == 2
        assert QueueEntry.objects.count() == 3

    def test_a_filter_that_makes_no_sense_changes_nothing(self, alice, as_person):
        submitted(alice, "a")
        assert as_person(alice).post("/api/jobs/cancel/?status=odd").status_code == 400
        assert states(alice) == [("a", "pending")]

    @pytest.mark.parametrize("filter_", ["handlr=csv_clean", "search=%E2%80%8B", "ordering=name"])
    def test_nor_does_one_that_is_not_known_or_of_which_nothing_can_be_seen(self, alice, as_person, filter_):
        submitted(alice, "a")
        answer = as_person(alice).post(f"/api/jobs/cancel/?{filter_}")
        assert (answer.status_code, list(answer.json()["errors"])) == (400, [filter_.partition("=")[0]])
        assert states(alice) == [("a", "pending")]

    @pytest.mark.parametrize("filter_", ["status=odd", "handler=gone", "search=" + 201 * "x"])
    def test_nor_on_the_page_that_asks(self, alice, browser_of, filter_):
        submitted(alice, "a")
        for ask in (browser_of(alice).get, browser_of(alice).post):
            assert ask(f"/jobs/all/cancel/?{filter_}").status_code == 400
        assert states(alice) == [("a", "pending")]

    def test_the_number_of_statements_does_not_grow_with_theirs(self, alice, django_assert_max_num_queries):
        JobFactory.create_batch(30, owner=alice)
        with django_assert_max_num_queries(14):
            assert services.cancel_matching(owner=alice, jobs=Job.objects.all()) == 30


class TestDeadLetters:
    @pytest.fixture
    def failed(self, alice, bob):
        jobs = submitted(alice, "one", "two", parameters={"give_up": True}) + submitted(alice, "fine")
        submitted(bob, "one", parameters={"give_up": True})
        work()
        return jobs

    def test_all_are_tried_again(self, alice, bob, failed, as_person):
        Job.objects.update(parameters={})
        assert as_person(alice).post("/api/jobs/retry/").json() == {"count": 2}
        assert as_person(alice).post("/api/jobs/retry/").json() == {"count": 0}
        work()
        assert states(alice) == [("fine", "completed"), ("one", "completed"), ("two", "completed")]
        assert states(bob) == [("one", "failed")]

    def test_more_than_may_wait_are_not(self, alice, failed, settings):
        settings.JOBS_MAX_WAITING = 1
        with pytest.raises(Conflict):
            services.retry_matching(owner=alice, jobs=Job.objects.all())
        assert ("one", "failed") in states(alice)

    def test_one_is_discarded_or_all_that_match(self, alice, failed, as_person):
        client = as_person(alice)
        assert client.post(f"/api/jobs/{failed[0].pk}/discard/").json()["status"] == "cancelled"
        assert client.post(f"/api/jobs/{failed[0].pk}/discard/").status_code == 409
        assert client.post(f"/api/jobs/{failed[2].pk}/discard/").status_code == 409
        assert client.post("/api/jobs/discard/?search=two").json() == {"count": 1}
        assert states(alice) == [("fine", "completed"), ("one", "cancelled"), ("two", "cancelled")]

    def test_they_are_taken_along_as_a_table_that_no_spreadsheet_runs(self, alice, failed, browser_of):
        Job.objects.filter(pk=failed[0].pk).update(name="=1+1")
        answer = browser_of(alice).get("/jobs/failed.csv?status=failed&ordering=name")
        rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
        assert [(row["name"], row["attempts"], row["error"]) for row in rows] == [
            ("'=1+1", "1", "It makes no sense."),
            ("two", "1", "It makes no sense."),
        ]

    def test_of_long_parameters_the_table_has_the_beginning(self, alice, failed, browser_of):
        Job.objects.filter(pk=failed[0].pk).update(parameters={"keep": "x" * 100_000})
        Job.objects.filter(pk=failed[1].pk).update(parameters={"keep": "short"})
        with CaptureQueriesContext(connection) as statements:
            content = browser_of(alice).get("/jobs/failed.csv").getvalue().decode("utf-8-sig")
        long, short = [row["parameters"] for row in csv.DictReader(io.StringIO(content))]
        assert (len(long), long[-3:], short) == (501, "xx…", '{"keep":"short"}')
        read = [query["sql"] for query in statements if '"error"' in query["sql"]]
        assert read
        assert not any('"jobs_job"."parameters",' in sql or '"description"' in sql for sql in read)

    def test_the_site_asks_before_it_acts_on_all(self, alice, failed, browser_of):
        browser = browser_of(alice)
        page = browser.get("/jobs/?status=failed").content.decode()
        assert "/jobs/all/retry/?status=failed" in page
        assert "/jobs/failed.csv?status=failed" in page
        assert "2 jobs" in browser.get("/jobs/all/discard/?status=failed").content.decode()
        assert browser.post("/jobs/all/discard/?status=failed&search=one").status_code == 302
        assert ("one", "cancelled") in states(alice)
        assert ("two", "failed") in states(alice)
        assert browser.get("/jobs/all/mine/").status_code == 404


def test_all_that_wait_begin_at_once(alice, as_person):
    submitted(alice, "a", "b", scheduled_time=timezone.now() + LATER)
    assert work() == 0
    assert as_person(alice).post("/api/jobs/run/?status=pending").json() == {"count": 2}
    assert work() == 2


class TestWishes:
    def test_the_more_urgent_of_ones_jobs_come_first(self, alice, as_person):
        client, order = as_person(alice), []
        for number in (-10, 10, 0):
            client.post("/api/jobs/", {"name": str(number), "handler": "wait_and_see", "priority": number})
        while leased := lease_slow(turns=Turns()):
            order.append(Job.objects.get(pk=leased[0].job_id).name)
        assert order == ["10", "0", "-10"]

    @pytest.mark.parametrize("wrong", [{"priority": 11}, {"priority": "high"}, {"time_limit": 0}, {"time_limit": 6}])
    def test_what_makes_no_sense_is_refused(self, alice, as_person, wrong):
        body = {"name": "x", "handler": "wait_and_see"} | wrong
        answer = as_person(alice).post("/api/jobs/", body)
        assert (answer.status_code, list(answer.json()["errors"])) == (400, list(wrong))

    def test_a_time_limit_may_be_shorter_than_that_of_the_kind_and_not_longer(self, alice):
        with pytest.raises(Invalid, match="another look"):
            JobFactory(owner=alice, time_limit=6)
        job = done(JobFactory(owner=alice, time_limit=1, parameters={"steps": 3, "pause": 0.6}))
        assert job.results.order_by("attempt").first().error_message == "It took longer than allowed."
