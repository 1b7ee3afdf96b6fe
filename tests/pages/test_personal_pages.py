"""Everybody has a page from the start, under their own name."""

from contextlib import suppress
from functools import partial

import pytest
from django.core.management import call_command
from django.utils.text import slugify
from hypothesis import given
from hypothesis import strategies as st

from innotter.accounts.models import User
from innotter.accounts.models.user import username_shape
from innotter.accounts.services import edit_profile, make_admin, register_user, verify_email
from innotter.errors import Invalid
from innotter.pages.models import Page, handle_shape
from innotter.pages.services import (
    choose_personal_page,
    create_page,
    delete_page,
    edit_page,
    give_everybody_a_page,
    handle_for,
)
from innotter.pages.services.editing import OnlyPage
from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.pages import PageFactory
from tests.together import at_the_same_moment


@pytest.fixture
def join(db, code_for):
    """Registers somebody, who proves their address."""

    def join(username="", **wishes):
        email = f"{slugify(username) or 'somebody'}@example.org"
        register_user(email=email, password=PASSWORD, username=username, **wishes)
        return verify_email(email=email, code=code_for(email))

    return join


def personal(person):
    return Page.objects.get(owner=person, is_personal=True)


def test_whoever_has_proved_their_address_has_a_page_of_their_name(join):
    page = personal(join("ada"))
    assert (page.handle, page.name, page.is_private) == ("ada", "ada", False)


def test_whoever_wishes_begins_in_private(join):
    assert personal(join("ada", is_private=True)).is_private


def test_an_account_that_nobody_has_proved_has_none(db):
    register_user(email="ada@example.org", password=PASSWORD)
    assert not Page.objects.exists()


def test_an_admin_has_one_too(db):
    assert personal(make_admin(username="ada", email="ada@example.org", password=PASSWORD)).handle == "ada"


def test_the_form_says_it_and_takes_the_wish(client, db, code_for):
    form = {"email": "ada@example.org", "password": PASSWORD, "username": "ada", "is_private": "on"}
    client.post("/register/", form)
    client.post("/verify/", {"email": "ada@example.org", "code": code_for("ada@example.org")})
    assert personal(User.objects.get()).is_private
    assert b'name="content"' in client.get("/").content, "one can write at once"


def test_the_api_takes_the_wish(api, db, code_for):
    api.post("/api/register/", {"email": "ada@example.org", "password": PASSWORD, "is_private": True})
    api.post("/api/verify-email/", {"email": "ada@example.org", "otp": code_for("ada@example.org")})
    assert personal(User.objects.get()).is_private


@pytest.mark.parametrize(
    ("username", "handle"),
    [("Ada.Lovelace", "ada-lovelace"), ("a", "a-page"), ("a..b", "a-b"), ("explore", "explore-2"), ("x_1", "x_1")],
)
def test_the_handle_is_the_name_as_handles_are_written(join, username, handle):
    assert personal(join(username)).handle == handle


@given(name=st.from_regex(r"\A[A-Za-z0-9](?:[A-Za-z0-9._-]{0,28}[A-Za-z0-9])?\Z"))
def test_every_username_is_a_handle(name):
    username_shape(name)
    handle_shape(handle_for(username=name))
    assert 2 <= len(handle_for(username=name)) <= 30


# One namespace


def test_nobody_takes_the_name_of_anothers_page(join, bob):
    create_page(owner=bob, name="Walls", handle="walls")
    with pytest.raises(Invalid) as refusal:
        register_user(email="w@example.org", password=PASSWORD, username="Walls")
    assert refusal.value.errors == {"username": ["This username is taken. “walls-2” is free."]}
    assert join("walls-2").username == "walls-2"


def test_nobody_is_given_the_name_of_anothers_page(db, bob):
    create_page(owner=bob, name="Walls", handle="walls")
    assert register_user(email="walls@example.org", password=PASSWORD).username == "walls-2"


def test_nobody_takes_a_name_that_a_page_has_given_up_a_moment_ago(join, bob):
    edit_page(owner=bob, page=create_page(owner=bob, name="Walls", handle="walls"), handle="stones")
    with pytest.raises(Invalid):
        join("walls")


def test_no_page_takes_the_name_of_somebody_else(bob):
    UserFactory(username="Ada")
    with pytest.raises(Invalid) as refusal:
        create_page(owner=bob, name="Ada", handle="ada")
    assert "taken" in str(refusal.value.errors["handle"])
    with pytest.raises(Invalid):
        edit_page(owner=bob, page=PageFactory(owner=bob), handle="ada")


def test_a_name_that_nobody_has_proved_is_free(bob):
    UserFactory(username="ada", unverified=True)
    assert create_page(owner=bob, name="Ada", handle="ada").handle == "ada"


def test_whose_name_was_taken_meanwhile_has_a_page_beside_it(db, bob, code_for):
    register_user(email="ada@example.org", password=PASSWORD, username="ada")
    create_page(owner=bob, name="Ada", handle="ada")
    verify_email(email="ada@example.org", code=code_for("ada@example.org"))
    assert personal(User.objects.get(username="ada")).handle == "ada-2"


def test_ones_own_page_is_no_reason_to_refuse_a_name(bob):
    create_page(owner=bob, name="Walls", handle="walls")
    assert edit_profile(user=bob, username="Walls").username == "Walls"


# Another name


