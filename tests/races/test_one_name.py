"""A name that a person and a page of somebody else want at the same moment: one of them has it."""

import threading
from contextlib import suppress

import pytest
from django.db import transaction

from innotter.accounts.models import User
from innotter.accounts.services import edit_profile
from innotter.errors import Invalid
from innotter.pages.models import Page
from innotter.pages.services import create_page
from tests.factories.accounts import UserFactory
from tests.together import at_the_same_moment

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_username_and_a_handle_are_not_both_given():
    alice, bob = UserFactory(username="alice"), UserFactory(username="bob")
    both_have_looked = threading.Barrier(2)

    def take(service, **words):
        """Ends the transaction when the other has looked, too, or is held up: whether it was done."""
        try:
            with transaction.atomic(), suppress(threading.BrokenBarrierError):
                service(**words)
                both_have_looked.wait(1)
        except Invalid:
            return False
        return True

    done = at_the_same_moment(
        lambda: take(edit_profile, user=User.objects.get(pk=alice.pk), username="garden"),
        lambda: take(create_page, owner=bob, name="The garden", handle="garden"),
    )
    assert sorted(done) == [False, True]
    has_name = User.objects.filter(username="garden").exists()
    assert Page.objects.filter(handle="garden", owner=bob).exists() is not has_name
