"""D-5, D-10: jobs are queued at their time, done once, tried again when they fail, and given up in the end."""

import signal
import threading
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from innotter.errors import Conflict, Forbidden
from innotter.jobs import background, engine, services
from innotter.jobs.engine.run import Cancelled, LeaseLost, TimeIsUp
from innotter.jobs.models import Job, JobResult, QueueEntry
from innotter.notifications.models import Notification
from tests.factories.accounts import UserFactory
from tests.factories.jobs import JobFactory
from tests.jobs.work import be_due, done, meanwhile, work

SOON = timedelta(hours=1)


def test_a_job_begins_at_its_time_and_not_before(alice):
    job = JobFactory(owner=alice, scheduled_time=timezone.now() + timedelta(seconds=0.3))
    assert work() == 0
    threading.Event().wait(0.35)
    assert work() == 1
    job.refresh_from_db()
    assert job.status == "completed"


def test_what_came_of_it_is_kept(alice):
    """D-4: a result with its output, and when it was completed."""
    job = done(JobFactory(owner=alice, parameters={"steps": 2, "keep": "words"}))
    result = job.results.get()
    assert (job.status, job.percent) == ("completed", 100)
    assert not QueueEntry.objects.exists()
    assert (result.attempt, result.outcome, result.output, result.data) == (
        1,
        "completed",
        "It went well.",
        {"steps": 2},
    )
    assert job.started_at <= result.completed_at <= timezone.now()
    assert [line.text for line in job.log.all()] == ["Line 1", "Line 2"]
    file = result.files.get()
    with default_storage.open(file.file.name) as content:
        assert (file.name, file.size, content.read()) == ("kept.txt", 5, b"words")


def test_a_batch_that_takes_long_leaves_the_rest_to_others(alice, monkeypatch):
    monkeypatch.setattr("innotter.jobs.engine.draining.SLICE", 0)
    jobs = [JobFactory(owner=alice) for _number in range(3)]
    QueueEntry.objects.update(is_quick=True)
    held = []
    meanwhile.append(lambda run: held.append(QueueEntry.objects.filter(lease__isnull=False).count()))
    assert work() == 3
    assert held == [3, 2, 1]
    assert [job.results.get().attempt for job in jobs] == [1, 1, 1], "what was not begun counts as no attempt"


def test_what_has_failed_once_is_no_longer_done_with_others(alice):
    job = JobFactory(owner=alice, parameters={"fail": True})
    QueueEntry.objects.update(is_quick=True)
    work()
    assert not QueueEntry.objects.get(pk=job.pk).is_quick


def test_a_quick_job_is_shown_in_progress_only_when_it_lasts(alice, monkeypatch):
    job, seen = JobFactory(owner=alice), []

    def look(run):
        seen.append(Job.objects.get(pk=job.pk).status)
        monkeypatch.setattr("innotter.jobs.engine.run.LOOK", 0)
        run.step("On we go", 30)
        seen.append(Job.objects.values_list("status", "percent", "step", "attempt").get(pk=job.pk))

    meanwhile.append(look)
    work()
    assert seen == ["pending", ("in_progress", 30, "On we go", 1)]


def test_the_page_shows_the_log_of_the_last_attempt_and_the_api_of_all(alice, as_person, browser_of):
    job = JobFactory(owner=alice, parameters={"steps": 1, "fail": True})
    work()
    meanwhile.append(lambda run: run.log("Run again"))
    be_due(job)
    work()
    page = browser_of(alice).get(f"/jobs/{job.pk}/state/").content.decode()
    assert (page.count("Line 1"), page.count("Run again")) == (1, 1)
    lines = as_person(alice).get(f"/api/jobs/{job.pk}/log/").json()["results"]
    assert len([line for line in lines if line["text"] == "Line 1"]) == 2


def test_a_log_ends_after_so_many_lines_and_says_that_it_goes_on(alice, monkeypatch):
    monkeypatch.setattr("innotter.jobs.engine.run.MOST_LINES", 3)
    job = done(JobFactory(owner=alice, parameters={"steps": 5}))
    assert [line.text for line in job.log.order_by("pk")] == ["Line 1", "Line 2", "…"]


