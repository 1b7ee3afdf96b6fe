"""Taking along the jobs that have failed: why, and how often."""

import csv
from collections.abc import Iterator, Mapping

from innotter.accounts.models import User
from innotter.database.portions import in_portions
from innotter.errors import require
from innotter.jobs.models import Job
from innotter.jobs.permissions import can_use_jobs
from innotter.jobs.queries import filtered
from innotter.text import json
from innotter.text.tables import EachLine, GivenOut, file_name, harmless

HEAD = ["id", "name", "kind", "parameters", "scheduled time", "attempts", "failed at", "error"]
MOST_LINES = 50_000


def failed_jobs(*, owner: User, wishes: Mapping[str, str]) -> GivenOut:
    """One's failed jobs that match, as lines of a CSV table without formulas; the first `MOST_LINES`."""
    require(can_use_jobs(owner))
    found = filtered(Job.objects.of(owner).filter(status=Job.Status.FAILED), {**wishes, "status": "", "ordering": ""})
    found = found.order_by("pk")
    name = file_name("failed-jobs", most=MOST_LINES, is_cut=found[MOST_LINES:].exists())
    return GivenOut(name, _lines(in_portions(found, size=500, most=MOST_LINES)))


def _lines(jobs: Iterator[Job]) -> Iterator[str]:
    writer = csv.writer(EachLine())
    yield "\ufeff" + writer.writerow(HEAD)
    for job in jobs:
        cells = [job.pk, job.name, job.handler, json.write(job.parameters).decode(), job.scheduled_time.isoformat()]
        cells += [job.attempt, job.finished_at.isoformat() if job.finished_at else "", job.error]
        yield writer.writerow([harmless(cell) for cell in cells])
