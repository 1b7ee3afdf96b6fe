"""B-11: new-post e-mails: in portions, once for each follower whatever crashes, to those who followed in time."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from innotter.accounts.models import User
from innotter.blog import services
from innotter.blog.models import Announcement
from innotter.blog.services import announcing
from innotter.events.models import Event
from innotter.events.services import deliver_all
from innotter.mail.models import MailboxMessage, OutgoingMail
from innotter.notifications.models import Notification
from innotter.pages.models import Follow
from innotter.pages.services import delete_page, edit_page, follow_page
from tests.factories.accounts import UserFactory
from tests.factories.pages import FollowFactory, PageFactory
from tests.together import at_the_same_moment


def a_page_with_followers(count):
    page = PageFactory()
    for person in UserFactory.create_batch(count, password="!"):
        FollowFactory(page=page, follower=person)
    return page


def publish(page, content="Hello"):
    return services.publish_post(author=page.owner, page=page, content=content)


def recipients():
    return sorted(MailboxMessage.objects.values_list("to", flat=True))


def test_a_worker_that_dies_between_portions_tells_nobody_twice_and_leaves_nobody_out(db, monkeypatch, deliver_events):
    monkeypatch.setattr(announcing, "PORTION", 3)
    page = a_page_with_followers(8)
    publish(page)
    deliver_all()
    announcement = Announcement.objects.get()

    def die(*arguments, **named):
        raise MemoryError

    assert announcing._announce_portion(announcement.pk)
    with monkeypatch.context() as patch:
        patch.setattr(announcing, "notify_all", die)
        with pytest.raises(MemoryError):
            services.announce(announcement_id=announcement.pk)
    assert Notification.objects.count() == 3

    services.announce_abandoned()
    assert Notification.objects.count() == 3, "it is not abandoned yet"
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        services.announce_abandoned()
        services.announce_abandoned()
        deliver_events()
    assert Notification.objects.count() == 8
    assert recipients() == sorted(User.objects.exclude(pk=page.owner_id).values_list("email", flat=True))


def test_an_announcement_that_fails_keeps_no_other_waiting(db, monkeypatch):
    for _number in range(2):
        publish(a_page_with_followers(1))
    monkeypatch.setattr("innotter.blog.background.announce.delay", lambda *_ids: None)
    deliver_all()
    bad, _good = Announcement.objects.order_by("pk")
    tell = announcing.notify_all

    def fail_for_one(**known):
        if known["subject_id"] == bad.post_id:
            raise RuntimeError("the words are missing")
        tell(**known)

    monkeypatch.setattr(announcing, "notify_all", fail_for_one)
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        services.announce_abandoned()
    assert Notification.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_tell_everybody_once(monkeypatch, deliver_events):
    monkeypatch.setattr(announcing, "PORTION", 2)
    publish(a_page_with_followers(7))
    deliver_all()
    announcement = Announcement.objects.get().pk
    at_the_same_moment(*[lambda: services.announce(announcement_id=announcement)] * 3)
    services.announce(announcement_id=announcement)
    assert OutgoingMail.objects.count() == Notification.objects.count() == 7


def test_who_followed_after_it_was_published_is_not_told(bob, carol, deliver_events):
    page = FollowFactory(follower=bob).page
    publish(page)
    follow_page(follower=carol, page=page)
    deliver_events()
    assert recipients() == [bob.email]


def test_who_asked_before_and_was_let_in_after_is_not_told(alice, bob, deliver_events):
    page = PageFactory(owner=alice, private=True)
    FollowFactory(page=page, follower=bob, status=Follow.Status.PENDING)
    publish(page)
    edit_page(owner=alice, page=page, is_private=False)
    deliver_events()
    assert Notification.objects.filter(kind="new_post").count() == 0


def test_a_post_that_is_gone_by_then_is_not_told(bob, deliver_events):
    page = FollowFactory(follower=bob).page
    services.delete_post(person=page.owner, post=publish(page))
    deliver_events()
    assert recipients() == []


@pytest.mark.parametrize("goes", ["post", "page"])
def test_an_e_mail_that_waits_for_the_mail_server_is_withdrawn_when_its_post_goes(bob, deliver_events, goes):
    page = FollowFactory(follower=bob).page
    post = publish(page)
    deliver_all()
    services.announce(announcement_id=Announcement.objects.get().pk)
    assert OutgoingMail.objects.due().count() == 1
    if goes == "post":
        services.delete_post(person=page.owner, post=post)
    else:
        delete_page(owner=page.owner, page=page)
    deliver_all()
    assert OutgoingMail.objects.due().count() == 0
    deliver_events()
    assert recipients() == []
    assert OutgoingMail.objects.get().text == ""


def test_a_page_that_is_blocked_by_then_tells_nobody(bob, deliver_events):
    page = FollowFactory(follower=bob).page
    publish(page)
    page.blocked_until = timezone.now() + timedelta(days=1)
    page.save()
    deliver_events()
    assert recipients() == []


def test_publishing_costs_the_same_for_2_and_for_60_followers(db):
    counts = {}
    for followers in (2, 60):
        page = a_page_with_followers(followers)
        with CaptureQueriesContext(connection) as queries:
            post = publish(page)
        deliver_all()
        with CaptureQueriesContext(connection) as telling:
            services.announce(announcement_id=Announcement.objects.get(post=post).pk)
        counts[followers] = (len(queries), len(telling))
    assert counts[2] == counts[60]
    assert Event.objects.filter(type="innotter.mail.many_written").count() == 2


def test_the_announcer_gives_way_to_another_that_is_at_it(transactional_db):
    publish(a_page_with_followers(1))
    deliver_all()
    announcement, held, done = Announcement.objects.get().pk, threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            Announcement.objects.select_for_update().get(pk=announcement)
            held.set()
            done.wait(10)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(10)
    services.announce(announcement_id=announcement)
    assert Notification.objects.count() == 0
    done.set()
    holder.join()
    services.announce(announcement_id=announcement)
    assert Notification.objects.count() == 1
