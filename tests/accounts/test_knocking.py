"""Limits of accounts: by who it is, and not so that a stranger locks the owner out."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.db.models.deletion import Collector
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from innotter.accounts.background import forget_unproven
from innotter.accounts.models import OTP, User
from tests.factories.accounts import PASSWORD, UserFactory
from tests.together import in_a_thread, just_before

STRANGERS = [f"203.0.113.{number}" for number in range(1, 60)]


def program_at(address):
    return APIClient(REMOTE_ADDR=address)


def log_in(client, identifier, password="wrong"):
    return client.post("/api/login/", {"email": identifier, "password": password}).status_code


def verify(client, email, code):
    return client.post("/api/verify-email/", {"email": email, "otp": code}).status_code


def other_than(code):
    return "000000" if code != "000000" else "111111"


@pytest.mark.parametrize("door", ["/api/login/", "/login/"])
def test_name_and_address_of_an_account_are_one_count(client, alice, door):
    field = "email" if "api" in door else "identifier"
    spellings = ["alice", "ALICE", "alice@example.org", "Alice@Example.org"] * 3
    sent = {"content_type": "application/json"} if field == "email" else {}
    statuses = [client.post(door, {field: name, "password": "wrong"}, **sent).status_code for name in spellings]

    assert statuses[9] != 429
    assert statuses[10:] == [429, 429]


def test_letters_that_the_database_folds_together_are_one_count(db):
    # Python's lower() of both differs; the database takes both for the same account.
    program = program_at(STRANGERS[0])
    statuses = [log_in(program, name) for name in ["straſe", "strase"] * 6]

    assert statuses[10:] == [429, 429]


def test_a_stranger_who_fails_locks_nobody_out_but_themselves(alice):
    stranger = program_at(STRANGERS[0])
    assert [log_in(stranger, "alice") for _try in range(11)][-1] == 429

    assert log_in(program_at("198.51.100.7"), "alice", PASSWORD) == 200


def test_many_strangers_together_have_an_end_and_a_known_device_goes_on(alice, settings):
    settings.THROTTLES = settings.THROTTLES | {"login_anywhere": "20/hour"}
    known = Client(REMOTE_ADDR="198.51.100.7")
    known.post("/login/", {"identifier": "alice", "password": PASSWORD})
    known.post("/logout/")
    for address in STRANGERS[:30]:
        log_in(program_at(address), "alice")

    assert log_in(program_at(STRANGERS[40]), "alice", PASSWORD) == 429
    assert known.post("/login/", {"identifier": "alice@example.org", "password": PASSWORD}).status_code == 302


def test_the_code_by_mail_is_a_way_in_while_strangers_try(alice, settings, code_for):
    settings.THROTTLES = settings.THROTTLES | {"login_anywhere": "1/hour"}
    log_in(program_at(STRANGERS[0]), "alice")
    owner = Client()
    assert owner.post("/login/", {"identifier": "alice", "password": PASSWORD}).status_code == 429

    owner.post("/password/reset/", {"email": alice.email})
    body = {"email": alice.email, "code": code_for(alice.email), "password": "battery-staple-9"}
    assert owner.post("/password/reset/confirm/", body).status_code == 302
    assert owner.post("/login/", {"identifier": "alice", "password": "battery-staple-9"}).status_code == 302


def test_a_device_is_known_for_its_own_account_and_only_as_we_have_signed_it(alice, bob, settings):
    settings.THROTTLES = settings.THROTTLES | {"login_anywhere": "1/hour"}
    log_in(program_at(STRANGERS[0]), "alice")
    of_bob = Client()
    of_bob.post("/login/", {"identifier": "bob", "password": PASSWORD})
    of_bob.post("/logout/")
    forger = Client()
    forger.cookies["devices"] = f"{alice.pk}:x:1:x"

    for client in (of_bob, forger):
        assert client.post("/login/", {"identifier": "alice", "password": PASSWORD}).status_code == 429


def test_wrong_codes_of_a_stranger_do_not_use_up_the_owners(db, code_for):
    owner = program_at("198.51.100.7")
    owner.post("/api/register/", {"email": "new@example.org", "password": PASSWORD})
    code = code_for("new@example.org")
    for _guess in range(6):
        assert verify(program_at(STRANGERS[0]), "new@example.org", other_than(code)) == 400

    assert verify(owner, "new@example.org", code) == 200


def test_a_code_stands_twenty_guesses_of_all_strangers_together(db, code_for):
    program_at("198.51.100.7").post("/api/register/", {"email": "new@example.org", "password": PASSWORD})
    code = code_for("new@example.org")
    for address in STRANGERS[:20]:
        assert verify(program_at(address), "new@example.org", other_than(code)) == 400

    assert verify(program_at(STRANGERS[30]), "new@example.org", code) == 400


def test_one_network_of_ipv6_is_one_stranger(alice):
    statuses = [log_in(program_at(f"2001:db8::{number:x}"), "alice") for number in range(1, 12)]

    assert statuses[10] == 429


def test_an_account_that_nobody_proved_gives_way_to_who_registers_anew(api, db, code_for):
    stranger = {"email": "victim@example.org", "password": "strangers-word-1", "username": "squatter"}
    api.post("/api/register/", stranger)
    old = code_for("victim@example.org")
    owner = program_at("198.51.100.7")
    answer = owner.post("/api/register/", {"email": "Victim@example.org", "password": PASSWORD, "username": "victim"})
    code = code_for("victim@example.org")

    assert answer.status_code == 201
    assert old == code or verify(api, "victim@example.org", old) == 400
    assert verify(owner, "victim@example.org", code) == 200
    assert log_in(owner, "victim", "strangers-word-1") == 401
    assert log_in(owner, "victim", PASSWORD) == 200
    assert User.objects.count() == 1


def test_a_proven_account_does_not_give_way(api, alice):
    answer = api.post("/api/register/", {"email": "ALICE@example.org", "password": "strangers-word-1"})

    assert answer.status_code == 400
    assert log_in(api, "alice", PASSWORD) == 200


OWN, THEIRS = {"email": "new@example.org", "password": "my-own-words-1"}, "strangers-word-1"


@pytest.mark.parametrize("is_asked_for_again", [False, True])
def test_whoever_registers_an_address_again_does_not_get_in_by_a_code_that_its_owner_enters(
    api, db, code_for, is_asked_for_again
):
    assert api.post("/api/register/", OWN).status_code == 201
    assert program_at("198.51.100.7").post("/api/register/", OWN | {"password": THEIRS}).status_code == 201
    if is_asked_for_again:
        api.post("/api/verify-email/resend/", {"email": OWN["email"]})
    assert verify(api, OWN["email"], code_for(OWN["email"])) == 200

    assert log_in(api, OWN["email"], THEIRS) == 401
    assert log_in(api, OWN["email"], OWN["password"]) == 401
    body = OWN | {"otp": code_for(OWN["email"])}  # It has come by itself.
    assert api.post("/api/password/reset/confirm/", body).status_code < 300
    assert log_in(api, OWN["email"], OWN["password"]) == 200


def test_whoever_registers_twice_with_the_same_password_keeps_it(api, db, code_for):
    for _time in range(2):
        assert api.post("/api/register/", OWN).status_code == 201
    assert verify(api, OWN["email"], code_for(OWN["email"])) == 200
    assert log_in(api, OWN["email"], OWN["password"]) == 200


def test_on_the_site_the_owner_is_led_to_a_password_of_their_own(client, api, db, code_for):
    client.post("/register/", OWN)
    program_at("198.51.100.7").post("/api/register/", OWN | {"password": THEIRS})
    verified = client.post("/verify/", {"email": OWN["email"], "code": code_for(OWN["email"])})
    assert verified.headers["Location"] == "/password/reset/confirm/"
    page = client.get("/password/reset/confirm/")
    assert "Somebody else has registered your address, too." in page.content.decode()
    assert "new@example.org" in page.content.decode()


def test_an_unproven_account_does_not_keep_an_address_from_who_changes_to_it(alice, as_person, code_for):
    UserFactory(username="squatter", email="new@example.org", unverified=True)
    assert as_person(alice).patch("/api/users/me/", {"email": "new@example.org"}).status_code == 200

    assert verify(program_at("198.51.100.7"), "new@example.org", code_for("new@example.org")) == 200
    alice.refresh_from_db()
    assert alice.email == "new@example.org"


@pytest.mark.parametrize("address", ["/api/password/reset/", "/api/verify-email/resend/"])
def test_asking_for_a_code_is_the_same_work_for_nobody_as_for_somebody(api, alice, address):
    counts = []
    for email in (alice.email, "nobody@example.org"):
        with CaptureQueriesContext(connection) as queries:
            api.post(address, {"email": email})
        counts.append([query["sql"].split(" ")[0] for query in queries])
    assert counts[0] == counts[1]
    assert OTP.objects.count() == 2


def test_without_the_code_a_weak_password_does_not_tell_who_has_an_account(api, alice):
    body = {"otp": "000000", "password": "alice-alice"}
    known = api.post("/api/password/reset/confirm/", body | {"email": "ALICE@example.net"})
    UserFactory(username="alice-alice", email="known@example.org")
    named = api.post("/api/password/reset/confirm/", body | {"email": "known@example.org"})
    nobody = api.post("/api/password/reset/confirm/", body | {"email": "other@example.org"})

    assert known.json() != {}
    assert named.json() == nobody.json()


def test_what_nobody_proved_in_a_week_is_forgotten(alice):
    now = timezone.now()
    UserFactory(username="late", unverified=True, date_joined=now - timedelta(days=8))
    UserFactory(username="soon", unverified=True, date_joined=now - timedelta(days=6))
    UserFactory(username="rude", unverified=True, is_blocked=True, date_joined=now - timedelta(days=8))
    forget_unproven()

    assert set(User.objects.values_list("username", flat=True)) == {"alice", "soon", "rude"}


@pytest.mark.django_db(transaction=True)
def test_an_account_is_proved_or_forgotten_at_the_same_moment_and_never_both(monkeypatch):
    late = UserFactory(unverified=True, date_joined=timezone.now() - timedelta(days=8))
    proved = []

    def prove():
        with suppress(OperationalError):  # It is held, and would be gone then.
            in_a_thread(lambda: User.objects.filter(pk=late.pk).update(email_verified_at=timezone.now()))
            proved.append(late)

    just_before(monkeypatch, Collector, "delete", prove)
    forget_unproven()
    assert list(User.objects.filter(pk=late.pk)) == proved
