"""Getting back in with a new password."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from innotter.accounts import services
from innotter.accounts.models import OTP, Session
from innotter.accounts.tokens import issue
from tests.factories.accounts import PASSWORD, UserFactory

NEW_PASSWORD = "battery-staple-9"


def reset(api, email, code, password=NEW_PASSWORD):
    return api.post("/api/password/reset/confirm/", {"email": email, "otp": code, "password": password})


def test_a_mailed_code_sets_a_new_password_and_ends_all_sessions(api, alice, as_person, code_for, mails_to):
    program = as_person(alice)
    assert api.post("/api/password/reset/", {"email": "Alice@example.org"}).status_code == 202
    assert reset(api, "alice@example.org", code_for(alice.email)).status_code == 204

    assert program.get("/api/users/me/").status_code == 401
    assert api.post("/api/login/", {"email": "alice", "password": PASSWORD}).status_code == 401
    assert api.post("/api/login/", {"email": "alice", "password": NEW_PASSWORD}).status_code == 200
    assert mails_to(alice.email)[0].subject == "Your Innotter password was changed"


def test_asking_does_not_say_who_has_an_account(api, alice, mails_to):
    known = api.post("/api/password/reset/", {"email": alice.email})
    unknown = api.post("/api/password/reset/", {"email": "nobody@example.org"})

    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    assert not mails_to("nobody@example.org")


def test_a_wrong_code_or_a_weak_password_changes_nothing(api, alice, code_for):
    api.post("/api/password/reset/", {"email": alice.email})
    code = code_for(alice.email)
    wrong = "000000" if code != "000000" else "111111"

    assert reset(api, alice.email, wrong).json()["code"] == "wrong_code"
    assert "password" in reset(api, alice.email, code, "password").json()["errors"]
    assert reset(api, "nobody@example.org", code).json()["code"] == "wrong_code"
    assert api.post("/api/login/", {"email": "alice", "password": PASSWORD}).status_code == 200
    assert reset(api, alice.email, code).status_code == 204


def test_a_code_to_verify_is_not_one_to_reset(api, db, code_for):
    api.post("/api/register/", {"email": "new@example.org", "password": PASSWORD})
    assert reset(api, "new@example.org", code_for("new@example.org")).status_code == 400


def test_a_reset_proves_the_address_too(api, code_for, db):
    UserFactory(username="new", email="new@example.org", unverified=True)
    api.post("/api/password/reset/", {"email": "new@example.org"})
    reset(api, "new@example.org", code_for("new@example.org"))

    assert api.post("/api/login/", {"email": "new", "password": NEW_PASSWORD}).status_code == 200


def test_a_blocked_person_cannot_get_in_by_a_reset(api, db, mails_to):
    UserFactory(username="rude", email="rude@example.org", is_blocked=True)
    api.post("/api/password/reset/", {"email": "rude@example.org"})

    assert not mails_to("rude@example.org")


def test_a_code_that_was_mailed_to_the_address_of_before_sets_no_password(api, alice, as_person, code_for, mails_to):
    """Whoever changes their address may do so because somebody else reads the mailbox."""
    before, after = alice.email, "alice@elsewhere.example"
    assert as_person(alice).patch("/api/users/me/", {"email": after}).status_code == 200
    to_verify = code_for(after)
    api.post("/api/password/reset/", {"email": before})
    to_reset = code_for(before)
    assert api.post("/api/verify-email/", {"email": after, "otp": to_verify}).status_code == 200
    refused = reset(api, before, to_reset)
    assert (refused.status_code, refused.json()["code"]) == (400, "wrong_code")

    api.post("/api/password/reset/", {"email": after})
    assert reset(api, after, code_for(after)).status_code == 204


def trade_a_token_twice(alice, session, browser_of, as_person):
    """What the program that the token was stolen from does, in no time."""
    token = issue(user=alice, session_id=session.pk, serial="traded before").refresh
    with pytest.raises(services.InvalidToken):
        services.refresh_tokens(token=token, device=services.Device(name="", ip=None))


#: How one session ends of which its owner knows nothing.
ENDING = {
    "end it in a browser": lambda alice, session, browser_of, as_person: browser_of(alice).post(
        f"/settings/sessions/{session.pk}/end/"
    ),
    "end it by a program": lambda alice, session, browser_of, as_person: as_person(alice).delete(
        f"/api/users/me/sessions/{session.pk}/"
    ),
    "trade a token twice": trade_a_token_twice,
}


@pytest.mark.parametrize("way", ["reset the password", "change the password", "end the other sessions", *ENDING])
def test_an_address_that_another_session_has_asked_for_is_not_taken_after_those_have_ended(
    api, alice, as_person, browser_of, code_for, way
):
    """Whoever had stolen a session would have the account by it."""
    thief = "thief@elsewhere.example"
    assert as_person(alice).patch("/api/users/me/", {"email": thief}).status_code == 200
    code, stolen = code_for(thief), Session.objects.get()
    if way == "reset the password":
        api.post("/api/password/reset/", {"email": alice.email})
        assert reset(api, alice.email, code_for(alice.email)).status_code == 204
    elif way == "change the password":
        services.change_password(user=alice, current=PASSWORD, password=NEW_PASSWORD, current_session=None)
    elif way in ENDING:
        ENDING[way](alice, Session.objects.get(), browser_of, as_person)
    else:
        services.end_other_sessions(user=alice)
    assert not Session.objects.alive().filter(pk=stolen.pk).exists()

    assert api.post("/api/verify-email/", {"email": thief, "otp": code}).json()["code"] == "wrong_code"
    OTP.objects.update(created_at=timezone.now() - timedelta(hours=1))
    api.post("/api/verify-email/resend/", {"email": thief})
    assert code_for(thief) == code, "no other one is mailed"
    alice.refresh_from_db()
    assert alice.email != thief


def test_an_address_that_an_admin_has_set_right_is_replaced_by_no_wish_of_before(alice, ada, browser_of, code_for, api):
    thief = "thief@elsewhere.example"
    browser_of(alice).post("/settings/email/", {"email": thief})
    code = code_for(thief)
    told = {"username": "alice", "email": "alice@right.example", "name": "", "title": "", "role": "user"}
    told |= {"language": "en", "time_zone": "UTC"}
    assert browser_of(ada).post(f"/admin/accounts/user/{alice.pk}/change/", told).status_code == 302
    assert api.post("/api/verify-email/", {"email": thief, "otp": code}).json()["code"] == "wrong_code"
    alice.refresh_from_db()
    assert alice.email == "alice@right.example"


def test_who_signs_out_where_they_are_still_has_the_wish(alice, browser_of, code_for, api):
    browser = browser_of(alice)
    browser.post("/settings/email/", {"email": "alice@new.example"})
    browser.post(f"/settings/sessions/{Session.objects.get().pk}/end/")
    body = {"email": "alice@new.example", "otp": code_for("alice@new.example")}
    assert api.post("/api/verify-email/", body).status_code == 200


def test_the_site_resets_too(client, alice, code_for):
    assert client.post("/password/reset/", {"email": alice.email}).url == "/password/reset/confirm/"
    body = {"email": alice.email, "code": code_for(alice.email), "password": NEW_PASSWORD}
    assert client.post("/password/reset/confirm/", body).url == "/login/"
    assert client.post("/login/", {"identifier": "alice", "password": NEW_PASSWORD}).url == "/"


def test_a_password_is_changed_in_the_settings_and_this_session_goes_on(alice, browser_of):
    here, elsewhere = browser_of(alice), browser_of(alice)
    refused = here.post("/settings/password/", {"current": "wrong", "password": NEW_PASSWORD})
    assert refused.status_code == 400

    assert here.post("/settings/password/", {"current": PASSWORD, "password": NEW_PASSWORD}).status_code == 302
    assert here.get("/settings/").status_code == 200
    assert elsewhere.get("/settings/").status_code == 302
    assert Session.objects.alive().get().browser_key == here.cookies["sessionid"].value


@pytest.mark.parametrize("address", ["/api/password/reset/", "/api/register/"])
def test_a_mailed_code_comes_with_a_link_to_where_it_is_entered(api, client, db, mails_to, settings, address):
    UserFactory(email="a+b@example.org")
    account = {"email": "new+one@example.org", "username": "newone", "password": NEW_PASSWORD}
    asked = {"email": "a+b@example.org"} if "reset" in address else account
    assert api.post(address, asked).status_code in {201, 202}
    mail = mails_to(asked["email"])[0]
    link = next(line for line in mail.text.splitlines() if "?email=" in line)
    assert link in mail.html
    page = client.get(link.removeprefix(settings.SITE_URL)).content.decode()
    assert f'value="{asked["email"]}"' in page


def test_a_password_that_is_set_from_the_command_line_shuts_out_whoever_was_in(
    alice, api, as_person, browser_of, mails_to, monkeypatch
):
    """Programs with a stolen token went on: only browsers know the password by which they were let in."""
    thief, browser = as_person(alice), browser_of(alice)
    monkeypatch.setattr("getpass.getpass", lambda prompt: NEW_PASSWORD)
    call_command("changepassword", "alice", stdout=io.StringIO())

    assert thief.get("/api/users/me/").status_code == 401
    assert browser.get("/settings/").status_code == 302
    assert api.post("/api/login/", {"email": "alice", "password": NEW_PASSWORD}).status_code == 200
    assert len(mails_to(alice.email)) == 1


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("nobody", [], "There is no nobody here."),
        ("alice", [NEW_PASSWORD, "another-8"], "not the same"),
        ("alice", ["alice", "alice"], "too short"),
    ],
)
def test_a_password_that_is_none_is_not_set_from_the_command_line(alice, monkeypatch, name, typed, said):
    monkeypatch.setattr("getpass.getpass", lambda prompt: typed.pop(0))
    with pytest.raises(CommandError, match=said):
        call_command("changepassword", name)
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)
