"""Commenting on articles: with an account, as a guest, in threads; and what the page's owner does with it."""

import re
import time
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from innotter.accounts.services import block_user
from innotter.audit.models import Action
from innotter.blog import services
from innotter.blog.events import CommentPublished
from innotter.blog.models import Comment
from innotter.blog.queries import answers_to, top_comments
from innotter.blog.services import commenting
from innotter.errors import Conflict, Forbidden, Invalid
from innotter.events.models import Event
from innotter.events.services import deliver_all
from innotter.notifications.models import Notification
from innotter.pages.services import block_page, edit_page
from innotter.text.parts import parts_of
from tests.factories.blog import ArticleFactory, CommentFactory, PostFactory
from tests.factories.pages import PageFactory
from tests.together import at_the_same_moment, just_before

GUEST = {"email": "guest@example.org", "name": "Wanderer", "text": "Well said."}


@pytest.fixture
def article(alice):
    return ArticleFactory(page=PageFactory(owner=alice, handle="essays"), title="On walking")


def link_in(mail):
    return re.search(r"http://localhost:\d+(/comments/\S+)", mail.text)[1]


def words(article, viewer):
    """What a person reads under an article: the text of each comment, or None for one that is gone."""
    tops = list(top_comments(article, viewer).order_by("pk"))
    answers = answers_to(tops, viewer, post=article).by_top
    return [comment.text if comment.is_shown else None for top in tops for comment in [top, *answers[top.pk]]]


def test_a_visitor_comments_with_an_e_mail_address_and_appears_after_following_the_link(article, client, mails_to):
    """A-3: `post`, `text`, `email`; no account is needed."""
    answer = client.post(f"/posts/{article.pk}/comment/", {**GUEST, "website": ""})
    assert answer.status_code == 302
    page = client.get(f"/posts/{article.pk}/").content.decode()
    assert "follow the link" in page
    assert "Well said." not in page

    (mail,) = mails_to("guest@example.org")
    assert "Well said." in mail.text
    assert "Publish your comment?" in client.get(link_in(mail)).content.decode(), "a mail program's look is not enough"
    assert not Comment.objects.get().is_confirmed
    assert client.post(link_in(mail)).status_code == 302
    client.post(link_in(mail))
    page = client.get(f"/posts/{article.pk}/").content.decode()
    assert "Well said." in page
    assert "Wanderer" in page
    assert "guest@example.org" not in page


def test_a_link_that_is_forged_or_older_than_three_days_publishes_nothing(article, client, mails_to):
    services.write_guest_comment(post=article, **GUEST)
    link = link_in(mails_to("guest@example.org")[0])
    assert client.post(link.replace("confirm/", "confirm/x")).status_code == 404
    with time_machine.travel(timezone.now() + timedelta(days=4)):
        assert client.post(link).status_code == 404
        services.forget_unconfirmed()
    assert not Comment.objects.exists(), "the address is forgotten with it"


@pytest.mark.parametrize(("days", "is_good"), [(2.9, True), (3.1, False)])
def test_a_guest_has_three_days_to_confirm(article, client, mails_to, days, is_good):
    """The link by itself, and what is cleaned up by itself."""
    services.write_guest_comment(post=article, **GUEST)
    link = link_in(mails_to("guest@example.org")[0])
    with time_machine.travel(timezone.now() + timedelta(days=days)):
        assert client.post(link).status_code == (302 if is_good else 404)
        assert Comment.objects.get().is_confirmed is is_good
        services.forget_unconfirmed()
        assert Comment.objects.exists() is is_good
    with time_machine.travel(timezone.now() + timedelta(days=30)):
        services.forget_unconfirmed()
    assert Comment.objects.exists() is is_good, "what is confirmed stays"


@pytest.mark.django_db(transaction=True)
def test_a_comment_that_is_confirmed_while_the_others_are_forgotten_stays():
    comment = services.write_guest_comment(post=ArticleFactory(), **GUEST)
    Comment.objects.update(created_at=timezone.now() - timedelta(days=3, seconds=1))

    def confirm():
        with transaction.atomic():
            services.confirm_comment(comment=comment)
            time.sleep(0.5)

    def forget():
        time.sleep(0.2)
        services.forget_unconfirmed()

    at_the_same_moment(confirm, forget)
    assert Comment.objects.get().is_confirmed


def test_who_confirms_a_comment_that_was_forgotten_at_that_moment_hears_so(article, client, mails_to, monkeypatch):
    services.write_guest_comment(post=article, **GUEST)
    link = link_in(mails_to("guest@example.org")[0])
    just_before(monkeypatch, services, "confirm_comment", Comment.objects.all().delete)
    assert client.post(link).status_code == 409


