"""What has gone with something else can be decided by nobody, and is in the queue no longer."""

import pytest

from innotter.blog.services import delete_post
from innotter.moderation import services
from innotter.moderation.models import Report
from innotter.pages.services import delete_page
from tests.factories.blog import CommentFactory, PostFactory


def reported(reporter):
    """A comment, its article and another post of the page, each reported; and a post of somebody else."""
    comment = CommentFactory()
    things = [comment, comment.post, PostFactory(page=comment.post.page), PostFactory()]
    for thing in things:
        services.report(reporter=reporter, subject=thing, reason="Spam")
    return things


@pytest.mark.parametrize("is_page", [True, False])
def test_reports_about_what_went_with_something_else_leave_the_queue(bob, mia, deliver_events, browser_of, is_page):
    _comment, article, post, other = reported(bob)
    page = article.page
    deliver_events()
    if is_page:
        delete_page(owner=page.owner, page=page)
    else:
        delete_post(person=page.owner, post=article)
    deliver_events()
    left = set(Report.objects.open().values_list("subject", "subject_id"))
    assert left == {("post", other.pk)} | (set() if is_page else {("post", post.pk)})
    assert "This no longer exists." not in browser_of(mia).get("/moderation/").content.decode()
