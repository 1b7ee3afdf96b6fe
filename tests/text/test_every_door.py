"""Any text of Unicode through every door that takes text; then everything that shows it still opens."""

import os
import uuid
from xml.etree import ElementTree as ET

import pytest
from django.core.cache import cache
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from innotter import rate_limits
from innotter.mail.models import MailboxMessage
from tests.factories.accounts import UserFactory
from tests.factories.blog import ArticleFactory, PostFactory
from tests.factories.pages import PageFactory

#: Letters of every script, marks, controls, format characters, emoji; as a browser sends them: no half characters.
anything = st.text(
    st.characters(codec="utf-8")
    | st.sampled_from("#@\n\r\t\0\x0b\x0c\x1b\u0085\u2028\u202e\u200b\u2800İß\ufffe<>&\"'/"),
    min_size=1,
    max_size=30,
)


@pytest.fixture
def people(browser_of, as_person):
    """Alice with a page and a follower's page, in the API and in a browser; and a moderator."""
    alice, mia = UserFactory(), UserFactory(role="moderator")
    return alice, as_person(alice), browser_of(alice), browser_of(mia)


def write_everywhere(text, api, page, article):
    """What each door of the API answers."""
    handle = f"p{uuid.uuid4().hex[:12]}"
    yield api.patch("/api/users/me/", {"name": text, "title": text}, format="json")
    yield api.post("/api/pages/", {"name": text, "uuid": handle, "description": text, "tags": [text]}, format="json")
    yield api.post("/api/posts/", {"page": page.handle, "content": f"{text} #{text}"}, format="json")
    yield api.post(
        "/api/blog/posts/", {"page": page.handle, "title": text, "content": f"# {text}\n\n{text}"}, format="json"
    )
    yield api.post("/api/blog/comments/", {"post": article.pk, "text": f"{text} #{text}"}, format="json")
    task = {"title": text, "description": text, "labels": [text], "metadata": {"note": text}}
    yield (made := api.post("/api/tasks/", task, format="json"))
    if made.status_code == 201:
        yield api.post(f"/api/tasks/{made.json()['id']}/comments/", {"text": text}, format="json")
        yield api.post(f"/api/tasks/{made.json()['id']}/time/", {"hours": "1", "note": text}, format="json")
    yield (team := api.post("/api/teams/", {"name": text, "key": "WEB"}, format="json"))
    if team.status_code == 201:
        yield api.post(f"/api/teams/{team.json()['id']}/invitations/", {"who": "new@example.org"}, format="json")
    yield api.post("/api/task-templates/", {"name": text, "title": text, "subtasks": [{"title": text}]}, format="json")
    job = {"name": text, "description": text, "handler": "publish_post"}
    yield api.post("/api/jobs/", job | {"parameters": {"page": page.handle, "content": text}}, format="json")


def write_on_the_site(text, browser, page, article):
    """What the forms answer."""
    profile = {"username": "someone", "name": text, "title": text, "language": "en", "time_zone": "UTC"}
    yield browser.post("/settings/profile/", profile)
    yield browser.post("/posts/new/", {"page": page.handle, "content": text})
    yield browser.post(f"/posts/{article.pk}/comment/", {"text": text})
    yield browser.post(f"/report/post/{article.pk}/", {"reason": text})
    yield browser.post(
        "/tasks/new/", {"title": text, "status": "todo", "priority": "0", "metadata": text, "labels": text}
    )


#: How many texts are tried, new ones each time; without it, the same few at every run.
SOAK = os.environ.get("SOAK")
PAGES = [
    "/",
    "/explore/",
    "/tasks/",
    "/tasks/?view=board",
    "/tasks/?view=calendar",
    "/jobs/",
    "/notifications/",
    "/likes/",
]
LISTS = ["feed", "pages", "users", "users/me", "tags", "tasks", "teams", "jobs", "task-templates", "notifications"]


@settings(
    max_examples=int(SOAK or 10),
    deadline=None,
    derandomize=not SOAK,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(text=anything)
@example(text="bugün #İlk")
@example(text="a\x0bb\x1b\x08c")
@example(text="Ann\nYour account is locked")
@example(text="\u200b\u2800")
@example(text="हिन्दी #தமிழ்")
@example(text="\ufffe\uffff\U0001ffff")
def test_no_text_breaks_a_door_or_what_shows_it(people, deliver_events, client, text):
    alice, api, browser, moderator = people
    cache.clear()
    rate_limits._limiter.storage.reset()
    with transaction.atomic():
        page = PageFactory(owner=alice)
        article = ArticleFactory(page=page)
        PostFactory(page=page, content=text[:30])  # As it was kept before it was cleaned.
        answers = [*write_everywhere(text, api, page, article), *write_on_the_site(text, browser, page, article)]
        assert {answer.status_code for answer in answers} <= {200, 201, 302, 400, 403, 404, 409, 422}
        deliver_events()
        handles = [one["uuid"] for one in api.get(f"/api/pages/?owner={alice.username}").json()["results"]]
        for feed in (f"/@{handle}/feed.{kind}" for handle in handles for kind in ("atom", "rss")):
            ET.fromstring(client.get(feed).content)
        shown = [f"/@{handle}/{part}" for handle in handles for part in ("", "articles/")]
        posts = api.get(f"/api/pages/{page.handle}/posts/").json()["results"]
        shown += [*PAGES, "/people/someone/", *(f"/posts/{post['id']}/" for post in posts)]
        for address in shown:
            assert browser.get(address).status_code in {200, 404}, address
        for name in LISTS:
            assert api.get(f"/api/{name}/").status_code == 200, name
        for address in ("/search/", "/api/search/"):
            assert browser.get(address, {"q": text}).status_code == 200
        assert api.get("/api/tasks/export/").status_code in {200, 404}
        assert moderator.get("/moderation/").status_code == 200
        assert all("\n" not in subject for subject in MailboxMessage.objects.values_list("subject", flat=True))
        transaction.set_rollback(True)
