"""Who hears of what: of one's own things, and of nobody else's."""

from dataclasses import fields
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from innotter.accounts import events as of_people
from innotter.accounts import services as accounts
from innotter.accounts.models import User
from innotter.blog import events as of_posts
from innotter.blog.services import publish_article, publish_post, write_comment, write_guest_comment
from innotter.events.domain import event_class, public_types
from innotter.events.services import deliver_all, record
from innotter.jobs import events as of_jobs
from innotter.pages import events as of_pages
from innotter.pages.models import Page
from innotter.pages.services import follow_page
from innotter.tasks import events as of_tasks
from innotter.tasks.models import Membership
from innotter.tasks.services import space_of
from innotter.webhooks import services
from innotter.webhooks.engine import send_due
from innotter.webhooks.models import Webhook, WebhookDelivery
from innotter.webhooks.registry import NOBODY, Audience, audience_of
from tests.factories.jobs import JobFactory, RecurringJobFactory
from tests.factories.pages import PageFactory
from tests.factories.tasks import TaskFactory, TeamFactory
from tests.factories.webhooks import WebhookFactory

#: Whose each type is. A new public type must be written down here.
WHOSE = {
    "nobody": [
        of_people.UserRegistered,
        of_people.EmailVerified,
        of_people.EmailChanged,
        of_people.PasswordChanged,
        of_people.UserBlocked,
        of_people.UserUnblocked,
    ],
    "owner of the page": [
        of_pages.PageCreated,
        of_pages.PageEdited,
        of_pages.PageDeleted,
        of_pages.PageBlocked,
        of_pages.PageUnblocked,
        of_pages.PageFollowed,
        of_pages.FollowRequested,
        of_pages.FollowAccepted,
        of_pages.FollowRejected,
        of_pages.PageUnfollowed,
        of_pages.PageViewed,
        of_pages.PageLostReplies,
        of_posts.PostPublished,
        of_posts.PostEdited,
        of_posts.PostDeleted,
        of_posts.PostRemoved,
        of_posts.PostLiked,
        of_posts.PostUnliked,
        of_posts.CommentWritten,
        of_posts.CommentPublished,
        of_posts.CommentHidden,
        of_posts.CommentShown,
        of_posts.CommentDeleted,
        of_posts.CommentRemoved,
    ],
    "owner of the job": [
        of_jobs.JobSubmitted,
        of_jobs.JobRetried,
        of_jobs.JobCompleted,
        of_jobs.JobFailed,
        of_jobs.JobCancelled,
        of_jobs.JobDelivered,
        of_jobs.JobReturned,
        of_jobs.JobCommented,
        of_jobs.BidPlaced,
        of_jobs.BidWithdrawn,
        of_jobs.BidSelected,
        of_jobs.RecurringJobPaused,
    ],
    "team": [
        of_tasks.TeamInvited,
        of_tasks.TeamJoined,
        of_tasks.TeamLeft,
        of_tasks.TaskCreated,
        of_tasks.TaskChanged,
        of_tasks.TaskAssigned,
        of_tasks.TaskCommented,
        of_tasks.TaskDueSoon,
        of_tasks.TaskOverdue,
        of_tasks.TaskEscalated,
        of_tasks.TaskDeleted,
    ],
}


@pytest.fixture
def things(alice, bob):
    """One of each, all of them Alice's; the others in the events are Bob's doing."""
    page = PageFactory(owner=alice)
    article = publish_article(author=alice, page=page, title="T", content="C")
    return {
        "page_id": page.pk,
        "post_id": article.pk,
        "comment_id": write_comment(author=bob, post=article, text="Hm").pk,
        "job_id": JobFactory(owner=alice).pk,
        "recurring_id": RecurringJobFactory(owner=alice).pk,
        "team_id": TeamFactory(owner=alice, members=[bob]).pk,
        "owner_id": alice.pk,
    }


def event_about(cls, things, stranger):
    """An event of this class about these things; every other id in it is somebody else's."""
    names = [field.name for field in fields(cls) if field.name != "event_id"]
    return cls(**{name: things.get(name, stranger) for name in names})


