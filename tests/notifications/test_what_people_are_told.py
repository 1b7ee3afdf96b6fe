"""B-11 and more: what people are told of, and what is never told."""

import pytest

from innotter.accounts.services import block_user
from innotter.blog import services as blog
from innotter.notifications.models import Notification
from innotter.pages import services as pages
from tests.factories.accounts import UserFactory
from tests.factories.blog import PostFactory
from tests.factories.pages import FollowFactory, PageFactory


@pytest.fixture
def told(as_person, deliver_events):
    """What a person reads in their list, newest first."""

    def read(person):
        deliver_events()
        return as_person(person).get("/api/notifications/").json()["results"]

    return read


def the_only(rows):
    assert len(rows) == 1, rows
    return rows[0]


def test_followers_are_told_of_a_new_post_in_the_app_and_by_e_mail(alice, bob, told, mails_to):
    page = FollowFactory(follower=bob, page__owner=alice, page__name="Wonderland").page
    post = blog.publish_post(author=alice, page=page, content="Down the rabbit hole")

    row = the_only(told(bob))
    assert (row["kind"], row["text"], row["url"]) == ("new_post", "A new post on Wonderland", f"/posts/{post.pk}/")
    mail = the_only(mails_to(bob.email))
    assert mail.subject == "A new post on Wonderland"
    assert "Down the rabbit hole" in mail.text
    assert f"http://localhost:8000/posts/{post.pk}/" in mail.text
    assert told(alice) == []


def test_followers_are_told_of_an_article_by_its_title(alice, bob, told, mails_to):
    page = FollowFactory(follower=bob, page__owner=alice, page__name="Wonderland").page
    blog.publish_article(author=alice, page=page, title="On rabbits", content="They are late.")
    assert the_only(told(bob))["text"] == "Wonderland published “On rabbits”"
    assert the_only(mails_to(bob.email)).subject == "Wonderland published “On rabbits”"


def test_the_owner_is_told_of_a_new_follower(alice, bob, told, mails_to):
    page = PageFactory(owner=alice, name="Wonderland")
    pages.follow_page(follower=bob, page=page)
    assert the_only(told(alice))["text"] == "bob followed Wonderland"
    assert mails_to(alice.email) == []


def test_a_request_is_told_to_the_owner_and_its_acceptance_to_the_one_who_asked(alice, bob, told, mails_to):
    page = PageFactory(owner=alice, name="Diary", private=True)
    pages.follow_page(follower=bob, page=page)
    row = the_only(told(alice))
    assert (row["kind"], row["text"], row["url"]) == (
        "follow_request",
        "bob asked to follow Diary",
        f"/@{page.handle}/requests/",
    )
    pages.accept_requests(owner=alice, page=page)
    assert the_only(told(bob))["text"] == "You can now read Diary"
    assert len(told(alice)) == 1
    assert [mail.subject for mail in mails_to(bob.email)] == ["You can now read Diary"]


def test_a_reply_and_a_mention_are_told_once_even_to_a_follower(alice, bob, told, mails_to):
    post = PostFactory(page__owner=alice)
    page = PageFactory(owner=bob, name="Hatter")
    FollowFactory(follower=alice, page=page)
    blog.publish_post(author=bob, page=page, content=f"@{post.page.handle} No room!", reply_to=post)

    row = the_only(told(alice))
    assert (row["kind"], row["text"], row["quote"]) == (
        "reply",
        "Hatter replied to you",
        f"@{post.page.handle} No room!",
    )
    assert len(mails_to(alice.email)) == 1


def test_who_is_mentioned_is_told_if_they_may_read_it(alice, bob, carol, told):
    mine, theirs = PageFactory(owner=alice), PageFactory(owner=bob)
    private = PageFactory(owner=carol, private=True)
    blog.publish_post(author=carol, page=private, content=f"Psst, @{mine.handle}")
    blog.publish_post(author=bob, page=theirs, content=f"Hello @{mine.handle} and @{theirs.handle}")
    assert the_only(told(alice))["text"] == f"{theirs} mentioned you"
    assert told(bob) == []


def test_likes_of_a_post_are_told_together_while_they_are_unread(alice, bob, carol, told, as_person):
    post = PostFactory(page__owner=alice)
    blog.like_post(person=bob, post=post)
    assert the_only(told(alice))["text"] == "bob liked your post"
    blog.like_post(person=carol, post=post)
    row = the_only(told(alice))
    assert (row["text"], row["count"]) == ("carol and 1 other liked your post", 2)
    blog.unlike_post(person=carol, post=post)
    assert the_only(told(alice))["count"] == 1

    as_person(alice).post("/api/notifications/read/", {"all": True})
    blog.like_post(person=carol, post=post)
    assert [row["is_read"] for row in told(alice)] == [False, True]


def test_nobody_is_told_of_what_they_did_themselves(alice, told):
    page = PageFactory(owner=alice)
    post = blog.publish_post(author=alice, page=page, content=f"Hello @{page.handle}")
    blog.like_post(person=alice, post=post)
    blog.publish_post(author=alice, page=page, content="And another thing", reply_to=post)
    assert told(alice) == []


def test_what_is_gone_or_hidden_is_no_longer_told(alice, bob, ada, told, as_person, browser_of):
    gone, hidden = FollowFactory(follower=bob).page, FollowFactory(follower=bob, page__name="Hush").page
    post = blog.publish_post(author=gone.owner, page=gone, content="Soon gone")
    blog.publish_post(author=hidden.owner, page=hidden, content="Soon hidden")
    assert len(told(bob)) == 2

    blog.delete_post(person=gone.owner, post=post)
    block_user(admin=ada, user=hidden.owner)
    row = the_only(told(bob))
    assert (row["text"], row["quote"], row["url"]) == ("", "", "")
    html = browser_of(bob).get("/notifications/").content.decode()
    assert "something that no longer exists" in html
    assert "Hush" not in html


def test_people_who_are_blocked_or_unverified_are_not_told(bob, ada, mails_to):
    unverified = UserFactory(unverified=True)
    page = FollowFactory(follower=bob).page
    FollowFactory(follower=unverified, page=page)
    block_user(admin=ada, user=bob)
    before = len(mails_to(bob.email))
    blog.publish_post(author=page.owner, page=page, content="Hello")
    assert len(mails_to(bob.email)) == before
    assert mails_to(unverified.email) == []
    assert not Notification.objects.exists()


def test_everybody_is_told_in_their_own_language(bob, carol, told, mails_to):
    carol.language = "ru"
    carol.save()
    page = FollowFactory(follower=bob, page__name="Wonderland").page
    FollowFactory(follower=carol, page=page)
    blog.publish_post(author=page.owner, page=page, content="Hello")
    assert mails_to(bob.email)[0].subject == "A new post on Wonderland"
    assert mails_to(carol.email)[0].subject == "Новая запись на странице «Wonderland»"


def test_an_e_mail_in_russian_has_no_english_line(alice, bob, mails_to):
    bob.language = "ru"
    bob.save()
    page = FollowFactory(follower=bob, page__owner=alice).page
    blog.publish_post(author=alice, page=page, content="Вниз по кроличьей норе")
    mail = mails_to(bob.email)[0]
    for body in (mail.text, mail.html):
        assert "A new post" not in body
        assert "Новая запись" in body or "Новый пост" in body
