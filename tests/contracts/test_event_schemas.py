"""Every event has a schema in docs/events, and what is really recorded fits it."""

import json
from datetime import timedelta
from pathlib import Path

import jsonschema
import pytest
from django.utils import timezone

from innotter.accounts import services as accounts
from innotter.blog import services as blog
from innotter.events.domain import DomainEvent
from innotter.events.models import Event
from innotter.jobs import services as jobs
from innotter.jobs.engine.firing import fire_due
from innotter.jobs.models import RecurringJob
from innotter.mail.services import Letter, send_mails
from innotter.pages import services as pages
from innotter.tasks import services as tasks
from innotter.webhooks import services as webhooks
from innotter.webhooks.engine.attempts import Outcome, begin
from innotter.webhooks.engine.ending import end
from innotter.webhooks.engine.turns import take_turn
from tests.factories.jobs import BidFactory, JobFactory, OpenJobFactory, RecurringJobFactory
from tests.factories.tasks import TaskFactory, TeamFactory
from tests.factories.webhooks import WebhookFactory
from tests.jobs.work import done
from tests.pictures import picture

FOLDER = Path(__file__).parents[2] / "docs" / "events"
EVENTS = [event for event in DomainEvent.__subclasses__() if event.__module__.startswith("innotter.")]


def schema_of(type_):
    return json.loads((FOLDER / f"{type_}.v1.json").read_text())


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_every_event_has_a_schema_that_says_what_it_means(event):
    schema = schema_of(event.type)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["description"] == (event.__doc__ or "").strip()


def test_no_schema_is_left_of_an_event_that_is_no_more():
    assert {file.name for file in FOLDER.glob("*.json")} == {f"{event.type}.v1.json" for event in EVENTS}


def says_no_words(shape):
    """Whether a field can hold no more than an id, a number, a date, or one of a few words of ours."""
    kinds = set(shape["type"] if isinstance(shape.get("type"), list) else [shape.get("type")])
    if "string" in kinds:
        return "pattern" in shape or shape.get("format") == "date"
    if "array" in kinds:
        return says_no_words(shape["items"])
    return "enum" in shape or kinds <= {"integer", "boolean", "null"}


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_events_carry_ids_and_facts_but_no_words_of_people(event):
    assert all(says_no_words(shape) for shape in schema_of(event.type)["properties"].values())


def letter(number):
    return Letter(
        key=f"two/{number}",
        to="new@example.org",
        template="accounts/mail/password_changed",
        context={"person": "New"},
        language="en",
    )


def test_what_a_whole_life_records_fits_the_schemas(db, api, ada, bob, code_for):
    user = accounts.register_user(email="new@example.org", password="correct-horse-7")
    accounts.verify_email(email=user.email, code=code_for(user.email))
    accounts.edit_profile(user=user, email="newer@example.org")
    user = accounts.verify_email(email="newer@example.org", code=code_for("newer@example.org"))
    accounts.change_password(user=user, current="correct-horse-7", password="battery-staple-9", current_session=None)
    page = pages.create_page(owner=user, name="P", handle="wonder", is_private=True)
    pages.follow_page(follower=bob, page=page)
    pages.reject_requests(owner=user, page=page)
    pages.follow_page(follower=bob, page=page)
    pages.edit_page(owner=user, page=page, is_private=False)
    send_mails(letters=[letter(number) for number in range(2)])
    post = blog.publish_post(author=user, page=page, content="Hello")
    blog.edit_post(author=user, post=post, content="Hello!")
    blog.like_post(person=bob, post=post)
    blog.unlike_post(person=bob, post=post)
    blog.delete_post(person=user, post=post)
    blog.delete_post(person=ada, post=blog.publish_post(author=user, page=page, content="Hello again"))
    article = blog.publish_article(author=user, page=page, title="Long", content="And longer")
    blog.add_picture(author=user, post=article, upload=blog.Upload(picture()))
    guest = blog.write_guest_comment(post=article, email="guest@example.org", text="Well said")
    blog.confirm_comment(comment=guest)
    blog.hide_comment(person=user, comment=guest)
    blog.show_comment(person=user, comment=guest)
    blog.delete_comment(person=ada, comment=blog.write_comment(author=bob, post=article, text="Nonsense"))
    pages.block_page(moderator=ada, page=page)
    pages.unblock_page(moderator=ada, page=page)
    pages.unfollow_page(follower=bob, page=page)
    pages.note_views(looks={(page.pk, "2026-11-21"): 3})
    other = pages.create_page(owner=bob, name="Q", handle="other")
    blog.publish_post(
        author=user, page=page, content="Yes", reply_to=blog.publish_post(author=bob, page=other, content="?")
    )
    pages.edit_page(owner=user, page=page, handle="wonders")
    pages.delete_page(owner=user, page=page)
    done(JobFactory(owner=user))
    failed = done(JobFactory(owner=user, parameters={"give_up": True}))
    jobs.retry_job(owner=user, job=failed)
    jobs.cancel_job(owner=user, job=failed)
    recurring = RecurringJobFactory(owner=user)
    RecurringJob.objects.filter(pk=recurring.pk).update(expression="every now and then", next_at=timezone.now())
    fire_due()
    job = OpenJobFactory(owner=user)
    jobs.withdraw_bid(bidder=ada, bid=BidFactory(job=job, bidder=ada))
    jobs.select_bid(owner=user, bid=BidFactory(job=job, bidder=bob))
    jobs.comment_on_job(author=bob, job=job, text="Soon")
    jobs.deliver_job(assignee=bob, job=job, text="Done")
    jobs.return_delivery(owner=user, job=job, reason="Louder")
    team = TeamFactory(owner=user, members=[bob], assigns_by_load=True, escalates_overdue=True)
    task = TaskFactory(team=team, assignees=[bob], priority=3, due_date="2026-01-01")
    tasks.comment_on_task(author=bob, task=task, text="Soon")
    tasks.note_overdue()
    tasks.escalate_overdue()
    TaskFactory(team=team, due_date=timezone.localdate() + timedelta(days=1))
    tasks.remind()
    tasks.delete_task(person=user, task=task)
    tasks.leave_team(member=bob, team=team)
    webhook = WebhookFactory(person=user)
    webhooks.send_test(person=user, webhook=webhook)
    end(begin(take_turn()), Outcome(status=410))
    accounts.block_user(admin=ada, user=user)
    accounts.unblock_user(admin=ada, user=user)

    recorded = list(Event.objects.all())
    assert {event.type for event in recorded} == {event.type for event in EVENTS}
    for event in recorded:
        jsonschema.validate(event.data, schema_of(event.type))
