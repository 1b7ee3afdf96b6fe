"""What is asked of one job does not grow with the market."""

import pytest

from innotter.jobs.models import Job
from tests.factories.accounts import UserFactory
from tests.factories.jobs import OpenJobFactory

pytestmark = pytest.mark.django_db


def test_whether_somebody_may_see_a_job_is_asked_of_that_job_alone():
    viewer, job = UserFactory(), OpenJobFactory()

    seen = Job.objects.readable_by(viewer).filter(pk=job.pk)

    assert seen.get() == job
    assert str(seen.query).count('FROM "jobs_job"') == 1, "a list of the whole market is made for each question"
