"""What is told together names and counts those who stand now: at the bell, on the page, in the API, in e-mails."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from innotter.accounts.models import User
from innotter.accounts.services import block_user, unblock_user
from innotter.blog.services import like_post, unlike_post
from innotter.mail import services as mail
from innotter.notifications.models import Notification
from innotter.notifications.services import choose, count_unread, mark_read
from innotter.notifications.tellers import told
from innotter.tasks import background
from innotter.tasks import services as tasks
from tests.factories.accounts import UserFactory
from tests.factories.blog import PostFactory
from tests.factories.tasks import TaskFactory, TeamFactory


@pytest.fixture
def post(alice):
    return PostFactory(page__owner=alice)


@pytest.fixture
def fans():
    return [UserFactory(username=name) for name in ("olga", "pavel", "rosa")]


@pytest.fixture
def liked(post, fans, deliver_events):
    for fan in fans:
        like_post(person=fan, post=post)
    deliver_events()


@pytest.fixture
def doors(as_person, browser_of):
    """What a person is told, newest first: sentence, newest name and number of the API, and all of it on the page."""

    def read(person):
        rows = as_person(person).get("/api/notifications/").json()["results"]
        page = browser_of(person).get("/notifications/").content.decode()
        assert all(row["text"] in page for row in rows)
        return [(row["text"], row["actor"], row["count"]) for row in rows]

    return read


def refuse_to_be_seen(person):
    User.objects.filter(pk=person.pk).update(email_verified_at=None)


def test_likes_name_and_count_nobody_who_is_blocked(alice, ada, fans, liked, doors, browser_of):
    olga, pavel, rosa = fans
    assert doors(alice) == [("rosa and 2 others liked your post", "rosa", 3)]
    block_user(admin=ada, user=rosa)
    assert doors(alice) == [("pavel and 1 other liked your post", "pavel", 2)]
    assert "rosa" not in browser_of(alice).get("/notifications/").content.decode()
    block_user(admin=ada, user=olga)
    assert doors(alice) == [("pavel liked your post", "pavel", 1)]
    block_user(admin=ada, user=pavel)
    assert doors(alice) == [("", None, 0)]
    assert count_unread(recipient=alice, most=10) == 0
    unblock_user(admin=ada, user=rosa)
    assert doors(alice) == [("rosa liked your post", "rosa", 1)]
    assert count_unread(recipient=alice, most=10) == 1


def test_a_row_counts_the_likes_and_one_less_when_one_is_taken_back(alice, fans, post, liked, deliver_events):
    """It is what the version before goes by while both of them run."""
    assert Notification.objects.get().count == 3
    unlike_post(person=fans[0], post=post)
    deliver_events()
    assert Notification.objects.get().count == 2


def test_likes_name_nobody_whom_their_reader_may_not_see(alice, fans, liked, doors):
    refuse_to_be_seen(fans[2])
    assert doors(alice) == [("pavel and 1 other liked your post", "pavel", 2)]


def test_a_like_that_was_taken_back_is_not_counted_whenever_it_was_told(
    alice, post, fans, liked, doors, deliver_events
):
    mark_read(recipient=alice)
    newcomer = UserFactory(username="sven")
    like_post(person=newcomer, post=post)
    deliver_events()
    unlike_post(person=fans[0], post=post)
    deliver_events()
    assert doors(alice) == [("sven liked your post", "sven", 1), ("rosa and 1 other liked your post", "rosa", 2)]
    unlike_post(person=newcomer, post=post)
    deliver_events()
    assert doors(alice) == [("rosa and 1 other liked your post", "rosa", 2)]


def test_a_like_of_somebody_blocked_waits_for_them_while_another_is_taken_back(
    alice, ada, post, fans, liked, doors, deliver_events
):
    block_user(admin=ada, user=fans[0])
    for fan in fans[1:]:
        unlike_post(person=fan, post=post)
    deliver_events()
    assert doors(alice) == [("", None, 0)]
    unblock_user(admin=ada, user=fans[0])
    assert doors(alice) == [("olga liked your post", "olga", 1)]


def test_a_like_that_was_taken_back_before_it_was_told_is_not_told(alice, bob, post, doors, deliver_events):
    like_post(person=bob, post=post)
    unlike_post(person=bob, post=post)
    deliver_events()
    assert doors(alice) == []


def test_what_the_version_before_has_put_together_counts_no_more_than_it_did(alice, ada, fans, liked, doors):
    Notification.objects.update(since=None, count=2)
    assert doors(alice) == [("rosa and 1 other liked your post", "rosa", 2)]
    for fan in fans[1:]:
        block_user(admin=ada, user=fan)
    assert doors(alice) == [("olga liked your post", "olga", 1)]


@pytest.mark.parametrize("goes", ["blocked", "taken back", None])
def test_an_e_mail_tells_of_no_like_that_does_not_stand(alice, ada, bob, carol, post, mails_to, monkeypatch, goes):
    choose(user=alice, kind="like", by_email=True)
    with monkeypatch.context() as without_mail_server:
        without_mail_server.setattr(mail, "deliver", lambda pk: None)
        like_post(person=bob, post=post)
        like_post(person=carol, post=post)
        mails_to(alice.email)
    if goes == "blocked":
        block_user(admin=ada, user=bob)
    elif goes:
        unlike_post(person=bob, post=post)
    subjects = [letter.subject for letter in mails_to(alice.email)]
    assert subjects == ([] if goes else ["bob liked your post"])


def test_however_many_are_told_together_the_statements_are_as_many(
    alice, deliver_events, django_assert_max_num_queries
):
    for _number in range(12):
        post = PostFactory(page__owner=alice)
        for fan in (UserFactory(), UserFactory()):
            like_post(person=fan, post=post)
    deliver_events()
    rows = Notification.objects.of(alice).select_related("actor")
    for some in (rows[:1], rows[:12]):
        with django_assert_max_num_queries(5):
            assert {words.by.count for words in told(alice, some).values()} == {2}


class TestTasks:
    @pytest.fixture
    def task(self, alice, bob, carol, mails_to):
        """A task that Alice watches."""
        team = TeamFactory(owner=alice, members=[bob, carol])
        task = TaskFactory(team=team, creator=alice, title="Mend")
        mails_to(alice.email)
        Notification.objects.all().delete()
        return task

    @pytest.fixture
    def said(self, task, bob, carol, deliver_events):
        comments = [tasks.comment_on_task(author=person, task=task, text="Rude words") for person in (bob, carol)]
        deliver_events()
        return comments

    def test_comments_name_nobody_who_is_blocked(self, alice, bob, carol, ada, task, said, doors):
        assert doors(alice) == [(f"carol commented on {task.key}", "carol", 2)]
        block_user(admin=ada, user=carol)
        assert doors(alice) == [(f"bob commented on {task.key}", "bob", 1)]
        block_user(admin=ada, user=bob)
        assert doors(alice) == [("", None, 0)]

    def test_comments_that_were_taken_back_are_not_told(self, alice, carol, task, said, doors):
        tasks.delete_comment(person=carol, comment=said[1])
        assert doors(alice) == [(f"bob commented on {task.key}", "bob", 1)]

    def test_the_e_mail_of_news_has_no_comment_of_somebody_who_is_blocked(
        self, alice, bob, carol, ada, task, said, mails_to, settings
    ):
        block_user(admin=ada, user=carol)
        with time_machine.travel(timezone.now() + timedelta(seconds=settings.TASKS_MAIL_SECONDS + 1)):
            background.send_task_notification()
            (news,) = [letter.text for letter in mails_to(alice.email) if "Rude words" in letter.text]
        assert ("bob: Rude words" in news, "carol" in news) == (True, False)

    def test_nor_one_that_is_written_already(self, alice, carol, ada, task, said, mails_to, settings, monkeypatch):
        with time_machine.travel(timezone.now() + timedelta(seconds=settings.TASKS_MAIL_SECONDS + 1)):
            with monkeypatch.context() as without_mail_server:
                without_mail_server.setattr(mail, "deliver", lambda pk: None)
                background.send_task_notification()
                mails_to(alice.email)
            block_user(admin=ada, user=carol)
            assert not [letter for letter in mails_to(alice.email) if "carol" in letter.text]
        with time_machine.travel(timezone.now() + timedelta(seconds=2 * settings.TASKS_MAIL_SECONDS + 5)):
            background.send_task_notification()
            (news,) = [letter.text for letter in mails_to(alice.email) if "Rude words" in letter.text]
        assert ("bob: Rude words" in news, "carol" in news) == (True, False)

    @pytest.mark.parametrize("deed", ["gives", "changes"])
    def test_who_gave_or_changed_a_task_is_not_named_once_they_are_blocked(
        self, alice, bob, ada, task, doors, deliver_events, deed
    ):
        changes = {"assignees": [alice]} if deed == "gives" else {"title": "Mend it"}
        tasks.edit_task(editor=bob, task=task, **changes)
        deliver_events()
        assert doors(alice)[0][1] == "bob"
        block_user(admin=ada, user=bob)
        ((text, actor, _count),) = doors(alice)
        assert (actor, "bob" in text) == (None, False)
        assert text
