"""D-3, B-1, B-18, C-2: tokens and browser sessions."""

import time
from datetime import timedelta

import jwt
import pytest
import time_machine
from django.contrib.sessions.models import Session as BrowserSession
from django.test import Client
from django.utils import timezone
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from innotter import rate_limits
from innotter.accounts import services
from innotter.accounts.models import Session, User
from tests.factories.accounts import PASSWORD, UserFactory


def log_in(api, identifier, password=PASSWORD):
    return api.post("/api/login/", {"email": identifier, "password": password})


@pytest.mark.parametrize("identifier", ["alice", "ALICE", "alice@example.org", "Alice@Example.org"])
def test_an_address_or_a_username_and_the_password_give_tokens(api, alice, identifier):
    answer = log_in(api, identifier)

    assert answer.status_code == 200
    assert answer.json()["token_type"] == "Bearer"
    assert answer.json()["expires_in"] == 600
    assert answer["Cache-Control"] == "no-store"


def test_wrong_credentials_do_not_say_what_is_wrong(api, alice):
    unknown, wrong = log_in(api, "nobody"), log_in(api, "alice", "wrong")

    assert unknown.status_code == wrong.status_code == 401
    assert unknown.json() == wrong.json()
    assert wrong.json()["code"] == "wrong_credentials"


def test_who_is_not_verified_is_told_so_but_only_with_the_right_password(api, db):
    UserFactory(username="new", unverified=True)

    assert (log_in(api, "new").status_code, log_in(api, "new").json()["code"]) == (403, "email_not_verified")
    assert log_in(api, "new", "wrong").status_code == 401


def test_who_is_blocked_is_told_so(api, db):
    UserFactory(username="rude", is_blocked=True)

    assert (log_in(api, "rude").status_code, log_in(api, "rude").json()["code"]) == (403, "account_blocked")


def test_ten_tries_in_five_minutes_are_enough_for_an_account(api, alice, settings):
    for _try in range(10):
        assert log_in(api, "alice", "wrong").status_code == 401

    refused = log_in(api, "Alice")
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0


def test_limits_hold_while_the_cache_is_away(api, alice, monkeypatch):
    nowhere = storage_from_string("redis://127.0.0.1:1/", socket_connect_timeout=0.1)
    monkeypatch.setattr(rate_limits, "_limiter", MovingWindowRateLimiter(nowhere))
    for _try in range(10):
        assert log_in(api, "alice", "wrong").status_code == 401

    assert log_in(api, "alice").status_code == 429


def test_a_refresh_token_is_traded_for_a_new_pair(api, alice):
    first = log_in(api, "alice").json()
    second = api.post("/api/token/refresh/", {"refresh": first["refresh"]})

    assert second.status_code == 200
    assert second.json()["refresh"] != first["refresh"]
    assert api.post("/api/token/refresh/", {"refresh": second.json()["refresh"]}).status_code == 200


def test_a_refresh_token_used_twice_ends_its_family(api, alice):
    first = log_in(api, "alice").json()
    second = api.post("/api/token/refresh/", {"refresh": first["refresh"]}).json()

    assert api.post("/api/token/refresh/", {"refresh": first["refresh"]}).status_code == 401
    assert api.post("/api/token/refresh/", {"refresh": second["refresh"]}).status_code == 401
    assert api.get("/api/users/me/", headers={"Authorization": f"Bearer {second['access']}"}).status_code == 401


def test_logging_out_ends_the_session_at_once(api, alice):
    tokens = log_in(api, "alice").json()
    assert api.post("/api/logout/", {"refresh": tokens["refresh"]}).status_code == 204

    assert api.get("/api/users/me/", headers={"Authorization": f"Bearer {tokens['access']}"}).status_code == 401
    assert api.post("/api/token/refresh/", {"refresh": tokens["refresh"]}).status_code == 401
    assert api.post("/api/logout/", {"refresh": tokens["refresh"]}).status_code == 204


def test_tokens_can_be_checked_by_anybody_with_the_published_key(api, alice):
    access = log_in(api, "alice").json()["access"]
    (key,) = api.get("/.well-known/jwks.json").json()["keys"]

    header = jwt.get_unverified_header(access)
    assert (header["alg"], header["kid"]) == ("EdDSA", key["kid"])
    assert "d" not in key, "the private part is not published"
    claims = jwt.decode(access, jwt.PyJWK(key).key, algorithms=["EdDSA"], audience="innotter")
    assert claims["sub"] == str(alice.pk)


