"""Recurring jobs, as programs and people set them up; the form works without scripts, too."""

from datetime import datetime

import pytest
from django.utils import timezone

from innotter.jobs import services
from innotter.jobs.models import RecurringJob
from tests.factories.jobs import RecurringJobFactory
from tests.jobs.work import done

WISH = {
    "name": "Look at the garden",
    "handler": "http_request",
    "parameters": {"url": "https://example.org/"},
    "expression": " 30 9  * * MON-FRI",
    "time_zone": "Asia/Tokyo",
}
#: The same, as a form sends it.
TYPED = {
    "name": "Look at the garden",
    "method": "GET",
    "url": "https://example.org/",
    "headers": "Accept: text/html",
    "expression": "30 9 * * MON-FRI",
    "time_zone": "Asia/Tokyo",
    "missed": "once",
    "notify": "always",
}


@pytest.fixture
def client(alice, as_person):
    return as_person(alice)


def test_a_program_sets_one_up_reads_changes_pauses_and_deletes_it(client):
    answer = client.post("/api/jobs/recurring/", WISH, format="json")
    assert answer.status_code == 201
    made = answer.json()
    assert (made["expression"], made["missed"], made["notify"]) == ("30 9 * * MON-FRI", "skip", "failure")
    assert datetime.fromisoformat(made["next_at"]).hour == 0
    address = f"/api/jobs/recurring/{made['id']}/"

    assert client.get("/api/jobs/recurring/").json()["results"] == [made]
    changed = client.patch(address, {"expression": "@daily", "until": "2099-12-31"}, format="json").json()
    assert (changed["expression"], changed["until"], changed["name"]) == ("@daily", "2099-12-31", WISH["name"])
    paused = client.post(f"{address}pause/").json()
    assert (paused["is_paused"], paused["next_at"]) == (True, None)
    assert client.post(f"{address}resume/").json()["next_at"] == changed["next_at"]
    run = client.post(f"{address}run/")
    assert (run.status_code, run.json()["recurring"]) == (201, made["id"])
    assert client.post(f"{address}run/").status_code == 409
    assert client.get(address).json()["last_job"] == run.json()["id"]
    assert client.delete(address).status_code == 204
    assert client.get(address).status_code == 404


def test_a_repeated_request_makes_one(client):
    answers = [
        client.post("/api/jobs/recurring/", WISH, format="json", HTTP_IDEMPOTENCY_KEY="one").json() for _ in range(2)
    ]
    assert answers[0] == answers[1]
    assert RecurringJob.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"expression": "0 25 * * *"}, "expression", "0 to 23"),
        ({"expression": "never"}, "expression", "five fields"),
        ({"time_zone": "Mars/Olympus"}, "time_zone", "time zone"),
        ({"parameters": []}, "parameters", "object"),
        ({"until": "2020-01-01"}, "until", "later"),
        ({"missed": "twice"}, "missed", "twice"),
        ({"name": ""}, "name", "blank"),
    ],
)
def test_what_is_wrong_is_said_field_by_field(client, changes, field, words):
    answer = client.post("/api/jobs/recurring/", WISH | changes, format="json")
    assert answer.status_code == 400
    assert words in answer.json()["errors"][field][0]


def test_a_zone_that_only_another_machine_has_known_stays_when_something_else_is_changed(client, alice, browser_of):
    pk = client.post("/api/jobs/recurring/", WISH, format="json").json()["id"]
    RecurringJob.objects.update(time_zone="Mars/Olympus")
    assert client.patch(f"/api/jobs/recurring/{pk}/", {"name": "Anew"}, format="json").status_code == 200
    sent = {"name": "By hand", "expression": WISH["expression"], "time_zone": "Mars/Olympus"}
    sent |= {"missed": "once", "notify": "never", **WISH["parameters"]}
    answer = browser_of(alice).post(f"/jobs/recurring/{pk}/edit/", sent)
    assert answer.status_code == 302, answer.content.decode()
    kept = RecurringJob.objects.get()
    assert (kept.name, kept.missed, kept.time_zone) == ("By hand", "once", "Mars/Olympus")
    answer = client.patch(f"/api/jobs/recurring/{pk}/", {"time_zone": "Mars/Elsewhere"}, format="json")
    assert list(answer.json()["errors"]) == ["time_zone"]


