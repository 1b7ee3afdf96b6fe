"""A new password shuts out who knew the one before, also from what they are in the middle of."""

import pytest

from innotter.accounts import services
from innotter.accounts.models import OTP, Session, User
from innotter.accounts.services import profile, resetting
from innotter.errors import Conflict
from tests.factories.accounts import PASSWORD
from tests.together import just_before

NEW_PASSWORD, THIRD_PASSWORD = "battery-staple-9", "staple-correct-8"


@pytest.fixture
def shut_out(alice):
    """Alice sets a new password, from wherever she is."""

    def shut_out():
        found = User.objects.get(pk=alice.pk)
        services.change_password(user=found, current=PASSWORD, password=NEW_PASSWORD, current_session=None)

    return shut_out


def test_a_program_does_not_sign_in_by_a_password_that_is_changed_while_it_is_checked(
    api, alice, shut_out, monkeypatch
):
    just_before(monkeypatch, services, "start_token_session", shut_out)
    answer = api.post("/api/login/", {"email": "alice", "password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (401, "wrong_credentials")
    assert not Session.objects.alive().exists()
    assert api.post("/api/login/", {"email": "alice", "password": NEW_PASSWORD}).status_code == 200


def test_nor_does_anybody_set_another_password_by_it(alice, shut_out, monkeypatch):
    just_before(monkeypatch, resetting, "check_password_is_good", shut_out)
    with pytest.raises(Conflict):
        services.change_password(user=alice, current=PASSWORD, password=THIRD_PASSWORD, current_session=None)
    assert User.objects.get().check_password(NEW_PASSWORD)


def test_nor_wish_for_another_address(alice, shut_out, monkeypatch):
    just_before(monkeypatch, profile, "count_use", shut_out)
    with pytest.raises(Conflict):
        services.edit_profile(user=alice, email="elsewhere@example.org")
    assert not OTP.objects.exists()
