"""Many jobs at once: all of them, or none."""

import pytest
from django.utils import timezone

from innotter.errors import Conflict, Forbidden, Invalid
from innotter.events.models import Event
from innotter.jobs import services
from innotter.jobs.models import Job, QueueEntry
from innotter.notifications.models import Notification
from tests.factories.accounts import UserFactory
from tests.factories.jobs import JobFactory
from tests.jobs.work import done, work
from tests.together import at_the_same_moment

URL = "/api/jobs/bulk/"


def wish(number, **more):
    return {"name": f"Number {number}", "handler": "wait_and_see"} | more


def submitted(client, wishes, **headers):
    return client.post(URL, {"jobs": wishes}, format="json", **headers)


def test_they_are_submitted_in_the_order_in_which_they_are_wished_for(alice, as_person):
    answer = submitted(as_person(alice), [wish(number) for number in range(1000)])
    assert answer.status_code == 201
    names = dict(Job.objects.values_list("pk", "name"))
    assert [names[pk] for pk in answer.json()["ids"]] == [f"Number {number}" for number in range(1000)]
    assert QueueEntry.objects.count() == Event.objects.filter(type="innotter.job.submitted").count() == 1000


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "jobs.1.name"),
        ({"handler": "mine_gold"}, "jobs.1.handler"),
        ({"parameters": {"steps": "many"}}, "jobs.1.steps"),
        ({"parameters": []}, "jobs.1.parameters"),
        ({"scheduled_time": "2001-01-01T00:00:00Z"}, "jobs.1.scheduled_time"),
        ({"notify": "now and then"}, "jobs.1.notify"),
        ({"handler": "csv_clean"}, "jobs.1.file"),
        ({"name": "\u0000"}, "jobs.1.name"),
    ],
)
def test_one_that_is_wrong_is_named_and_none_is_submitted(alice, as_person, wrong, field):
    answer = submitted(as_person(alice), [wish(0), wish(1, **wrong), wish(2)])
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert not Job.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    "body", [{}, {"jobs": []}, {"jobs": {}}, {"jobs": None}, {"jobs": ["x"]}, {"jobs": [[]]}, {"jobs": [None]}, []]
)
def test_what_is_no_list_of_jobs_is_refused(alice, as_person, body):
    assert as_person(alice).post(URL, body, format="json").status_code == 400


def test_of_many_that_are_wrong_the_first_are_told(alice, as_person):
    for wrong in ({"handler": ""}, {"handler": "mine_gold"}):
        answer = submitted(as_person(alice), [wish(number, **wrong) for number in range(1000)])
        assert len(answer.json()["errors"]) == 20
    assert submitted(as_person(alice), [wish(number) for number in range(1001)]).status_code == 400
    with pytest.raises(Invalid):
        services.submit_jobs(owner=alice, wishes=[wish(number) for number in range(1001)])


def test_more_than_may_wait_are_refused_as_a_whole(alice, settings):
    settings.JOBS_MAX_WAITING = 5
    JobFactory.create_batch(3, owner=alice)
    with pytest.raises(Conflict, match="5 jobs waiting"):
        services.submit_jobs(owner=alice, wishes=[wish(number) for number in range(3)])
    assert len(services.submit_jobs(owner=alice, wishes=[wish(0), wish(1)])) == 2


def test_only_verified_people_submit_them(db):
    with pytest.raises(Forbidden):
        services.submit_jobs(owner=UserFactory(email_verified_at=None), wishes=[wish(0)])


def test_what_is_sent_again_is_submitted_once(alice, as_person):
    key = {"HTTP_IDEMPOTENCY_KEY": "monday"}
    first = submitted(as_person(alice), [wish(0), wish(1)], **key)
    again = submitted(as_person(alice), [wish(0), wish(1)], **key)
    assert first.json() == again.json()
    assert Job.objects.count() == 2
    assert submitted(as_person(alice), [wish(0)], **key).status_code == 422


def test_their_owner_is_told_of_failures_and_of_what_was_wished_for(alice, deliver_events):
    fails = {"parameters": {"give_up": True}}
    wishes = [wish(0), wish(1, **fails), wish(2, notify="always"), wish(3, notify="never", **fails)]
    services.submit_jobs(owner=alice, wishes=wishes)
    assert work() == 4
    deliver_events()
    told = Notification.objects.filter(recipient=alice).values_list("kind", "subject_id")
    names = dict(Job.objects.values_list("pk", "name"))
    assert sorted((names[pk], kind) for kind, pk in told) == [("Number 1", "job_failed"), ("Number 2", "job_completed")]
    ends = Event.objects.filter(type__in=["innotter.job.completed", "innotter.job.failed"])
    assert ends.count() == 4, "programs hear of all of them"


def test_it_takes_the_same_few_statements_however_many_there_are(alice, django_assert_num_queries):
    services.submit_jobs(owner=alice, wishes=[wish(0)])
    with django_assert_num_queries(7):
        services.submit_jobs(owner=alice, wishes=[wish(number) for number in range(2)])
    with django_assert_num_queries(7):
        services.submit_jobs(owner=alice, wishes=[wish(number) for number in range(200)])


@pytest.mark.django_db(transaction=True)
def test_many_at_the_same_moment_pass_the_limit_of_waiting_jobs_from_nowhere(settings):
    settings.JOBS_MAX_WAITING = 200
    owner, refused = UserFactory(), []

    def submit():
        try:
            services.submit_jobs(owner=owner, wishes=[wish(number) for number in range(90)])
        except Conflict:
            refused.append(True)

    at_the_same_moment(*[submit] * 4)
    assert (Job.objects.count(), len(refused)) == (180, 2)


def test_a_twin_of_one_is_as_quiet(alice):
    (job,) = services.submit_jobs(owner=alice, wishes=[wish(0)])
    done(job)
    assert services.duplicate_job(owner=alice, job=job).notify == "failure"


def test_a_batch_takes_the_same_few_statements_however_many_jobs_it_has(alice, django_assert_max_num_queries):
    services.submit_jobs(owner=alice, wishes=[wish(number) for number in range(100)])
    QueueEntry.objects.update(is_quick=True, due_at=timezone.now())
    with django_assert_max_num_queries(30):
        assert work() == 100
