"""What people hold is good for a while: codes, tokens and sessions, looked at shortly before and after."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session as BrowserSession
from django.utils import timezone

from innotter.accounts import background
from innotter.accounts.models import OTP, Session
from innotter.accounts.services import request_code, write_code
from tests.factories.accounts import PASSWORD, UserFactory

NEW_PASSWORD = "battery-staple-9"


def later(**span):
    return time_machine.travel(timezone.now() + timedelta(**span))


def verify(api, email, code):
    return api.post("/api/verify-email/", {"email": email, "otp": code}).status_code


def reset(api, email, code):
    body = {"email": email, "otp": code, "password": NEW_PASSWORD}
    return api.post("/api/password/reset/confirm/", body).status_code


@pytest.mark.parametrize(("purpose", "enter", "good"), [("verify_email", verify, 200), ("reset_password", reset, 204)])
@pytest.mark.parametrize(("seconds", "is_good"), [(590, True), (601, False), (86_400, False)])
def test_a_code_is_good_for_ten_minutes_for_whatever_it_is(api, db, purpose, enter, good, seconds, is_good):
    person = UserFactory(unverified=purpose == "verify_email")
    code = write_code(otp=request_code(user=person, purpose=purpose, email=person.email))
    with later(seconds=seconds):
        assert enter(api, person.email, code) == (good if is_good else 400)


def test_the_life_of_a_code_begins_when_its_mail_is_written(api, alice):
    """A relay that was away for an hour sends codes that can be used."""
    otp = request_code(user=alice, purpose=OTP.Purpose.RESET_PASSWORD, email=alice.email)
    with later(hours=1):
        code = write_code(otp=otp)
        assert reset(api, alice.email, code) == 204


def test_a_code_that_is_not_written_yet_is_answered_by_nothing(api, alice):
    request_code(user=alice, purpose=OTP.Purpose.RESET_PASSWORD, email=alice.email)
    assert reset(api, alice.email, "000000") == 400


def bearer(api, access):
    return api.get("/api/users/me/", headers={"Authorization": f"Bearer {access}"}).status_code


def refresh(api, token):
    return api.post("/api/token/refresh/", {"refresh": token})


@pytest.mark.parametrize(("seconds", "status"), [(590, 200), (625, 200), (635, 401)])
def test_an_access_token_is_good_for_ten_minutes_and_not_shorter(api, alice, seconds, status):
    tokens = api.post("/api/login/", {"email": "alice", "password": PASSWORD}).json()
    with later(seconds=seconds):
        assert bearer(api, tokens["access"]) == status


@pytest.mark.parametrize(("days", "status"), [(29.9, 200), (30.1, 401)])
def test_a_refresh_token_is_good_for_thirty_days(api, alice, days, status):
    tokens = api.post("/api/login/", {"email": "alice", "password": PASSWORD}).json()
    with later(days=days):
        assert refresh(api, tokens["refresh"]).status_code == status


def test_each_refresh_gives_thirty_days_more(api, alice):
    token = api.post("/api/login/", {"email": "alice", "password": PASSWORD}).json()["refresh"]
    now = timezone.now()
    for _time in range(3):
        now += timedelta(days=20)
        with time_machine.travel(now):
            answer = refresh(api, token)
            assert answer.status_code == 200
            token = answer.json()["refresh"]


def test_a_session_that_has_run_out_is_good_for_nothing_whatever_its_tokens_say(api, alice):
    tokens = api.post("/api/login/", {"email": "alice", "password": PASSWORD}).json()
    Session.objects.update(expires_at=timezone.now() + timedelta(minutes=1))
    assert bearer(api, tokens["access"]) == 200
    with later(seconds=61):
        assert bearer(api, tokens["access"]) == 401
        assert refresh(api, tokens["refresh"]).status_code == 401
        assert not Session.objects.alive().exists()


@pytest.mark.parametrize(("days", "is_signed_in"), [(29, True), (31, False)])
def test_a_browser_that_is_not_used_for_thirty_days_is_signed_out(alice, browser_of, days, is_signed_in):
    browser = browser_of(alice)
    with later(days=days):
        assert (browser.get("/settings/").status_code == 200) is is_signed_in


def test_a_browser_that_is_used_stays_signed_in(alice, browser_of):
    browser, now = browser_of(alice), timezone.now()
    for _time in range(3):
        now += timedelta(days=20)
        with time_machine.travel(now):
            assert browser.get("/settings/").status_code == 200
            assert Session.objects.alive().exists()


def test_what_has_been_good_for_nothing_for_a_week_is_forgotten(alice, as_person, browser_of):
    as_person(alice)
    browser_of(alice)
    ended = Session.objects.create(
        user=alice, expires_at=timezone.now() + timedelta(days=99), revoked_at=timezone.now()
    )
    request_code(user=alice, purpose=OTP.Purpose.RESET_PASSWORD, email=alice.email)

    def left():
        background.forget_old_sessions()
        alive = Session.objects.exclude(pk=ended.pk).count()
        return (
            alive,
            Session.objects.filter(pk=ended.pk).exists(),
            OTP.objects.exists(),
            BrowserSession.objects.exists(),
        )

    with later(days=6.9):
        assert left() == (2, True, True, True)
    with later(days=7.1):
        assert left() == (2, False, False, True)
    with later(days=36):
        assert left() == (2, False, False, False)
    with later(days=38):
        assert left() == (0, False, False, False)
