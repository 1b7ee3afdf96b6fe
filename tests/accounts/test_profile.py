"""B-15, C-3: what people say about themselves, and who may see it."""

import io
from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session as BrowserSession
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image

from innotter.accounts import services
from innotter.accounts.models import User
from innotter.media.storage import remove_orphans
from innotter.pages.services import create_page, give_personal_page
from tests.factories.accounts import PASSWORD, UserFactory
from tests.pictures import picture


def test_one_sees_and_changes_ones_own_account(alice, as_person):
    me = as_person(alice)
    answer = me.patch("/api/users/me/", {"name": "Alice L.", "title": "Explorer", "language": "ru", "role": "admin"})

    assert answer.status_code == 200
    assert answer.json()["name"] == "Alice L."
    assert answer.json()["role"] == "user", "a role is not one's own to change"
    assert me.get("/api/users/me/").json()["title"] == "Explorer"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": "x" * 81}, "title"),
        ({"username": "bob"}, "username"),
        ({"username": "me"}, "username"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"language": "tlh"}, "language"),
        ({"email": "bob@example.org"}, "email"),
    ],
)
def test_a_wrong_change_is_refused_and_nothing_changes(alice, bob, as_person, change, field):
    answer = as_person(alice).patch("/api/users/me/", change)

    assert answer.status_code == 400
    assert field in answer.json()["errors"]
    assert User.objects.filter(pk=alice.pk, username="alice", email="alice@example.org", title="").exists()


def test_a_new_address_takes_effect_with_its_code_and_the_old_one_is_told(alice, as_person, code_for, mails_to):
    me = as_person(alice)
    answer = me.patch("/api/users/me/", {"email": "alice@new.example"})
    assert (answer.json()["email"], answer.json()["pending_email"]) == ("alice@example.org", "alice@new.example")

    body = {"email": "alice@new.example", "otp": code_for("alice@new.example")}
    assert me.post("/api/verify-email/", body).status_code == 200
    me_now = me.get("/api/users/me/").json()
    assert (me_now["email"], me_now["pending_email"]) == ("alice@new.example", None)
    assert mails_to("alice@example.org")[0].subject == "The e-mail address of your Innotter account was changed"


@pytest.mark.parametrize("is_proved", [True, False])
def test_of_two_addresses_that_one_wishes_for_only_the_last_can_become_ones_own(alice, as_person, code_for, is_proved):
    """The first may have been a slip, and is a stranger's."""
    me, slip, meant = as_person(alice), "alcie@new.example", "alice@new.example"
    me.patch("/api/users/me/", {"email": slip})
    code = code_for(slip)
    me.patch("/api/users/me/", {"email": meant})
    if is_proved:
        me.post("/api/verify-email/", {"email": meant, "otp": code_for(meant)})
    assert me.post("/api/verify-email/", {"email": slip, "otp": code}).json()["code"] == "wrong_code"
    alice.refresh_from_db()
    assert alice.email == (meant if is_proved else "alice@example.org")


@pytest.mark.parametrize("door", ["form", "program"])
def test_whoever_gives_the_address_they_have_wishes_for_no_other(alice, browser_of, as_person, code_for, door):
    """The one of before was a slip, and is a stranger's: with its code the account would be theirs."""
    slip, browser, me = "alcie@new.example", browser_of(alice), as_person(alice)
    browser.post("/settings/email/", {"email": slip})
    code = code_for(slip)
    if door == "form":
        html = browser.post("/settings/email/", {"email": "Alice@example.org"}, follow=True).content.decode()
        assert "Your address stays alice@example.org." in html
        assert f"{slip} is not verified yet" not in html
    else:
        assert me.patch("/api/users/me/", {"email": "Alice@example.org"}).json()["pending_email"] is None
    assert me.post("/api/verify-email/", {"email": slip, "otp": code}).json()["code"] == "wrong_code"
    alice.refresh_from_db()
    assert alice.email == "alice@example.org"


def test_a_program_writes_back_all_that_it_has_read_as_often_as_it_likes(alice, as_person):
    me = as_person(alice)
    for name in ("A", "B", "C"):
        whole = me.get("/api/users/me/").json()
        body = {field: whole[field] for field in ("username", "email", "title", "language", "time_zone")}
        assert me.patch("/api/users/me/", body | {"name": name}).json()["name"] == name


