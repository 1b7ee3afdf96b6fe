"""Limits: how many jobs at a time, how many in a minute; of one kind, with one key, of one person, or all together."""

import importlib
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from innotter.errors import Conflict, Forbidden, Invalid
from innotter.jobs import engine, services
from innotter.jobs.engine import leasing
from innotter.jobs.engine.leasing import Turns, lease_slow
from innotter.jobs.engine.limiting import Room
from innotter.jobs.models import Counted, Job, JobLimit, LimitUse, QueueEntry
from tests.factories.accounts import UserFactory
from tests.factories.jobs import JobFactory, RecurringJobFactory
from tests.jobs.work import wait_and_see, work
from tests.together import at_the_same_moment

KIND = wait_and_see.__name__
Each = JobLimit.Each


def begun_of(count, **options):
    """The jobs that so many hands begin beside each other."""
    turns = Turns()
    return [one.job_id for _hand in range(count) for one in lease_slow(turns=turns, is_guarded=True, **options)]


def is_over(pk):
    QueueEntry.objects.filter(pk=pk).delete()


def is_later(seconds):
    """So much time goes by for the limits."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE jobs_limituse SET at = at - %s * interval '1 second'", [seconds])


def test_no_more_run_at_a_time_than_a_limit_allows(alice, bob):
    services.create_limit(person=alice, at_once=2)
    jobs = [JobFactory(owner=alice).pk for _number in range(3)]
    assert begun_of(3) == jobs[:2]
    other = JobFactory(owner=bob).pk
    assert begun_of(2) == [other], "others are not limited by it"
    is_over(jobs[0])
    assert begun_of(2) == jobs[2:]


def test_no_more_begin_within_a_minute_than_a_limit_allows(alice):
    services.create_limit(person=alice, per_minute=2)
    jobs = [JobFactory(owner=alice).pk for _number in range(4)]
    assert begun_of(1) == jobs[:1]
    is_over(jobs[0])
    is_later(30)
    assert begun_of(3) == jobs[1:2]
    is_over(jobs[1])
    is_later(29)
    assert begun_of(1) == []
    is_later(1)
    assert begun_of(2) == jobs[2:3], "the first was a minute ago, the second is not"


def test_each_key_is_counted_apart_and_a_job_without_one_by_its_host(alice, settings):
    settings.JOBS_AT_ONCE = 100
    services.create_limit(person=alice, each=Each.KEY, at_once=1)
    asking = {"owner": alice, "handler": "http_request"}
    first = JobFactory(**asking, parameters={"url": "https://one.example/a"}).pk
    JobFactory(**asking, parameters={"url": "https://ONE.example./b"})
    two = JobFactory(**asking, parameters={"url": "https://two.example/"}).pk
    keyed = JobFactory(**asking, parameters={"url": "https://one.example/c"}, limit_key="mine").pk
    JobFactory(owner=alice, limit_key="mine")
    bare = JobFactory(owner=alice).pk
    JobFactory(owner=alice)
    assert set(begun_of(10)) == {first, two, keyed, bare}


def test_a_limit_may_count_one_kind_or_one_key_alone(alice, settings):
    settings.JOBS_AT_ONCE = 100
    services.create_limit(person=alice, handler="http_request", key="one.example", at_once=1)
    url = {"url": "https://one.example/"}
    asking = [JobFactory(owner=alice, handler="http_request", parameters=url).pk for _number in range(2)]
    others = [JobFactory(owner=alice, limit_key="one.example").pk for _number in range(2)]
    assert set(begun_of(10)) == {asking[0], *others}


def test_what_is_limited_does_not_hold_up_what_is_not(alice):
    services.create_limit(person=alice, key="slow", at_once=1)
    urgent = [JobFactory(owner=alice, limit_key="slow", priority=5).pk for _number in range(3)]
    free = JobFactory(owner=alice).pk
    assert begun_of(3) == [urgent[0], free]


def test_every_limit_that_counts_a_job_must_allow_it(alice, settings):
    settings.JOBS_AT_ONCE = 100
    services.create_limit(person=alice, at_once=3)
    services.create_limit(person=alice, key="k", at_once=1)
    jobs = [JobFactory(owner=alice, limit_key=key).pk for key in ("k", "k", "l", "m", "n")]
    assert begun_of(10) == [jobs[0], *jobs[2:4]]


def test_a_limit_for_everybody_counts_all_together_or_each_person_apart(alice, bob, ada, settings):
    settings.JOBS_AT_ONCE = 100
    apart = services.create_limit(person=ada, for_everybody=True, handler=KIND, each=Each.PERSON, at_once=2)
    jobs = {person: [JobFactory(owner=person).pk for _number in range(3)] for person in (alice, bob)}
    first = begun_of(10)
    assert set(first) == {*jobs[alice][:2], *jobs[bob][:2]}
    services.delete_limit(person=ada, limit=apart)
    services.create_limit(person=ada, for_everybody=True, handler=KIND, at_once=5)
    assert begun_of(10) == [jobs[alice][2]]


def test_a_key_of_ones_own_does_not_lead_around_a_limit_by_host_that_holds_for_everybody(alice, bob, ada):
    services.create_limit(person=ada, for_everybody=True, each=Each.KEY, at_once=1)
    url = {"handler": "http_request", "parameters": {"url": "https://one.example/"}}
    first = JobFactory(owner=alice, **url, limit_key="mine").pk
    JobFactory(owner=bob, **url, limit_key="yours")
    assert begun_of(5) == [first]


def test_quick_jobs_that_a_limit_counts_are_begun_one_by_one_and_others_still_in_batches(alice, bob, monkeypatch):
    services.create_limit(person=alice, per_minute=3)
    batches = []
    make_batch = engine.draining._do
    monkeypatch.setattr(engine.draining, "_do", lambda leased: batches.append(len(leased)) or make_batch(leased))
    for person in (alice, bob):
        for _number in range(5):
            JobFactory(owner=person)
    QueueEntry.objects.update(is_quick=True)
    work()
    assert Counter(Job.objects.filter(status="completed").values_list("owner", flat=True)) == {alice.pk: 3, bob.pk: 5}
    assert max(batches) == 5
    is_later(60)
    engine.draining.turns.full.clear()
    work()
    assert Job.objects.filter(status="completed").count() == 10


def test_a_retry_counts_as_another_beginning(alice):
    services.create_limit(person=alice, per_minute=2)
    job = JobFactory(owner=alice, parameters={"fail": True})
    for _attempt in range(3):
        engine.draining.turns.full.clear()
        work()
        QueueEntry.objects.filter(pk=job.pk).update(is_ready=True)
    assert job.results.count() == 2


def test_many_people_who_may_begin_nothing_do_not_hold_up_the_last(alice, monkeypatch):
    monkeypatch.setattr(leasing, "TOGETHER", 2)
    for _number in range(5):
        person = UserFactory()
        services.create_limit(person=person, at_once=1)
        for _job in range(2):
            JobFactory(owner=person)
    assert len(begun_of(10)) == 5
    last = JobFactory(owner=UserFactory()).pk
    assert begun_of(1) == [last]


@pytest.mark.django_db(transaction=True)
def test_hands_that_begin_at_the_same_moment_pass_no_limit(monkeypatch):
    owners = [UserFactory(), UserFactory()]
    admin = UserFactory(role="admin")
    services.create_limit(person=admin, for_everybody=True, per_minute=4)
    services.create_limit(person=owners[0], at_once=1)
    for owner in owners:
        for _number in range(6):
            JobFactory(owner=owner)
    got = []

    def hand():
        turns = Turns()
        for _look in range(8):
            turns.full.clear()
            got.extend(lease_slow(turns=turns, is_guarded=True))

    at_the_same_moment(hand, hand, hand)
    counts = Counter(one.owner_id for one in got)
    assert (counts[owners[0].pk], sum(counts.values())) == (1, 4)
    assert LimitUse.objects.count() == 4


def test_runs_of_what_recurs_and_copies_of_a_job_count_too(alice):
    url = {"url": "https://one.example/"}
    recurring = RecurringJobFactory(owner=alice, handler="http_request", parameters=url)
    run = services.run_recurring_job(owner=alice, recurring=recurring)
    job = JobFactory(owner=alice, handler="http_request", parameters=url, limit_key="mine")
    twin = services.duplicate_job(owner=alice, job=job)
    assert (run.target, twin.target, twin.limit_key) == ("one.example", "one.example", "mine")


LIMITS = st.builds(
    lambda pk, **facts: JobLimit(pk=pk, **facts),
    pk=st.integers(1, 10**6),
    owner_id=st.sampled_from([None, 1]),
    handler=st.sampled_from(["", "a", "b"]),
    key=st.sampled_from(["", "x", "y"]),
    each=st.sampled_from(list(Each)),
    at_once=st.sampled_from([None, 1, 2]),
    per_minute=st.sampled_from([None, 1, 3]),
)
JOBS = st.builds(
    Counted,
    owner_id=st.sampled_from([1, 2]),
    handler=st.sampled_from(["a", "b"]),
    limit_key=st.sampled_from(["", "x", "z"]),
    target=st.sampled_from(["", "y"]),
)


@given(st.lists(LIMITS, max_size=4, unique_by=lambda limit: limit.pk), st.lists(JOBS, max_size=20))
def test_whatever_the_limits_and_the_jobs_no_group_is_larger_than_allowed_and_nothing_is_refused_without_reason(
    limits, jobs
):
    room, taken = Room(limits), []
    for job in jobs:
        if room.allows(job):
            room.count(job)
            room.begun.update((use.limit_id, use.group) for use in room.uses(job))
            taken.append(job)
        else:
            assert any(_is_full(limit, job, taken) for limit in limits)
    for limit in limits:
        most = min(number for number in (limit.at_once, limit.per_minute, 100) if number)
        groups = Counter(limit.group_of(job) for job in taken)
        groups.pop(None, None)
        assert all(count <= most for count in groups.values())


def _is_full(limit, job, taken):
    group = limit.group_of(job)
    same = [one for one in taken if limit.group_of(one) == group]
    most = [number for number in (limit.at_once, limit.per_minute) if number]
    return group is not None and bool(most) and len(same) >= min(most)


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({}, "at_once"),
        ({"at_once": 1, "handler": "nothing"}, "handler"),
        ({"at_once": 1, "each": "person"}, "each"),
        ({"at_once": 1, "each": "key", "key": "k"}, "key"),
    ],
)
def test_a_limit_that_makes_no_sense_is_refused_with_what_to_do(alice, wish, field):
    with pytest.raises(Invalid) as refusal:
        services.create_limit(person=alice, **wish)
    assert list(refusal.value.errors) == [field]
    assert not JobLimit.objects.exists()


def test_there_is_one_limit_for_the_same_jobs_and_not_too_many_of_them(alice, monkeypatch):
    limit = services.create_limit(person=alice, at_once=1)
    with pytest.raises(Conflict, match="Change that one"):
        services.create_limit(person=alice, at_once=2)
    with pytest.raises(Invalid):
        services.edit_limit(person=alice, limit=limit, at_once=None)
    services.edit_limit(person=alice, limit=limit, at_once=None, per_minute=7)
    assert JobLimit.objects.values_list("at_once", "per_minute").get() == (None, 7)
    monkeypatch.setattr(services.limiting, "MOST_LIMITS", 1)
    with pytest.raises(Conflict, match="Delete some"):
        services.create_limit(person=alice, key="k", at_once=2)


def test_only_admins_limit_everybody(alice, ada):
    with pytest.raises(Forbidden):
        services.create_limit(person=alice, for_everybody=True, at_once=1)
    limit = services.create_limit(person=ada, for_everybody=True, at_once=1)
    for act in (services.edit_limit, services.delete_limit):
        with pytest.raises(Forbidden):
            act(person=alice, limit=limit)


def test_what_was_begun_an_hour_ago_is_not_kept(alice):
    limit = services.create_limit(person=alice, per_minute=1)
    now = datetime.now(tz=UTC)
    for hours in (0, 2):
        LimitUse.objects.create(limit=limit, at=now - timedelta(hours=hours))
    services.forget_old_results()
    assert LimitUse.objects.count() == 1


@pytest.mark.parametrize(
    "key",
    ["bücher.example", "Bücher.Example", "https://BÜCHER.example/path", "bücher.example:443", "xn--bcher-kva.example."],
)
def test_a_host_is_named_as_people_write_it(alice, settings, key):
    settings.JOBS_AT_ONCE = 100
    services.create_limit(person=alice, key=key, at_once=1)
    url = {"handler": "http_request", "parameters": {"url": "https://bücher.example/"}}
    jobs = [JobFactory(owner=alice, **url).pk for _number in range(2)]
    assert begun_of(5) == jobs[:1]


def test_a_key_that_is_no_host_counts_no_job_without_one(alice):
    limit = JobLimit(owner=alice, key="[", at_once=1)
    assert limit.group_of(Counted.of(JobFactory(owner=alice))) is None
    assert limit.group_of(Counted.of(JobFactory(owner=alice, limit_key="["))) == ""


def test_what_waited_before_there_were_targets_is_counted_by_its_host(alice):
    targets = importlib.import_module("innotter.jobs.migrations.0008_limits").TARGETS
    addresses = ["https://One.example:8443/a", "http://user@two.example?x", "https://three.example"]
    jobs = [JobFactory(owner=alice, handler="http_request", parameters={"url": url}).pk for url in addresses]
    before = list(Job.objects.order_by("pk").values_list("target", flat=True))
    Job.objects.update(target="")
    with connection.cursor() as cursor:
        cursor.execute(targets)
    assert list(Job.objects.filter(pk__in=jobs).order_by("pk").values_list("target", flat=True)) == before
