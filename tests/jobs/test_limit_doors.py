"""Limits and queues, as programs and people set them; the forms work without scripts, too."""

import pytest

from innotter.jobs import services
from innotter.jobs.models import JobLimit, QueuePause
from tests.factories.jobs import JobFactory
from tests.jobs.work import wait_and_see, work

KIND = wait_and_see.__name__


@pytest.fixture
def me(alice, as_person):
    return as_person(alice)


def test_a_program_sets_a_limit_reads_changes_and_deletes_it(me):
    answer = me.post("/api/jobs/limits/", {"handler": KIND, "each": "key", "per_minute": 60}, format="json")
    assert answer.status_code == 201
    made = answer.json()
    assert made | {"id": 1, "created_at": ""} == {
        "id": 1,
        "for_everybody": False,
        "handler": KIND,
        "key": "",
        "each": "key",
        "at_once": None,
        "per_minute": 60,
        "created_at": "",
    }
    address = f"/api/jobs/limits/{made['id']}/"
    assert me.get("/api/jobs/limits/").json()["results"] == [made]
    assert me.patch(address, {"at_once": 2, "per_minute": None}, format="json").json()["at_once"] == 2
    assert me.get(address).json() == made | {"at_once": 2, "per_minute": None}
    assert me.delete(address).status_code == 204
    assert me.get(address).status_code == 404


@pytest.mark.parametrize("wrong", [0, -1, 1001, 2**31, 2**70, "many", 1.5, [], {}])
@pytest.mark.parametrize("field", ["at_once", "per_minute"])
def test_a_number_that_makes_no_sense_is_refused(me, field, wrong):
    answer = me.post("/api/jobs/limits/", {field: wrong}, format="json")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])


def test_everybody_sees_the_limits_that_hold_for_all_and_admins_alone_set_them(me, ada, as_person):
    wish = {"for_everybody": True, "at_once": 5}
    assert me.post("/api/jobs/limits/", wish, format="json").status_code == 403
    made = as_person(ada).post("/api/jobs/limits/", wish, format="json").json()
    assert me.get("/api/jobs/limits/").json()["results"] == [made]
    assert me.delete(f"/api/jobs/limits/{made['id']}/").status_code == 403
    assert JobLimit.objects.exists()


def test_a_job_is_submitted_with_a_key_and_says_it_and_its_host(me):
    wish = {"name": "Ask", "handler": "http_request", "parameters": {"url": "https://One.example/x"}}
    made = me.post("/api/jobs/", wish | {"limit_key": " mine "}, format="json").json()
    assert (made["limit_key"], made["target"]) == ("mine", "one.example")
    refused = me.post("/api/jobs/", wish | {"limit_key": "k" * 101}, format="json")
    assert list(refused.json()["errors"]) == ["limit_key"]


def test_an_admin_pauses_a_queue_by_a_program_and_lets_it_go_on(ada, as_person, alice):
    admin = as_person(ada)
    paused = admin.post(f"/api/jobs/queues/{KIND}/pause/", {"reason": "Repairs"}, format="json").json()
    queue = next(one for one in paused["queues"] if one["handler"] == KIND)
    assert (queue["is_paused"], queue["reason"], paused["all_paused"]) == (True, "Repairs", False)
    JobFactory(owner=alice)
    assert work() == 0
    assert admin.get("/api/jobs/queues/").json()["queues"] != paused["queues"], "one waits"
    resumed = admin.post(f"/api/jobs/queues/{KIND}/resume/").json()
    assert not any(one["is_paused"] for one in resumed["queues"])
    assert work() == 1
    assert admin.post("/api/jobs/queues/all/pause/").json()["all_paused"]
    assert not admin.post("/api/jobs/queues/all/resume/").json()["all_paused"]
    assert admin.post("/api/jobs/queues/nothing/pause/").status_code == 400


def test_a_person_sets_a_limit_on_the_site_and_takes_it_back(client, alice):
    client.force_login(alice)
    answer = client.post("/jobs/limits/new/", {"handler": "", "each": "key", "at_once": "2"}, follow=True)
    assert "2 at a time" in answer.content.decode()
    limit = JobLimit.objects.get()
    assert (limit.owner, limit.at_once, limit.each) == (alice, 2, "key")
    client.post(f"/jobs/limits/{limit.pk}/edit/", {"per_minute": "10"})
    limit.refresh_from_db()
    assert (limit.at_once, limit.per_minute) == (None, 10)
    refused = client.post("/jobs/limits/new/", {"handler": "", "each": "key", "at_once": "3"})
    assert (refused.status_code, "Change that one" in refused.content.decode()) == (409, True)
    client.post(f"/jobs/limits/{limit.pk}/delete/")
    assert not JobLimit.objects.exists()


def test_a_person_without_the_role_is_offered_nothing_that_holds_for_everybody(client, alice):
    client.force_login(alice)
    page = client.get("/jobs/limits/new/").content.decode()
    assert "for_everybody" not in page
    client.post("/jobs/limits/new/", {"each": "together", "at_once": "1", "for_everybody": "on"})
    assert JobLimit.objects.get().owner == alice


def test_the_page_of_a_job_says_why_it_waits(client, alice, ada):
    job = JobFactory(owner=alice, limit_key="mine")
    services.create_limit(person=alice, key="mine", at_once=1, per_minute=5)
    client.force_login(alice)
    page = client.get(job.get_absolute_url()).content.decode()
    assert "1 at a time, 5 in a minute" in page
    services.pause_queue(admin=ada, handler=KIND, reason="The network is being repaired")
    page = client.get(job.get_absolute_url()).content.decode()
    assert "Jobs of this kind are paused" in page
    assert "The network is being repaired" in page
    assert "5 in a minute" not in page, "no limit keeps it waiting"


def test_an_admin_pauses_queues_on_the_site(client, ada):
    client.force_login(ada)
    assert "Pause these jobs?" in client.get(f"/jobs/queues/{KIND}/pause/").content.decode()
    client.post(f"/jobs/queues/{KIND}/pause/", {"reason": "Repairs"})
    client.post("/jobs/queues/pause/", {"reason": "More repairs"})
    page = client.get("/jobs/queues/").content.decode()
    assert "Repairs" in page
    assert "All jobs are paused" in page
    client.post(f"/jobs/queues/{KIND}/resume/")
    client.post("/jobs/queues/resume/")
    assert not QueuePause.objects.filter(resumed_at=None).exists()
    assert client.get("/jobs/queues/nothing/pause/").status_code == 404
