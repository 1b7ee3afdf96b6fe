"""Results of earlier jobs, named in the parameters of a later one: `${123.output}`, `${123.data.post}`."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache, lru_cache, partial
from typing import Any

from django.utils.translation import gettext as _

from innotter.errors import Invalid
from innotter.jobs.models import Job, JobResult
from innotter.jobs.models.dependency import MOST_AWAITED
from innotter.jobs.registry import GiveUp, target_of
from innotter.text import json

_NAMED = re.compile(r"\$\{(?P<job>[0-9]{1,18})\.(?P<path>output|data(?:\.\w{1,100}){0,10})\}")
#: A text with its results is no longer than what a handler reads: its own rules look at it again.
LONGEST = 100_000

#: Jobs whose targets are written in one statement.
PORTION = 500
#: What a result can be asked for, by its first name.
Said = Mapping[str, Any]


def check_named(parameters: Mapping[str, Any], after: Collection[int]) -> None:
    """Refuse to name the result of a job that is not awaited."""
    for pk in jobs_named(parameters):
        if pk not in after:
            raise Invalid(after=_("The parameters name job %(id)d: let this one start after it.") % {"id": pk})


def jobs_named(value: Any) -> Iterator[int]:
    """The jobs whose results are named in parameters, however deep."""
    if isinstance(value, str):
        yield from (int(found["job"]) for found in _NAMED.finditer(value))
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from jobs_named(part)
    elif isinstance(value, list):
        for part in value:
            yield from jobs_named(part)


def with_results(parameters: Mapping[str, Any], *, job: int) -> Mapping[str, Any]:
    """The parameters of a job with what they name in its place; gives up where there is no such result."""
    named = set(jobs_named(parameters))
    if not named:
        return parameters
    rows = JobResult.objects.filter(job__followers__job=job, job__in=named, outcome=JobResult.Outcome.COMPLETED)
    results = {row.job_id: _said(row) for row in rows}
    return _with(parameters, results.get)


def find_targets(pks: Collection[int]) -> None:
    """Note where jobs turn to that a result says, now that it is there: limits count them by that.

    A result that many of them name is read once.
    """
    done = JobResult.objects.filter(outcome=JobResult.Outcome.COMPLETED)

    @lru_cache(maxsize=MOST_AWAITED)
    def result(owner: int, pk: int) -> Said | None:
        row = done.filter(job=pk, job__owner=owner).first()
        return _said(row) if row else None

    found = []
    for job in Job.objects.filter(pk__in=pks, target__contains="${"):
        try:
            parameters = _with(job.parameters, partial(result, job.owner_id))
        except GiveUp:  # It says so itself when it begins.
            continue
        job.target = target_of(job.handler, parameters)
        found.append(job)
    Job.objects.bulk_update(found, ["target"], batch_size=PORTION)


def _said(row: JobResult) -> Said:
    return {"output": row.output, "data": row.data}


def _with(parameters: Mapping[str, Any], result: Callable[[int], Said | None]) -> Mapping[str, Any]:
    @cache
    def found(job: str, path: str) -> str:
        value: Any = result(int(job))
        for part in path.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        if value is None:
            raise GiveUp(_("There is no result %(name)s.") % {"name": f"${{{job}.{path}}}"})
        return value if isinstance(value, str) else json.write(value).decode()

    replaced: dict[str, Any] = _replaced(dict(parameters), lambda text: _filled(text, found))
    return replaced


def _filled(text: str, found: Callable[[str, str], str]) -> str:
    """A text with what it names in its place; gives up as soon as it is too long, however often it names something."""
    length = len(text)

    def fill(match: re.Match[str]) -> str:
        nonlocal length
        result = found(match["job"], match["path"])
        length += len(result) - len(match[0])
        if length > LONGEST:
            raise GiveUp(_("This is too long: at most %(most)d characters.") % {"most": LONGEST})
        return result

    return _NAMED.sub(fill, text)


def _replaced(value: Any, replace: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return replace(value)
    if isinstance(value, Mapping):
        return {name: _replaced(part, replace) for name, part in value.items()}
    return [_replaced(part, replace) for part in value] if isinstance(value, list) else value
