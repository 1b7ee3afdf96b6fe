"""What can be known: of teams, of people in them, of jobs. All days are UTC's; who may ask is decided in `api.py`."""

from datetime import date
from typing import Any

from services.insights.store import Row, Store

#: The steps of a team's tasks, each with what was before it.
_ORDERED = """
    ordered AS (
        SELECT task_id, at, status, is_open,
               lag(status) OVER (PARTITION BY task_id ORDER BY sequence) AS status_before,
               coalesce(lag(is_open) OVER (PARTITION BY task_id ORDER BY sequence), false) AS was_open
        FROM steps WHERE team_id = ANY(%(teams)s)
    )
"""
#: The tasks that are there, each with when it was last done, if it is, and how long that took from its beginning.
_TIMED = f"""
    WITH {_ORDERED}, timed AS (
        SELECT tasks.*, done_at, extract(epoch FROM done_at - coalesce(began_at, created_at)) / 3600 AS cycle_hours,
               extract(epoch FROM done_at - created_at) / 3600 AS lead_hours
        FROM tasks LEFT JOIN (
            SELECT task_id,
                   max(at) FILTER (WHERE status = 'done' AND status_before IS DISTINCT FROM 'done') AS last_done_at,
                   min(at) FILTER (WHERE status = 'in_progress') AS began_at
            FROM ordered GROUP BY task_id
        ) AS times ON times.task_id = tasks.id
        CROSS JOIN LATERAL (SELECT CASE WHEN status = 'done' THEN last_done_at END AS done_at) AS done
        WHERE team_id = ANY(%(teams)s) AND NOT is_deleted
    )
"""
_IS_OPEN = "status NOT IN ('done', 'cancelled') AND NOT is_archived"
_IS_OVERDUE = f"{_IS_OPEN} AND due_date < current_date"