def test_for_every_public_type_it_is_said_whose_it_is():
    ours = [type_ for type_ in public_types() if event_class(type_).__module__.startswith("innotter.")]
    assert sorted(cls.type for classes in WHOSE.values() for cls in classes) == sorted(ours)


@pytest.mark.parametrize(
    ("whose", "cls"),
    [(whose, cls) for whose, classes in WHOSE.items() for cls in classes],
    ids=lambda value: getattr(value, "type", value),
)
def test_an_event_is_theirs_alone(things, alice, carol, whose, cls, django_assert_max_num_queries):
    expected = {
        "nobody": NOBODY,
        "team": Audience(teams=frozenset([things["team_id"]])),
    }.get(whose, Audience(users=frozenset([alice.pk])))
    with django_assert_max_num_queries(2):
        assert audience_of(event_about(cls, things, carol.pk)) == expected


@pytest.mark.parametrize("cls", [cls for whose, all_ in WHOSE.items() if whose != "nobody" for cls in all_])
def test_whatever_is_heard_is_sent(things, alice, receiver, cls):
    deliver_all()
    team_id = things["team_id"] if cls in WHOSE["team"] else None
    webhook = WebhookFactory(person=alice, team_id=team_id, url=f"{receiver.url}/hook")
    with transaction.atomic():
        record(event_about(cls, things, alice.pk))
    deliver_all()
    assert send_due() == 1
    assert webhook.deliveries.get().status == "delivered"


def test_what_is_gone_is_nobodys(db, carol):
    gone = dict.fromkeys(("page_id", "post_id", "comment_id", "job_id", "team_id"), 10**9)
    for classes in WHOSE.values():
        for cls in classes:
            if cls is not of_pages.PageDeleted:  # It says itself whose the page was.
                assert audience_of(event_about(cls, gone, carol.pk)) == NOBODY, cls


def heard(webhook):
    deliver_all()
    return set(webhook.deliveries.values_list("type", flat=True))


def test_a_person_hears_of_what_is_theirs_and_of_nothing_of_others(alice, bob, carol):
    of_alice, of_carol = WebhookFactory(person=alice), WebhookFactory(person=carol)
    page = PageFactory(owner=alice, is_private=True)
    follow_page(follower=carol, page=page)
    publish_post(author=alice, page=page, content="Hello")
    JobFactory(owner=alice)
    TaskFactory(team=space_of(person=alice), creator=alice)
    TaskFactory(team=TeamFactory(owner=alice, members=[carol]), assignees=[carol])
    assert heard(of_carol) == set()
    types = heard(of_alice)
    assert {of_pages.FollowRequested.type, of_posts.PostPublished.type, of_jobs.JobSubmitted.type} < types
    assert WebhookDelivery.objects.filter(type=of_tasks.TaskCreated.type).count() == 1  # Of her space, not of the team.


def test_a_guests_comment_says_nothing_of_the_guest(alice):
    webhook = WebhookFactory(person=alice)
    article = publish_article(author=alice, page=PageFactory(owner=alice), title="T", content="A secret")
    write_guest_comment(post=article, email="guest@example.org", text="My words")
    heard(webhook)
    bodies = "".join(webhook.deliveries.values_list("body", flat=True))
    assert of_posts.CommentWritten.type in bodies
    assert all(words not in bodies for words in ("guest@", "My words", "A secret"))


def test_a_team_hears_of_its_tasks_and_not_of_anothers(alice, bob):
    mine, other = TeamFactory(owner=alice), TeamFactory(owner=bob, members=[alice])
    webhook = WebhookFactory(person=alice, team_id=mine.pk)
    TaskFactory(team=mine)
    TaskFactory(team=other)
    JobFactory(owner=alice)
    heard(webhook)
    assert {row.body.count(f'"team_id":{mine.pk},') for row in webhook.deliveries.all()} == {1}


