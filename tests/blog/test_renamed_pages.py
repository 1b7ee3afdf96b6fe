"""What is planned for a page goes on when the page gets another handle, and goes to no other page."""

from datetime import timedelta

import pytest
from django.utils import timezone

from innotter.blog.models import Post
from innotter.jobs import services as jobs
from innotter.jobs.models import Job
from innotter.pages.services import edit_page
from tests.factories.jobs import JobFactory, RecurringJobFactory
from tests.factories.pages import PageFactory
from tests.jobs.work import done


@pytest.fixture
def later():
    return timezone.now() + timedelta(days=1)


def planned(owner, page, **more):
    note = {"page": page.handle.upper(), "content": "Spring may begin"}
    return JobFactory(owner=owner, handler="publish_post", parameters=note, **more)


def test_a_post_that_was_planned_is_published_on_the_page_that_was_renamed(alice, later, deliver_events):
    page = PageFactory(owner=alice, handle="diary", is_private=True)
    job = planned(alice, page, scheduled_time=later)
    edit_page(owner=alice, page=page, handle="old-diary")
    edit_page(owner=alice, page=page, handle="older-diary")
    taken = PageFactory(owner=alice, handle="diary")
    for_other = planned(alice, taken, scheduled_time=later)
    deliver_events()

    for one in (job, for_other):
        jobs.run_now(owner=alice, job=one)
        assert done(one).status == "completed"
    assert [post.page for post in Post.objects.order_by("pk")] == [page, taken]


def test_what_recurs_and_what_has_failed_go_on_too(alice, bob, deliver_events):
    page = PageFactory(owner=alice, handle="diary")
    recurring = RecurringJobFactory(
        owner=alice, handler="publish_post", parameters={"page": "diary", "content": "Good morning"}
    )
    edit_page(owner=alice, page=page, handle="journal")
    failed = done(planned(alice, PageFactory.build(handle="diary")))
    Job.objects.filter(pk=failed.pk).update(created_at=timezone.now() - timedelta(hours=1))
    others = planned(bob, PageFactory.build(handle="diary"), scheduled_time=timezone.now() + timedelta(days=1))
    Job.objects.filter(pk=others.pk).update(created_at=timezone.now() - timedelta(hours=1))
    assert failed.status == "failed"
    deliver_events()

    recurring.refresh_from_db()
    others.refresh_from_db()
    assert recurring.parameters == {"page": "journal", "content": "Good morning"}
    assert others.parameters["page"] == "DIARY", "of somebody else"
    jobs.retry_job(owner=alice, job=failed)
    assert done(failed).status == "completed"


def test_an_edit_that_leaves_the_handle_changes_no_job(alice, later, deliver_events):
    page = PageFactory(owner=alice, handle="diary")
    job = planned(alice, page, scheduled_time=later)
    edit_page(owner=alice, page=page, name="My diary", handle="diary")
    deliver_events()
    job.refresh_from_db()
    assert job.parameters["page"] == "DIARY"
