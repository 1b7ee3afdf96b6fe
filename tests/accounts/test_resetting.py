"""Getting back in with a new password."""

import pytest

from innotter.accounts.models import Session
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
    assert mails_to(alice.email)[0].subject == "Your password for Innotter was changed"


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
