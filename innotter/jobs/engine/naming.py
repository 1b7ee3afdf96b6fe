"""Results of earlier jobs, named in the parameters of a later one: `${123.output}`, `${123.data.post}`."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

import orjson
from django.db import connection
from django.db.models.fields.json import KT
from django.utils.translation import gettext as _

from innotter.errors import Invalid
from innotter.jobs.models import Job, JobDependency
from innotter.jobs.registry import LONGEST_TARGET_TEXT, GiveUp, Target, handlers
from innotter.text import json

_NAMED = re.compile(r"\$\{(?P<job>[0-9]{1,18})\.(?P<path>output|data(?:\.\w{1,100}){0,10})\}")
#: A text with its results is no longer than what a handler reads: its own rules look at it again.
LONGEST = 100_000

#: Jobs whose targets are found and written together: each may name some hundred texts.
PORTION = 100
#: What of a result is named: of which job, and where in it.
Name = tuple[int, str]

#: Strict paths, as lax ones look into lists. Without `|| '{}'` and OFFSET the data would be unpacked for each path.
_VALUES = """
    WITH named AS MATERIALIZED (
        SELECT * FROM unnest(%(jobs)s::bigint[], %(paths)s::text[], %(steps)s::text[]) AS named (job_id, path, steps)
    ),
    wanted AS (SELECT job_id, bool_or(steps IS NOT NULL) AS has_data FROM named GROUP BY job_id)
    SELECT found.job_id, named.path, jsonb_typeof(part.value) <> 'string' AS is_json, part.words
    FROM (
        SELECT result.job_id, result.output, CASE WHEN wanted.has_data THEN result.data || '{}'::jsonb END AS data
        FROM wanted JOIN jobs_jobresult AS result USING (job_id) WHERE result.outcome = 'completed' OFFSET 0
    ) AS found
    JOIN named USING (job_id)
    CROSS JOIN LATERAL (
        SELECT value, left(CASE WHEN named.steps IS NULL THEN found.output ELSE value #>> '{}' END, %(most)s) AS words
        FROM jsonb_path_query_first(found.data, named.steps::jsonpath, '{}', true) AS value OFFSET 0
    ) AS part
    WHERE part.words IS NOT NULL
"""


def check_named(parameters: Mapping[str, Any], after: Collection[int]) -> None:
    """Refuse to name the result of a job that is not awaited."""
    for pk in jobs_named(parameters):
        if pk not in after:
            raise Invalid(after=_("The parameters name job %(id)d: let this one start after it.") % {"id": pk})


def jobs_named(value: Any) -> Iterator[int]:
    """The jobs whose results are named in parameters, however deep."""
    return (job for job, _path in _names_in(value))


def with_results(parameters: Mapping[str, Any], *, job: int) -> Mapping[str, Any]:
    """The parameters of a job with what they name in its place; gives up where there is no such result."""
    names = set(_names_in(parameters))
    if not names:
        return parameters
    awaited = _awaited_by([job])[job]
    values = _values({name for name in names if name[0] in awaited}, LONGEST)
    replaced: dict[str, Any] = _replaced(dict(parameters), lambda text: _filled(text, values.get))
    return replaced


def find_targets(pks: Collection[int]) -> None:
    """Note where jobs turn to that a result says, now that it is there: limits count them by that.

    Of their parameters and of the results only what the targets are made of is read, of many jobs at once.
    """
    for kind in handlers():
        if kind.target:
            jobs = Job.objects.filter(pk__in=pks, handler=kind.name, target__contains="${")
            texts = list(jobs.values_list("pk", KT(f"parameters__{kind.target.parameter}")))
            for start in range(0, len(texts), PORTION):
                _find_together(kind.target, dict(texts[start : start + PORTION]))


def _find_together(target: Target, texts: Mapping[int, str]) -> None:
    awaited = _awaited_by(texts)
    names = {pk: {name for name in _names_in(text) if name[0] in awaited[pk]} for pk, text in texts.items()}
    values = _values(set().union(*names.values()), LONGEST_TARGET_TEXT)
    found = []
    for pk, text in texts.items():
        try:
            filled = _filled(text, {name: values[name] for name in names[pk] & values.keys()}.get)
        except GiveUp:  # It says so itself when it begins.
            continue
        found.append(Job(pk=pk, target=target.found_in(filled)))
    Job.objects.bulk_update(found, ["target"])


def _names_in(value: Any) -> Iterator[Name]:
    if isinstance(value, str):
        yield from ((int(found["job"]), found["path"]) for found in _NAMED.finditer(value))
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _names_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from _names_in(part)


def _awaited_by(pks: Collection[int]) -> Mapping[int, set[int]]:
    awaited = defaultdict[int, set[int]](set)
    for job, after in JobDependency.objects.filter(job__in=pks).values_list("job", "after"):
        awaited[job].add(after)
    return awaited


def _values(names: Collection[Name], longest: int) -> dict[Name, str]:
    """What is named, as far as there is such, in one statement. What is longer than `longest` is longer here, too."""
    if not names:
        return {}
    jobs, paths = zip(*names, strict=True)
    # The database writes a space behind each comma and colon: of what is as long as this, the rest is too long as well.
    most = 2 * longest + 1
    with connection.cursor() as cursor:
        cursor.execute(
            _VALUES, {"jobs": list(jobs), "paths": list(paths), "steps": [*map(_steps, paths)], "most": most}
        )
        return {
            (job, path): json.write(orjson.loads(words)).decode() if is_json and len(words) < most else words
            for job, path, is_json, words in cursor.fetchall()
        }


def _steps(path: str) -> str | None:
    """A path into the data as the database reads it; its parts are letters, digits and underscores."""
    first, *parts = path.split(".")
    return "".join(["strict $", *(f'."{part}"' for part in parts)]) if first == "data" else None


def _filled(text: str, found: Callable[[Name], str | None]) -> str:
    """A text with what it names in its place; gives up as soon as it is too long, however often it names something."""
    length = len(text)

    def fill(match: re.Match[str]) -> str:
        nonlocal length
        result = found((int(match["job"]), match["path"]))
        if result is None:
            raise GiveUp(_("There is no result %(name)s.") % {"name": match[0]})
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
