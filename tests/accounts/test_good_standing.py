"""Who is in good standing: the rule for rows and the rule for a person are one."""

import pytest
from django.contrib.auth.models import AnonymousUser

from innotter.accounts.models import IN_GOOD_STANDING, User
from innotter.accounts.permissions import is_in_good_standing
from tests.factories.accounts import UserFactory


@pytest.mark.parametrize("is_blocked", [True, False])
@pytest.mark.parametrize("is_verified", [True, False])
def test_who_is_not_blocked_and_has_proved_their_address_is_in_good_standing(db, is_blocked, is_verified):
    person = UserFactory(is_blocked=is_blocked)
    if not is_verified:
        User.objects.filter(pk=person.pk).update(email_verified_at=None)
        person.refresh_from_db()
    expected = is_verified and not is_blocked
    assert is_in_good_standing(person) is expected
    assert User.objects.filter(IN_GOOD_STANDING).exists() is expected


def test_a_stranger_is_not():
    assert not is_in_good_standing(AnonymousUser())