def test_only_owner_and_moderators_see_where_a_guest_can_be_reached(article, alice, bob, mia, as_person, browser_of):
    comment = services.write_guest_comment(post=article, **GUEST)
    services.confirm_comment(comment=comment)
    emails = {
        person: as_person(person).get(f"/api/blog/comments/{comment.pk}/").json()["email"]
        for person in (alice, bob, mia)
    }
    assert emails == {alice: "guest@example.org", bob: None, mia: "guest@example.org"}
    assert "guest@example.org" in browser_of(alice).get(f"/comments/{comment.pk}/manage/").content.decode()
    assert browser_of(bob).get(f"/comments/{comment.pk}/manage/").status_code == 404


def test_confirming_twice_changes_nothing_and_tells_nobody_twice(article):
    comment, other = (services.write_guest_comment(post=article, **GUEST | {"text": text}) for text in ("One", "Two"))
    services.confirm_comment(comment=comment)
    first = Comment.objects.get(pk=comment.pk).confirmed_at
    services.confirm_comment(comment=comment)
    assert Comment.objects.get(pk=comment.pk).confirmed_at == first
    assert Event.objects.filter(type=CommentPublished.type).count() == 1
    assert not Comment.objects.get(pk=other.pk).is_confirmed


def test_threads_are_of_any_depth_and_read_in_their_order(article, bob, django_assert_num_queries):
    """A-12: comments on comments."""
    first, second = CommentFactory(post=article, text="1"), CommentFactory(post=article, text="2")
    deep = CommentFactory(parent=first, text="1.1")
    CommentFactory(parent=first, text="1.2")
    for number in range(40):
        deep = CommentFactory(parent=deep, text=f"1.1 deep {number}")
    CommentFactory(parent=second, text="2.1")
    expected = ["1", "1.1", *[f"1.1 deep {number}" for number in range(40)], "1.2", "2", "2.1"]
    with django_assert_num_queries(2):
        assert words(article, bob) == expected


def test_answering_needs_a_comment_of_the_same_article_that_one_can_read(article, alice, bob):
    comment = services.write_comment(author=bob, post=article, text="First")
    elsewhere = CommentFactory()
    with pytest.raises(Invalid):
        services.write_comment(author=alice, post=article, text="x", parent=elsewhere)
    services.hide_comment(person=alice, comment=comment)
    with pytest.raises(Forbidden):
        services.write_guest_comment(post=article, parent=comment, **GUEST)


def test_the_author_and_the_one_who_is_answered_are_told_once(article, alice, bob, carol, deliver_events):
    comment = services.write_comment(author=bob, post=article, text="First")
    deliver_events()
    services.write_comment(author=carol, post=article, text="Second", parent=comment)
    services.write_comment(author=alice, post=article, text="Thanks", parent=comment)
    deliver_events()
    told = sorted(Notification.objects.values_list("recipient__username", "kind", "actor__username"))
    assert told == [
        ("alice", "comment", "bob"),
        ("alice", "comment", "carol"),
        ("bob", "answer", "alice"),
        ("bob", "answer", "carol"),
    ]


def test_a_guest_who_is_answered_gets_an_e_mail_and_can_stop_that(article, alice, client, mails_to):
    comment = services.write_guest_comment(post=article, **GUEST)
    services.confirm_comment(comment=comment)
    mails_to("guest@example.org")
    services.write_comment(author=alice, post=article, text="I think so, too.", parent=comment)
    mail = mails_to("guest@example.org")[0]
    assert "I think so, too." in mail.text
    stop = re.search(r"(/comments/silence/\S+)", mail.text)[1]
    assert client.get(stop).status_code == 200
    assert client.post(stop).status_code == 200
    services.write_comment(author=alice, post=article, text="And also this.", parent=comment)
    assert mails_to("guest@example.org")[0].text == mail.text


def test_a_hidden_comment_is_seen_by_owner_and_author_and_can_be_shown_again(article, alice, bob, carol):
    comment = services.write_comment(author=bob, post=article, text="Hm")
    services.hide_comment(person=alice, comment=comment)
    assert words(article, carol) == []
    assert words(article, alice) == words(article, bob) == ["Hm"]
    with pytest.raises(Forbidden):
        services.show_comment(person=bob, comment=comment)
    services.show_comment(person=alice, comment=comment)
    assert words(article, carol) == ["Hm"]