@pytest.mark.parametrize(
    ("status", "attempt", "known_as"),
    [
        ("pending", 0, {"is_waiting"}),
        ("pending", 1, {"is_waiting", "is_retrying"}),
        ("in_progress", 1, {"is_running"}),
        ("completed", 2, {"is_finished"}),
        ("failed", 2, {"is_finished"}),
        ("cancelled", 0, {"is_finished"}),
    ],
)
def test_a_job_waits_runs_or_has_ended(status, attempt, known_as):
    job = Job(status=status, attempt=attempt)
    names = ("is_waiting", "is_retrying", "is_running", "is_finished")
    assert {name for name in names if getattr(job, name)} == known_as


def test_a_wake_up_of_an_earlier_version_is_one_like_others(alice, monkeypatch):
    job = JobFactory(owner=alice)
    monkeypatch.setattr(background, "wake_runner", lambda: None)
    background.run_job(10**9)
    assert job.results.count() == 1
    background.drain()
    assert JobResult.objects.count() == 1


def test_a_job_that_fails_stands_where_it_stopped_and_one_that_is_done_at_the_end(alice):
    """Also where the last step says less than everything."""
    failed, completed = JobFactory(owner=alice, parameters={"give_up": True}), JobFactory(owner=alice)
    meanwhile.append(lambda run: run.step("Half", 50))
    assert (done(failed).percent, done(completed).percent) == (50, 100)


class TestFailing:
    def test_a_failed_attempt_is_tried_again_after_a_pause_that_grows(self, alice, settings):
        settings.JOBS_RETRY_SECONDS = 10
        job, pauses = JobFactory(owner=alice, parameters={"fail": True}), []
        for _attempt in range(4):
            work()
            job.refresh_from_db()
            pauses.append((job.due_at - timezone.now()).total_seconds())
            assert (job.status, job.error) == ("pending", "OSError: The disk is full")
            assert work() == 0, "not before its time"
            be_due(job)
        for pause, expected in zip(pauses, [10, 20, 40, 80], strict=True):
            assert expected * 0.74 < pause < expected * 1.26

    def test_after_the_last_attempt_it_has_failed_with_one_result_for_each(self, alice, settings):
        settings.JOBS_MAX_ATTEMPTS = 3
        job = done(JobFactory(owner=alice, parameters={"fail": True}))
        assert (job.status, job.attempt, job.error) == ("failed", 3, "OSError: The disk is full")
        results = job.results.order_by("attempt").values_list("attempt", "outcome", "error_message")
        assert list(results) == [(number, "failed", "OSError: The disk is full") for number in (1, 2, 3)]

    def test_whatever_it_says_can_be_kept(self, alice):
        def stumble(run):
            run.step("a\0b", 1)
            run.log("a\0b")
            raise OSError("a\0b" + "x" * 10_000)

        meanwhile.append(stumble)
        job = JobFactory(owner=alice)
        work()
        assert job.results.get().error_message.startswith("OSError: a\ufffdb")
        assert job.log.get().text == "a\ufffdb"

    def test_what_makes_no_sense_is_not_tried_again(self, alice):
        job = done(JobFactory(owner=alice, parameters={"give_up": True}))
        assert (job.status, job.attempt, job.error) == ("failed", 1, "It makes no sense.")

    def test_a_failed_job_is_tried_again_by_hand(self, alice, bob, settings):
        settings.JOBS_MAX_ATTEMPTS = 2
        job = done(JobFactory(owner=alice, parameters={"fail": True}))
        with pytest.raises(Forbidden):
            services.retry_job(owner=bob, job=job)
        Job.objects.filter(pk=job.pk).update(parameters={})
        services.retry_job(owner=alice, job=job)
        job = done(job)
        assert (job.status, job.attempt, job.error) == ("completed", 3, "")
        with pytest.raises(Conflict):
            services.retry_job(owner=alice, job=job)

    def test_the_job_of_a_blocked_person_is_not_done(self, alice):
        job = JobFactory(owner=alice)
        type(alice).objects.filter(pk=alice.pk).update(is_blocked=True)
        assert "blocked" in done(job).error

    def test_a_kind_of_job_that_is_no_more_fails_with_a_reason(self, alice):
        job = JobFactory(owner=alice)
        Job.objects.filter(pk=job.pk).update(handler="forgotten")
        assert done(job).error == "This kind of job no longer exists."


