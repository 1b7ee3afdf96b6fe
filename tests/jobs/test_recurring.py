"""What recurs is done at its times, each once, whatever happens to the workers."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from innotter.errors import Conflict, Forbidden, Invalid
from innotter.jobs import services
from innotter.jobs.engine import firing
from innotter.jobs.engine.firing import fire_due
from innotter.jobs.engine.leasing import outlook
from innotter.jobs.models import Job, JobResult, RecurringJob
from innotter.jobs.services import room
from innotter.notifications.models import Notification
from tests.factories.jobs import RecurringJobFactory
from tests.jobs.work import done, wait_and_see, work

MINUTE = timedelta(minutes=1)


def be_due(recurring, *, since=timedelta(0)):
    """Its time has come: so long ago."""
    RecurringJob.objects.filter(pk=recurring.pk).update(next_at=timezone.now() - since)
    recurring.refresh_from_db()


def runs_of(recurring):
    return list(recurring.runs.order_by("pk"))


def test_when_its_time_has_come_it_is_done_as_a_job_and_the_next_time_is_noted(alice):
    recurring = RecurringJobFactory(owner=alice, name="Every hour", parameters={"steps": 1})
    assert work() == 0
    be_due(recurring)
    due = recurring.next_at
    assert work() == 1

    (run,) = runs_of(recurring)
    recurring.refresh_from_db()
    assert (run.status, run.name, run.owner, run.scheduled_time) == ("completed", "Every hour", alice, due)
    assert recurring.next_at > timezone.now()
    assert work() == 0


def test_it_is_told_as_it_was_set_up(alice):
    recurring = RecurringJobFactory(owner=alice, parameters={"steps": 2})
    be_due(recurring)
    work()
    assert JobResult.objects.get(job__recurring=recurring).data == {"steps": 2}


def test_a_time_passes_while_the_last_run_has_not_ended_and_is_counted(alice):
    recurring = RecurringJobFactory(owner=alice)
    for _time in range(3):
        be_due(recurring)
        fire_due()
    recurring.refresh_from_db()
    assert (len(runs_of(recurring)), recurring.skipped) == (1, 2)
    assert recurring.skipped_at

    work()
    be_due(recurring)
    work()
    assert [run.status for run in runs_of(recurring)] == ["completed", "completed"]


def test_one_that_cannot_be_read_any_more_is_paused_and_keeps_no_job_waiting(alice, bob):
    """Another version has understood what it says."""
    bad, good = RecurringJobFactory(owner=alice), RecurringJobFactory(owner=bob)
    RecurringJob.objects.filter(pk=bad.pk).update(expression="every now and then")
    for recurring in (bad, good):
        be_due(recurring)
    assert work() == 1
    bad.refresh_from_db()
    assert (bad.is_paused, len(runs_of(bad)), len(runs_of(good))) == (True, 0, 1)
    with pytest.raises(Invalid) as refusal:
        services.resume_recurring_job(owner=alice, recurring=bad)
    assert "expression" in refusal.value.errors


def test_the_owner_of_one_that_cannot_be_read_is_told_and_reads_why_on_its_page(
    alice, as_person, browser_of, deliver_events
):
    recurring = RecurringJobFactory(owner=alice, name="Water the plants")
    quiet = RecurringJobFactory(owner=alice, notify="never")
    RecurringJob.objects.update(expression="every now and then")
    for one in (recurring, quiet):
        be_due(one)
    fire_due()
    deliver_events()

    (told,) = as_person(alice).get("/api/notifications/").json()["results"]
    assert "Water the plants” is paused" in told["text"]
    address = f"/api/jobs/recurring/{recurring.pk}/"
    assert as_person(alice).get(address).json()["paused_reason"] == "unreadable"
    page = browser_of(alice).get(recurring.get_absolute_url()).content.decode()
    assert "This version of the site cannot read it." in page

    services.edit_recurring_job(owner=alice, recurring=recurring, expression="@daily")
    services.resume_recurring_job(owner=alice, recurring=recurring)
    assert as_person(alice).get(address).json()["paused_reason"] == ""
    assert [row["text"] for row in as_person(alice).get("/api/notifications/").json()["results"]] == [""], (
        "it is mended"
    )


def test_one_that_cannot_be_read_is_shown_and_can_be_changed_before_it_is_due(alice, as_person, browser_of):
    recurring = RecurringJobFactory(owner=alice)
    RecurringJob.objects.update(expression="every now and then")
    assert browser_of(alice).get(recurring.get_absolute_url()).content.count(b"<li><time") == 1
    address = f"/api/jobs/recurring/{recurring.pk}/"
    refused = as_person(alice).patch(address, {"until": "2999-01-01"}, format="json")
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["expression"])
    changed = as_person(alice).patch(address, {"until": "2999-01-01", "expression": "@daily"}, format="json")
    assert changed.status_code == 200
    assert browser_of(alice).get(recurring.get_absolute_url()).content.count(b"<li><time") == 5


def test_one_that_its_owner_has_paused_says_no_reason(alice, as_person):
    recurring = RecurringJobFactory(owner=alice)
    services.pause_recurring_job(owner=alice, recurring=recurring)
    assert as_person(alice).get(f"/api/jobs/recurring/{recurring.pk}/").json()["paused_reason"] == ""


def test_the_database_allows_no_second_run_at_a_time(alice):
    recurring = RecurringJobFactory(owner=alice)
    firing.submit_runs([firing.run_of(recurring, timezone.now())])
    with pytest.raises(IntegrityError), transaction.atomic():
        firing.submit_runs([firing.run_of(recurring, timezone.now())])


def test_a_failed_run_is_not_tried_again_by_hand_beside_another(alice):
    recurring = RecurringJobFactory(owner=alice, parameters={"give_up": True})
    be_due(recurring)
    work()
    (failed,) = runs_of(recurring)
    be_due(recurring)
    fire_due()
    with pytest.raises(Conflict):
        services.retry_job(owner=alice, job=failed)
    work()
    services.retry_job(owner=alice, job=failed)


def _retried(owner, run):
    services.retry_job(owner=owner, job=run)


def _all_retried(owner, run):
    services.retry_matching(owner=owner, jobs=Job.objects.filter(pk=run.pk))


def _run_now(owner, run):
    services.run_recurring_job(owner=owner, recurring=run.recurring)


@pytest.mark.parametrize("act", [_retried, _all_retried, _run_now])
def test_whoever_holds_a_recurring_job_has_held_its_owner_before(alice, monkeypatch, act):
    """In the same order everywhere: of two at the same moment, none is ended as a deadlock."""
    monkeypatch.setattr(room, "NEAR", 10_000_000)
    recurring = RecurringJobFactory(owner=alice, parameters={"give_up": True})
    be_due(recurring)
    work()
    (failed,) = runs_of(recurring)
    with CaptureQueriesContext(connection) as statements:
        act(alice, failed)
    held = [one["sql"] for one in statements if "FOR NO KEY UPDATE" in one["sql"]]
    tables = [sql.partition(' FROM "')[2].partition('"')[0] for sql in held]
    assert "jobs_recurringjob" in tables
    assert tables[0] == "accounts_user"
    assert "accounts_user" not in tables[tables.index("jobs_recurringjob") :]


@pytest.mark.parametrize(("missed", "count"), [("skip", 0), ("once", 1)])
def test_times_that_were_missed_are_left_out_or_made_up_for_once(alice, missed, count):
    recurring = RecurringJobFactory(owner=alice, expression="@yearly", missed=missed)
    be_due(recurring, since=timedelta(days=3 * 366))
    assert work() == count
    recurring.refresh_from_db()
    assert recurring.next_at > timezone.now()
    assert work() == 0


def test_after_a_long_night_the_time_that_has_just_come_is_not_missed(alice):
    recurring = RecurringJobFactory(owner=alice, expression="* * * * *")
    be_due(recurring, since=timedelta(days=2))
    work()
    (run,) = runs_of(recurring)
    assert timezone.now() - run.scheduled_time < MINUTE
    assert run.scheduled_time.second == 0


def test_a_time_that_is_a_little_late_is_not_missed(alice):
    recurring = RecurringJobFactory(owner=alice)
    be_due(recurring, since=timedelta(seconds=50))
    assert work() == 1


def test_what_a_blocked_person_has_set_up_rests_and_goes_on_when_they_may(alice):
    recurring = RecurringJobFactory(owner=alice)
    type(alice).objects.filter(pk=alice.pk).update(is_blocked=True)
    be_due(recurring)
    assert work() == 0
    recurring.refresh_from_db()
    assert (runs_of(recurring), recurring.skipped) == ([], 0)
    assert recurring.next_at > timezone.now()

    type(alice).objects.filter(pk=alice.pk).update(is_blocked=False)
    be_due(recurring)
    assert work() == 1


def test_the_last_day_is_the_last(alice):
    today = timezone.localdate(timezone=UTC)
    recurring = RecurringJobFactory(owner=alice, expression="* * * * *", until=today + timedelta(days=1))
    RecurringJob.objects.filter(pk=recurring.pk).update(until=today - timedelta(days=1))
    be_due(recurring)
    assert work() == 1
    recurring.refresh_from_db()
    assert (recurring.next_at, recurring.is_over) == (None, True)
    with pytest.raises(Invalid) as refusal:
        services.edit_recurring_job(owner=alice, recurring=recurring, expression="0 * * * *")
    assert "until" in refusal.value.errors
    same = {"expression": recurring.expression, "until": recurring.until}
    services.edit_recurring_job(owner=alice, recurring=recurring, name="The old one", **same)


def test_a_paused_one_rests_until_it_goes_on(alice):
    recurring = RecurringJobFactory(owner=alice)
    for _twice in range(2):
        services.pause_recurring_job(owner=alice, recurring=recurring)
    recurring.refresh_from_db()
    assert (recurring.is_paused, recurring.next_at, recurring.is_over) == (True, None, False)
    assert outlook().later is None

    for _twice in range(2):
        services.resume_recurring_job(owner=alice, recurring=recurring)
    recurring.refresh_from_db()
    assert not recurring.is_paused
    assert recurring.next_at > timezone.now()


def test_a_paused_one_may_be_changed_and_stays_paused(alice):
    recurring = RecurringJobFactory(owner=alice)
    services.pause_recurring_job(owner=alice, recurring=recurring)
    services.edit_recurring_job(owner=alice, recurring=recurring, expression="@daily")
    recurring.refresh_from_db()
    assert (recurring.next_at, recurring.expression) == (None, "@daily")


def test_a_change_of_the_times_or_the_zone_counts_from_the_next_time_on(alice):
    recurring = RecurringJobFactory(owner=alice, expression="0 12 * * *", time_zone="UTC")
    recurring = services.edit_recurring_job(owner=alice, recurring=recurring, time_zone="Asia/Tokyo")
    assert recurring.next_at.hour == 3
    recurring = services.edit_recurring_job(owner=alice, recurring=recurring, expression="0 0 * * *")
    assert recurring.next_at.hour == 15
    before = recurring.next_at
    assert services.edit_recurring_job(owner=alice, recurring=recurring, name="Else").next_at == before


def test_its_zone_is_that_of_its_owner_unless_they_say_otherwise(alice):
    alice.time_zone = "America/Lima"
    assert RecurringJobFactory(owner=alice).time_zone == "America/Lima"
    assert RecurringJobFactory(owner=alice, time_zone="Asia/Tokyo").time_zone == "Asia/Tokyo"


def test_it_can_be_done_now_beside_its_times_but_not_twice_at_once(alice):
    recurring = RecurringJobFactory(owner=alice)
    before = recurring.next_at
    run = services.run_recurring_job(owner=alice, recurring=recurring)
    with pytest.raises(Conflict):
        services.run_recurring_job(owner=alice, recurring=recurring)
    assert done(run).status == "completed"
    recurring.refresh_from_db()
    assert recurring.next_at == before
    services.pause_recurring_job(owner=alice, recurring=recurring)
    assert services.run_recurring_job(owner=alice, recurring=recurring)


def test_when_it_is_deleted_its_runs_stay(alice):
    recurring = RecurringJobFactory(owner=alice)
    run = done(services.run_recurring_job(owner=alice, recurring=recurring))
    services.delete_recurring_job(owner=alice, recurring=recurring)
    run.refresh_from_db()
    assert (run.recurring, run.status) == (None, "completed")
    assert not RecurringJob.objects.exists()


@pytest.mark.parametrize(("notify", "told"), [(None, 1), ("always", 2), ("never", 0)])
def test_its_owner_is_told_of_failures_alone_unless_they_wish_otherwise(alice, deliver_events, notify, told):
    recurring = RecurringJobFactory(owner=alice, **({"notify": notify} if notify else {}))
    services.run_recurring_job(owner=alice, recurring=recurring)
    work()
    services.edit_recurring_job(owner=alice, recurring=recurring, parameters={"give_up": True})
    services.run_recurring_job(owner=alice, recurring=recurring)
    work()
    deliver_events()
    assert Notification.objects.filter(recipient=alice).count() == told


def test_others_can_do_nothing_to_it(alice, bob):
    recurring = RecurringJobFactory(owner=alice)
    for service in (
        services.pause_recurring_job,
        services.resume_recurring_job,
        services.run_recurring_job,
        services.delete_recurring_job,
        services.edit_recurring_job,
    ):
        with pytest.raises(Forbidden):
            service(owner=bob, recurring=recurring)


def test_one_person_has_only_so_many(alice, bob, settings):
    settings.JOBS_MAX_RECURRING = 2
    for _number in range(2):
        RecurringJobFactory(owner=alice)
    with pytest.raises(Conflict):
        RecurringJobFactory(owner=alice)
    RecurringJobFactory(owner=bob)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"expression": "61 * * * *"}, "expression"),
        ({"handler": "no_such"}, "handler"),
        ({"handler": "csv_clean"}, "handler"),
        ({"parameters": {"unknown": 1}}, "unknown"),
        ({"until": datetime(2020, 1, 1, tzinfo=UTC).date()}, "until"),
    ],
)
def test_what_makes_no_sense_is_refused(alice, wrong, field):
    with pytest.raises(Invalid) as refusal:
        RecurringJobFactory(owner=alice, **wrong)
    assert field in refusal.value.errors


def test_many_that_are_due_are_fired_in_portions(alice, monkeypatch):
    monkeypatch.setattr(firing, "PORTION", 2)
    rows = [RecurringJobFactory(owner=alice) for _number in range(5)]
    for recurring in rows:
        be_due(recurring)
    assert [fire_due() for _time in range(4)] == [2, 2, 1, 0]
    assert work() == 5


def test_who_works_looks_ahead_to_the_next_run(alice):
    recurring = RecurringJobFactory(owner=alice, handler=wait_and_see.__name__)
    RecurringJob.objects.filter(pk=recurring.pk).update(next_at=timezone.now() + timedelta(seconds=30))
    assert 29 < outlook().later < 31
    assert not Job.objects.exists()


def test_what_recurs_names_no_results_as_it_follows_no_others(alice):
    wish = {"name": "Ask", "handler": "http_request", "expression": "@daily"}
    with pytest.raises(Invalid, match="another look") as refusal:
        services.create_recurring_job(owner=alice, parameters={"url": "https://a.example/${1.output}"}, **wish)
    assert "parameters" in refusal.value.errors
