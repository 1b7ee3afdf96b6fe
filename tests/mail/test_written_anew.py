"""An e-mail that waits says what it tells of as it is when it is sent."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from innotter.blog import services as blog
from innotter.blog.models import Announcement, Comment
from innotter.events.services import deliver_all
from innotter.mail import services as mail
from innotter.mail.models import MailboxMessage, OutgoingMail
from innotter.notifications.subscribers import MOST_DRAFTS
from innotter.pages.services import edit_page
from innotter.tasks.services import invite
from tests.factories.blog import ArticleFactory
from tests.factories.pages import FollowFactory, PageFactory
from tests.factories.tasks import TeamFactory


@pytest.fixture
def page(alice, bob):
    return FollowFactory(page=PageFactory(owner=alice, handle="saws"), follower=bob).page


@pytest.fixture
def post(alice, page):
    """A post whose e-mail to Bob is written, and waits."""
    post = blog.publish_post(author=alice, page=page, content="My number is 555-1234")
    deliver_all()
    for announcement in Announcement.objects.all():
        blog.announce(announcement_id=announcement.pk)
    return post


def sent(bob):
    for _time in range(3):
        mail.deliver_due()
    return [letter.text for letter in MailboxMessage.objects.filter(to=bob.email)]


def test_an_announcement_has_the_words_of_a_post_that_was_edited_since(alice, bob, post):
    for content in ("Call me", "Write to me"):
        blog.edit_post(author=alice, post=post, content=content)
        mail.deliver_due()
    (text,) = sent(bob)
    assert ("555-1234" in text, "Write to me" in text) == (False, True)
    assert not OutgoingMail.objects.exclude(text="").exists()


def test_one_of_a_post_that_is_as_it_was_is_sent_as_it_is(bob, post):
    (text,) = sent(bob)
    assert "555-1234" in text
    assert OutgoingMail.objects.filter(to=bob.email).count() == 1


def test_the_page_is_called_as_it_is_called_by_then(alice, bob, page, post):
    edit_page(owner=alice, page=page, name="Axes")
    (text,) = sent(bob)
    assert "Axes" in text


def test_what_is_written_anew_is_withdrawn_with_its_post(alice, bob, post):
    blog.edit_post(author=alice, post=post, content="Call me")
    mail.deliver_due()
    blog.delete_post(person=alice, post=post)
    deliver_all()
    assert sent(bob) == []
    assert not OutgoingMail.objects.exclude(text="").exists()


def test_an_e_mail_of_the_version_before_is_sent_as_it_is(alice, bob, post):
    for letter in OutgoingMail.objects.all():
        for fact in ("said", "key", "draft"):
            del letter.about[fact]
        letter.save()
    blog.edit_post(author=alice, post=post, content="Call me")
    (text,) = sent(bob)
    assert "555-1234" in text


def test_a_signed_link_that_is_another_by_then_is_no_other_word(alice, bob):
    invite(owner=alice, team=TeamFactory(owner=alice), who="bob")
    deliver_all()
    with time_machine.travel(timezone.now() + timedelta(minutes=10)):
        (text,) = sent(bob)
    assert "/teams/join/" in text
    assert OutgoingMail.objects.filter(to=bob.email).count() == 1


@pytest.mark.parametrize("language", ["en", "ru"])
def test_words_are_compared_in_the_language_of_who_reads_them(alice, bob, page, language):
    bob.language = language
    bob.save()
    invite(owner=alice, team=TeamFactory(owner=alice), who="bob")
    blog.publish_post(author=alice, page=page, content="Sharp")
    deliver_all()
    for announcement in Announcement.objects.all():
        blog.announce(announcement_id=announcement.pk)
    assert len(sent(bob)) == OutgoingMail.objects.filter(to=bob.email).count() == 2


def test_words_that_are_other_ones_at_each_look_are_sent_all_the_same(alice, bob, post, monkeypatch):
    monkeypatch.setattr("innotter.notifications.subscribers.said_in", lambda words: object())
    for _time in range(MOST_DRAFTS):
        mail.deliver_due()
    (text,) = sent(bob)
    assert "555-1234" in text
    assert OutgoingMail.objects.filter(to=bob.email).count() == MOST_DRAFTS


@pytest.mark.parametrize("is_answered", [False, True])
def test_a_guest_is_not_told_a_title_that_was_taken_back(alice, is_answered):
    article = ArticleFactory(page=PageFactory(owner=alice), title="What Ann Smith earns")
    comment = blog.write_guest_comment(post=article, email="guest@example.org", text="Hm")
    if is_answered:
        blog.confirm_comment(comment=comment)
        answered = Comment.objects.for_reading().get(pk=comment.pk)
        blog.write_comment(author=alice, post=article, text="Yes", parent=answered)
    deliver_all()
    blog.edit_article(author=alice, post=article, title="What people earn", content="x")
    for _time in range(2):
        mail.deliver_due()
    (told,) = MailboxMessage.objects.filter(to="guest@example.org")
    assert "Ann Smith" not in told.text + told.html
    assert "What people earn" in told.text
