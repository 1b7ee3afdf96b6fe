"""D-4, D-8: what may be submitted, and what is refused."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from innotter.errors import Conflict, Forbidden, Invalid
from innotter.events.models import Event
from innotter.jobs import services
from innotter.jobs.models import Job
from tests.factories.accounts import UserFactory
from tests.factories.jobs import JobFactory, OpenJobFactory
from tests.jobs.work import done

SOON = timedelta(hours=1)


def test_a_job_waits_for_its_time(alice):
    time = timezone.now() + SOON
    job = JobFactory(owner=alice, name=" Water the plants ", scheduled_time=time)
    assert (job.name, job.status, job.scheduled_time, job.due_at) == ("Water the plants", "pending", time, time)
    facts = {"job_id": job.pk, "owner_id": alice.pk, "handler": "wait_and_see"}
    assert Event.objects.get(type="innotter.job.submitted").data == facts


@pytest.mark.parametrize("ago", [timedelta(seconds=1), timedelta(days=400)])
def test_a_time_that_has_passed_is_refused(alice, ago):
    with pytest.raises(Invalid) as refusal:
        JobFactory(owner=alice, scheduled_time=timezone.now() - ago)
    assert "has passed" in refusal.value.errors["scheduled_time"][0]
    with pytest.raises(Invalid) as refusal:
        OpenJobFactory(owner=alice, deadline=timezone.now() - ago)
    assert "has passed" in refusal.value.errors["deadline"][0]
    assert not Job.objects.exists()
    assert not Event.objects.exists()


def test_a_time_beyond_reason_is_refused(alice):
    with pytest.raises(Invalid, match="another look"):
        JobFactory(owner=alice, scheduled_time=datetime(9999, 12, 31, 23, 59, tzinfo=UTC))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"handler": "mine_gold"}, "handler"),
        ({"parameters": {"steps": "many"}}, "steps"),
        ({"parameters": {"unknown": 1}}, "unknown"),
        ({"file": SimpleUploadedFile("a.csv", b"a")}, "file"),
        ({"handler": "csv_clean"}, "file"),
    ],
)
def test_what_is_wrong_is_said_field_by_field(alice, wrong, field):
    with pytest.raises(Invalid) as refusal:
        JobFactory(owner=alice, **wrong)
    assert list(refusal.value.errors) == [field]


def test_a_job_has_a_name(alice):
    with pytest.raises(ValidationError):
        JobFactory(owner=alice, name="  ")
    with pytest.raises(ValidationError):
        JobFactory(owner=alice, name="n" * 121)


def test_a_file_that_is_too_large_is_refused(alice, settings):
    settings.JOBS_FILE_MAX_BYTES = 1_000_000
    with pytest.raises(Invalid) as refusal:
        JobFactory(owner=alice, handler="csv_clean", file=SimpleUploadedFile("a.csv", b"a" * 1_000_001))
    assert "1 MB" in refusal.value.errors["file"][0]


def test_only_verified_people_submit_jobs(db):
    """D-2, D-7."""
    for person in (UserFactory(email_verified_at=None), UserFactory(is_blocked=True)):
        with pytest.raises(Forbidden):
            JobFactory(owner=person)
        with pytest.raises(Forbidden):
            OpenJobFactory(owner=person)


def test_one_person_has_so_many_jobs_waiting_and_no_more(alice, bob, settings):
    settings.JOBS_MAX_WAITING = 2
    first = JobFactory(owner=alice)
    JobFactory(owner=alice, scheduled_time=timezone.now() + SOON)
    with pytest.raises(Conflict, match="2 jobs waiting"):
        JobFactory(owner=alice)
    JobFactory(owner=bob)
    services.cancel_job(owner=alice, job=first)
    assert JobFactory(owner=alice)


@pytest.fixture
def stored():
    """The files of jobs, as they lie in the storage."""

    def stored():
        with suppress(FileNotFoundError):
            return default_storage.listdir("job-inputs")[1]
        return []

    return stored


def test_what_cannot_be_submitted_leaves_no_file_behind(alice, browser_of, as_person, settings, stored):
    settings.JOBS_MAX_WAITING = 0
    body = {"name": "x", "delimiter": "auto"}
    table = SimpleUploadedFile("a.csv", b"a,b\n1,2\n", "text/csv")
    answer = browser_of(alice).post("/jobs/new/csv_clean/", body | {"file": table})
    assert "0 jobs waiting" in answer.content.decode()
    table.seek(0)
    body = {"name": "x", "handler": "csv_clean", "file": table}
    assert as_person(alice).post("/api/jobs/", body, format="multipart").status_code == 409
    assert stored() == []


def test_a_waiting_job_can_be_run_now(alice, bob):
    job = JobFactory(owner=alice, scheduled_time=timezone.now() + SOON)
    with pytest.raises(Forbidden):
        services.run_now(owner=bob, job=job)
    services.run_now(owner=alice, job=job)
    assert done(job).status == "completed"
    with pytest.raises(Conflict):
        services.run_now(owner=alice, job=job)


def test_a_job_can_be_done_once_more(alice, bob):
    job = done(JobFactory(owner=alice, parameters={"steps": 1}, description="Why"))
    with pytest.raises(Forbidden):
        services.duplicate_job(owner=bob, job=job)
    time = timezone.now() + SOON
    twin = services.duplicate_job(owner=alice, job=job, scheduled_time=time)
    assert (twin.name, twin.description, twin.parameters) == (job.name, "Why", job.parameters)
    assert (twin.status, twin.scheduled_time, twin.attempt) == ("pending", time, 0)


def test_a_file_serves_its_job_and_the_twin(alice):
    table = SimpleUploadedFile("people.csv", b"name\nAda\n")
    job = done(JobFactory(owner=alice, handler="csv_clean", file=table))
    twin = done(services.duplicate_job(owner=alice, job=job))
    assert [job.results.get().data["kept"], twin.results.get().data["kept"]] == [1, 1]
    assert twin.file_name == "people.csv"


class TestCancelling:
    """D-6: a job is cancelled while it has not been processed."""

    def test_a_waiting_job_is_cancelled_at_once_and_never_run(self, alice, bob):
        job = JobFactory(owner=alice)
        with pytest.raises(Forbidden):
            services.cancel_job(owner=bob, job=job)
        assert services.cancel_job(owner=alice, job=job)
        assert done(job).status == "cancelled"
        assert not job.results.exists()

    @pytest.mark.parametrize("parameters", [{}, {"give_up": True}])
    def test_what_is_done_or_has_failed_or_is_cancelled_is_not_cancelled(self, alice, parameters):
        job = done(JobFactory(owner=alice, parameters=parameters))
        with pytest.raises(Conflict):
            services.cancel_job(owner=alice, job=job)
        other = JobFactory(owner=alice)
        services.cancel_job(owner=alice, job=other)
        with pytest.raises(Conflict):
            services.cancel_job(owner=alice, job=other)