def test_the_page_follows_its_persons_name(join, client):
    ada = join("ada")
    edit_profile(user=ada, username="Countess.Ada")
    assert (personal(ada).handle, personal(ada).name) == ("countess-ada", "Countess.Ada")
    assert client.get("/@ada/")["Location"] == "/@countess-ada/"


def test_a_page_that_has_a_name_of_its_own_keeps_it(join):
    ada = join("ada")
    edit_page(owner=ada, page=personal(ada), handle="engines", name="Engines")
    edit_profile(user=ada, username="countess")
    assert (personal(ada).handle, personal(ada).name) == ("engines", "Engines")


def test_a_new_name_of_another_case_changes_nothing_but_that(join):
    ada = join("ada")
    edit_profile(user=ada, username="Ada")
    assert personal(ada).handle == "ada"
    assert not personal(ada).former_handles.exists()


def test_a_name_that_ones_other_page_has_is_left_to_it(join):
    ada = join("ada")
    create_page(owner=ada, name="Engines", handle="engines")
    edit_profile(user=ada, username="engines")
    assert personal(ada).handle == "ada"


def test_a_name_whose_handle_somebody_else_is_called_is_taken_without_it(join):
    """Names may differ by a dot alone, and handles know none."""
    UserFactory(username="a-b")
    ada = join("ada")
    assert edit_profile(user=ada, username="a.b").username == "a.b"
    assert personal(ada).handle == "ada"


# Which one it is


def test_the_only_page_stays(join):
    ada = join("ada")
    with pytest.raises(OnlyPage):
        delete_page(owner=ada, page=personal(ada))
    assert personal(ada).handle == "ada"


def test_after_the_personal_page_the_oldest_one_is_it(join):
    ada = join("ada")
    pages = [create_page(owner=ada, name=name, handle=name) for name in ("one", "two")]
    delete_page(owner=ada, page=personal(ada))
    assert personal(ada) == pages[0]


@pytest.mark.django_db(transaction=True)
def test_two_pages_that_are_deleted_at_once_leave_one(code_for):
    ada = make_admin(username="ada", email="ada@example.org", password=PASSWORD)
    pages = [personal(ada), create_page(owner=ada, name="Other", handle="other")]

    def delete(page):
        with suppress(OnlyPage):
            delete_page(owner=ada, page=page)

    at_the_same_moment(*(partial(delete, page) for page in pages))
    assert personal(ada)


def test_another_page_can_be_the_personal_one(join, browser_of):
    ada = join("ada")
    other = create_page(owner=ada, name="Other", handle="other")
    browser_of(ada).post("/@other/personal/")
    assert personal(ada) == other
    choose_personal_page(owner=ada, page=other)
    assert personal(ada) == other, "choosing twice changes nothing"


def test_nobody_chooses_anothers_page(join, browser_of, bob):
    ada = join("ada")
    assert browser_of(bob).post("/@ada/personal/").status_code == 404
    assert personal(ada)


def test_the_question_before_deleting_says_that_it_is_the_only_one(join, browser_of):
    ada = join("ada")
    browser = browser_of(ada)
    assert b"This is your only page" in browser.get("/@ada/delete/").content
    answer = browser.post("/@ada/delete/")
    assert (answer.status_code, Page.objects.count()) == (409, 1)
    assert b"This is your only page" in answer.content


# Who came before there were any


def test_people_of_before_are_given_one(db):
    without, unproven = UserFactory(username="ada", name="Ada Lovelace"), UserFactory(unverified=True)
    several = PageFactory(handle="engines").owner
    PageFactory(owner=several)
    named = PageFactory().owner
    own = PageFactory(owner=named, handle=handle_for(username=named.username))

    give_everybody_a_page()
    assert (personal(without).handle, personal(without).name) == ("ada", "Ada Lovelace")
    assert personal(several).handle == "engines", "the first that they made"
    assert personal(named) == own, "the one that is called as they are"
    assert not unproven.pages.exists()

    before = set(Page.objects.values_list("pk", "is_personal"))
    give_everybody_a_page()
    assert set(Page.objects.values_list("pk", "is_personal")) == before


def test_a_start_sees_to_it(db, settings, tmp_path):
    settings.STATIC_ROOT = tmp_path  # Others than those of the data folder are collected elsewhere.
    person = UserFactory()
    call_command("prepare")
    assert personal(person)


# What is done without choosing


def test_a_post_without_a_page_is_on_the_personal_one(join, as_person):
    ada = join("ada")
    create_page(owner=ada, name="Other", handle="other")
    answer = as_person(ada).post("/api/posts/", {"content": "Hello"})
    assert (answer.status_code, answer.json()["page"]) == (201, "ada")


def test_a_form_without_a_page_posts_to_the_personal_one(join, browser_of):
    ada = join("ada")
    create_page(owner=ada, name="Other", handle="other")
    assert browser_of(ada).post("/posts/new/", {"content": "Hello"})["Location"] == "/@ada/"


def test_the_choice_is_offered_where_there_is_one(join, browser_of):
    ada = join("ada")
    browser = browser_of(ada)
    assert b'<select name="page"' not in browser.get("/").content
    create_page(owner=ada, name="Other", handle="other")
    home = browser.get("/").content.decode()
    assert 0 < home.index('<option value="ada"') < home.index('<option value="other"'), "the personal one comes first"
