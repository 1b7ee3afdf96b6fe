"""A list costs the same number of queries, whatever its length."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from innotter.blog import services
from innotter.mail.models import MailboxMessage
from innotter.mail.services import put_into_mailbox
from innotter.pages.models import Page, Tag
from innotter.pages.services import create_page, follow_page
from tests.factories.accounts import UserFactory
from tests.factories.jobs import BidFactory, JobFactory, OpenJobFactory
from tests.factories.tasks import TaskFactory, TeamFactory
from tests.jobs.work import done


def a_world_of(size, reader):
    """So many people, each with a page, a post, a follower and a like."""
    for number in range(size):
        owner = UserFactory()
        page = create_page(owner=owner, name="P", handle=f"{owner.username}-page", tags=[f"tag-{number}", "all"])
        follow_page(follower=reader, page=page)
        post = services.publish_post(author=owner, page=page, content="Hello")
        services.like_post(person=reader, post=post)
        put_into_mailbox(message_id=f"{owner}", to=owner.email, subject="Hi", text="", html="")
    mine = create_page(owner=reader, name="Mine", handle="mine")
    teams = [TeamFactory(owner=reader, name=f"Team {number:03}") for number in range(min(size, 50))]
    for number in range(size):
        create_page(owner=reader, name="Mine", handle=f"mine-{number}", tags=["all"])
        services.publish_post(author=reader, page=mine, content="Hello")
        follow_page(follower=UserFactory(), page=mine)
        done(JobFactory(owner=reader))
        BidFactory(job=OpenJobFactory(owner=reader))
        task = TaskFactory(team=teams[0], assignees=[reader], labels=["a", "b"], due_date=timezone.localdate())
        TaskFactory(team=teams[0], parent=task, assignees=[reader])


#: Of a list; and where seven kinds of things are searched for at once.
MOST, MOST_OF_SEVEN = 12, 20
ADDRESSES = [
    "/api/feed/?page_size=100",
    "/api/pages/?page_size=100",
    "/api/pages/mine/posts/?page_size=100",
    "/api/pages/mine/followers/?page_size=100",
    "/api/users/?page_size=100",
    "/api/users/me/likes/?page_size=100",
    "/api/users/me/sessions/?page_size=100",
    "/api/tags/?page_size=100",
    "/",
    "/explore/",
    "/explore/posts/",
    "/pages/",
    "/@mine/",
    "/@mine/about/",
    "/@mine/articles/",
    "/api/search/?q=page",
    "/search/?q=page",
    "/search/?q=hello",
    "/search/?q=number",
    "/search/?q=hello in:mine&type=posts",
    "/api/search/?q=hello&type=posts&page_size=100",
    "/api/search/?q=number&type=tasks&page_size=100",
    "/api/notifications/?page_size=100",
    "/notifications/",
    "/likes/",
    "/tags/hello/",
    "/api/tags/hello/posts/?page_size=100",
    "/@mine/followers/",
    "/mailbox/",
    "/mailbox/messages.json",
    "/settings/",
    "/jobs/",
    "/jobs/market/",
    "/jobs/dashboard/",
    "/api/jobs/?page_size=100",
    "/api/jobs/open/?page_size=100",
    "/api/jobs/dashboard/",
    "/tasks/",
    "/tasks/mine/",
    "/tasks/?view=board",
    "/tasks/calendar/",
    "/teams/",
    "/api/tasks/?page_size=100",
    "/api/teams/?page_size=100",
    "/api/tasks/export/",
]


@pytest.mark.django_db
def test_lists_of_1_20_and_200_cost_the_same(browser_of, settings):
    settings.JOBS_MAX_WAITING = 1000
    counts: dict[int, list[int]] = {}
    for size in (1, 20, 200):
        reader = UserFactory()
        for model in (Page, Tag, MailboxMessage):
            model.objects.all().delete()
        a_world_of(size, reader)
        browser = browser_of(reader)
        for address in ADDRESSES:
            browser.get(address)
        counts[size] = []
        for address in ADDRESSES:
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert browser.get(address).status_code == 200
            counts[size].append(len(queries))
    shown = {address: [counts[size][number] for size in counts] for number, address in enumerate(ADDRESSES)}
    assert {address: row for address, row in shown.items() if len(set(row)) > 1} == {}
    most = {address: MOST_OF_SEVEN if address.startswith("/search/") else MOST for address in ADDRESSES}
    assert {address: row for address, row in shown.items() if row[0] > most[address]} == {}