_SUMS = f"""
    SELECT count(*) AS total,
           count(*) FILTER (WHERE {_IS_OPEN}) AS open,
           count(*) FILTER (WHERE {_IS_OVERDUE}) AS overdue,
           count(*) FILTER (WHERE status = 'done') AS done
    FROM tasks WHERE team_id = ANY(%(teams)s) AND NOT is_deleted
"""
_BY_TEAM = f"""
    SELECT team_id AS team, count(*) FILTER (WHERE {_IS_OPEN}) AS open,
           count(*) FILTER (WHERE {_IS_OVERDUE}) AS overdue, count(*) FILTER (WHERE status = 'done') AS done
    FROM tasks WHERE team_id = ANY(%(teams)s) AND NOT is_deleted GROUP BY team_id ORDER BY team_id
"""
_MINE = f"""
    SELECT count(*) FILTER (WHERE {_IS_OPEN}) AS open, count(*) FILTER (WHERE {_IS_OVERDUE}) AS overdue,
           count(*) FILTER (WHERE status = 'done') AS done
    FROM tasks WHERE assignee_ids @> ARRAY[%(user)s::bigint] AND team_id = ANY(%(teams)s) AND NOT is_deleted
"""
_DAYS = f"""
    {_TIMED}, begun AS (
        SELECT (created_at AT TIME ZONE 'UTC')::date AS day, count(*) AS n FROM timed GROUP BY 1
    ), ended AS (
        SELECT (done_at AT TIME ZONE 'UTC')::date AS day, count(*) AS n FROM timed GROUP BY 1
    )
    SELECT series.day::date AS date, coalesce(begun.n, 0) AS created, coalesce(ended.n, 0) AS done
    FROM generate_series(%(since)s::date, %(until)s::date, interval '1 day') AS series (day)
    LEFT JOIN begun ON begun.day = series.day::date LEFT JOIN ended ON ended.day = series.day::date ORDER BY 1
"""
_CYCLE = f"""
    {_TIMED}
    SELECT count(*) AS tasks,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY cycle_hours) AS median,
           percentile_cont(0.85) WITHIN GROUP (ORDER BY cycle_hours) AS p85,
           avg(cycle_hours)::float AS mean,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY lead_hours) AS lead_median
    FROM timed WHERE done_at >= %(since)s AND done_at < %(until)s::date + 1
"""
_BURN_DOWN = f"""
    WITH {_ORDERED}, changes AS (
        SELECT greatest((at AT TIME ZONE 'UTC')::date, %(since)s) AS day, sum(is_open::int - was_open::int) AS change
        FROM ordered GROUP BY 1
    )
    SELECT series.day::date AS date, (sum(coalesce(change, 0)) OVER (ORDER BY series.day))::int AS open
    FROM generate_series(%(since)s::date, %(until)s::date, interval '1 day') AS series (day)
    LEFT JOIN changes ON changes.day = series.day::date ORDER BY 1
"""
_LATE = "(done_at AT TIME ZONE 'UTC')::date > due_date OR (done_at IS NULL AND due_date < current_date)"
_OVERDUE = f"""
    {_TIMED}
    SELECT count(*) AS due, count(*) FILTER (WHERE {_LATE}) AS late
    FROM timed WHERE due_date BETWEEN %(since)s AND %(until)s AND status <> 'cancelled'
"""
_PEOPLE = f"""
    {_TIMED}
    SELECT person AS user,
           count(*) FILTER (WHERE done_at >= %(since)s AND done_at < %(until)s::date + 1) AS done,
           count(*) FILTER (WHERE {_IS_OPEN}) AS open,
           count(*) FILTER (WHERE {_IS_OVERDUE}) AS overdue,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY cycle_hours)
               FILTER (WHERE done_at >= %(since)s AND done_at < %(until)s::date + 1) AS median_cycle_hours
    FROM timed CROSS JOIN LATERAL unnest(assignee_ids) AS person GROUP BY person
    ORDER BY done DESC, open DESC, person LIMIT 200
"""
_PERSON = f"""
    {_TIMED}
    SELECT count(*) FILTER (WHERE creator_id = %(user)s) AS created,
           count(*) FILTER (WHERE mine AND {_IS_OPEN}) AS open,
           count(*) FILTER (WHERE mine AND {_IS_OVERDUE}) AS overdue,
           count(*) FILTER (WHERE mine AND done_at IS NOT NULL) AS done,
           count(*) FILTER (WHERE mine AND done_at IS NOT NULL AND due_date IS NOT NULL) AS done_with_due_date,
           count(*) FILTER (WHERE mine AND (done_at AT TIME ZONE 'UTC')::date <= due_date) AS done_in_time,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY cycle_hours) FILTER (WHERE mine) AS median_cycle_hours
    FROM timed CROSS JOIN LATERAL (SELECT assignee_ids @> ARRAY[%(user)s::bigint] AS mine) AS whose
"""
_JOBS = """
    SELECT coalesce(handler, '') AS handler, count(*) AS total,
           count(*) FILTER (WHERE status = 'completed') AS completed,
           count(*) FILTER (WHERE status = 'failed') AS failed,
           count(*) FILTER (WHERE status = 'cancelled') AS cancelled,
           count(*) FILTER (WHERE status = 'submitted') AS waiting,
           sum(greatest(attempts - 1, 0)) FILTER (WHERE status IN ('completed', 'failed')) AS retries,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY milliseconds) FILTER (WHERE status = 'completed') AS p50_ms,
           percentile_cont(0.95) WITHIN GROUP (ORDER BY milliseconds) FILTER (WHERE status = 'completed') AS p95_ms,
           percentile_cont(0.99) WITHIN GROUP (ORDER BY milliseconds) FILTER (WHERE status = 'completed') AS p99_ms
    FROM jobs WHERE owner_id = %(user)s GROUP BY 1 ORDER BY total DESC, 1
"""


def teams_of(store: Store, user: int) -> list[int]:
    """The teams that somebody is in."""
    rows = store.rows("SELECT team_id FROM members WHERE user_id = %(user)s AND is_member ORDER BY 1", {"user": user})
    return [row["team_id"] for row in rows]


def dashboard(store: Store, user: int, since: date, until: date) -> Row:
    """All of one's teams at a glance, one's own part in them, and one's jobs."""
    asked = {"teams": teams_of(store, user), "user": user, "since": since, "until": until}
    return {
        "tasks": store.rows(_SUMS, asked)[0],
        "teams": store.rows(_BY_TEAM, asked),
        "mine": store.rows(_MINE, asked)[0],
        "days": store.rows(_DAYS, asked),
        "jobs": _summed(jobs(store, user)),
    }


