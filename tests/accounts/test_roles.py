"""Whom an admin gives another role stands in the log: each role has powers over others."""

from innotter.audit.models import Action

FORM = {"name": "", "title": "", "language": "en", "time_zone": "UTC"}


def give(browser, person, **changes):
    form = FORM | {"username": person.username, "email": person.email, "role": person.role} | changes
    answer = browser.post(f"/admin/accounts/user/{person.pk}/change/", form)
    assert answer.status_code == 302, answer.content.decode()


def test_a_new_role_is_in_the_log(ada, alice, browser_of):
    give(browser_of(ada), alice, role="moderator")
    action = Action.objects.get()
    assert (action.actor, action.verb, action.about) == (ada, "change_role", "@alice: Moderator")
    assert "changed the role of" in browser_of(ada).get("/moderation/log/").content.decode()


def test_what_else_an_admin_changes_is_not(ada, alice, browser_of):
    give(browser_of(ada), alice, name="Alice L.")
    assert not Action.objects.exists()
