"""Who an e-mail that waits is sent to: its reader where they are now, if they still want it."""

import pytest

from innotter.accounts.models import User
from innotter.blog import services as blog
from innotter.blog.models import Announcement
from innotter.events.services import deliver_all
from innotter.mail import services as mail
from innotter.mail.models import MailboxMessage, OutgoingMail
from innotter.notifications.services import choose
from innotter.notifications.subscribers import address_for
from innotter.tasks import services as tasks
from innotter.tasks.models import TaskNews
from tests.factories.pages import FollowFactory, PageFactory
from tests.factories.tasks import TaskFactory, TeamFactory, join


@pytest.fixture
def waiting(alice, bob):
    """An e-mail to Bob about a private page, that no mail server has taken yet."""
    page = PageFactory(owner=alice, is_private=True)
    FollowFactory(page=page, follower=bob)
    choose(user=bob, kind="new_post", by_email=True)
    blog.publish_post(author=alice, page=page, content="a secret for my followers")
    deliver_all()
    for announcement in Announcement.objects.all():
        blog.announce(announcement_id=announcement.pk)
    return OutgoingMail.objects.get(to="bob@example.org")


def test_it_follows_its_reader_to_another_address(waiting, bob):
    User.objects.filter(pk=bob.pk).update(email="bob-new@example.org")
    mail.deliver_due()
    assert list(MailboxMessage.objects.values_list("to", flat=True)) == ["bob-new@example.org"]


def test_nobody_is_written_to_who_is_not_there_any_more(waiting, bob):
    assert address_for(waiting.about) == "bob@example.org"
    assert address_for(waiting.about | {"reader": 0}) == ""
    User.objects.filter(pk=bob.pk).update(is_blocked=True)
    assert address_for(waiting.about) == ""


def test_it_is_not_sent_to_who_wants_no_more_of_its_kind(waiting, bob):
    choose(user=bob, kind="new_post", by_email=False)
    mail.deliver_due()
    assert not MailboxMessage.objects.exists()


@pytest.fixture
def news(alice, bob, settings):
    settings.TASKS_MAIL_SECONDS = 0
    team = TeamFactory(owner=alice)
    join(team, bob)
    task = TaskFactory(team=team)
    tasks.watch_task(watcher=bob, task=task)
    tasks.comment_on_task(author=alice, task=task, text="a secret of the team")
    deliver_all()
    tasks.send_news()
    return OutgoingMail.objects.get(to="bob@example.org")


def test_news_of_tasks_follow_their_reader(news, bob):
    User.objects.filter(pk=bob.pk).update(email="bob-new@example.org")
    mail.deliver_due()
    assert list(MailboxMessage.objects.values_list("to", flat=True)) == ["bob-new@example.org"]


def test_news_of_tasks_are_not_sent_to_who_wants_no_more_of_them(news, bob):
    choose(user=bob, kind="task_comment", by_email=False)
    mail.deliver_due()
    tasks.send_news()
    assert not MailboxMessage.objects.exists()
    assert not TaskNews.objects.exists()
