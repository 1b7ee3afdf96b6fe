"""Every endpoint, for every kind of person and every kind of page: the expected answer, and nothing hidden in it.

The list of endpoints is taken from the URL configuration, so that none goes without its test (A-5).
"""

import copy
import inspect
import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver
from django.utils import timezone
from ninja.operation import PathView
from rest_framework.test import APIClient

from innotter.accounts.models import Session, User
from innotter.accounts.services import Device, set_avatar, start_token_session
from innotter.blog.models import Draft, Post
from innotter.blog.queries import posts, stamps
from innotter.blog.services import (
    Upload,
    confirm_comment,
    hide_comment,
    publish_article,
    publish_post,
    store_pictures,
    write_comment,
    write_guest_comment,
)
from innotter.jobs.models import JobFile
from innotter.jobs.services import comment_on_job, create_limit, deliver_job, select_bid
from innotter.moderation.services import report
from innotter.notifications.models import Notification
from innotter.pages.models import Follow, Page
from innotter.pages.services import FOR_EVER, create_page, set_image
from innotter.tasks import services as tasks
from innotter.webhooks import services as webhooks
from tests.access import jobs as job_rows
from tests.access import tasks as task_rows
from tests.access import webhooks as webhook_rows
from tests.access.document import stray
from tests.access.table import API, SITE
from tests.access.who import KINDS, PEOPLE, Visit
from tests.factories.accounts import UserFactory
from tests.factories.jobs import BidFactory, JobFactory, OpenJobFactory, RecurringJobFactory
from tests.factories.pages import FollowFactory
from tests.factories.tasks import TaskFactory, TeamFactory
from tests.factories.webhooks import WebhookFactory
from tests.jobs.work import done
from tests.pictures import picture

SECRETS = (
    "hidden description",
    "hidden words",
    "hidden-tag",
    "hidden reply",
    "hidden alt",
    "hidden title",
    "hidden text",
    "hidden draft",
    "hidden remark",
)
#: For its owner and moderators alone, though others read the page.
SECRETS_OF_OWNER = ("shadow remark", "guest@hidden.example")
#: For its owner alone, whoever else may read the page.
SECRETS_OF_JOBS = ("hidden job", "hidden line", "hidden offer")
SECRETS_OF_TEAMS = ("hidden team", "hidden task", "hidden talk", "hidden file", "hidden plan", "guest@team.example")
SECRETS_OF_WEBHOOKS = ("hidden-address",)


