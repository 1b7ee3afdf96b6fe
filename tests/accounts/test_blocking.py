"""B-2, B-13: admins shut people out, and the admin panel is theirs alone."""

import pytest

from innotter.accounts import services
from innotter.accounts.models import Session, User
from innotter.blog.models import Post
from innotter.errors import Forbidden, Invalid
from tests.factories.blog import PostFactory
from tests.factories.pages import PageFactory


def test_only_an_admin_may_block_and_never_themselves(alice, bob, mia, ada, as_person):
    for person in (alice, mia):
        assert as_person(person).post("/api/users/bob/block/").status_code == 403
        with pytest.raises(Forbidden):
            services.block_user(admin=person, user=bob)
    assert as_person(ada).post("/api/users/ada/block/").status_code == 403
    assert as_person(ada).post("/api/users/bob/block/").status_code == 204
    assert User.objects.get(pk=bob.pk).is_blocked


def test_blocking_hides_all_pages_and_unblocking_restores_them(alice, bob, ada, as_person):
    post = PostFactory(page=PageFactory(owner=alice))
    services.block_user(admin=ada, user=alice)
    assert post not in Post.objects.readable_by(bob)
    assert as_person(bob).get(f"/api/pages/{post.page.handle}/").status_code == 404

    assert as_person(ada).delete("/api/users/alice/block/").status_code == 204
    assert post in Post.objects.readable_by(bob)


def test_a_session_that_was_stolen_does_not_live_again_when_its_owner_is_let_in(alice, ada, api, browser_of):
    browser = browser_of(alice)
    tokens = services.start_token_session(user=alice, device=services.Device(name="stolen", ip="127.0.0.1"))
    bearer = {"Authorization": f"Bearer {tokens.access}"}
    assert api.get("/api/users/me/", headers=bearer).status_code == 200
    assert browser.get("/api/users/me/").status_code == 200

    services.block_user(admin=ada, user=alice)
    services.unblock_user(admin=ada, user=alice)
    assert api.get("/api/users/me/", headers=bearer).status_code == 401
    assert api.post("/api/token/refresh/", {"refresh": tokens.refresh}).status_code == 401
    assert browser.get("/api/users/me/").status_code == 401
    assert not Session.objects.alive().filter(user=alice).exists()
    assert browser_of(alice).get("/api/users/me/").status_code == 200, "who knows the password signs in anew"


def test_blocking_one_person_ends_nobody_elses_sessions(alice, bob, ada, as_person):
    program = as_person(bob)
    services.block_user(admin=ada, user=alice)
    assert program.get("/api/users/me/").status_code == 200


def test_the_admin_panel_opens_for_admins_only(client, alice, mia, ada, browser_of):
    assert client.get("/admin/").status_code == 302
    for person in (alice, mia):
        assert browser_of(person).get("/admin/").status_code == 302
        assert browser_of(person).get("/admin/", follow=True).redirect_chain[-1][0] == "/"
    assert browser_of(ada).get("/admin/").status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "accounts/user/",
        "accounts/session/",
        "pages/page/",
        "pages/tag/",
        "events/event/",
        "events/delivery/",
        "mail/outgoingmail/",
    ],
)
def test_every_list_of_the_admin_panel_opens(ada, alice, browser_of, deliver_events, address):
    PostFactory(page=PageFactory(owner=alice))
    services.ask_for_reset(email=alice.email)
    deliver_events()
    assert browser_of(ada).get(f"/admin/{address}").status_code == 200


def test_an_admin_leaves_the_panel_as_the_site(ada, browser_of):
    panel = browser_of(ada)
    assert panel.get("/admin/password_change/").url == "/settings/"
    assert panel.post("/admin/logout/").url == "/"
    assert not ada.sessions.alive().exists()


def test_an_admin_blocks_people_in_the_panel_by_the_same_rule(ada, alice, browser_of):
    panel = browser_of(ada)
    panel.post("/admin/accounts/user/", {"action": "block", "_selected_action": [alice.pk, ada.pk]})

    assert set(User.objects.filter(is_blocked=True)) == {alice}
    panel.post("/admin/accounts/user/", {"action": "unblock", "_selected_action": [alice.pk]})
    assert not User.objects.filter(is_blocked=True).exists()


@pytest.mark.parametrize(("username", "email"), [("ada", "Bob@example.org"), ("BOB", "ada@example.org")])
def test_an_account_that_was_never_verified_gives_way_to_an_admin(bob, username, email):
    User.objects.update(email_verified_at=None)
    admin = services.make_admin(username=username, email=email, password="correct-horse-7")
    assert User.objects.get() == admin
    assert admin.role == User.Role.ADMIN


@pytest.mark.parametrize(
    ("username", "email", "said"),
    [
        ("ada", "BOB@example.org", "@bob has this address already. Give another one"),
        ("Bob", "ada@example.org", "This username is taken. “bob-2” is free."),
    ],
)
def test_whoever_makes_an_admin_is_told_who_has_the_address_or_the_name(bob, username, email, said):
    with pytest.raises(Invalid) as refusal:
        services.make_admin(username=username, email=email, password="correct-horse-7")
    assert said in str(refusal.value.errors)
    assert User.objects.get() == bob
