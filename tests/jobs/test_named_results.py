"""What results cost and look like that are named in the parameters of later jobs."""

import tracemalloc
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from innotter.jobs import registry, services
from innotter.jobs.models import Job
from innotter.jobs.registry import LONGEST_TARGET_TEXT, Output, handlers
from tests.factories.jobs import JobFactory
from tests.jobs.work import done, work

LATER = timedelta(hours=1)


def ended_jobs(owner, count, data):
    jobs = [JobFactory(owner=owner) for _number in range(count)]
    work()
    for job in jobs:
        job.results.update(data=data)
    return jobs


def asking(*jobs, host, **parameters):
    """The wish for a request to a host that the results of these jobs say."""
    parameters["url"] = f"https://${{{jobs[0].pk}.{host}}}/"
    return {
        "name": "Ask",
        "handler": "http_request",
        "parameters": parameters,
        "after": [job.pk for job in jobs],
        "scheduled_time": timezone.now() + LATER,
    }


def targets():
    return set(Job.objects.filter(handler="http_request").values_list("target", flat=True))


class TestTargets:
    def test_are_found_by_as_many_queries_for_many_followers_of_different_jobs_as_for_two(self, alice):
        first, second, *others = ended_jobs(alice, 32, {"host": "3.example"})
        queries = []
        for jobs in ([first, second], others):
            with CaptureQueriesContext(connection) as asked:
                services.submit_jobs(owner=alice, wishes=[asking(job, host="data.host") for job in jobs])
            queries.append(len(asked))
        assert targets() == {"3.example"}
        assert queries[1] == queries[0]

    def test_need_no_more_of_results_than_is_named(self, alice):
        jobs = ended_jobs(alice, 20, {"host": "3.example", "rest": "x" * 2_000_000})
        wishes = [asking(job, host="data.host") for job in jobs]
        tracemalloc.start()
        services.submit_jobs(owner=alice, wishes=wishes)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert targets() == {"3.example"}
        assert most < 5_000_000

    def test_do_not_depend_on_what_else_the_parameters_name(self, alice):
        [job] = ended_jobs(alice, 1, {"Host": "3.example"})
        services.submit_job(owner=alice, **asking(job, host="data.Host", body=f"${{{job.pk}.data.nothing}}"))
        assert targets() == {"3.example"}

    def test_are_the_hosts_of_whole_addresses_whose_rest_is_as_long_as_you_like(self, alice):
        [job] = ended_jobs(alice, 1, {"address": "3.example/" + "x" * 200_000})
        services.submit_job(owner=alice, **asking(job, host="data.address"))
        assert targets() == {"3.example"}

    def test_stand_in_parameters_of_which_all_is_read(self):
        for kind in handlers():
            if kind.target:
                schema = kind.parameters.model_json_schema()["properties"][kind.target.parameter]
                assert schema["maxLength"] <= LONGEST_TARGET_TEXT


DATA = {"text": "ü", "list": [1, 2.5, None, "x"], "nested": {"b": {"c": True}}, "nothing": None, "7": 7, "empty": ""}


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("data.text", "ü"),
        ("data.list", '[1,2.5,null,"x"]'),
        ("data.nested", '{"b":{"c":true}}'),
        ("data.nested.b.c", "true"),
        ("data.7", "7"),
        ("data.empty", ""),
        ("data.nothing", None),
        ("data.list.0", None),
        ("data.text.x", None),
        ("data.nested.c", None),
    ],
)
def test_a_value_is_written_as_it_is_or_as_short_json(alice, path, words):
    [job] = ended_jobs(alice, 1, DATA)
    second = done(JobFactory(owner=alice, after=[job.pk], parameters={"keep": f"<${{{job.pk}.{path}}}>"}))
    if words is None:
        assert (second.status, second.error) == ("failed", f"There is no result ${{{job.pk}.{path}}}.")
    else:
        with second.results.get().files.get().file.open() as content:
            assert content.read().decode() == f"<{words}>"


def test_a_job_that_names_little_of_large_results_needs_little(alice):
    jobs = ended_jobs(alice, 20, {"host": "3.example", "rest": ["x" * 100] * 20_000})
    keep = " ".join(f"${{{job.pk}.data.host}}" for job in jobs)
    second = JobFactory(owner=alice, after=[job.pk for job in jobs], parameters={"keep": keep})
    tracemalloc.start()
    work()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert Job.objects.get(pk=second.pk).status == "completed"
    assert most < 5_000_000


@pytest.mark.parametrize(("numbers", "status"), [(49_000, "completed"), (51_000, "failed")])
def test_json_that_would_be_too_long_is_given_up(alice, numbers, status):
    [job] = ended_jobs(alice, 1, {"list": [1] * numbers})
    second = done(JobFactory(owner=alice, after=[job.pk], parameters={"keep": f"${{{job.pk}.data.list}}"}))
    assert second.status == status
    assert ("too long" in second.error) == (status == "failed")


@pytest.mark.parametrize(("size", "names"), [(49_000, ["a", "b", "status"]), (60_000, ["b", "status"])])
def test_of_data_that_is_too_large_the_largest_entries_are_left_out_and_the_log_says_so(
    alice, monkeypatch, size, names
):
    kind = registry.handler_named("wait_and_see")
    output = Output("It went well.", {"a": "x" * (size + 1), "status": 200, "b": "x" * size})
    monkeypatch.setitem(registry._handlers, "wait_and_see", replace(kind, work=lambda _wish, _run: output))
    job = done(JobFactory(owner=alice))
    assert sorted(job.results.get().data) == names
    lines = [line.text for line in job.log.all()]
    assert lines == ([] if "a" in names else ["The data of the result is larger than is kept: without a."])