@pytest.mark.parametrize("zone", ["Mars/Olympus", "CET", "Etc/GMT-3"])
def test_a_time_zone_that_is_no_choice_stays_when_something_else_is_changed(alice, browser_of, as_person, zone):
    """It came by a program, by the installation's setting, or from a machine that has known it."""
    browser, me = browser_of(alice), as_person(alice)
    User.objects.filter(pk=alice.pk).update(time_zone=zone)
    html = browser.get("/settings/").content.decode()
    assert f'<option value="{zone}" selected>' in html
    sent = {"username": "alice", "name": "A", "title": "", "language": "en", "time_zone": zone}
    assert browser.post("/settings/profile/", sent).status_code == 302
    assert browser.post("/language/", {"language": "ru"}).status_code == 302
    assert me.patch("/api/users/me/", {"title": "T"}).status_code == 200
    alice.refresh_from_db()
    assert (alice.name, alice.title, alice.language, alice.time_zone) == ("A", "T", "ru", zone)
    assert me.patch("/api/users/me/", {"time_zone": "Mars/Elsewhere"}).status_code == 400
    assert browser.post("/settings/profile/", sent | {"time_zone": "Mars/Elsewhere"}).status_code == 422


def clocks(*browsers):
    """In which language each of them speaks, and by whose clock it tells the time."""
    return {(one.get("/settings/").headers["Content-Language"], one.session["preferences"][1]) for one in browsers}


@pytest.mark.parametrize("door", ["switch", "form", "program", "admin"])
def test_all_browsers_of_a_person_speak_their_language_and_tell_their_time(alice, ada, browser_of, as_person, door):
    one, other = browser_of(alice), browser_of(alice)
    ends = [row.expire_date for row in BrowserSession.objects.order_by("pk")]
    whole = {"username": "alice", "name": "", "title": "", "language": "ru", "time_zone": "Asia/Tokyo"}
    if door == "switch":
        one.post("/language/", {"language": "ru"})
    elif door == "form":
        one.post("/settings/profile/", whole)
    elif door == "program":
        as_person(alice).patch("/api/users/me/", {"language": "ru", "time_zone": "Asia/Tokyo"})
    else:
        browser_of(ada).post(f"/admin/accounts/user/{alice.pk}/change/", whole | {"email": alice.email, "role": "user"})
    assert clocks(one, other) == {("ru", "UTC" if door == "switch" else "Asia/Tokyo")}
    if door == "program":
        assert [row.expire_date for row in BrowserSession.objects.order_by("pk")] == ends


def test_many_browsers_are_told_by_the_same_few_statements(alice, browser_of):
    counts = []
    for more, language in ((2, "ru"), (8, "en")):
        for _number in range(more):
            browser_of(alice)
        with CaptureQueriesContext(connection) as queries:
            services.edit_profile(user=alice, language=language)
        counts.append(len(queries))
    kept = [row.get_decoded()["preferences"] for row in BrowserSession.objects.all()]
    assert (len(kept), {tuple(one) for one in kept}) == (10, {("en", "UTC")})
    assert counts[0] == counts[1], counts


def test_no_browser_of_somebody_else_does(alice, bob, browser_of):
    his = browser_of(bob)
    browser_of(alice).post("/language/", {"language": "ru"})
    assert clocks(his) == {("en", "UTC")}


def test_an_address_that_somebody_else_has_taken_meanwhile_stays_theirs(alice, as_person, api, code_for):
    as_person(alice).patch("/api/users/me/", {"email": "both@example.org"})
    code = code_for("both@example.org")
    UserFactory(username="quick", email="both@example.org")

    answer = api.post("/api/verify-email/", {"email": "both@example.org", "otp": code})
    assert answer.status_code == 400
    assert User.objects.get(pk=alice.pk).email == "alice@example.org"


def test_people_are_listed_for_people_and_show_no_address(alice, bob, api, as_person):
    UserFactory(username="blocked", is_blocked=True)
    UserFactory(username="new", unverified=True)

    assert api.get("/api/users/").status_code == 401
    cards = as_person(alice).get("/api/users/").json()["results"]
    assert [card["username"] for card in cards] == ["bob", "alice"]
    assert "email" not in cards[0]
    assert as_person(alice).get("/api/users/BOB/").json()["username"] == "bob"
    assert as_person(alice).get("/api/users/blocked/").status_code == 404


def test_moderators_see_blocked_people(mia, as_person):
    UserFactory(username="blocked", is_blocked=True)
    assert as_person(mia).get("/api/users/blocked/").status_code == 200