def test_the_next_times_are_shown_before_it_is_saved(client, alice):
    alice.time_zone = "UTC"
    ask = {"expression": "0 12 * * *"}
    times = client.post("/api/jobs/recurring/preview/", ask, format="json").json()["next_times"]
    assert len(times) == 5
    assert all(datetime.fromisoformat(time) > timezone.now() for time in times)
    in_tokyo = client.post("/api/jobs/recurring/preview/", ask | {"time_zone": "Asia/Tokyo"}, format="json").json()
    assert {datetime.fromisoformat(time).hour for time in in_tokyo["next_times"]} == {3}
    for wrong in ({"expression": "0 0 30 2 *"}, {"expression": "@daily", "time_zone": "nowhere"}, {}):
        assert client.post("/api/jobs/recurring/preview/", wrong, format="json").status_code == 400
    assert not RecurringJob.objects.exists()


def test_the_list_asks_the_database_as_often_for_many_as_for_one(alice, client, django_assert_num_queries):
    def ask():
        client.get("/api/jobs/recurring/")

    done(services.run_recurring_job(owner=alice, recurring=RecurringJobFactory(owner=alice)))
    with django_assert_num_queries(2):
        ask()
    for _number in range(19):
        RecurringJobFactory(owner=alice)
    with django_assert_num_queries(2):
        ask()


def test_a_person_sets_one_up_and_changes_it(alice, browser_of):
    browser = browser_of(alice)
    assert "http_request" in browser.get("/jobs/recurring/new/").text
    answer = browser.post("/jobs/recurring/new/http_request/", TYPED)
    recurring = RecurringJob.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, recurring.get_absolute_url())
    assert recurring.parameters["headers"] == {"Accept": "text/html"}
    assert (recurring.missed, recurring.notify, recurring.until) == ("once", "always", None)

    page = browser.get(f"/jobs/recurring/{recurring.pk}/edit/").text
    assert "Accept: text/html" in page
    assert "30 9 * * MON-FRI" in page
    answer = browser.post(f"/jobs/recurring/{recurring.pk}/edit/", TYPED | {"expression": "@weekly"})
    assert answer.status_code == 302
    recurring.refresh_from_db()
    assert recurring.expression == "@weekly"


def test_the_next_times_are_shown_on_a_press_with_and_without_scripts(alice, browser_of):
    browser = browser_of(alice)
    press = TYPED | {"preview": "1", "name": ""}
    whole = browser.post("/jobs/recurring/new/http_request/", press)
    part = browser.post("/jobs/recurring/times/", press)
    for answer in (whole, part):
        assert answer.status_code == 200
        assert answer.text.count("<li><time") == 5
        assert "9:30" in answer.text
    assert "https://example.org/" in whole.text
    assert "errorlist" not in whole.text
    wrong = browser.post("/jobs/recurring/new/http_request/", press | {"expression": "99 * * * *"})
    assert "0 to 59" in wrong.text
    assert not RecurringJob.objects.exists()


def test_a_wrong_expression_stays_in_the_form_with_what_is_wrong(alice, browser_of):
    answer = browser_of(alice).post("/jobs/recurring/new/http_request/", TYPED | {"expression": "0 0 0 * *"})
    assert answer.status_code == 400
    assert "1 to 31" in answer.text
    assert "0 0 0 * *" in answer.text


def test_a_kind_that_takes_a_file_cannot_recur(alice, browser_of):
    browser = browser_of(alice)
    assert "csv_clean" not in browser.get("/jobs/recurring/new/").text
    assert browser.get("/jobs/recurring/new/csv_clean/").status_code == 404


def test_its_page_shows_the_next_times_the_last_runs_and_what_was_left_out(alice, browser_of):
    browser, recurring = browser_of(alice), RecurringJobFactory(owner=alice, name="By the hour")
    run = done(services.run_recurring_job(owner=alice, recurring=recurring))
    RecurringJob.objects.filter(pk=recurring.pk).update(skipped=3)
    page = browser.get(recurring.get_absolute_url()).text
    assert page.count("<li><time") == 5
    assert run.get_absolute_url() in page
    assert "3 runs were skipped" in page
    assert recurring.get_absolute_url() in browser.get(run.get_absolute_url()).text
    assert "Completed" in browser.get("/jobs/recurring/").text

    assert browser.post(f"/jobs/recurring/{recurring.pk}/pause/").status_code == 302
    assert "Paused" in browser.get("/jobs/recurring/").text
    assert browser.post(f"/jobs/recurring/{recurring.pk}/resume/").status_code == 302
    assert browser.post(f"/jobs/recurring/{recurring.pk}/run/").status_code == 302
    assert "Delete this recurring job?" in browser.get(f"/jobs/recurring/{recurring.pk}/delete/").text
    assert browser.post(f"/jobs/recurring/{recurring.pk}/delete/").status_code == 302
    assert "No recurring jobs yet" in browser.get("/jobs/recurring/").text
