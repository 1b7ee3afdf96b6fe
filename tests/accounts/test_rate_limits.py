"""Limits are counted by the services: whatever way leads to one has them, and work of our own has none."""

import pytest

from innotter.accounts import services as accounts
from innotter.accounts.services.profile import edit_profile
from innotter.blog.services import write_comment, write_guest_comment
from innotter.errors import TooManyRequests
from innotter.rate_limits import asked_from
from innotter.tasks.services import invite
from tests.factories.blog import ArticleFactory
from tests.factories.tasks import TeamFactory


@pytest.fixture
def uses(alice, settings):
    """What is limited, each as a service call that may be made again and again."""
    article, team = ArticleFactory(page__owner=alice), TeamFactory(owner=alice)
    settings.THROTTLES = settings.THROTTLES | {
        f"{name}_{of}": "2/hour"
        for name in ("register", "resend", "invite", "comment", "guest_comment")
        for of in ("account", "address")
    }
    addresses = (f"new{number}@example.org" for number in range(100))
    return {
        "register": lambda: accounts.register_user(email=next(addresses), password="correct-horse-7"),
        "resend": lambda: accounts.resend_code(email=next(addresses)),
        "reset": lambda: accounts.ask_for_reset(email=next(addresses)),
        "change of address": lambda: edit_profile(user=alice, email=next(addresses)),
        "invite": lambda: invite(owner=alice, team=team, who=next(addresses)),
        "comment": lambda: write_comment(author=alice, post=article, text="Yes"),
        "guest's comment": lambda: write_guest_comment(post=article, email=next(addresses), text="Yes"),
    }


@pytest.mark.parametrize(
    "use", ["register", "resend", "reset", "change of address", "invite", "comment", "guest's comment"]
)
def test_a_third_use_from_one_address_is_refused_and_work_of_our_own_is_not(uses, use):
    for _number in range(3):
        uses[use]()
    with asked_from(lambda: "192.0.2.1"):
        uses[use]()
        uses[use]()
        with pytest.raises(TooManyRequests) as refusal:
            uses[use]()
    assert refusal.value.retry_after > 0
    uses[use]()


def test_another_address_has_a_count_of_its_own(uses):
    for host in range(4):
        with asked_from(lambda host=host: f"192.0.2.{host}"):
            uses["register"]()


def test_an_account_is_counted_wherever_it_comes_from(uses):
    with pytest.raises(TooManyRequests):
        for host in range(3):
            with asked_from(lambda host=host: f"192.0.2.{host}"):
                uses["invite"]()


def test_a_stranger_keeps_nobody_from_registering(db, settings):
    settings.THROTTLES = settings.THROTTLES | {"register_account": "2/hour", "register_anywhere": "15/day"}

    def register(address):
        with asked_from(lambda: address):
            accounts.register_user(email="victim@example.org", password="correct-horse-7")

    register("192.0.2.1")
    register("192.0.2.1")
    with pytest.raises(TooManyRequests):
        register("192.0.2.1")
    for host in range(2, 15):
        register(f"192.0.2.{host}")
    with pytest.raises(TooManyRequests):
        register("192.0.2.15")


def test_the_same_mailbox_is_not_invited_again_and_again(alice, settings):
    settings.THROTTLES = settings.THROTTLES | {"invite_again_account": "2/hour"}
    team = TeamFactory(owner=alice)
    with asked_from(lambda: "192.0.2.1"):
        invite(owner=alice, team=team, who="victim@example.org")
        invite(owner=alice, team=team, who=" Victim@example.org")
        with pytest.raises(TooManyRequests):
            invite(owner=alice, team=team, who="victim@example.org")
        invite(owner=alice, team=team, who="another@example.org")