class World:
    """A page of one kind with everything on it, and a person of one kind before it."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        owner, follower, other = UserFactory(username="the-owner"), UserFactory(), UserFactory()
        self.page = create_page(
            owner=owner, name="The page", handle="visited", description="A hidden description", tags=["hidden-tag"]
        )
        self.page = set_image(owner=owner, page=self.page, file=picture(size=(64, 64)))
        set_avatar(user=other, file=picture(size=(64, 64)))
        uploads = [Upload(picture(size=(64, 64)), "A hidden alt")]
        images = store_pictures(author=owner, page=self.page, uploads=uploads)
        self.post = publish_post(author=owner, page=self.page, content="The hidden words #walk", images=images)
        publish_post(author=owner, page=self.page, content="A hidden reply", reply_to=self.post)
        article = publish_article(author=owner, page=self.page, title="A hidden title", content="A hidden text #walk")
        remark = write_comment(author=other, post=article, text="A hidden remark")
        shadow = write_guest_comment(post=article, email="guest@hidden.example", text="A shadow remark", parent=remark)
        confirm_comment(comment=shadow)
        hide_comment(person=owner, comment=shadow)
        FollowFactory(page=self.page, follower=follower)
        of_no_page = self._of_no_page(owner, other) if visit.kind == "public" else {}
        self.person = self._person(owner)
        self._hide()
        session = Session.objects.create(user=owner, expires_at=timezone.now() + timedelta(days=1))
        notification = Notification.objects.create(
            recipient=owner, kind="like", subject_id=self.post.pk, actor=follower, event_id=10**9
        )
        if isinstance(self.person, User) and self.person != owner:
            Notification.objects.create(
                recipient=self.person, kind="new_post", subject_id=self.post.pk, event_id=10**9 + 1
            )
        self.names = {
            "page": self.page.handle,
            "post": self.post.pk,
            "article": article.pk,
            "comment": remark.pk,
            "draft": Draft.objects.create(page=self.page, content="A hidden draft").pk,
            "image": self.post.images.get().pk,
            "owner": owner.username,
            "follower": follower.username,
            "other": other.username,
            "avatar": other.avatar_url,
            "page_image": self.page.image_url,
            "session": session.pk,
            "notification": notification.pk,
            **of_no_page,
            "report": report(reporter=other, subject=self.page, reason="x").pk,
        }

    def _of_no_page(self, owner: User, other: User) -> dict[str, Any]:
        names = self._jobs(owner, other) | self._tasks(owner, other)
        address = "https://hooks.example/hidden-address"
        webhook = WebhookFactory(person=owner, url=address)
        delivery = webhooks.send_test(person=owner, webhook=webhook)
        team_webhook = WebhookFactory(person=owner, url=address, team_id=names["team"])
        return names | {"webhook": webhook.pk, "team_webhook": team_webhook.pk, "webhook_delivery": delivery.pk}

    def _jobs(self, owner: User, other: User) -> dict[str, Any]:
        job = done(JobFactory(owner=owner, name="A hidden job", parameters={"keep": "A hidden line"}))
        failed = done(JobFactory(owner=owner, name="A hidden job that failed", parameters={"give_up": True}))
        waiting = JobFactory(
            owner=owner, name="A hidden job that waits", scheduled_time=timezone.now() + timedelta(days=1)
        )
        open_job, given = OpenJobFactory(owner=owner), OpenJobFactory(owner=owner, name="A hidden job for another")
        bid = BidFactory(job=open_job, bidder=other, text="A hidden offer")
        select_bid(owner=owner, bid=BidFactory(job=given, bidder=other))
        deliver_job(assignee=other, job=given, text="A hidden line")
        return {
            "job": job.pk,
            "job_file": JobFile.objects.get(result__job=job).pk,
            "failed_job": failed.pk,
            "waiting_job": waiting.pk,
            "open_job": open_job.pk,
            "bid": bid.pk,
            "job_comment": comment_on_job(author=other, job=open_job, text="A question").pk,
            "given_job": given.pk,
            "limit": create_limit(person=owner, key="A hidden key", at_once=1).pk,
            "recurring_job": RecurringJobFactory(owner=owner, name="A hidden job that recurs").pk,
        }

    def _tasks(self, owner: User, other: User) -> dict[str, Any]:
        team = TeamFactory(owner=owner, name="A hidden team", members=[other])
        task = TaskFactory(team=team, title="A hidden task", description="A hidden plan", assignees=[owner])
        file = SimpleUploadedFile("hidden file.txt", b"A hidden file")
        template = tasks.save_template(author=owner, team=team, name="A hidden plan", title="A hidden task")
        return {
            "team": team.pk,
            "task": task.pk,
            "task_comment": tasks.comment_on_task(author=other, task=task, text="A hidden talk").pk,
            "time_entry": tasks.log_time(person=other, task=task, hours=Decimal(1)).pk,
            "attachment": tasks.attach_file(person=owner, task=task, file=file).pk,
            "invitation": tasks.invite(owner=owner, team=team, who="guest@team.example").pk,
            "template": template.pk,
        }

    def _person(self, owner: User) -> User | AnonymousUser:
        kind = self.visit.person
        if kind in {"anonymous", "owner"}:
            return owner if kind == "owner" else AnonymousUser()
        person = UserFactory(role=kind if kind in {"moderator", "admin"} else User.Role.USER)
        if kind in {"pending", "follower", "blocked"}:
            # Who is blocked once was a follower: it helps them no longer.
            status = Follow.Status.PENDING if kind == "pending" else Follow.Status.ACCEPTED
            FollowFactory(page=self.page, follower=person, status=status)
        return person

    def _hide(self) -> None:
        changes: dict[str, Any] = {"private": {"is_private": True}, "blocked": {"blocked_until": FOR_EVER}}
        Page.objects.filter(pk=self.page.pk).update(**changes.get(self.visit.kind, {}))

    def _spoil(self) -> None:
        """After they have signed in, as it happens in life."""
        if self.visit.person == "blocked":
            User.objects.filter(pk=self.person.pk).update(is_blocked=True)
        if self.visit.person == "unverified":
            User.objects.filter(pk=self.person.pk).update(email_verified_at=None)

    def program(self) -> APIClient:
        client = APIClient()
        if isinstance(self.person, User):
            tokens = start_token_session(user=self.person, device=Device(name="walk", ip=None))
            client.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens.access}")
        self._spoil()
        return client

    def browser(self) -> Client:
        client = Client()
        if self.visit.is_signed_in:
            client.post("/login/", {"identifier": self.person.username, "password": "correct-horse-7"})
        return client


def send(client, method: str, address: str, body: Any, *, is_program: bool):
    """One request. Who is signed in before it is so after it, too."""
    cookies = copy.deepcopy(client.cookies)
    ask = getattr(client, method.lower())
    if isinstance(body, str):
        answer = ask(address, {"image": picture(size=(64, 64))} if body == "picture" else {}, format="multipart")
    elif is_program and body is not None:
        answer = ask(address, body, format="json")
    else:
        answer = ask(address, body)
    client.cookies = cookies
    return answer


def content_of(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def walk(world: World, rows, client, prefix: str, *, is_program: bool) -> dict[str, str]:
    """What is wrong, row by row. Each request is undone before the next."""
    wrong = {}
    for (method, route), (address, body, rule) in rows.items():
        path = prefix + address.format(**world.names)
        text = (
            json.dumps(body)
            .replace('"{post}"', str(world.post.pk))
            .replace('"{article}"', str(world.names["article"]))
            .replace('"{task}"', str(world.names.get("task")))
            .replace('"{team}"', str(world.names.get("team")))
            .replace("{page}", world.page.handle)
        )
        with transaction.atomic():
            answer = send(client, method, path, json.loads(text), is_program=is_program)
            transaction.set_rollback(True)
        expected, content = rule(world.visit), content_of(answer)
        if answer.status_code != expected:
            wrong[f"{method} {route}"] = f"{answer.status_code}, not {expected}: {content[:200]!r}"
        elif is_program and (otherwise := stray(method, path, answer, content)):
            wrong[f"{method} {route}"] = otherwise
        elif told := [secret for secret in kept_from(world.visit) if secret.encode() in content]:
            wrong[f"{method} {route}"] = f"tells {told}"
        elif "Cache-Control" not in answer.headers:  # A network before the site keeps by its address what ends in .csv.
            wrong[f"{method} {route}"] = "does not say who may keep it"
    return wrong


def rows_for(kind: str, rows):
    """All of them before a public page; what belongs to no page answers the same before the others."""
    apps = (job_rows, task_rows, webhook_rows)
    of_no_page = {key for app in apps for key in (*app.API, *app.SITE)} if kind != "public" else set()
    return {key: row for key, row in rows.items() if key not in of_no_page}


def kept_from(visit: Visit) -> tuple[str, ...]:
    """What this person must not be told."""
    of_owner = () if visit.owns or visit.moderates else SECRETS_OF_OWNER
    of_owner += () if visit.owns else SECRETS_OF_JOBS + SECRETS_OF_TEAMS + SECRETS_OF_WEBHOOKS
    return of_owner if visit.reads else SECRETS + of_owner


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("person", PEOPLE)
def test_every_endpoint_of_the_api_answers_as_the_table_says(db, person, kind):
    world = World(Visit(person, kind))
    assert walk(world, rows_for(kind, API), world.program(), "/api/", is_program=True) == {}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("person", PEOPLE)
def test_every_page_of_the_site_answers_as_the_table_says(db, person, kind):
    world = World(Visit(person, kind))
    assert walk(world, rows_for(kind, SITE), world.browser(), "", is_program=False) == {}


def routes(resolver: URLResolver, names: tuple[str, ...] = ()):
    """Every route of the URL configuration, with the methods that it names."""
    for part in resolver.url_patterns:
        if isinstance(part, URLResolver):
            yield from routes(part, (*names, *([part.namespace] if part.namespace else [])))
        elif isinstance(part, URLPattern):
            name = ":".join([*names, part.name or str(part.pattern)])
            yield name, methods_of(part.callback)


def methods_of(view) -> set[str]:
    if closure := getattr(inspect.unwrap(view), "__closure__", None):
        for cell in closure:
            if isinstance(cell.cell_contents, PathView):
                return {method for operation in cell.cell_contents.operations for method in operation.methods}
    actions = getattr(view, "actions", None)
    names = ("get", "post", "put", "patch", "delete")
    known = actions or [name for name in names if hasattr(getattr(view, "cls", None), name)]
    return {name.upper() for name in known if name in names}


def test_every_endpoint_has_its_row_and_every_row_its_endpoint():
    found = list(routes(get_resolver()))
    of_api = [(name.removeprefix("api:"), methods) for name, methods in found if name.startswith("api:")]
    api = {(method, name) for name, methods in of_api for method in methods}
    assert api == set(API)
    site = {name for name, _methods in found if not name.startswith(("api:", "admin:"))}
    assert site == {route for _method, route in SITE} - {"admin"}


@pytest.fixture
def _built_anew():
    """The see-rule that is put together once: by this test from what it has switched off, and by nobody after it."""
    stamps._statement.cache_clear()
    yield
    stamps._statement.cache_clear()


@pytest.mark.usefixtures("_built_anew")
def test_the_walk_would_notice_a_leak(db, monkeypatch):
    """The alarm is tried: with the see-rule of posts switched off, the table is no longer kept."""
    monkeypatch.setattr("innotter.blog.models.post.PostQuerySet.readable_by", lambda posts, viewer: posts)
    monkeypatch.setattr(posts, "_BY_ID", posts.ROWS.format(found="SELECT id FROM blog_post WHERE id = ANY(%(posts)s)"))
    world = World(Visit("stranger", "private"))
    wrong = walk(world, rows_for("private", API), world.program(), "/api/", is_program=True)
    assert "GET post-detail" in wrong
    assert "GET tag-posts" in wrong
    assert "GET blog:blog-post" in wrong
    assert Post.objects.count() == 3
