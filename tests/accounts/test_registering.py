"""D-1, D-2, B-1: opening an account, and proving its address."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from innotter.accounts import services
from innotter.accounts.models import OTP, User
from innotter.accounts.services.usernames import free_username
from innotter.events.models import Event
from tests.factories.accounts import PASSWORD, UserFactory

NEW = {"email": "New@Example.org", "password": "correct-horse-7"}


def test_an_account_is_opened_at_once_and_the_code_comes_by_mail(api, db, mails_to):
    answer = api.post("/api/register/", NEW)

    assert answer.status_code == 201
    user = User.objects.get()
    expected = {"id": user.pk, "email": "New@Example.org", "username": "new", "is_email_verified": False}
    assert answer.json() == expected
    assert not OTP.objects.get().code_hash, "the code is made when its mail is written"

    (mail,) = mails_to("new@example.org")
    assert mail.subject.endswith("is your code for Innotter")
    assert mail.subject[:6] in mail.text
    assert mail.subject[:6] in mail.html


def test_the_right_code_verifies_the_address_and_signs_in(api, db, code_for):
    api.post("/api/register/", NEW)
    answer = api.post("/api/verify-email/", {"email": "new@example.org", "otp": code_for("new@example.org")})

    assert answer.status_code == 200
    assert {"access", "refresh"} <= answer.json().keys()
    assert User.objects.get().is_email_verified
    me = api.get("/api/users/me/", headers={"Authorization": f"Bearer {answer.json()['access']}"})
    assert me.json()["username"] == "new"


def test_a_code_is_good_once(api, db, code_for):
    api.post("/api/register/", NEW)
    body = {"email": NEW["email"], "otp": code_for(NEW["email"])}
    assert api.post("/api/verify-email/", body).status_code == 200

    again = api.post("/api/verify-email/", body)
    assert (again.status_code, again.json()["code"]) == (400, "wrong_code")


def test_a_code_is_good_for_ten_minutes(api, db, code_for):
    api.post("/api/register/", NEW)
    body = {"email": NEW["email"], "otp": code_for(NEW["email"])}

    with time_machine.travel(timezone.now() + timedelta(minutes=10, seconds=1)):
        assert api.post("/api/verify-email/", body).status_code == 400
    assert api.post("/api/verify-email/", body).status_code == 200


def test_after_five_wrong_guesses_the_right_code_is_wrong_too(api, db, code_for):
    api.post("/api/register/", NEW)
    code = code_for(NEW["email"])
    wrong = "000000" if code != "000000" else "111111"
    for _guess in range(5):
        assert api.post("/api/verify-email/", {"email": NEW["email"], "otp": wrong}).status_code == 400

    assert api.post("/api/verify-email/", {"email": NEW["email"], "otp": code}).status_code == 400


def test_only_the_newest_code_is_good(api, db, code_for):
    api.post("/api/register/", NEW)
    old = code_for(NEW["email"])
    assert api.post("/api/verify-email/resend/", {"email": NEW["email"]}).status_code == 202
    new = code_for(NEW["email"])

    if old != new:
        assert api.post("/api/verify-email/", {"email": NEW["email"], "otp": old}).status_code == 400
    assert api.post("/api/verify-email/", {"email": NEW["email"], "otp": new}).status_code == 200


def test_a_new_code_can_be_asked_for_once_a_minute(api, db):
    api.post("/api/register/", NEW)
    assert api.post("/api/verify-email/resend/", {"email": NEW["email"]}).status_code == 202

    soon = api.post("/api/verify-email/resend/", {"email": NEW["email"].upper()})
    assert (soon.status_code, soon.json()["code"]) == (429, "too_many_requests")
    assert 0 < int(soon.headers["Retry-After"]) <= 60


def test_asking_for_a_code_does_not_say_who_has_an_account(api, alice, mails_to):
    for email in ("alice@example.org", "nobody@example.org"):
        answer = api.post("/api/verify-email/resend/", {"email": email})
        assert (answer.status_code, answer.content) == (202, b"")
    assert mails_to("alice@example.org") == [] == mails_to("nobody@example.org")


def test_a_code_is_kept_as_a_hash_and_is_in_no_event(api, db, code_for):
    api.post("/api/register/", NEW)
    code = code_for(NEW["email"])

    assert code not in OTP.objects.get().code_hash
    assert all(code not in str(event.data) for event in Event.objects.all())


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "email"),
        ({"email": "no address", "password": "correct-horse-7"}, "email"),
        ({"email": "new@example.org", "password": "12345678"}, "password"),
        ({"email": "new@example.org", "password": "short"}, "password"),
        ({"email": "new@example.org", "password": "new@example.org"}, "password"),
        ({**NEW, "username": "two words"}, "username"),
        ({**NEW, "username": "Admin"}, "username"),
        ({**NEW, "username": "x" * 31}, "username"),
        ({**NEW, "email": "\x00@example.org"}, "email"),
    ],
)
def test_what_is_wrong_is_said_field_by_field_and_nothing_is_kept(api, db, body, field):
    answer = api.post("/api/register/", body)

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert field in answer.json()["errors"]
    assert not User.objects.exists()


def test_an_address_has_one_account_in_any_case(api, alice):
    answer = api.post("/api/register/", {"email": "ALICE@example.org", "password": "correct-horse-7"})

    assert answer.status_code == 400
    assert "email" in answer.json()["errors"]


def test_registering_is_limited_for_an_account_and_for_an_address(api, db, settings):
    settings.THROTTLES = settings.THROTTLES | {"register_account": "2/hour", "register_address": "4/hour"}
    statuses = [api.post("/api/register/", NEW).status_code for _time in range(3)]
    assert statuses == [201, 201, 429]

    others = [api.post("/api/register/", NEW | {"email": f"{n}@example.org"}).status_code for n in range(2)]
    assert others == [201, 429]


def test_a_username_is_taken_in_any_case(api, alice):
    answer = api.post("/api/register/", {**NEW, "username": "ALICE"})

    assert answer.status_code == 400
    assert "username" in answer.json()["errors"]


def test_a_username_is_made_from_the_address_and_never_collides(db):
    for email, name in [("Jane.Doe+news", "jane.doenews"), ("мария", "person"), ("admin", "admin-2")]:
        assert free_username(user=User(email=f"{email}@example.org"), like=f"{email}@example.org") == name

    names = {services.register_user(email=f"jane@{n}.org", password="correct-horse-7").username for n in range(12)}
    assert len(names) == 12
    assert {"jane", "jane-2", "jane-9"} <= names


def test_registering_answers_in_the_persons_language(api, db, mails_to):
    api.post("/api/register/", NEW, headers={"Accept-Language": "ru"})

    assert User.objects.get().language == "ru"


def test_a_person_who_is_not_verified_cannot_do_anything_with_a_token(as_person):
    client = as_person(UserFactory(unverified=True))

    answer = client.get("/api/users/me/")
    assert (answer.status_code, answer.json()["code"]) == (403, "email_not_verified")


def register_at_the_door(**more):
    client = Client()
    assert client.post("/register/", NEW | more).status_code == 302
    return client, User.objects.get()


@pytest.mark.parametrize(
    ("told", "kept"), [("Asia/Tokyo", "Asia/Tokyo"), ("Asia/Calcutta", "Asia/Calcutta"), ("Etc/UTC", "UTC")]
)
def test_the_time_zone_is_the_browsers(db, told, kept):
    _client, user = register_at_the_door(time_zone=told)
    assert (user.time_zone, user.has_own_time_zone) == (kept, True)


@pytest.mark.parametrize("told", ["", "Mars/Olympus", "../etc/passwd", "x" * 1000])
def test_a_time_zone_that_there_is_not_is_passed_over(db, settings, told):
    settings.TIME_ZONE = "Europe/Minsk"
    _client, user = register_at_the_door(time_zone=told)
    assert (user.time_zone, user.has_own_time_zone) == ("Europe/Minsk", False)


def test_whoever_has_never_chosen_a_time_zone_gets_their_browsers_when_they_sign_in(alice):
    def sign_in(zone):
        client = Client()
        client.post("/login/", {"identifier": "alice", "password": PASSWORD, "time_zone": zone})
        alice.refresh_from_db()
        return client, alice.time_zone

    assert sign_in("")[1] == "UTC"
    assert sign_in("Asia/Tokyo")[1] == "Asia/Tokyo"
    client, zone = sign_in("America/Lima")
    assert zone == "Asia/Tokyo", "it was learnt before"
    assert "Asia/Tokyo" in client.session["preferences"]

    services.edit_profile(user=alice, time_zone="UTC")
    assert sign_in("Asia/Tokyo")[1] == "UTC", "they have chosen it"


def test_an_address_that_an_admin_has_set_right_is_proved_by_a_code_of_its_own(api, ada, browser_of, code_for, client):
    """Whoever had mistyped it when they registered was sent to the page for codes, and no code ever came."""
    api.post("/api/register/", NEW | {"email": "new@sample.example"})
    told = {"username": "new", "email": NEW["email"], "name": "", "title": "", "role": "user"}
    told |= {"language": "en", "time_zone": "UTC"}
    person = User.objects.get(username="new")
    assert browser_of(ada).post(f"/admin/accounts/user/{person.pk}/change/", told).status_code == 302

    assert client.post("/login/", {"identifier": "new", "password": NEW["password"]}).url == "/verify/"
    client.post("/verify/resend/", {"email": NEW["email"].upper()})
    body = {"email": NEW["email"], "otp": code_for(NEW["email"])}
    assert api.post("/api/verify-email/", body).status_code == 200


def test_such_an_address_is_a_strangers_no_more_than_before(api, ada, browser_of, code_for):
    """Two have registered it, the second with another password and by a slip; a code does not make that one good."""
    for password, place in (("correct-horse-7", "192.0.2.1"), ("stranger-horse-7", "192.0.2.2")):
        body = NEW | {"email": "new@sample.example", "password": password}
        api.post("/api/register/", body, REMOTE_ADDR=place)
    person = User.objects.get(username="new")
    User.objects.filter(pk=person.pk).update(email=NEW["email"])
    api.post("/api/verify-email/resend/", {"email": NEW["email"]}, REMOTE_ADDR="192.0.2.1")
    body = {"email": NEW["email"], "otp": code_for(NEW["email"])}
    api.post("/api/verify-email/", body, REMOTE_ADDR="192.0.2.1")
    person.refresh_from_db()
    assert person.is_email_verified
    assert not person.check_password("stranger-horse-7")


def test_an_admin_made_by_djangos_own_command_can_sign_in(db, client):
    call_command("createsuperuser", "--no-input", username="grace", email="grace@example.org")
    grace = User.objects.get(username="grace")
    grace.set_password(NEW["password"])
    grace.save()
    assert client.post("/login/", {"identifier": "grace", "password": NEW["password"]}).url == "/"