def forged(alice, **changes):
    now = int(time.time())
    claims = {"typ": "access", "sub": str(alice.pk), "sid": 1, "aud": "innotter", "iat": now, "exp": now + 600}
    return jwt.encode(claims | changes, "x" * 32, "HS256")


@pytest.mark.parametrize("token", ["", "nonsense", "a.b.c", "ёж", "null"])
def test_a_bad_token_is_refused_and_does_not_break_anything(api, db, token):
    answer = api.get("/api/users/me/", headers={"Authorization": f"Bearer {token}".encode().decode("latin1")})

    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_token_that_somebody_else_has_signed_is_refused(api, alice):
    answer = api.get("/api/users/me/", headers={"Authorization": f"Bearer {forged(alice)}"})
    assert answer.status_code == 401


def test_an_unsigned_token_is_refused(api, alice):
    token = jwt.encode({"typ": "access", "sub": str(alice.pk), "sid": 1}, None, "none")
    assert api.get("/api/users/me/", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_a_refresh_token_is_no_access_token(api, alice):
    refresh = log_in(api, "alice").json()["refresh"]
    assert api.get("/api/users/me/", headers={"Authorization": f"Bearer {refresh}"}).status_code == 401


def test_an_access_token_lives_ten_minutes_and_half_of_one_for_other_clocks(api, alice):
    access = log_in(api, "alice").json()["access"]

    with time_machine.travel(timezone.now() + timedelta(minutes=10, seconds=31)):
        assert api.get("/api/users/me/", headers={"Authorization": f"Bearer {access}"}).status_code == 401


def test_a_block_takes_effect_at_the_next_request_for_tokens_and_browsers(alice, ada, as_person, browser_of):
    program, browser = as_person(alice), browser_of(alice)
    services.block_user(admin=ada, user=alice)

    assert program.get("/api/users/me/").status_code in {401, 403}
    assert browser.get("/settings/").status_code == 302
    assert browser.get("/settings/").url.startswith("/login/")


def test_a_blocked_person_whose_session_goes_on_is_refused(alice, as_person):
    program = as_person(alice)
    User.objects.filter(pk=alice.pk).update(is_blocked=True)

    answer = program.get("/api/users/me/")
    assert (answer.status_code, answer.json()["code"]) == (403, "account_blocked")


def test_a_role_takes_effect_at_the_next_request(alice, bob, as_person):
    program = as_person(alice)
    assert program.post(f"/api/users/{bob.username}/block/").status_code == 403

    User.objects.filter(pk=alice.pk).update(role=User.Role.ADMIN)
    assert program.post(f"/api/users/{bob.username}/block/").status_code == 204


def test_sessions_are_listed_and_can_be_ended_one_by_one(api, alice, as_person):
    program, other = as_person(alice), log_in(api, "alice").json()
    sessions = program.get("/api/users/me/sessions/").json()["results"]
    assert [session["is_current"] for session in sessions] == [False, True]

    assert program.delete(f"/api/users/me/sessions/{sessions[0]['id']}/").status_code == 204
    assert api.get("/api/users/me/", headers={"Authorization": f"Bearer {other['access']}"}).status_code == 401
    assert program.get("/api/users/me/").status_code == 200


def test_all_other_sessions_can_be_ended_at_once(api, alice, as_person, browser_of):
    program, browser = as_person(alice), browser_of(alice)
    assert program.delete("/api/users/me/sessions/").status_code == 204

    assert program.get("/api/users/me/").status_code == 200
    assert browser.get("/settings/").status_code == 302


def test_nobody_can_end_the_sessions_of_others(alice, bob, as_person):
    as_person(alice)
    session = Session.objects.get(user=alice)

    assert as_person(bob).delete(f"/api/users/me/sessions/{session.pk}/").status_code == 404
    assert Session.objects.alive().filter(pk=session.pk).exists()


def test_a_browser_signs_in_with_a_csrf_cookie_as_curl_would_do_it(alice):
    browser = Client(enforce_csrf_checks=True)
    assert browser.post("/login/", {"identifier": "alice", "password": PASSWORD}).status_code == 403

    browser.get("/login/")
    token = browser.cookies["csrftoken"].value
    answer = browser.post("/login/", {"identifier": "alice", "password": PASSWORD}, headers={"X-CSRFToken": token})
    assert (answer.status_code, answer.url) == (302, "/")
    assert browser.get("/api/users/me/").json()["username"] == "alice"

    name = {"name": "Alice"}
    refused = browser.patch("/api/users/me/", name, content_type="application/json")
    assert refused.status_code == 403
    token = browser.cookies["csrftoken"].value
    accepted = browser.patch("/api/users/me/", name, content_type="application/json", headers={"X-CSRFToken": token})
    assert accepted.json()["name"] == "Alice"


def test_signing_in_goes_on_to_where_one_wanted_to_go_but_not_to_another_site(alice):
    for wanted, to in [("/settings/", "/settings/"), ("https://evil.example/", "/"), ("//evil.example", "/")]:
        answer = Client().post("/login/", {"identifier": "alice", "password": PASSWORD, "next": wanted})
        assert answer.url == to


def test_a_browser_gets_a_new_session_key_when_it_signs_in(alice):
    browser = Client()
    browser.get("/register/")
    browser.post("/verify/resend/", {"email": "x@example.org"})
    before = browser.cookies["sessionid"].value
    browser.post("/login/", {"identifier": "alice", "password": PASSWORD})

    assert browser.cookies["sessionid"].value != before


def test_signing_out_ends_the_browsers_session(alice, browser_of):
    browser = browser_of(alice)
    browser.post("/logout/")

    assert not Session.objects.alive().exists()
    assert browser.get("/settings/").status_code == 302


def test_the_use_of_a_browser_is_noted(alice, browser_of):
    browser = browser_of(alice)
    later = timezone.now() + timedelta(minutes=11)
    with time_machine.travel(later, tick=False):
        browser.get("/", headers={"User-Agent": "Firefox"})

    assert Session.objects.get().last_used_at == later
    assert Session.objects.get().device == "Firefox"


@pytest.fixture
def hour_long(settings):
    """An operator lets sessions live for an hour."""
    settings.REFRESH_TOKEN_SECONDS = settings.SESSION_COOKIE_AGE = 3600


def visit(browser, *, minutes):
    with time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=False):
        return browser.get("/settings/").status_code