class TestTakingTooLong:
    def test_the_alarm_ends_it_and_it_is_tried_again(self, alice, monkeypatch):
        set_alarm = signal.setitimer
        monkeypatch.setattr(signal, "setitimer", lambda which, seconds: set_alarm(which, min(seconds, 0.1)))
        meanwhile.append(lambda run: threading.Event().wait(3))
        job = JobFactory(owner=alice)
        work()
        job.refresh_from_db()
        assert (job.status, job.error) == ("pending", "It took longer than allowed.")
        assert signal.getsignal(signal.SIGALRM) == signal.SIG_DFL

    @pytest.mark.usefixtures("looking_at_once")
    def test_without_an_alarm_the_next_checkpoint_does(self, alice):
        def be_slow(run):
            run.attempt.over_at = 0
            with pytest.raises(TimeIsUp):
                run.step("Later", 50)
            run.step("Later still", 60)

        meanwhile.append(be_slow)
        work_on = JobFactory(owner=alice)
        work()
        assert work_on.results.get().error_message == "It took longer than allowed."


@pytest.mark.usefixtures("looking_at_once")
class TestCancellingWhatRuns:
    """D-6."""

    def test_it_stops_at_its_next_checkpoint(self, alice):
        job = JobFactory(owner=alice, parameters={"keep": "never"})

        def change_ones_mind(run):
            assert services.cancel_job(owner=alice, job=job) is False
            with pytest.raises(Cancelled):
                run.step("On we go", 50)
            run.log("x")
            run.step("On we go", 50)

        meanwhile.append(change_ones_mind)
        work()
        job.refresh_from_db()
        assert job.status == "cancelled"
        assert job.results.get().outcome == "cancelled"
        assert not job.results.get().files.exists()

    def test_what_fails_after_it_was_cancelled_is_not_tried_again(self, alice):
        job = JobFactory(owner=alice, parameters={"fail": True})
        meanwhile.append(lambda run: services.cancel_job(owner=alice, job=job))
        work()
        job.refresh_from_db()
        assert (job.status, job.results.get().outcome) == ("cancelled", "failed")

    def test_what_is_done_before_it_has_noticed_is_done(self, alice):
        job = JobFactory(owner=alice)
        meanwhile.append(lambda run: services.cancel_job(owner=alice, job=job))
        work()
        job.refresh_from_db()
        assert job.status == "completed"