@pytest.mark.parametrize("format_", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_picture_becomes_a_square_without_metadata(alice, as_person, format_):
    exif = Image.Exif()
    exif[0x010E] = "where I live"
    options = {"exif": exif} if format_ in {"JPEG", "WEBP"} else {}
    me = as_person(alice)
    answer = me.put("/api/users/me/avatar/", {"image": picture(format_, **options)}, format="multipart")

    assert answer.status_code == 200
    address = answer.json()["avatar"]
    shown = me.get(address)
    assert shown["Content-Type"] == "image/webp"
    image = Image.open(io.BytesIO(shown.content))
    assert (image.size, image.format) == ((512, 512), "WEBP")
    assert not image.getexif()


def test_a_new_picture_replaces_the_old_one_and_none_is_left(alice, as_person):
    me = as_person(alice)
    for _time in range(2):
        me.put("/api/users/me/avatar/", {"image": picture()}, format="multipart")
    remove_orphans()
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        remove_orphans()
    assert len(default_storage.listdir("avatars")[1]) == 1

    assert me.delete("/api/users/me/avatar/").status_code == 204
    remove_orphans()
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        remove_orphans()
    assert default_storage.listdir("avatars")[1] == []
    assert me.get("/api/users/me/").json()["avatar"] is None


@pytest.mark.parametrize(
    "file",
    [
        SimpleUploadedFile("me.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        SimpleUploadedFile("me.png", b"<html><script>alert(1)</script>"),
        SimpleUploadedFile("me.html", b"<html>"),
        SimpleUploadedFile("me", b"\x89PNG"),
        SimpleUploadedFile("me.png", b""),
        SimpleUploadedFile("../../me.png", b"GIF89a"),
        picture("GIF", name="me.png"),
        picture(size=(12_000, 12_000)),
    ],
    ids=["svg", "script", "html", "no extension", "empty", "path", "another format", "too many pixels"],
)
def test_what_is_not_a_picture_is_refused(alice, as_person, file):
    file.seek(0)
    answer = as_person(alice).put("/api/users/me/avatar/", {"image": file}, format="multipart")

    assert answer.status_code == 400
    assert "image" in answer.json()["errors"]


def test_a_picture_that_is_too_large_is_refused(alice, as_person, settings):
    settings.UPLOAD_MAX_BYTES = 100
    answer = as_person(alice).put("/api/users/me/avatar/", {"image": picture()}, format="multipart")
    assert "too large" in answer.json()["errors"]["image"][0]


def test_settings_are_changed_on_the_site_too(alice, browser_of):
    browser = browser_of(alice)
    profile = {"username": "alice", "name": "Алиса", "title": "", "language": "ru", "time_zone": "Europe/Berlin"}

    assert browser.post("/settings/profile/", profile).status_code == 302
    page = browser.get("/settings/")
    assert page["Content-Language"] == "ru"
    refused = browser.post("/settings/profile/", {**profile, "username": "!"})
    assert refused.status_code == 422
    assert User.objects.get(pk=alice.pk).username == "alice"
    assert browser.post("/settings/email/", {"email": "alice@new.example"}).url == "/verify/"
    assert browser.post("/settings/picture/", {"image": picture()}).status_code == 302
    assert browser.post("/settings/picture/", {"remove": "1"}).status_code == 302


def test_sessions_are_ended_on_the_site_too(alice, bob, browser_of):
    here, elsewhere, others = browser_of(alice), browser_of(alice), browser_of(bob)
    session = alice.sessions.get(browser_key=elsewhere.cookies["sessionid"].value)

    assert others.post(f"/settings/sessions/{session.pk}/end/").status_code == 404
    assert here.post(f"/settings/sessions/{session.pk}/end/").status_code == 302
    assert elsewhere.get("/settings/").status_code == 302
    browser_of(alice)
    assert here.post("/settings/sessions/end/").status_code == 302
    assert alice.sessions.alive().count() == 1


def test_a_time_zone_that_an_admin_has_chosen_for_somebody_is_not_exchanged_for_their_browsers(ada, browser_of, client):
    bob = UserFactory(username="bob", email="bob@example.org")
    told = {"username": "bob", "email": bob.email, "name": "", "title": "", "role": "user", "language": "en"}
    address = f"/admin/accounts/user/{bob.pk}/change/"
    assert browser_of(ada).post(address, told | {"time_zone": "Europe/Berlin"}).status_code == 302
    client.post("/login/", {"identifier": "bob", "password": PASSWORD, "time_zone": "Asia/Tokyo"})
    bob.refresh_from_db()
    assert bob.time_zone == "Europe/Berlin"


def test_an_admin_gives_somebody_a_free_name_alone_and_their_page_follows_it(ada, alice, browser_of):
    bob = UserFactory(username="bob", email="bob@example.org")
    page = give_personal_page(owner=bob)
    create_page(owner=alice, name="Robert", handle="robert")
    address = f"/admin/accounts/user/{bob.pk}/change/"
    told = {"email": bob.email, "name": "", "title": "", "role": "user", "language": "en", "time_zone": "UTC"}
    for taken in ("robert", "alice", "ALICE"):
        refused = browser_of(ada).post(address, told | {"username": taken})
        assert "is free." in refused.content.decode(), taken
    assert browser_of(ada).post(address, told | {"username": "bobby"}).status_code == 302
    bob.refresh_from_db()
    page.refresh_from_db()
    assert (bob.username, page.handle) == ("bobby", "bobby")
