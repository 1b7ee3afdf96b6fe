"""Taking along the jobs that have failed: why, and how often."""

import csv
from collections.abc import Iterator, Mapping

import orjson
from django.db.models import TextField
from django.db.models.functions import Cast, Left

from innotter.accounts.models import User
from innotter.database.portions import fitting, in_portions
from innotter.errors import require
from innotter.jobs.models import Job
from innotter.jobs.permissions import can_use_jobs
from innotter.jobs.queries import filtered
from innotter.text import json
from innotter.text.tables import LARGEST_TEXTS, EachLine, GivenOut, file_name, harmless

HEAD = ["id", "name", "kind", "parameters", "scheduled time", "attempts", "failed at", "error"]
MOST_LINES = 50_000
#: Parameters may be 100 kB: their beginning tells one job from another.
LONGEST_PARAMETERS = 500


def failed_jobs(*, owner: User, wishes: Mapping[str, str]) -> GivenOut:
    """One's failed jobs that match, as lines of a CSV table without formulas: the first, as many as a table holds."""
    require(can_use_jobs(owner))
    found = filtered(Job.objects.of(owner).filter(status=Job.Status.FAILED), {**wishes, "status": "", "ordering": ""})
    found = found.order_by("pk")
    most = fitting(found, text="error", most=MOST_LINES, most_bytes=LARGEST_TEXTS)
    name = file_name("failed-jobs", most=most, is_cut=found[most:].exists())
    beginning = Left(Cast("parameters", TextField()), LONGEST_PARAMETERS + 1)
    found = found.annotate(beginning=beginning).defer("parameters", "description")
    return GivenOut(name, _lines(in_portions(found, size=500, most=most)))


def _lines(jobs: Iterator[Job]) -> Iterator[str]:
    writer = csv.writer(EachLine())
    yield "\ufeff" + writer.writerow(HEAD)
    for job in jobs:
        cells = [job.pk, job.name, job.handler, _shortened(vars(job)["beginning"]), job.scheduled_time.isoformat()]
        cells += [job.attempt, job.finished_at.isoformat() if job.finished_at else "", job.error]
        yield writer.writerow([harmless(cell) for cell in cells])


def _shortened(parameters: str) -> str:
    if len(parameters) > LONGEST_PARAMETERS:
        return f"{parameters[:LONGEST_PARAMETERS]}…"
    return json.write(orjson.loads(parameters)).decode()
