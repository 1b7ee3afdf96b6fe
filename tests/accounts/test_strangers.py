"""What is a mailbox's, no stranger alone uses up: not by trying for as long as they like."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings as live
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from limits import parse

from innotter.accounts import services as accounts
from innotter.accounts.models import User
from innotter.errors import TooManyRequests
from innotter.rate_limits import SHARES, asked_from
from innotter.tasks.services import invite
from tests.accounts.test_knocking import log_in, program_at, verify
from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.tasks import TeamFactory

STRANGER, OWNER = "203.0.113.1", "198.51.100.7"
NEWCOMER = "new@example.org"
OF_MAILBOXES = sorted(name.removesuffix("_anywhere") for name in live.THROTTLES if name.endswith("_anywhere"))


def register(address, email=NEWCOMER):
    with asked_from(lambda: address):
        accounts.register_user(email=email, password=PASSWORD)


def as_often_as_one_address_may(act, *, name):
    """Do it all day long, as the limit of one account allows."""
    often = parse(live.THROTTLES[f"{name}_account"])
    begun = timezone.now().replace(hour=0, minute=0, second=0)
    with time_machine.travel(begun, tick=False) as clock:
        for _round in range(12):
            for _time in range(often.amount):
                act()
            clock.shift(often.get_expiry() + 1)
        return timezone.now()


@pytest.mark.parametrize("name", OF_MAILBOXES)
def test_what_one_address_may_leaves_others_their_part(name):
    whole = parse(live.THROTTLES[f"{name}_anywhere"])
    assert whole.amount // SHARES >= 5, "enough for one person who mistypes"


def test_a_stranger_who_tries_passwords_for_an_hour_keeps_nobody_out(alice):
    stranger = program_at(STRANGER)
    later = as_often_as_one_address_may(lambda: log_in(stranger, "alice"), name="login")
    with time_machine.travel(later):
        assert log_in(program_at(OWNER), "alice", PASSWORD) == 200


def test_a_stranger_who_guesses_codes_for_hours_keeps_no_newcomer_from_verifying(db, code_for):
    later = as_often_as_one_address_may(lambda: verify(program_at(STRANGER), NEWCOMER, "000000"), name="otp")
    with time_machine.travel(later):
        register(OWNER)
        assert verify(program_at(OWNER), NEWCOMER, code_for(NEWCOMER)) == 200


def test_a_stranger_who_registers_an_address_all_day_keeps_its_owner_from_nothing(db):
    def try_to():
        try:
            register(STRANGER)
        except TooManyRequests:
            return

    later = as_often_as_one_address_may(try_to, name="register")
    with time_machine.travel(later):
        register(OWNER)


def test_a_stranger_who_asks_for_a_code_makes_no_other_void(alice, code_for):
    with asked_from(lambda: OWNER):
        accounts.ask_for_reset(email=alice.email)
    code = code_for(alice.email)
    with asked_from(lambda: STRANGER):
        accounts.ask_for_reset(email=alice.email)
    accounts.reset_password(email=alice.email, code=code, password="battery-staple-9")


def test_who_asks_a_moment_after_a_stranger_gets_the_code_that_is_on_its_way(alice, code_for, mails_to):
    for place in (STRANGER, OWNER):
        with asked_from(lambda place=place: place):
            accounts.ask_for_reset(email=alice.email)
    assert len(mails_to(alice.email)) == 1
    accounts.reset_password(email=alice.email, code=code_for(alice.email), password="battery-staple-9")


def test_after_a_minute_there_is_a_new_code(alice, mails_to):
    with asked_from(lambda: OWNER):
        accounts.ask_for_reset(email=alice.email)
        with time_machine.travel(timezone.now() + timedelta(seconds=live.OTP_RESEND_SECONDS + 1)):
            accounts.ask_for_reset(email=alice.email)
            assert len(mails_to(alice.email)) == 2


def test_a_stranger_keeps_nobody_from_changing_their_address(alice):
    with asked_from(lambda: STRANGER):
        accounts.resend_code(email="alice.new@example.org")
    with asked_from(lambda: OWNER):
        accounts.edit_profile(user=alice, email="alice.new@example.org")
    assert accounts.pending_email(alice) == "alice.new@example.org"


def test_accounts_that_cost_nothing_do_not_fill_a_mailbox_with_invitations(db, mails_to):
    for _number in range(15):
        owner = UserFactory()
        team = TeamFactory(owner=owner)
        with asked_from(lambda: STRANGER):
            try:
                invite(owner=owner, team=team, who="victim@example.org")
            except TooManyRequests:
                continue
    assert len(mails_to("victim@example.org")) == 50 // SHARES


def test_a_person_finds_themselves_before_anybody_else_does(alice, bob, mia):
    """Whose address is not proved yet has a card of their own; moderators see everybody's."""
    for fact in ({"email_verified_at": None}, {"is_blocked": True}):
        hidden = UserFactory(**fact)
        found = {person.username: hidden in User.objects.findable_by(person) for person in (hidden, bob, mia)}
        assert found == {hidden.username: True, "bob": False, "mia": True}
        assert alice in User.objects.findable_by(hidden)
        assert hidden not in User.objects.findable_by(AnonymousUser())
