"""What the site stands on is away or full: a refusal that says so, at every door, and no fault of ours."""

import errno

import pytest
from django.db import DataError, InterfaceError, InternalError, OperationalError, connection
from psycopg.errors import AdminShutdown, DiskFull, ReadOnlySqlTransaction
from redis.exceptions import ResponseError

from innotter import outages

#: A page of the site, an address of REST framework's half of the API, one of Ninja's.
DOORS = ["/", "/api/pages/", "/api/blog/posts/"]


def caused(error, cause):
    error.__cause__ = cause
    return error


AWAY = [
    OperationalError("connection refused"),
    InterfaceError("the connection is closed"),
    caused(OperationalError("terminating connection"), AdminShutdown()),
    caused(InternalError("read-only transaction"), ReadOnlySqlTransaction()),
    ResponseError("MISCONF Errors writing to the AOF file"),
]
FULL = [caused(OperationalError("could not extend file"), DiskFull()), OSError(errno.ENOSPC, "No space left on device")]


@pytest.fixture
def broken(monkeypatch, client):
    """Every statement fails, from here on, with this error."""
    client.raise_request_exception = False

    def breaks(error):
        def execute(*words, **more):
            raise error

        monkeypatch.setattr("django.db.backends.utils.CursorWrapper._execute_with_wrappers", execute)

    yield breaks
    outages._full_at.clear()


@pytest.mark.django_db
@pytest.mark.parametrize("path", DOORS)
@pytest.mark.parametrize("error", AWAY, ids=str)
def test_what_is_away_is_a_503_that_says_when_to_try_again(client, broken, path, error):
    broken(error)
    answer = client.get(path)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "Try again soon" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("path", DOORS)
@pytest.mark.parametrize("error", FULL, ids=str)
def test_a_full_disk_is_a_507(client, broken, path, error):
    broken(error)
    answer = client.get(path)
    assert (answer.status_code, answer.get("Retry-After"), answer.content[:300])[:2] == (507, "60")
    assert "no room left" in answer.content.decode()


@pytest.mark.django_db
def test_whoever_is_signed_in_is_told_so_too(browser_of, alice, broken):
    browser = browser_of(alice)
    browser.raise_request_exception = False
    broken(OperationalError("connection refused"))
    for path in ("/", "/tasks/", "/settings/"):
        answer = browser.get(path)
        assert (answer.status_code, answer["Retry-After"]) == (503, "5")


@pytest.mark.django_db
def test_a_database_without_room_is_not_ready_and_is_read_all_the_same(client, as_person, alice, monkeypatch):
    person = as_person(alice)

    def full(*words, **more):
        raise caused(OperationalError("could not extend file"), DiskFull())

    with monkeypatch.context() as patch:
        patch.setattr("innotter.pages.services.create_page", full)
        assert person.post("/api/pages/", {"name": "W", "uuid": "w-1"}).status_code == 507
    try:
        assert client.get("/").status_code == 200
        answer = client.get("/health/ready/")
        assert (answer.status_code, answer.json()["database"]) == (503, "down")
    finally:
        outages._full_at.clear()
    assert client.get("/health/ready/").status_code == 200


def test_a_database_that_is_away_is_soon_given_up():
    assert connection.settings_dict["OPTIONS"]["pool"]["reconnect_timeout"] <= 10


def test_what_the_database_cannot_keep_is_refused_and_no_failure():
    assert outages.outage(DataError("text fields cannot contain NUL")).status == 400


def test_another_fault_is_no_outage():
    for error in (ValueError(), OSError(errno.ENOENT, "no such file"), InternalError("something"), None):
        assert outages.outage(error) is None
