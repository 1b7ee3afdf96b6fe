"""B-2, B-3: moderators block pages, until a time or for ever; what is blocked vanishes everywhere at once."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from innotter.audit.models import Action
from innotter.blog import services as blog
from innotter.errors import Forbidden, Invalid
from innotter.notifications.models import Notification
from innotter.pages.models import Page
from innotter.pages.services import block_page, unblock_page
from tests.factories.blog import PostFactory
from tests.factories.pages import FollowFactory, PageFactory


def test_a_moderator_blocks_a_page_until_a_time_and_it_comes_back_by_itself(bob, mia, as_person, api):
    page = FollowFactory(follower=bob).page
    post = PostFactory(page=page)
    until = timezone.now() + timedelta(days=2)
    answer = as_person(mia).post(f"/api/pages/{page.handle}/block/", {"until": until.isoformat(), "reason": "Spam"})
    assert answer.status_code == 200

    for address in (f"/api/pages/{page.handle}/", f"/api/posts/{post.pk}/"):
        assert api.get(address).status_code == 404
    assert as_person(bob).get("/api/feed/").json()["results"] == []
    with time_machine.travel(until + timedelta(seconds=1)):
        assert api.get(f"/api/posts/{post.pk}/").status_code == 200
        assert len(as_person(bob).get("/api/feed/").json()["results"]) == 1


@pytest.mark.parametrize("body", [{}, {"until": None}])
def test_without_a_time_it_is_for_ever_until_it_is_unblocked(mia, as_person, api, body):
    page = PageFactory()
    me = as_person(mia)
    assert me.post(f"/api/pages/{page.handle}/block/", body).status_code == 200
    assert Page.objects.get().is_blocked_for_ever
    with time_machine.travel(timezone.now() + timedelta(days=40_000), tick=False):
        assert not Page.objects.open().exists()
    assert me.delete(f"/api/pages/{page.handle}/block/").status_code == 204
    assert api.get(f"/api/pages/{page.handle}/").status_code == 200


@pytest.mark.parametrize("until", ["2020-01-01T00:00:00Z", "soon", 7])
def test_a_time_in_the_past_or_none_at_all_is_refused(mia, as_person, until):
    page = PageFactory()
    answer = as_person(mia).post(f"/api/pages/{page.handle}/block/", {"until": until})
    assert answer.status_code == 400
    assert "until" in answer.json()["errors"]
    assert not Page.objects.get().is_blocked
    assert not Action.objects.exists()
    with pytest.raises(Invalid):
        block_page(moderator=mia, page=page, until=timezone.now())


def test_nobody_else_blocks_pages(alice, bob, as_person, api, browser_of):
    page = PageFactory(owner=alice)
    for person in (alice, bob):
        assert as_person(person).post(f"/api/pages/{page.handle}/block/", {}).status_code == 403
        assert as_person(person).delete(f"/api/pages/{page.handle}/block/").status_code == 403
        assert browser_of(person).post(f"/moderation/pages/{page.handle}/block/", {"days": "7"}).status_code == 404
        with pytest.raises(Forbidden):
            block_page(moderator=person, page=page)
        with pytest.raises(Forbidden):
            unblock_page(moderator=person, page=page)
    assert api.post(f"/api/pages/{page.handle}/block/", {}).status_code == 401
    assert not Page.objects.get().is_blocked


def test_the_owner_is_told_why_and_until_when_and_that_it_is_over(alice, mia, as_person, mails_to):
    page = PageFactory(owner=alice, handle="wonder")
    block_page(moderator=mia, page=page, until=timezone.now() + timedelta(days=1), reason="Too much tea")
    mail = mails_to(alice.email)[0]
    assert mail.subject.startswith("A moderator has blocked your page @wonder until ")
    assert "Reason: Too much tea" in mail.text
    unblock_page(moderator=mia, page=page)
    assert mails_to(alice.email)[0].subject == "A moderator has unblocked your page @wonder"
    kinds = [row["kind"] for row in as_person(alice).get("/api/notifications/").json()["results"]]
    assert kinds == ["moderation", "moderation"]


def test_the_site_blocks_for_a_chosen_span(mia, alice, browser_of):
    page = PageFactory(owner=alice)
    browser = browser_of(mia)
    assert browser.post(f"/moderation/pages/{page.handle}/block/", {"days": "7", "reason": "x"}).status_code == 302
    left = Page.objects.get().blocked_until - timezone.now()
    assert timedelta(days=6.9) < left < timedelta(days=7.1)
    html = browser.get(f"/@{page.handle}/").content.decode()
    assert "Only its owner and the moderators see it" in html
    assert "The block ends on" in browser_of(alice).get(f"/@{page.handle}/").content.decode()
    assert browser.post(f"/moderation/pages/{page.handle}/unblock/").status_code == 302
    assert not Page.objects.get().is_blocked


def test_a_moderator_removes_a_post_with_a_reason_and_the_author_is_told(alice, mia, as_person, browser_of, mails_to):
    first, second = PostFactory.create_batch(2, page__owner=alice, content="Off with their heads")
    answer = as_person(mia).delete(f"/api/posts/{first.pk}/?reason=Threatening")
    assert answer.status_code == 204
    browser = browser_of(mia)
    assert browser.post(f"/posts/{second.pk}/delete/", {}).status_code == 422
    assert browser.post(f"/posts/{second.pk}/delete/", {"reason": "Threatening"}).status_code == 302

    lines = list(Action.objects.values_list("actor__username", "verb", "reason"))
    assert lines == [("mia", "remove_post", "Threatening")] * 2
    mails = mails_to(alice.email)
    assert [mail.subject for mail in mails] == ["A moderator has removed a post of yours"] * 2
    assert "Off with their heads" in mails[0].text
    assert "Reason: Threatening" in mails[0].text


def test_who_deletes_their_own_post_leaves_no_line_in_the_log(mia):
    post = PostFactory(page__owner=mia)
    blog.delete_post(person=mia, post=post)
    assert not Action.objects.exists()


def test_a_moderator_is_not_told_of_their_own_decision_about_their_own_page(mia, deliver_events):
    own = PageFactory(owner=mia)
    block_page(moderator=mia, page=own, reason="Rest")
    unblock_page(moderator=mia, page=own)
    blog.delete_post(person=mia, post=PostFactory(page=own))
    deliver_events()
    assert not Notification.objects.exists()


def test_of_another_moderators_decision_they_are_told(mia, ada, deliver_events):
    own = PageFactory(owner=mia)
    block_page(moderator=ada, page=own, reason="Spam")
    unblock_page(moderator=ada, page=own)
    blog.delete_post(person=ada, post=PostFactory(page=own), reason="Spam")
    deliver_events()
    assert list(Notification.objects.values_list("recipient__username", "kind")) == [("mia", "moderation")] * 3
