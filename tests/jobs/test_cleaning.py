"""D-10: what came of jobs is kept for a time, and the jobs themselves for ever."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from innotter.blog.models import Post
from innotter.errors import Conflict
from innotter.jobs import background
from innotter.jobs.models import Job, JobFile, JobResult
from innotter.jobs.services import cleaning, duplicate_job, retry_job, run_now
from tests.factories.jobs import JobFactory
from tests.factories.pages import PageFactory
from tests.jobs.work import done


def test_results_are_kept_for_a_time_and_the_job_for_ever(alice, settings):
    job = done(JobFactory(owner=alice, parameters={"steps": 1, "keep": "words"}))
    waiting = JobFactory(owner=alice, scheduled_time=timezone.now() + timedelta(days=365))
    with time_machine.travel(timezone.now() + timedelta(days=settings.JOBS_KEPT_DAYS - 1)):
        background.forget_old_results()
        assert job.results.count() == 1
    with time_machine.travel(timezone.now() + timedelta(days=settings.JOBS_KEPT_DAYS + 1)):
        background.forget_old_results()
    assert (job.results.count(), job.log.count(), Job.objects.count()) == (0, 0, 2)
    assert waiting.status == "pending"


def test_what_came_of_them_is_dropped_in_portions_and_without_being_read(alice, settings, monkeypatch):
    monkeypatch.setattr(cleaning, "PORTION", 2)
    jobs = [done(JobFactory(owner=alice, parameters={"keep": "words"})) for _number in range(5)]
    later = timezone.now() + timedelta(days=settings.JOBS_KEPT_DAYS + 1)
    with time_machine.travel(later), CaptureQueriesContext(connection) as statements:
        background.forget_old_results()
    assert not any('"output"' in statement["sql"] for statement in statements)
    assert (JobResult.objects.count(), JobFile.objects.count(), Job.objects.count()) == (0, 0, len(jobs))


def test_what_a_later_job_names_stays_until_that_is_done(alice, settings):
    first = done(JobFactory(owner=alice, parameters={"steps": 1, "keep": "words"}))
    kept = {"keep": f"Steps: ${{{first.pk}.data.steps}}"}
    begin = timezone.now() + timedelta(days=settings.JOBS_KEPT_DAYS + 2)
    later = JobFactory(owner=alice, parameters=kept, after=[first.pk], scheduled_time=begin)
    with time_machine.travel(begin - timedelta(days=1)):
        background.forget_old_results()
        run_now(owner=alice, job=later)
        assert done(later).status == "completed"
        background.forget_old_results()
    assert not first.results.exists()


def test_what_a_failed_job_has_done_for_good_is_not_done_again_however_late_it_is_tried(alice, settings):
    note = {"page": PageFactory(owner=alice).handle, "content": "Once"}
    job = done(JobFactory(owner=alice, handler="publish_post", parameters=note))
    Job.objects.filter(pk=job.pk).update(status="failed")  # Its worker died each time, right after it had published.
    with time_machine.travel(timezone.now() + timedelta(days=settings.JOBS_KEPT_DAYS + 1)):
        background.forget_old_results()
        retry_job(owner=alice, job=job)
        assert done(job).status == "completed"
    assert Post.objects.count() == 1


def test_a_job_whose_file_is_dropped_is_not_repeated(alice, settings):
    file = SimpleUploadedFile("table.csv", b"a\n1\n")
    job = done(JobFactory(owner=alice, handler="csv_clean", file=file))
    with time_machine.travel(timezone.now() + timedelta(days=settings.JOBS_KEPT_DAYS + 1)):
        background.forget_old_results()
        job.refresh_from_db()
        with pytest.raises(Conflict, match="file of this job no longer exists"):
            duplicate_job(owner=alice, job=job)
