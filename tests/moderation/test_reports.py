"""B-3: people report; moderators find it in their queue, decide, and the log keeps what they did."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from innotter.accounts.models import User
from innotter.accounts.services import block_user
from innotter.audit.models import Action
from innotter.blog.models import Post
from innotter.errors import Conflict, Forbidden, Invalid
from innotter.moderation import services
from innotter.moderation.models import Report
from innotter.pages.models import Page
from innotter.pages.services import block_page
from tests.factories.accounts import UserFactory
from tests.factories.blog import CommentFactory, PostFactory
from tests.factories.pages import PageFactory
from tests.together import at_the_same_moment


def subjects():
    post = PostFactory()
    return {"post": post.pk, "page": post.page.handle, "user": post.page.owner.username}


@pytest.mark.parametrize("kind", ["post", "page", "user"])
def test_anybody_reports_a_post_a_page_or_a_person_by_both_doors(bob, carol, as_person, browser_of, kind):
    key = subjects()[kind]
    answer = as_person(bob).post("/api/reports/", {kind: key, "reason": "  Look at this  "})
    assert (answer.status_code, answer.json()["reason"]) == (201, "Look at this")
    assert browser_of(carol).post(f"/report/{kind}/{key}/", {"reason": "Me too"}).status_code == 302
    assert list(Report.objects.values_list("reporter__username", "subject").order_by("pk")) == [
        ("bob", kind),
        ("carol", kind),
    ]


def test_of_a_long_post_who_reports_it_sees_that_there_is_more(bob, browser_of):
    post = PostFactory(content="A kingfisher! " * 9)
    assert "A kingfisher! A k…" in browser_of(bob).get(f"/report/post/{post.pk}/").content.decode()


@pytest.mark.parametrize("body", [{}, {"reason": "x"}, {"post": 1, "page": "x", "reason": "x"}, {"post": "x"}, []])
def test_a_report_about_nothing_is_refused(bob, as_person, body):
    assert as_person(bob).post("/api/reports/", body).status_code == 400
    assert not Report.objects.exists()


def test_nobody_reports_what_they_cannot_see_or_themselves(bob, as_person, api):
    hidden = PostFactory(page__is_private=True)
    assert as_person(bob).post("/api/reports/", {"post": hidden.pk, "reason": "x"}).status_code == 404
    assert as_person(bob).post("/api/reports/", {"user": "bob", "reason": "x"}).status_code == 400
    assert api.post("/api/reports/", {"post": hidden.pk, "reason": "x"}).status_code == 401
    assert not Report.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_pressing_twice_reports_once():
    post, bob = PostFactory(), UserFactory()
    at_the_same_moment(*[partial(services.report, reporter=bob, subject=post, reason="Look")] * 3)
    assert Report.objects.count() == 1


def test_the_queue_and_the_log_are_the_moderators(bob, mia, ada, as_person, api, browser_of):
    for address in ("/api/reports/", "/api/moderation/log/"):
        assert api.get(address).status_code == 401
        assert as_person(bob).get(address).status_code == 403
        for person in (mia, ada):
            assert as_person(person).get(address).status_code == 200
    for address in ("/moderation/", "/moderation/log/"):
        assert browser_of(bob).get(address).status_code == 404
        assert browser_of(mia).get(address).status_code == 200
    assert "/moderation/" in browser_of(mia).get("/").content.decode()
    assert "/moderation/" not in browser_of(bob).get("/").content.decode()


def test_each_decision_is_carried_out_logged_and_closes_all_reports_of_the_same(bob, carol, mia, ada, as_person):
    post = PostFactory()
    for reporter in (bob, carol):
        services.report(reporter=reporter, subject=post, reason="Spam")
    report = Report.objects.first()
    body = {"decision": "block_page", "until": None, "reason": "A spammer"}
    assert as_person(mia).post(f"/api/reports/{report.pk}/decide/", body).status_code == 204
    assert Page.objects.get().is_blocked_for_ever
    assert not Report.objects.open().exists()
    assert as_person(mia).post(f"/api/reports/{report.pk}/decide/", body).status_code == 404

    services.report(reporter=bob, subject=post.page.owner, reason="Spam")
    services.decide(moderator=ada, report=Report.objects.open().get(), decision="block_user", reason="Enough")
    assert User.objects.get(pk=post.page.owner_id).is_blocked
    assert list(Action.objects.values_list("actor__username", "verb", "reason").order_by("pk")) == [
        ("mia", "block_page", "A spammer"),
        ("ada", "block_user", "Enough"),
    ]


@pytest.mark.parametrize("days", [None, 365])
def test_a_decision_about_a_post_shortens_no_block_of_its_page(bob, mia, ada, browser_of, days):
    """The moderator is not told that the page is blocked already, and a week is what the form proposes."""
    post = PostFactory()
    services.report(reporter=bob, subject=post, reason="Spam")
    until = days and timezone.now() + timedelta(days=days)
    page = block_page(moderator=ada, page=post.page, until=until, reason="Spam")
    address = f"/moderation/reports/{Report.objects.get().pk}/"
    assert browser_of(mia).post(address, {"decision": "block_page", "days": "7"}).status_code == 302
    assert Page.objects.get().blocked_until == page.blocked_until
    assert Action.objects.filter(verb="block_page").latest("pk").until == until
    assert not Report.objects.open().exists()


def test_a_decision_about_a_post_lengthens_one(bob, mia, browser_of):
    post = PostFactory()
    services.report(reporter=bob, subject=post, reason="Spam")
    block_page(moderator=mia, page=post.page, until=timezone.now() + timedelta(days=1))
    browser_of(mia).post(f"/moderation/reports/{Report.objects.get().pk}/", {"decision": "block_page", "days": "7"})
    assert Page.objects.get().blocked_until > timezone.now() + timedelta(days=6)


def test_a_report_is_dismissed_and_the_log_says_so(bob, mia, browser_of):
    post = PostFactory(content="Quite harmless")
    services.report(reporter=bob, subject=post, reason="I do not like it")
    browser = browser_of(mia)
    assert "I do not like it" in browser.get("/moderation/").content.decode()
    address = f"/moderation/reports/{Report.objects.get().pk}/"
    html = browser.get(address).content.decode()
    assert "Quite harmless" in html
    assert "Block person" not in html
    assert browser.post(address, {"decision": "dismiss", "days": "7", "reason": "Harmless"}).status_code == 302
    assert "No open reports" in browser.get("/moderation/").content.decode()
    log = browser.get("/moderation/log/").content.decode()
    assert "dismissed a report about" in log
    assert "Harmless" in log
    assert Post.objects.exists()


def test_what_is_decided_is_not_decided_again_whoever_still_has_it_open(bob, mia, ada):
    services.report(reporter=bob, subject=PostFactory(), reason="Spam")
    report = Report.objects.get()
    services.decide(moderator=mia, report=report, decision="dismiss", reason="Harmless")
    for moderator in (mia, ada):
        with pytest.raises(Conflict):
            services.decide(moderator=moderator, report=report, decision="remove_post", reason="Spam")
    assert Post.objects.exists()
    assert Action.objects.get().verb == "dismiss_report"


@pytest.mark.django_db(transaction=True)
def test_of_two_moderators_at_the_same_moment_one_decides():
    """Both have opened another report about the same post."""
    post, outcomes = PostFactory(), []
    for _each in range(2):
        services.report(reporter=UserFactory(), subject=post, reason="Spam")
    reports = list(Report.objects.order_by("pk"))

    def decide(report):
        try:
            services.decide(moderator=UserFactory(role="moderator"), report=report, decision="dismiss")
            outcomes.append("decided")
        except Conflict:
            outcomes.append("refused")

    at_the_same_moment(*[partial(decide, report) for report in reports])
    assert sorted(outcomes) == ["decided", "refused"]
    assert Action.objects.count() == 1


def test_a_moderator_does_not_block_people(bob, carol, mia, as_person):
    services.report(reporter=bob, subject=carol, reason="x")
    report = Report.objects.get()
    answer = as_person(mia).post(f"/api/reports/{report.pk}/decide/", {"decision": "block_user"})
    assert answer.status_code == 403
    assert Report.objects.open().exists()
    assert not User.objects.get(pk=carol.pk).is_blocked
    with pytest.raises(Forbidden):
        services.decide(moderator=bob, report=report, decision="dismiss")
    with pytest.raises(Invalid):
        services.decide(moderator=mia, report=report, decision="remove_post")


@pytest.mark.parametrize("about", ["post", "page", "comment", "user"])
def test_whoever_a_thing_is_of_is_blocked_and_nobody_else(bob, ada, about):
    comment = CommentFactory()
    things = {"post": comment.post, "page": comment.post.page, "comment": comment, "user": comment.author}
    whose = comment.post.page.owner if about in {"post", "page"} else comment.author
    services.report(reporter=bob, subject=things[about], reason="Spam")
    services.decide(moderator=ada, report=Report.objects.get(), decision="block_user", reason="Enough")
    assert list(User.objects.filter(is_blocked=True)) == [whose]


def test_a_guest_has_no_account_to_block(bob, ada):
    guest = CommentFactory(author=None, name="Gus", email="gus@example.org")
    services.report(reporter=bob, subject=guest, reason="Spam")
    with pytest.raises(Invalid) as refusal:
        services.decide(moderator=ada, report=Report.objects.get(), decision="block_user", reason="Enough")
    assert refusal.value.errors["decision"] == ["A guest has no account that could be blocked."]
    assert Report.objects.open().exists()


def test_what_is_gone_meanwhile_leaves_the_queue(bob, mia, deliver_events, as_person):
    post = PostFactory()
    services.report(reporter=bob, subject=post, reason="x")
    as_person(post.page.owner).delete(f"/api/posts/{post.pk}/")
    with pytest.raises(Conflict):
        services.decide(moderator=mia, report=Report.objects.get(), decision="dismiss")
    deliver_events()
    assert not Report.objects.open().exists()


def test_the_log_can_be_altered_by_nobody_not_even_in_the_database(ada, carol):
    block_user(admin=ada, user=carol, reason="True")
    for change in (lambda: Action.objects.update(reason="False"), lambda: Action.objects.all().delete()):
        with pytest.raises(DatabaseError, match="final"), transaction.atomic():
            change()
    assert Action.objects.get().reason == "True"


def test_who_is_blocked_or_unblocked_is_written_to(ada, carol, as_person, browser_of, mails_to):
    as_person(ada).post("/api/users/carol/block/", {"reason": "Rude"})
    mail = mails_to(carol.email)[0]
    assert mail.subject == "Your Innotter account is blocked"
    assert "Reason: Rude" in mail.text
    browser_of(ada).post("/moderation/people/carol/unblock/")
    assert mails_to(carol.email)[0].subject == "Your Innotter account is unblocked"
    assert [action.verb for action in Action.objects.order_by("pk")] == ["block_user", "unblock_user"]


def test_the_queue_costs_the_same_for_2_and_for_20_reports(bob, mia, browser_of):
    browser, counts = browser_of(mia), []
    for size in (2, 20):
        while Report.objects.count() < size:
            post = PostFactory()
            for subject in (post, post.page, post.page.owner):
                services.report(reporter=bob, subject=subject, reason="x")
        with CaptureQueriesContext(connection) as queries:
            assert browser.get("/moderation/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_person_has_a_page_with_what_one_may_see_of_theirs(alice, bob, mia, ada, browser_of, client):
    PageFactory(owner=alice, name="Open to all")
    PageFactory(owner=alice, name="The hidden one", private=True)
    html = browser_of(bob).get("/people/Alice/").content.decode()
    assert "Open to all" in html
    assert "The hidden one" not in html
    assert "block/" not in html
    assert "/moderation/people/alice/block/" in browser_of(ada).get("/people/alice/").content.decode()
    assert browser_of(mia).get("/moderation/people/alice/block/").status_code == 404
    assert client.get("/people/alice/").status_code == 302
    block_user(admin=ada, user=alice)
    assert browser_of(bob).get("/people/alice/").status_code == 404
    assert "This person is blocked" in browser_of(mia).get("/people/alice/").content.decode()
