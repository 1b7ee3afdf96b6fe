"""D-6, D-7, D-11, D-12, D-13: jobs as programs have them: permissions, validation, lists, results."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from innotter.jobs import services
from innotter.jobs.engine.leasing import Turns, lease_slow
from innotter.jobs.models import Job
from tests.factories.jobs import BidFactory, JobFactory, OpenJobFactory
from tests.jobs.work import done

SOON = timedelta(hours=1)


def new_job(**changes):
    return {"name": "Water the plants", "handler": "wait_and_see", "parameters": {"steps": 1}} | changes


class TestSubmitting:
    def test_a_job_is_submitted_watched_done_and_its_result_read(self, alice, as_person):
        client = as_person(alice)
        time = (timezone.now() + timedelta(seconds=1)).isoformat()
        answer = client.post("/api/jobs/", new_job(scheduled_time=time))
        assert answer.status_code == 201, answer.content
        job = answer.json()
        assert (job["status"], job["owner"], job["attempt"]) == ("pending", "alice", 0)
        assert client.get(f"/api/jobs/{job['id']}/").json() == job
        assert client.get(f"/api/jobs/{job['id']}/result/").status_code == 404, "there is none yet"
        client.post(f"/api/jobs/{job['id']}/run/")
        done(Job.objects.get())
        assert client.get(f"/api/jobs/{job['id']}/").json()["status"] == "completed"
        result = client.get(f"/api/jobs/{job['id']}/result/").json()
        assert (result["output"], result["data"], result["error_message"]) == ("It went well.", {"steps": 1}, "")
        assert result["completed_at"]
        (line,) = client.get(f"/api/jobs/{job['id']}/log/").json()["results"]
        assert line["text"] == "Line 1"

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            (new_job(name=""), "name"),
            (new_job(scheduled_time="2001-01-01T00:00:00Z"), "scheduled_time"),
            (new_job(scheduled_time="tomorrow"), "scheduled_time"),
            (new_job(handler="mine_gold"), "handler"),
            (new_job(handler=""), "handler"),
            (new_job(open_to_bids=True), "handler"),
            (new_job(parameters=[1]), "parameters"),
            (new_job(parameters={"steps": "x"}), "steps"),
            (new_job(parameters={"keep": "a\0b"}), "keep"),
            (new_job(parameters={"a\0b": 1}), "a\0b"),
            (new_job(handler="", open_to_bids=True), "deadline"),
            (new_job(handler="", open_to_bids=True, deadline="2001-01-01T00:00:00Z"), "deadline"),
            (new_job(handler="", open_to_bids=True, deadline="2030-01-01T00:00:00Z", budget=-1), "budget"),
            (new_job(handler="", open_to_bids=True, deadline="2030-01-01T00:00:00Z", budget=1), "currency"),
        ],
    )
    def test_what_is_wrong_is_told_and_nothing_is_submitted(self, alice, as_person, body, field):
        answer = as_person(alice).post("/api/jobs/", body)
        assert answer.status_code == 400
        assert list(answer.json()["errors"]) == [field]
        assert not Job.objects.exists()

    def test_a_request_that_is_sent_again_submits_one_job(self, alice, as_person):
        client = as_person(alice)
        answers = [client.post("/api/jobs/", new_job(), HTTP_IDEMPOTENCY_KEY="one") for _time in range(2)]
        assert answers[0].json() == answers[1].json()
        assert Job.objects.count() == 1

    def test_a_table_is_uploaded_with_its_job(self, alice, as_person):
        file = SimpleUploadedFile("people.csv", b"name,age\nAda,36\nBob,\n")
        body = {"name": "Tidy", "handler": "csv_clean", "parameters": '{"required": "age"}', "file": file}
        answer = as_person(alice).post("/api/jobs/", body, format="multipart")
        assert answer.status_code == 201, answer.content
        job = done(Job.objects.get())
        result = as_person(alice).get(f"/api/jobs/{job.pk}/result/").json()
        assert (result["data"]["kept"], result["data"]["dropped"]) == (1, 1)
        assert [file["name"] for file in result["files"]] == ["cleaned.csv", "report.json"]

    def test_the_kinds_of_work_tell_what_they_want_to_know(self, api):
        kinds = {kind["name"]: kind for kind in api.get("/api/jobs/handlers/").json()}
        assert {"http_request", "csv_clean", "page_export", "page_report", "publish_post"} <= set(kinds)
        assert kinds["http_request"]["parameters"]["required"] == ["url"]
        assert kinds["csv_clean"]["takes_file"]


class TestChangingOnesMind:
    def test_a_waiting_job_is_cancelled_and_a_processed_one_is_not(self, alice, as_person):
        client, waiting, processed = as_person(alice), JobFactory(owner=alice), None
        assert client.delete(f"/api/jobs/{waiting.pk}/").status_code == 204
        assert client.get(f"/api/jobs/{waiting.pk}/").json()["status"] == "cancelled"
        processed = done(JobFactory(owner=alice))
        answer = client.delete(f"/api/jobs/{processed.pk}/")
        assert (answer.status_code, answer.json()["code"]) == (409, "conflict")

    def test_a_running_job_is_told_to_stop(self, alice, as_person):
        job = JobFactory(owner=alice)
        assert lease_slow(turns=Turns())
        assert as_person(alice).delete(f"/api/jobs/{job.pk}/").status_code == 202

    def test_a_failed_job_is_tried_again_and_any_is_done_once_more(self, alice, as_person):
        client, job = as_person(alice), done(JobFactory(owner=alice, parameters={"give_up": True}))
        assert client.get(f"/api/jobs/{job.pk}/result/").status_code == 404
        (attempt,) = client.get(f"/api/jobs/{job.pk}/attempts/").json()["results"]
        assert attempt["error_message"] == "It makes no sense."
        assert client.post(f"/api/jobs/{job.pk}/retry/").json()["status"] == "pending"
        assert client.post(f"/api/jobs/{job.pk}/retry/").status_code == 409
        twin = client.post(f"/api/jobs/{job.pk}/duplicate/", {})
        assert (twin.status_code, twin.json()["parameters"]) == (201, job.parameters)


class TestListing:
    """D-11: filters and sorting by status, scheduled time, creation date."""

    @pytest.fixture
    def jobs(self, alice, bob):
        now = timezone.now()
        JobFactory(owner=bob, name="Not mine")
        made = [
            JobFactory(owner=alice, name=name, scheduled_time=now + timedelta(days=days))
            for name, days in [("Beta", 3), ("alpha", 1), ("Gamma", 2)]
        ]
        services.cancel_job(owner=alice, job=made[0])
        Job.objects.filter(pk=made[2].pk).update(created_at=now - timedelta(days=10))
        return made

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("", ["Gamma", "alpha", "Beta"]),
            ("ordering=created_at", ["Beta", "alpha", "Gamma"]),
            ("ordering=scheduled_time", ["alpha", "Gamma", "Beta"]),
            ("ordering=-scheduled_time", ["Beta", "Gamma", "alpha"]),
            ("ordering=-name", ["alpha", "Gamma", "Beta"]),
            ("ordering=nonsense", ["Gamma", "alpha", "Beta"]),
            ("status=cancelled", ["Beta"]),
            ("status=pending&ordering=scheduled_time", ["alpha", "Gamma"]),
            ("handler=csv_clean", []),
            ("search=AMM", ["Gamma"]),
        ],
    )
    def test_one_finds_and_sorts_ones_own_jobs(self, alice, as_person, jobs, query, names):
        client, found, address = as_person(alice), [], f"/api/jobs/?page_size=2&{query}"
        while address:
            answer = client.get(address).json()
            found += [job["name"] for job in answer["results"]]
            address = answer["next"]
        assert found == names

    def test_a_search_is_no_longer_than_a_name(self, alice, as_person, browser_of, jobs):
        answer = as_person(alice).get("/api/jobs/", {"search": "a" * 201})
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["search"])
        assert browser_of(alice).get("/jobs/", {"search": "a" * 201}).status_code == 200

    def test_by_spans_of_time(self, alice, as_person, jobs):
        day = timezone.now() + timedelta(days=1, hours=12)

        def names(**query):
            return [job["name"] for job in as_person(alice).get("/api/jobs/", query).json()["results"]]

        assert names(scheduled_after=day.isoformat()) == ["Gamma", "Beta"]
        assert names(scheduled_before=day.isoformat()) == ["alpha"]
        assert names(created_before=(timezone.now() - timedelta(days=5)).date().isoformat()) == ["Gamma"]
        assert names(created_after=(timezone.now() - timedelta(days=5)).date().isoformat()) == ["alpha", "Beta"]

    @pytest.mark.parametrize(
        "query", ["status=lost", "scheduled_after=yesterday", "created_before=2026-99-99", "created_after=9999-12-31"]
    )
    def test_a_filter_that_makes_no_sense_is_refused_or_finds_nothing(self, alice, as_person, jobs, query):
        answer = as_person(alice).get(f"/api/jobs/?{query}")
        assert answer.status_code == 400 or answer.json()["results"] == []

    @pytest.mark.parametrize("ordering", ["name", "scheduled_time", "created_at"])
    def test_a_cursor_that_is_nonsense_is_not_found(self, alice, as_person, jobs, ordering):
        for cursor in ("cD14", "cD0lMDA=", "nonsense"):
            answer = as_person(alice).get(f"/api/jobs/?ordering={ordering}&cursor={cursor}")
            assert answer.status_code in {200, 404}


class TestOtherPeople:
    """D-7: each sees and manages only their own."""

    def test_what_is_not_ones_own_is_not_there(self, alice, bob, as_person):
        job = done(JobFactory(owner=alice))
        client = as_person(bob)
        assert client.get("/api/jobs/").json()["results"] == []
        for method, path in [
            ("get", ""),
            ("delete", ""),
            ("get", "result/"),
            ("get", "attempts/"),
            ("get", "log/"),
            ("post", "retry/"),
            ("post", "run/"),
            ("post", "duplicate/"),
            ("get", "bids/"),
            ("post", "comments/"),
        ]:
            answer = getattr(client, method)(f"/api/jobs/{job.pk}/{path}", {"text": "x"})
            assert answer.status_code == 404, path

    def test_a_file_of_a_job_is_for_its_owner_alone(self, alice, bob, browser_of):
        job = done(JobFactory(owner=alice, parameters={"keep": "secret"}))
        url = job.results.get().files.get().url
        answer = browser_of(alice).get(url)
        assert b"".join(answer.streaming_content) == b"secret"
        assert answer.headers["Content-Disposition"] == 'attachment; filename="kept.txt"'
        assert browser_of(bob).get(url).status_code == 404


class TestMarket:
    def test_a_job_is_opened_bid_for_given_away_delivered_and_accepted(self, alice, bob, carol, as_person):
        deadline = (timezone.now() + timedelta(days=7)).isoformat()
        owner, bidder, other = as_person(alice), as_person(bob), as_person(carol)
        body = {"name": "Clock", "open_to_bids": True, "scheduled_time": deadline, "budget": "100", "currency": "EUR"}
        job = owner.post("/api/jobs/", body).json()
        assert [row["id"] for row in bidder.get("/api/jobs/open/").json()["results"]] == [job["id"]]
        offer = {"text": "I can do this well", "proposed_deadline": deadline, "fee": "80", "currency": "USD"}
        bid = bidder.post(f"/api/jobs/{job['id']}/bids/", offer).json()
        assert (bid["bidder"], bid["fee"], bid["status"]) == ("bob", "80.00", "open")
        other.post(f"/api/jobs/{job['id']}/bids/", offer | {"fee": "90"})
        assert owner.post(f"/api/jobs/{job['id']}/bids/", offer).status_code == 403
        assert [row["fee"] for row in other.get(f"/api/jobs/{job['id']}/bids/").json()["results"]] == ["90.00"]
        assert len(owner.get(f"/api/jobs/{job['id']}/bids/").json()["results"]) == 2
        assert other.get(f"/api/jobs/{job['id']}/").json()["bids"] == 2
        said = other.post(f"/api/jobs/{job['id']}/comments/", {"text": "Which clock?"})
        assert (said.status_code, said.json()["author"]) == (201, "carol")
        select = f"/api/jobs/{job['id']}/bids/{bid['id']}/select/"
        assert bidder.post(select).status_code == 403
        assert other.post(select).status_code == 404
        assert owner.post(select).json()["status"] == "selected"
        assert owner.post(select).status_code == 409
        assert [row["id"] for row in bidder.get("/api/jobs/assigned/").json()["results"]] == [job["id"]]
        assert other.get("/api/jobs/assigned/").json()["results"] == []
        delivered = bidder.post(f"/api/jobs/{job['id']}/deliver/", {"text": "It goes"})
        assert delivered.status_code == 201, delivered.content
        assert owner.post(f"/api/jobs/{job['id']}/changes/", {"reason": "Slower"}).status_code == 200
        file = SimpleUploadedFile("clock.txt", b"tick")
        bidder.post(f"/api/jobs/{job['id']}/deliver/", {"text": "Now", "file": [file]}, format="multipart")
        assert owner.get(f"/api/jobs/{job['id']}/result/").status_code == 404
        assert owner.post(f"/api/jobs/{job['id']}/accept/").json()["status"] == "completed"
        for client in (owner, bidder):
            result = client.get(f"/api/jobs/{job['id']}/result/").json()
            assert (result["output"], [file["name"] for file in result["files"]]) == ("Now", ["clock.txt"])
        assert other.get(f"/api/jobs/{job['id']}/result/").status_code == 404

    def test_a_bid_is_withdrawn(self, bob, as_person):
        bid = BidFactory(bidder=bob)
        assert as_person(bob).delete(f"/api/jobs/{bid.job_id}/bids/{bid.pk}/").status_code == 204
        bid.refresh_from_db()
        assert bid.status == "withdrawn"

    def test_the_market_shows_no_job_of_a_blocked_person(self, alice, bob, as_person):
        job = OpenJobFactory(owner=alice)
        type(alice).objects.filter(pk=alice.pk).update(is_blocked=True)
        assert as_person(bob).get("/api/jobs/open/").json()["results"] == []
        assert as_person(bob).get(f"/api/jobs/{job.pk}/").status_code == 404


def test_the_dashboard_sums_up_ones_own_jobs(alice, bob, as_person):
    """D-12."""
    done(JobFactory(owner=bob))
    for parameters in ({}, {}, {"give_up": True}):
        done(JobFactory(owner=alice, parameters=parameters))
    later = JobFactory(owner=alice, scheduled_time=timezone.now() + SOON)
    shown = as_person(alice).get("/api/jobs/dashboard/").json()
    assert {status: n for status, n in shown["counts"].items() if n} == {"completed": 2, "failed": 1, "pending": 1}
    assert [job["id"] for job in shown["due_next"]] == [later.pk]
    assert [job["error"] for job in shown["recent_failures"]] == ["It makes no sense."]
    (kind,) = shown["handlers"]
    assert (kind["handler"], kind["attempts"], kind["completed"]) == ("wait_and_see", 3, 2)
    assert kind["success_rate"] == pytest.approx(2 / 3)
    assert 0 < kind["median_seconds"] <= kind["p95_seconds"] < 5
    assert (shown["days"][-1]["completed"], shown["days"][-1]["failed"], len(shown["days"])) == (2, 1, 14)