class TestDeadWorkers:
    def begin_and_die(self, alice, **job):
        """A worker begins, and is never heard of again."""
        job = JobFactory(owner=alice, **job)
        meanwhile.append(lambda run: QueueEntry.objects.filter(pk=job.pk).update(lease="0" * 32))
        work()
        meanwhile.clear()
        QueueEntry.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
        return job

    def test_a_job_whose_worker_has_died_is_done_by_another(self, alice):
        job = self.begin_and_die(alice)
        assert engine.take_up_abandoned() == 1
        assert engine.take_up_abandoned() == 0
        be_due(job)
        job = done(Job.objects.get(pk=job.pk))
        assert list(job.results.order_by("attempt").values_list("outcome", flat=True)) == ["abandoned", "completed"]

    def test_a_job_that_kills_every_worker_is_given_up(self, alice, settings):
        settings.JOBS_MAX_ATTEMPTS = 1
        job = self.begin_and_die(alice)
        engine.take_up_abandoned()
        job.refresh_from_db()
        assert (job.status, job.error) == ("failed", "The worker that had this job has stopped.")

    @pytest.mark.parametrize(("status", "stands"), [("in_progress", (40, "Far")), ("pending", (0, ""))])
    def test_it_stands_where_its_worker_was_seen_last_in_this_attempt(self, alice, status, stands):
        job = self.begin_and_die(alice)
        Job.objects.filter(pk=job.pk).update(status=status, percent=40, step="Far", attempt=1)
        engine.take_up_abandoned()
        job.refresh_from_db()
        assert (job.percent, job.step) == stands

    def test_a_job_that_was_cancelled_while_its_worker_died_stays_cancelled(self, alice):
        job = self.begin_and_die(alice)
        Job.objects.filter(pk=job.pk).update(cancel_requested_at=timezone.now())
        engine.take_up_abandoned()
        job.refresh_from_db()
        assert job.status == "cancelled"

    @pytest.mark.usefixtures("looking_at_once")
    def test_a_worker_that_comes_back_too_late_changes_nothing(self, alice):
        job = JobFactory(owner=alice, parameters={"keep": "too late"})

        def sleep_too_long(run):
            QueueEntry.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
            engine.take_up_abandoned()
            be_due(job)
            meanwhile.clear()
            work()
            with pytest.raises(LeaseLost):
                run.once("post", lambda: 1)
            with pytest.raises(LeaseLost):
                run.step("Here I am", 99)

        meanwhile.append(sleep_too_long)
        work()
        job.refresh_from_db()
        assert (job.status, job.attempt) == ("completed", 2)
        assert job.results.filter(outcome="completed").count() == 1

    def test_a_worker_that_lives_is_left_alone(self, alice):
        job = JobFactory(owner=alice)
        meanwhile.append(lambda run: engine.take_up_abandoned())
        assert done(job).attempt == 1

    def test_what_must_not_happen_twice_does_not(self, alice):
        job, acts = JobFactory(owner=alice, parameters={"fail": True}), []
        meanwhile.append(lambda run: acts.append(run.once("it", lambda: acts.append("done") or "done")))
        work()
        be_due(job)
        work()
        assert acts == ["done", "done", "done"]
        assert job.effects.count() == 1


class TestWhatTheDatabaseKeeps:
    def test_the_database_keeps_one_result_for_each_attempt(self, alice):
        job = done(JobFactory(owner=alice))
        with pytest.raises(IntegrityError), transaction.atomic():
            JobResult.objects.create(job=job, attempt=1, outcome="completed")

    def test_the_database_knows_no_lease_without_an_end(self, alice):
        job = JobFactory(owner=alice)
        with pytest.raises(IntegrityError), transaction.atomic():
            QueueEntry.objects.filter(pk=job.pk).update(lease="0" * 32)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_quick", [True, False])
def test_of_many_workers_one_has_each_job(settings, is_quick):
    settings.JOBS_AT_ONCE = 10
    owner = UserFactory()
    jobs = [JobFactory(owner=owner) for _number in range(20)]
    QueueEntry.objects.update(is_quick=is_quick)
    done, gate = [], threading.Barrier(4)
    meanwhile.append(lambda run: done.append(run.job.pk))

    def compete():
        gate.wait()
        work()
        connection.close()

    threads = [threading.Thread(target=compete) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [job.pk for job in jobs]
    assert JobResult.objects.count() == 20
    assert not Job.objects.exclude(status="completed").exists()


@pytest.mark.django_db(transaction=True)
def test_the_lease_is_held_while_the_work_goes_on(settings):
    settings.JOBS_LEASE_SECONDS = 0.9
    taken_up = []

    def take_long(run):
        for _number in range(4):
            threading.Event().wait(0.5)
            taken_up.append(engine.take_up_abandoned())

    meanwhile.append(take_long)
    job = done(JobFactory(owner=UserFactory()))
    assert (job.status, job.attempt, taken_up) == ("completed", 1, [0, 0, 0, 0])


class TestTelling:
    def test_the_owner_is_told_of_the_end_and_not_of_the_way(self, alice, settings, deliver_events, mails_to):
        settings.JOBS_MAX_ATTEMPTS = 2
        done(JobFactory(owner=alice, name="Good"))
        done(JobFactory(owner=alice, name="Bad", parameters={"fail": True}))
        deliver_events()
        kinds = list(Notification.objects.filter(recipient=alice).values_list("kind", flat=True).order_by("kind"))
        assert kinds == ["job_completed", "job_failed"]
        (mail,) = mails_to(alice.email)
        assert "Bad" in mail.subject
        assert "The disk is full" in mail.text
