"""Everybody chooses, kind by kind, where they are told."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from innotter.blog import services as blog
from innotter.notifications.kinds import NOT_BY_EMAIL, ONLY_BY_EMAIL, Kind
from innotter.notifications.models import Notification
from innotter.notifications.services import choose, forget_old, mark_read, preferences_of
from tests.factories.blog import PostFactory
from tests.factories.pages import FollowFactory


def publish(page):
    return blog.publish_post(author=page.owner, page=page, content="Hello")


def test_the_preferences_name_every_kind_and_change_what_is_sent(bob, as_person):
    me = as_person(bob)
    before = me.get("/api/notifications/preferences/").json()
    assert set(before) == set(Kind.values)
    assert before["new_post"] == {"in_app": True, "by_email": True}

    after = me.patch("/api/notifications/preferences/", {"new_post": {"by_email": False}}).json()
    assert after == before | {"new_post": {"in_app": True, "by_email": False}}
    assert me.get("/api/notifications/preferences/").json() == after


@pytest.mark.parametrize("nonsense", [{"new_post": 1}, {"new_post": {"by_email": "perhaps"}}, [], "x"])
def test_nonsense_is_refused_and_changes_nothing(bob, as_person, nonsense):
    before = preferences_of(user=bob)
    assert as_person(bob).patch("/api/notifications/preferences/", nonsense).status_code == 400
    assert preferences_of(user=bob) == before


def test_who_wants_no_e_mail_gets_none_and_who_wants_only_e_mail_gets_only_that(bob, carol, mails_to):
    page = FollowFactory(follower=bob).page
    FollowFactory(follower=carol, page=page)
    choose(user=bob, kind="new_post", by_email=False)
    choose(user=carol, kind="new_post", in_app=False)
    publish(page)
    assert mails_to(bob.email) == []
    assert len(mails_to(carol.email)) == 1
    assert [row.recipient for row in Notification.objects.all()] == [bob]


def as_shown(html):
    """What a browser sends of the page where nobody has touched it."""
    boxes = dict.fromkeys(re.findall(r'name="([a-z_]+-[a-z_]+)"[^>]* checked', html), "on")
    return boxes | dict(re.findall(r'name="(initial-[a-z_]+-[a-z_]+)" value="(\w+)"', html))


def test_the_table_of_boxes_on_the_site(bob, browser_of):
    browser = browser_of(bob)
    html = browser.get("/notifications/preferences/").content.decode()
    assert html.count('type="checkbox"') == 2 * len(Kind)
    assert html.count("checked") == 2 * len(Kind) - len(NOT_BY_EMAIL) - len(ONLY_BY_EMAIL)
    before, sent = preferences_of(user=bob), as_shown(html)
    browser.post("/notifications/preferences/", sent)
    assert preferences_of(user=bob) == before
    assert not bob.notification_preferences.exists(), "nothing was chosen"

    del sent["reply-by_email"], sent["new_post-in_app"], sent["new_post-by_email"]
    browser.post("/notifications/preferences/", sent | {"like-by_email": "on"})
    chosen = {"reply": (True, False), "new_post": (False, False), "like": (True, True)}
    assert preferences_of(user=bob) == before | chosen


def test_a_table_that_was_opened_before_one_has_unsubscribed_brings_no_e_mails_back(bob, browser_of):
    browser = browser_of(bob)
    sent = as_shown(browser.get("/notifications/preferences/").content.decode())
    choose(user=bob, kind="new_post", by_email=False)
    del sent["reply-in_app"]
    browser.post("/notifications/preferences/", sent)
    assert preferences_of(user=bob)["new_post"] == (True, False)
    assert preferences_of(user=bob)["reply"] == (False, True)


def test_a_table_of_the_version_before_switches_no_kind_off_that_it_had_no_box_for(bob, browser_of):
    browser = browser_of(bob)
    sent = as_shown(browser.get("/notifications/preferences/").content.decode())
    browser.post("/notifications/preferences/", {name: sent[name] for name in sent if "moderation" not in name})
    assert preferences_of(user=bob)["moderation"] == (True, True)


def unsubscribe_address(mail):
    return re.search(r"http://localhost:8000(/notifications/unsubscribe/\S+)", mail.text)[1]


def test_one_click_in_the_mail_program_ends_the_e_mails_of_a_kind(bob, client, mails_to, settings, deliver_events):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    publish(FollowFactory(follower=bob).page)
    deliver_events()
    headers = mail.outbox[0].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = headers["List-Unsubscribe"].strip("<>").removeprefix("http://localhost:8000")
    assert client.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert preferences_of(user=bob)["new_post"] == (True, False)
    assert preferences_of(user=bob)["reply"] == (True, True)


def test_the_link_at_the_foot_asks_first_and_needs_no_sign_in(bob, client, mails_to):
    publish(FollowFactory(follower=bob).page)
    address = unsubscribe_address(mails_to(bob.email)[0])
    assert "Stop these e-mails?" in client.get(address).content.decode()
    assert preferences_of(user=bob)["new_post"] == (True, True)
    assert "You will no longer get these e-mails" in client.post(address).content.decode()
    assert preferences_of(user=bob)["new_post"] == (True, False)


@pytest.mark.parametrize("token", ["x", "a:b:c", "WzEsIm5ld19wb3N0Il0:1abcde:AAAA"])
def test_a_forged_token_is_nobodys(client, db, token):
    assert client.post(f"/notifications/unsubscribe/{token}/").status_code == 404


def test_notifications_are_read_one_by_one_or_all_at_once(alice, bob, carol, as_person, browser_of, deliver_events):
    first, second = PostFactory(page__owner=alice), PostFactory(page__owner=alice)
    for post in (first, second):
        blog.like_post(person=bob, post=post)
    deliver_events()
    me, browser = as_person(alice), browser_of(alice)
    assert me.get("/api/notifications/unread/").json() == {"unread": 2}
    assert "count-badge" in browser.get("/").content.decode()
    newest = me.get("/api/notifications/").json()["results"][0]

    assert as_person(carol).post("/api/notifications/read/", {"ids": [newest["id"]]}).json() == {"unread": 0}
    assert me.post("/api/notifications/read/", {"ids": [newest["id"]]}).json() == {"unread": 1}
    assert me.post("/api/notifications/read/", {}).status_code == 400
    other = me.get("/api/notifications/").json()["results"][1]
    assert browser.get(f"/notifications/{other['id']}/").headers["Location"] == f"/posts/{first.pk}/"
    assert me.get("/api/notifications/unread/").json() == {"unread": 0}
    assert browser_of(carol).get(f"/notifications/{other['id']}/").status_code == 404


@pytest.mark.parametrize("door", ["one by one", "all", "by the service", "by one press"])
def test_whoever_reads_their_own_empties_nobody_elses_bell(
    alice, bob, carol, as_person, browser_of, deliver_events, door
):
    for owner in (alice, carol):
        blog.like_post(person=bob, post=PostFactory(page__owner=owner))
    deliver_events()
    ids = list(Notification.objects.values_list("pk", flat=True))
    read = {
        "one by one": lambda: as_person(carol).post("/api/notifications/read/", {"ids": ids}),
        "all": lambda: as_person(carol).post("/api/notifications/read/", {"all": True}),
        "by the service": lambda: mark_read(recipient=carol),
        "by one press": lambda: browser_of(carol).post("/notifications/read/"),
    }
    read[door]()

    assert as_person(carol).get("/api/notifications/unread/").json() == {"unread": 0}
    assert as_person(alice).get("/api/notifications/unread/").json() == {"unread": 1}
    assert [row["is_read"] for row in as_person(alice).get("/api/notifications/").json()["results"]] == [False]


def test_all_are_read_by_one_press(alice, bob, as_person, browser_of, deliver_events):
    blog.like_post(person=bob, post=PostFactory(page__owner=alice))
    deliver_events()
    browser = browser_of(alice)
    assert "Mark all as read" in browser.get("/notifications/").content.decode()
    browser.post("/notifications/read/")
    assert "Mark all as read" not in browser.get("/notifications/").content.decode()


def test_what_comes_while_the_list_is_open_is_not_read_by_the_press_for_all(
    alice, bob, as_person, browser_of, deliver_events
):
    first, second = PostFactory(page__owner=alice), PostFactory(page__owner=alice)
    blog.like_post(person=bob, post=first)
    deliver_events()
    browser = browser_of(alice)
    sent = dict(re.findall(r'name="(newest)" value="(\d+)"', browser.get("/notifications/").content.decode()))
    blog.like_post(person=bob, post=second)
    deliver_events()
    browser.post("/notifications/read/", sent)

    assert as_person(alice).get("/api/notifications/unread/").json() == {"unread": 1}
    assert [row.subject_id for row in Notification.objects.unread()] == [second.pk]
    assert "Mark all as read" in browser.get("/notifications/").content.decode()
    browser.post("/notifications/read/", {"newest": ""})
    assert not Notification.objects.unread().exists()


def test_after_a_year_notifications_are_forgotten(alice, bob, deliver_events):
    for post in PostFactory.create_batch(2, page__owner=alice):
        blog.like_post(person=bob, post=post)
    deliver_events()
    Notification.objects.filter(pk=Notification.objects.first().pk).update(
        created_at=timezone.now() - timedelta(days=366)
    )
    forget_old()
    assert Notification.objects.count() == 1