def test_a_browser_that_nobody_has_used_is_out_when_its_session_has_run_out(alice, browser_of, hour_long):
    """It stood in no list any more, and whoever sat there went on for a month."""
    browser = browser_of(alice)
    BrowserSession.objects.update(expire_date=timezone.now() + timedelta(days=30))
    assert visit(browser, minutes=61) == 302
    assert visit(browser, minutes=62) == 302


def test_a_browser_that_is_used_is_always_among_the_sessions_that_can_be_ended(alice, browser_of, hour_long):
    browser = browser_of(alice)
    for minutes in range(9, 180, 9):
        assert visit(browser, minutes=minutes) == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=180), tick=False):
        services.end_other_sessions(user=alice)
        assert browser.get("/settings/").status_code == 302


def test_sessions_shorter_than_the_pause_between_two_notes_go_on_while_they_are_used(alice, browser_of, settings):
    settings.REFRESH_TOKEN_SECONDS = settings.SESSION_COOKIE_AGE = 300
    browser = browser_of(alice)
    assert [visit(browser, minutes=minutes) for minutes in (0, 3, 6, 9, 12, 15)] == [200] * 6
    assert visit(browser, minutes=21) == 302


def test_a_program_with_a_token_goes_on_whose_cookie_has_run_out(alice, browser_of, as_person, settings):
    browser = browser_of(alice)
    Session.objects.update(expires_at=timezone.now())
    token = as_person(alice)._credentials["HTTP_AUTHORIZATION"]
    later = timezone.now() + timedelta(minutes=9, seconds=30)
    with time_machine.travel(later, tick=False):
        session = browser.session
        session["seen"] -= 100
        session.save()
        assert browser.get("/api/users/me/", headers={"Authorization": token}).json()["username"] == "alice"