def test_only_the_types_that_were_chosen(alice):
    webhook = WebhookFactory(person=alice, all_types=False, types=[of_jobs.JobFailed.type])
    JobFactory(owner=alice)
    assert heard(webhook) == set()


# -- Also when it is sent ----------------------------------------------------------------------------------------------


@pytest.fixture
def waiting(alice, receiver):
    """A post of Alice's page waits to be sent to her webhook."""
    deliver_all()
    page = PageFactory(owner=alice)
    webhook = WebhookFactory(person=alice, url=f"{receiver.url}/alice")
    publish_post(author=alice, page=page, content="Hello")
    deliver_all()
    assert webhook.deliveries.count()
    return page


def test_after_a_page_has_changed_hands_nothing_more_of_it_is_sent(waiting, bob, receiver):
    of_bob = WebhookFactory(person=bob, url=f"{receiver.url}/bob")
    Page.objects.filter(pk=waiting.pk).update(owner=bob)
    assert send_due() == 0
    assert WebhookDelivery.objects.count() == 0
    publish_post(author=bob, page=Page.objects.get(), content="Mine now")
    heard(of_bob)
    send_due()
    assert set(receiver.paths()) == {"/bob"}


@pytest.mark.parametrize("change", [{"is_blocked": True}, {"email_verified_at": None}])
def test_who_is_blocked_hears_nothing_more(waiting, alice, receiver, change):
    User.objects.filter(pk=alice.pk).update(**change)
    assert send_due() == 0
    assert receiver.got == []
    publish_post(author=alice, page=waiting, content="Still me")
    deliver_all()
    assert not WebhookDelivery.objects.waiting().exists()


def test_who_was_blocked_and_is_let_in_again_hears_of_what_happens_then(waiting, alice, ada, receiver):
    accounts.block_user(admin=ada, user=alice)
    send_due()
    accounts.unblock_user(admin=ada, user=alice)
    publish_post(author=alice, page=waiting, content="Here again")
    deliver_all()
    assert send_due() == 1


@pytest.fixture
def team_waits(alice, bob, receiver):
    """A team of Alice's and Bob's, both owners; its webhook is Alice's doing, and a task waits to be sent to it."""
    team = TeamFactory(owner=alice, members=[bob])
    Membership.objects.filter(user=bob).update(role="owner")
    deliver_all()
    webhook = WebhookFactory(person=alice, team_id=team.pk, url=f"{receiver.url}/team")
    TaskFactory(team=team)
    deliver_all()
    assert webhook.deliveries.count()
    return team


@pytest.mark.parametrize("leaves", ["leaves", "is a member by now", "is blocked"])
def test_a_teams_webhook_is_silent_once_who_set_it_up_may_not_manage_the_team(team_waits, alice, bob, receiver, leaves):
    """Its address is theirs, perhaps: until somebody who manages the team answers for it, nothing is sent there."""
    if leaves == "is blocked":
        User.objects.filter(pk=alice.pk).update(is_blocked=True)
    elif leaves == "leaves":
        Membership.objects.filter(user=alice).delete()
    else:
        Membership.objects.filter(user=alice).update(role="member")
    assert send_due() == 0
    TaskFactory(team=team_waits, creator=bob)
    deliver_all()
    assert send_due() == 0
    assert receiver.got == []
    webhook = services.edit_webhook(person=bob, webhook=Webhook.objects.get(), is_on=True)
    assert webhook.owner == bob
    TaskFactory(team=team_waits, creator=bob)
    deliver_all()
    assert send_due() > 0


def test_a_team_that_is_deleted_is_told_of_no_more(team_waits, receiver):
    Membership.objects.filter(team=team_waits).delete()
    assert send_due() == 0
    assert receiver.got == []


def test_an_event_of_a_later_version_waits_for_that_version(waiting, receiver):
    WebhookDelivery.objects.update(type="innotter.future.happened")
    assert send_due() == 0
    row = WebhookDelivery.objects.first()
    assert row.status == "waiting"
    assert row.next_attempt_at > timezone.now() + timedelta(seconds=30)
