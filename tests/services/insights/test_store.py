"""The same events say the same: thrice, in any order, from several at once (C-11)."""

import random
from datetime import UTC, date, datetime, timedelta
from threading import Thread

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.insights import queries
from services.insights.ingest import news_of
from tests.services.events import event_of

TEAMS, PEOPLE = [1, 2], [1, 2, 3]
BEGIN = datetime(2026, 11, 1, 9, tzinfo=UTC)
statuses = st.sampled_from(["backlog", "todo", "in_progress", "in_review", "done", "cancelled"])
people = st.lists(st.sampled_from(PEOPLE), unique=True, max_size=3)
states = st.fixed_dictionaries(
    {
        "status": statuses,
        "priority": st.integers(0, 4),
        "due_date": st.none() | st.sampled_from(["2026-11-02", "2026-11-05"]),
        "is_archived": st.booleans(),
        "assignee_ids": people,
    }
)


@st.composite
def histories(draw):
    """What happened in two teams, in the order in which it did."""
    told = [("team.joined", {"team_id": team, "user_id": 1}) for team in TEAMS]
    for task in range(1, draw(st.integers(1, 5)) + 1):
        facts = {"task_id": task, "team_id": TEAMS[task % 2]}
        told.append(("task.created", facts | draw(states) | {"creator_id": draw(st.sampled_from(PEOPLE))}))
        told += [("task.changed", facts | state) for state in draw(st.lists(states, max_size=4))]
        if draw(st.booleans()):
            told.append(("task.deleted", facts))
    for job in range(1, draw(st.integers(0, 3)) + 1):
        facts = {"job_id": job, "owner_id": 1}
        told.append(("job.submitted", facts | {"handler": "csv_clean"}))
        ended = {"handler": "csv_clean", "attempts": draw(st.integers(1, 5)), "milliseconds": draw(st.integers(0, 99))}
        told.append((draw(st.sampled_from(["job.completed", "job.failed"])), facts | ended))
        if draw(st.booleans()):
            told.append(("job.retried", facts))
    told += [("task.commented", {"team_id": 1, "author_id": draw(st.sampled_from(PEOPLE))})] * draw(st.integers(0, 3))
    return [
        event_of(number, f"innotter.{type_}", BEGIN + timedelta(hours=5 * number), **data)
        for number, (type_, data) in enumerate(told, start=1)
    ]


def all_that_is_known(store):
    """Every answer about everything."""
    since, until = date(2026, 11, 1), date(2026, 11, 20)
    return (
        queries.dashboard(store, 1, since, until),
        queries.distribution(store, TEAMS),
        [queries.team(store, team, since, until) for team in TEAMS],
        [queries.person(store, person, TEAMS) for person in PEOPLE],
        queries.jobs(store, 1),
    )


def emptied(store):
    with store.connection() as connection:
        connection.execute("TRUNCATE events, members, tasks, steps, jobs, activity")
    return store


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories(), st.integers())
def test_events_that_come_thrice_in_any_order_give_the_same_numbers(store, history, seed):
    news = [news_of(event) for event in history]
    emptied(store).apply(news)
    known = all_that_is_known(store)

    chance = random.Random(seed)
    told = news * 3
    chance.shuffle(told)
    emptied(store)
    while told:
        size = chance.randint(1, 20)
        store.apply(told[:size])
        del told[:size]
    assert all_that_is_known(store) == known


def test_several_who_write_the_same_at_once_write_it_once(store):
    facts = {"status": "todo", "priority": 0, "due_date": None, "is_archived": False, "assignee_ids": [1]}
    news = [
        news_of(event_of(number, "innotter.task.changed", task_id=number % 20 + 1, team_id=1, **facts))
        for number in range(1, 301)
    ]
    shuffled = [random.Random(seed).sample(news, len(news)) for seed in range(4)]
    written = []
    threads = [
        Thread(target=lambda mine=mine: written.extend(store.apply(mine[at : at + 50]) for at in range(0, 300, 50)))
        for mine in shuffled
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(written) == 300
    assert len(store.rows("SELECT 1 FROM steps")) == 300
    assert queries.distribution(store, [1])["total"] == 20
