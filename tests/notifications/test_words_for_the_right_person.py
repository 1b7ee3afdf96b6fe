"""Everybody is told what they may read, in their own words; nobody else is, and nothing that may be read no more."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from innotter.blog import services as blog
from innotter.blog.models import Comment
from innotter.events.services import deliver_all
from innotter.jobs import services as jobs
from innotter.mail import services as mail
from innotter.mail.models import MailboxMessage, OutgoingMail
from innotter.notifications.models import Notification
from innotter.pages.services import block_page, edit_page, follow_page
from innotter.tasks.services import edit_task
from tests.factories.accounts import UserFactory
from tests.factories.blog import ArticleFactory, PostFactory
from tests.factories.jobs import OpenJobFactory
from tests.factories.pages import PageFactory
from tests.factories.tasks import TaskFactory, TeamFactory


def bid(bidder, job):
    later = timezone.now() + timedelta(days=2)
    offer = {"text": "I can", "proposed_deadline": later, "fee": Decimal(5), "currency": "EUR"}
    return jobs.place_bid(bidder=bidder, job=job, **offer)


@pytest.mark.parametrize("winner_is_first", [True, False])
def test_of_two_bidders_each_is_mailed_what_became_of_their_own_bid(alice, bob, carol, mails_to, winner_is_first):
    job = OpenJobFactory(owner=alice, name="Mend the clock")
    winner, loser = (bob, carol) if winner_is_first else (carol, bob)
    bids = {person: bid(person, job) for person in (bob, carol)}
    jobs.select_bid(owner=alice, bid=bids[winner])

    assert [mail.subject for mail in mails_to(winner.email)] == ["Your bid for “Mend the clock” was selected"]
    assert [mail.subject for mail in mails_to(loser.email)] == ["Another bid for “Mend the clock” was selected"]


def test_two_readers_of_two_languages_read_two_languages(alice, mails_to):
    page = PageFactory(owner=alice, name="Garden")
    people = [UserFactory(language=language) for language in ("en", "ru")]
    for person in people:
        follow_page(follower=person, page=page)
    blog.publish_post(author=alice, page=page, content="Frost")
    english, russian = (mails_to(person.email)[0].subject for person in people)
    assert "Garden" in english
    assert "Garden" in russian
    assert english != russian


def guest_is_answered(article, by):
    shown = blog.write_guest_comment(post=article, email="guest@example.org", text="A question")
    blog.confirm_comment(comment=shown)
    shown = Comment.objects.for_reading().get(pk=shown.pk)
    return lambda: blog.write_comment(author=by, post=article, text="A private answer", parent=shown)


def answers():
    return OutgoingMail.objects.filter(key__startswith="answer/", failed_at=None)


def test_a_guest_is_mailed_no_answer_of_a_page_that_turned_private(alice, deliver_events):
    article = ArticleFactory(page=PageFactory(owner=alice))
    answer = guest_is_answered(article, by=alice)
    edit_page(owner=alice, page=article.page, is_private=True)
    article.refresh_from_db()
    answer()
    deliver_events()
    assert not answers().exists()


def test_nobody_comments_while_a_page_is_blocked(alice, mia, as_person, deliver_events):
    article = ArticleFactory(page=PageFactory(owner=alice))
    block_page(moderator=mia, page=article.page)
    answer = as_person(alice).post("/api/blog/comments/", {"post": article.pk, "text": "Still here"}, format="json")
    assert answer.status_code in {403, 404}


@pytest.mark.parametrize("hides", ["private", "blocked", "deleted"])
def test_what_may_be_read_is_asked_when_an_e_mail_is_sent(alice, bob, carol, mia, hides):
    page, article = PageFactory(owner=alice), ArticleFactory(page=PageFactory(owner=alice))
    post = PostFactory(page=page)
    own = PageFactory(owner=bob)
    blog.publish_post(author=bob, page=own, content=f"@{page.handle} look", reply_to=post)
    guest_is_answered(article, by=bob)()
    deliver_all()
    waiting = OutgoingMail.objects.filter(sent_at=None, failed_at=None)
    assert waiting.filter(to=alice.email).exists()
    assert answers().exists()

    if hides == "private":
        edit_page(owner=bob, page=own, is_private=True)
        edit_page(owner=alice, page=article.page, is_private=True)
    elif hides == "blocked":
        block_page(moderator=mia, page=own)
        block_page(moderator=mia, page=article.page)
    else:
        blog.delete_post(person=bob, post=own.posts.get())
        blog.delete_post(person=alice, post=article)
    mail.deliver_due()

    assert not MailboxMessage.objects.filter(subject__contains="repl").exists()
    assert not MailboxMessage.objects.filter(to="guest@example.org", text__contains="A private answer").exists()


def test_an_e_mail_that_is_withdrawn_while_the_mail_server_is_slow_does_not_come_back(alice, monkeypatch):
    mail.send_mail(
        key="new-post/1/2/3",
        to=alice.email,
        template="accounts/mail/password_changed",
        context={"person": alice},
        language="en",
    )

    def slow(self, **options):
        mail.withdraw(key_prefix="new-post/1/")
        raise OSError("the server hung up")

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", slow)
    row = OutgoingMail.objects.get()
    mail.deliver(row.pk)
    row.refresh_from_db()
    assert row.failed_at
    assert (row.error, row.text) == ("withdrawn", "")


def test_an_e_mail_that_was_sent_is_not_sent_again_after_its_lease(alice):
    mail.send_mail(
        key="once", to=alice.email, template="accounts/mail/password_changed", context={"person": alice}, language="en"
    )
    mail.deliver_due()
    OutgoingMail.objects.update(next_attempt_at=timezone.now() - timedelta(minutes=5))
    mail.deliver_due()
    assert MailboxMessage.objects.count() == 1


def test_a_task_that_is_given_together_with_another_change_is_told_as_given(alice, bob, settings, mails_to):
    settings.TASKS_MAIL_SECONDS = 0
    task = TaskFactory(team=TeamFactory(owner=alice, members=[bob]))
    edit_task(editor=alice, task=task, status="in_progress", priority=3, assignees=[bob])
    mails_to(bob.email)
    notification = Notification.objects.get(recipient=bob, kind="task_assigned")
    assert notification.actor == alice


def test_who_hides_is_not_named_and_not_counted(alice, as_person, browser_of, deliver_events):
    bob = UserFactory(username="bartholomew")
    post = PostFactory(page=PageFactory(owner=alice))
    private = PageFactory(owner=bob, private=True)
    blog.publish_post(author=bob, page=private, content="Psst", reply_to=post)
    deliver_events()
    assert as_person(alice).get("/api/notifications/").json()["results"] == []
    assert as_person(alice).get("/api/notifications/unread/").json() == {"unread": 0}

    public = PageFactory(owner=bob)
    blog.publish_post(author=bob, page=public, content="Aloud", reply_to=post)
    deliver_events()
    assert as_person(alice).get("/api/notifications/unread/").json() == {"unread": 1}
    edit_page(owner=bob, page=public, is_private=True)
    (row,) = as_person(alice).get("/api/notifications/").json()["results"]
    assert (row["text"], row["actor"]) == ("", None)
    assert as_person(alice).get("/api/notifications/unread/").json() == {"unread": 0}
    assert "bartholomew" not in browser_of(alice).get("/notifications/").content.decode()


def test_a_time_in_an_e_mail_is_that_of_its_reader_as_it_is_on_the_site(mia, mails_to):
    owner = UserFactory(time_zone="Asia/Tokyo")
    page = PageFactory(owner=owner)
    noon = timezone.now().replace(hour=12, minute=0) + timedelta(days=2)
    block_page(moderator=mia, page=page, until=noon)
    (told,) = mails_to(owner.email)
    assert told.subject.endswith(", 21:00")
