"""E-mail addresses: what has characters that nobody sees is none, at whatever door it is written."""

import pytest
from django.core.exceptions import ValidationError

from innotter.accounts.models import OTP, User
from innotter.accounts.services import edit_profile, register_user
from innotter.blog.services import write_guest_comment
from innotter.errors import Invalid
from innotter.mail.models import OutgoingMail
from innotter.tasks.services import invite
from innotter.text.addresses import is_address
from tests.factories.blog import ArticleFactory
from tests.factories.tasks import TeamFactory

WITH_FORM_FEED = '"a\x0cb"@example.org'


@pytest.mark.parametrize("text", ["ann@example.org", "ann+b@example.org", '"ann.b"@example.org'])
def test_an_address_is_an_address(text):
    assert is_address(text)


@pytest.mark.parametrize("text", ["", "ann", WITH_FORM_FEED, '"a\x7fb"@example.org', '"a\tb"@example.org'])
def test_what_has_characters_that_nobody_sees_is_none(text):
    assert not is_address(text)


def test_it_is_refused_at_every_door(alice):
    doors = [
        lambda: register_user(email=WITH_FORM_FEED, password="correct-horse-7"),
        lambda: edit_profile(user=alice, email=WITH_FORM_FEED),
        lambda: write_guest_comment(post=ArticleFactory(), email=WITH_FORM_FEED, text="Hm"),
        lambda: invite(owner=alice, team=TeamFactory(owner=alice), who=WITH_FORM_FEED),
    ]
    for door in doors:
        with pytest.raises((Invalid, ValidationError)):
            door()
    assert not User.objects.filter(email=WITH_FORM_FEED).exists()
    assert not OTP.objects.filter(email=WITH_FORM_FEED).exists()
    assert not OutgoingMail.objects.filter(to=WITH_FORM_FEED).exists()


def test_a_form_says_so_and_keeps_what_was_written(client, db):
    written = {"email": WITH_FORM_FEED, "password": "correct-horse-7", "username": "ann"}
    answer = client.post("/register/", written)
    assert answer.status_code == 422
    assert not User.objects.exists()


def test_the_api_says_so(api, db):
    answer = api.post("/api/register/", {"email": WITH_FORM_FEED, "password": "correct-horse-7"})
    assert answer.status_code == 400
    assert "email" in str(answer.json())