def test_a_deleted_comment_loses_its_words_and_keeps_its_place_under_answers(article, alice, bob, carol):
    comment = services.write_guest_comment(post=article, **GUEST)
    services.confirm_comment(comment=comment)
    services.write_comment(author=bob, post=article, text="Reply", parent=comment)
    lonely = services.write_comment(author=bob, post=article, text="Lonely")
    with pytest.raises(Forbidden):
        services.delete_comment(person=carol, comment=comment)
    services.delete_comment(person=alice, comment=comment)
    services.delete_comment(person=bob, comment=lonely)
    services.delete_comment(person=bob, comment=lonely)
    assert words(article, carol) == [None, "Reply"]
    row = Comment.objects.get(pk=comment.pk)
    assert (row.text, row.email, row.name) == ("", "", "")


def test_what_a_moderator_deletes_is_logged_and_its_author_told(article, mia, bob, deliver_events, mails_to):
    comment = services.write_comment(author=bob, post=article, text="Buy this")
    services.delete_comment(person=mia, comment=comment, reason="Advertising")
    deliver_events()
    assert Notification.objects.get(recipient=bob).kind == "moderation"
    assert "Advertising" in mails_to(bob.email)[0].text


def test_the_comments_of_a_blocked_person_vanish_at_once_and_come_back(article, ada, bob, carol):
    services.write_comment(author=bob, post=article, text="Hm")
    block_user(admin=ada, user=bob)
    assert words(article, carol) == []
    bob.refresh_from_db()
    from_log = words(article, ada)
    assert from_log == ["Hm"], "moderators see what they decide about"


def test_comments_can_be_closed_and_opened(article, alice, bob):
    waiting = services.write_guest_comment(post=article, **GUEST)
    services.close_comments(owner=alice, post=article)
    with pytest.raises(Conflict):
        services.write_comment(author=bob, post=article, text="Late")
    with pytest.raises(Conflict):
        services.confirm_comment(comment=waiting)
    services.open_comments(owner=alice, post=article)
    services.write_comment(author=bob, post=article, text="In time")
    with pytest.raises(Forbidden):
        services.close_comments(owner=bob, post=article)


def test_notes_have_replies_not_comments(alice, bob):
    note = PostFactory(page=PageFactory(owner=alice))
    with pytest.raises(Forbidden):
        services.write_comment(author=bob, post=note, text="x")


@pytest.mark.parametrize("text", ["", "   ", "x" * 5001, "see http://a.example and http://b.example"])
def test_empty_endless_and_advertising_comments_are_refused(article, client, text):
    answer = client.post(f"/posts/{article.pk}/comment/", GUEST | {"text": text, "website": ""})
    assert answer.status_code in {400, 422}
    assert not Comment.objects.exists()


def test_a_machine_that_fills_every_field_is_none_the_wiser(article, client):
    answer = client.post(f"/posts/{article.pk}/comment/", GUEST | {"website": "http://spam.example"})
    assert answer.status_code == 302
    assert not Comment.objects.exists()


def test_guests_cannot_write_without_end_nor_have_others_flooded_with_mail(article, client, api, settings):
    for number in range(5):
        client.post(f"/posts/{article.pk}/comment/", GUEST | {"text": f"No. {number}", "website": ""})
    answer = api.post("/api/blog/comments/", {"post": article.pk, **GUEST})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert Comment.objects.count() == 5


def test_the_comments_of_a_long_discussion_are_read_in_parts(article, client, browser_of, bob):
    for number in range(25):
        CommentFactory(post=article, text=f"Remark {number:02}.")
    page = client.get(f"/posts/{article.pk}/").content.decode()
    assert "Remark 19." in page
    assert "Remark 20." not in page
    later = client.get(f"/posts/{article.pk}/" + re.search(r'href="(\?from=\d+)', page)[1]).content.decode()
    assert "Remark 20." in later
    assert "Remark 24." in later
    last = Comment.objects.latest("pk")
    assert browser_of(bob).get(last.get_absolute_url(), follow=True).content.decode().count("Remark 24.") == 1
    for nonsense in ("x", "-1", "9" * 30, "٣"):
        assert client.get(f"/posts/{article.pk}/?from={nonsense}").status_code == 200


def test_a_comment_is_managed_on_the_site(article, alice, bob, browser_of, client):
    comment = services.write_comment(author=bob, post=article, text="What a view!")
    address = f"/comments/{comment.pk}/manage/"
    assert browser_of(alice).post(address, {"action": "hide"}).status_code == 302
    assert "What a view!" not in client.get(f"/posts/{article.pk}/").content.decode()
    assert browser_of(alice).post(address, {"action": "show"}).status_code == 302
    assert browser_of(bob).post(address, {"action": "hide"}).status_code == 422
    assert browser_of(bob).post(address, {"action": "delete"}).status_code == 302
    assert words(article, bob) == []