def distribution(store: Store, teams: list[int]) -> Row:
    """How the tasks that are there, and not put away, lie: by status, priority, person and age."""
    asked = {"teams": teams}
    there = "FROM tasks WHERE team_id = ANY(%(teams)s) AND NOT is_deleted AND NOT is_archived"
    by_status = store.rows(f"SELECT status AS name, count(*) {there} GROUP BY 1", asked)
    by_priority = store.rows(f"SELECT priority AS name, count(*) {there} GROUP BY 1 ORDER BY 1 DESC", asked)
    by_person = store.rows(
        f"SELECT person AS user, count(*) FROM (SELECT unnest(assignee_ids) AS person {there} AND {_IS_OPEN}) AS held "
        "GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 200",
        asked,
    )
    ages = store.rows(
        "SELECT CASE WHEN days < 7 THEN 'under_a_week' WHEN days < 30 THEN 'under_a_month' "
        f"WHEN days < 90 THEN 'under_three_months' ELSE 'older' END AS name, count(*) FROM "
        f"(SELECT extract(epoch FROM now() - created_at) / 86400 AS days {there} AND {_IS_OPEN}) AS aged GROUP BY 1",
        asked,
    )
    return {
        "total": sum(row["count"] for row in by_status),
        "by_status": _named(by_status),
        "by_priority": _named(by_priority),
        "by_person": by_person,
        "by_age": _named(ages),
    }


def team(store: Store, team_id: int, since: date, until: date) -> Row:
    """How a team gets on: what it finishes, how long that takes, what is left, what is late, and who does it."""
    asked = {"teams": [team_id], "since": since, "until": until}
    days = store.rows(_DAYS, asked)
    overdue = store.rows(_OVERDUE, asked)[0]
    done = sum(day["done"] for day in days)
    return {
        "team": team_id,
        "from": since,
        "to": until,
        "throughput": {"done": done, "per_week": _rounded(done * 7 / len(days)), "days": days},
        "cycle_time_hours": _rounded_all(store.rows(_CYCLE, asked)[0]),
        "burn_down": store.rows(_BURN_DOWN, asked),
        "overdue": overdue | {"rate": _share(overdue["late"], overdue["due"])},
        "people": [_rounded_all(row) for row in store.rows(_PEOPLE, asked)],
    }


def person(store: Store, user: int, teams: list[int]) -> Row:
    """What somebody does in these teams."""
    asked = {"user": user, "teams": teams}
    tasks = _rounded_all(store.rows(_PERSON, asked)[0])
    tasks["in_time_rate"] = _share(tasks["done_in_time"], tasks["done_with_due_date"])
    query = (
        "SELECT coalesce(sum(count), 0)::int AS n FROM activity WHERE user_id = %(user)s AND team_id = ANY(%(teams)s)"
    )
    return {"user": user, "tasks": tasks, "comments": store.rows(query, asked)[0]["n"]}


def activity(store: Store, user: int) -> dict[str, int]:
    """What else somebody has done, by kind: for that person alone."""
    query = "SELECT kind AS name, sum(count)::int AS count FROM activity WHERE user_id = %(user)s GROUP BY 1 ORDER BY 1"
    return _named(store.rows(query, {"user": user}))


def jobs(store: Store, user: int) -> list[Row]:
    """How one's jobs do, by kind of work: success, durations in milliseconds, retries."""
    rows = store.rows(_JOBS, {"user": user})
    return [
        _rounded_all(row)
        | {
            "retries": int(row["retries"] or 0),
            "success_rate": _share(row["completed"], row["completed"] + row["failed"]),
        }
        for row in rows
    ]


def _summed(rows: list[Row]) -> dict[str, int]:
    names = ("total", "completed", "failed", "cancelled", "waiting")
    return {name: sum(row[name] for row in rows) for name in names}


def _named(rows: list[Row]) -> dict[str, int]:
    return {str(row["name"]): row["count"] for row in rows}


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _rounded(value: Any) -> Any:
    return round(value, 2) if isinstance(value, float) else value


def _rounded_all(row: Row) -> Row:
    return {name: _rounded(value) for name, value in row.items()}
