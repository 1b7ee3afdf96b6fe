"""Rules that have a second guard beside them: each is asked with the other out of the way."""

import threading

import pytest
from django.utils import timezone

from innotter.accounts import services, tokens
from innotter.accounts.models import OTP, Session, User
from innotter.accounts.services import registering, request_code, resetting, write_code
from innotter.accounts.services.registering import WrongCode, check_code, use_code
from innotter.events.models import Event
from tests.factories.accounts import UserFactory
from tests.together import at_the_same_moment


def code_of(person, purpose):
    return write_code(otp=request_code(user=person, purpose=purpose, email=person.email))


def test_a_code_that_was_looked_at_twice_is_used_once(alice):
    """The look says that it is good; between look and use another may have used it."""
    code = code_of(alice, OTP.Purpose.RESET_PASSWORD)
    asked = {"email": alice.email, "purpose": OTP.Purpose.RESET_PASSWORD, "code": code, "asker": registering.ANYBODY}
    first, second = check_code(**asked), check_code(**asked)
    use_code(otp=first)
    with pytest.raises(WrongCode):
        use_code(otp=second)


def reset(email, code):
    services.reset_password(email=email, code=code, password="battery-staple-9")


def verify(email, code):
    services.verify_email(email=email, code=code)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("purpose", "enter"), [("reset_password", reset), ("verify_email", verify)])
def test_of_two_who_enter_the_same_code_at_the_same_moment_one_gets_in(monkeypatch, purpose, enter):
    person = UserFactory(unverified=purpose == "verify_email")
    code = code_of(person, purpose)
    both, outcomes = threading.Barrier(2), []

    def use_when_both_have_looked(*, otp):
        both.wait(10)
        use_code(otp=otp)

    for module in (registering, resetting):
        monkeypatch.setattr(module, "use_code", use_when_both_have_looked)

    def try_it():
        try:
            enter(person.email, code)
            outcomes.append("in")
        except WrongCode:
            outcomes.append("refused")

    at_the_same_moment(try_it, try_it)
    assert sorted(outcomes) == ["in", "refused"]


def test_for_an_address_that_is_proved_no_code_is_asked_for(alice, api):
    """Where it is asked, not only where its mail would be written."""
    code = code_of(alice, OTP.Purpose.VERIFY_EMAIL)
    verify(alice.email, code)
    before = Event.objects.count()
    services.resend_code(email=alice.email)
    assert OTP.objects.latest("pk").user is None
    assert Event.objects.count() == before + 1, "the same work is done for nobody"


def test_a_mail_with_a_code_for_an_address_that_was_proved_meanwhile_is_not_written(alice, mails_to):
    request_code(user=alice, purpose=OTP.Purpose.VERIFY_EMAIL, email=alice.email)
    assert mails_to(alice.email) == []


def test_a_token_of_anothers_session_is_refused(alice, bob, api, as_person):
    as_person(alice), as_person(bob)
    hers = Session.objects.get(user=alice)
    whole = tokens.issue(user=alice, session_id=hers.pk, serial="x")
    mixed = tokens.issue(user=bob, session_id=hers.pk, serial="x")
    answers = [
        api.get("/api/users/me/", headers={"Authorization": f"Bearer {pair.access}"}).status_code
        for pair in (whole, mixed)
    ]
    assert answers == [200, 401]


@pytest.mark.parametrize("claim", ["exp", "sub", "sid", "typ"])
def test_a_token_that_does_not_say_all_is_no_token(alice, as_person, monkeypatch, claim):
    """Signed by ourselves: it might be one that was made for something else."""
    as_person(alice)
    session = Session.objects.get()
    encode = tokens.jwt.encode

    def forgetful(claims, *args, **more):
        return encode({name: value for name, value in claims.items() if name != claim}, *args, **more)

    assert tokens.read_access_token(tokens.issue(user=alice, session_id=session.pk, serial="x").access)
    monkeypatch.setattr(tokens.jwt, "encode", forgetful)
    assert tokens.read_access_token(tokens.issue(user=alice, session_id=session.pk, serial="x").access) is None


@pytest.mark.parametrize(
    "fact",
    [
        {"email_verified_at": timezone.now()},
        {"last_login": timezone.now()},
        {"role": User.Role.MODERATOR},
        {"role": User.Role.ADMIN},
        {"is_blocked": True},
    ],
    ids=lambda fact: next(iter(fact)),
)
def test_an_account_gives_way_only_while_nothing_at_all_speaks_for_it(db, fact):
    nobody = {"email_verified_at": None, "last_login": None}
    gives_way, stays = UserFactory(**nobody), UserFactory(**nobody | fact)
    User.objects.unproven().give_way()
    assert list(User.objects.filter(pk__in=[gives_way.pk, stays.pk])) == [stays]