def test_the_log_says_which_comments_a_moderator_has_hidden_and_shown(article, alice, bob, mia):
    comment = services.write_comment(author=bob, post=article, text="Hm")
    for person in (alice, mia):
        services.hide_comment(person=person, comment=comment)
        services.hide_comment(person=person, comment=comment)
        services.show_comment(person=person, comment=comment)
    log = Action.objects.order_by("pk").values_list("actor__username", "verb", "subject_id", "about")
    assert list(log) == [
        ("mia", "hide_comment", comment.pk, "bob: Hm"),
        ("mia", "show_comment", comment.pk, "bob: Hm"),
    ]


def test_people_report_comments_and_moderators_delete_them(article, bob, carol, mia, browser_of, deliver_events):
    comment = services.write_comment(author=bob, post=article, text="Buy this")
    assert browser_of(carol).post(f"/report/comment/{comment.pk}/", {"reason": "Advertising"}).status_code == 302
    queue = browser_of(mia).get("/moderation/").content.decode()
    assert "Buy this" in queue
    decide = re.search(r"/moderation/reports/\d+/", queue)[0]
    answer = browser_of(mia).post(decide, {"decision": "remove_comment", "reason": "Advertising"})
    assert answer.status_code == 302
    assert words(article, carol) == []


def test_a_guest_is_not_told_the_title_of_what_became_private_before_the_e_mail_went(article, alice, mails_to):
    services.write_guest_comment(post=article, **GUEST)
    services.edit_article(author=alice, post=article, title="Secret plans", content="x")
    edit_page(owner=alice, page=article.page, is_private=True)
    assert mails_to("guest@example.org") == []


def test_what_became_private_while_the_mail_server_was_away_is_not_told_either(article, alice, mails_to):
    services.write_guest_comment(post=article, **GUEST)
    deliver_all()
    edit_page(owner=alice, page=article.page, is_private=True)
    assert mails_to("guest@example.org") == []


@pytest.mark.parametrize("is_blocked", [True, False])
def test_a_guests_link_publishes_nothing_on_a_page_that_is_private_or_blocked_by_now(
    article, alice, mia, client, mails_to, is_blocked
):
    services.write_guest_comment(post=article, **GUEST)
    link = link_in(mails_to("guest@example.org")[0])
    if is_blocked:
        block_page(moderator=mia, page=article.page)
    else:
        edit_page(owner=alice, page=article.page, is_private=True)
    assert [client.get(link).status_code, client.post(link).status_code] == [404, 404]
    comment = Comment.objects.get()
    assert comment.confirmed_at is None
    with pytest.raises(Forbidden):
        services.confirm_comment(comment=comment)


def test_what_turns_private_while_a_comment_is_looked_at_gets_none(article, alice, bob, monkeypatch):
    def meanwhile(text):
        edit_page(owner=alice, page=article.page, is_private=True)
        return parts_of(text)

    monkeypatch.setattr(commenting, "parts_of", meanwhile)
    with pytest.raises(Forbidden):
        services.write_comment(author=bob, post=article, text="hello")
    assert not Comment.objects.exists()


def test_blanks_around_an_address_make_no_other_mailbox_of_it(article, api, settings):
    settings.THROTTLES = settings.THROTTLES | {"guest_comment_anywhere": "5/day"}
    codes = [
        api.post(
            "/api/blog/comments/",
            {"post": article.pk, "text": f"buy {n}", "email": "victim@example.org" + " " * n},
            REMOTE_ADDR=f"10.0.{n}.1",
        ).status_code
        for n in range(7)
    ]
    assert codes == [201] * 5 + [429] * 2


@pytest.mark.parametrize(("text", "most"), [("Short and sweet.", 500), ("a.b@c.de " * 500, 44)])
def test_a_page_shows_as_many_answers_as_it_can_render_and_says_that_there_are_more(article, alice, client, text, most):
    top = CommentFactory(post=article, author=alice)
    about = {"post": article, "author": alice, "parent": top, "root": top, "depth": 1, "confirmed_at": timezone.now()}
    Comment.objects.bulk_create([Comment(text=text, **about) for _number in range(600)])
    for address in (f"/posts/{article.pk}/", f"/posts/{article.pk}/?from=1"):
        html = client.get(address).content.decode()
        assert html.count('id="comment-') == most + 1
        assert "There is more in these threads" in html


def test_who_follows_the_link_again_when_comments_are_closed_is_led_to_what_is_there(article, alice, client, mails_to):
    services.write_guest_comment(post=article, **GUEST)
    link = link_in(mails_to("guest@example.org")[0])
    assert client.post(link).status_code == 302
    services.close_comments(owner=alice, post=article)
    assert client.post(link).status_code == 302
    assert Event.objects.filter(type=CommentPublished.type).count() == 1
