"""What is deleted goes with all that hangs on it, by as many statements for a little as for very much (rows.delete)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from innotter import rows
from innotter.accounts.models import User
from innotter.blog.models import Comment, Draft, Hashtag, Like, Post
from innotter.blog.services import delete_post, publish_post
from innotter.pages.models import Page
from innotter.pages.services import delete_page
from tests.factories.blog import ArticleFactory, CommentFactory, PostFactory
from tests.factories.pages import FollowFactory, PageFactory


def filled_page(owner: User, size: int) -> Page:
    """A page with so many of everything that can be on one."""
    page = PageFactory(owner=owner)
    for _number in range(size):
        article = ArticleFactory(page=page, title="Title")
        Draft.objects.create(page=page, post=article, title="Draft", content="Text")
        comment = CommentFactory(post=article)
        CommentFactory(parent=CommentFactory(parent=comment))
        post = publish_post(author=owner, page=page, content="A #tag")
        Like.objects.create(post=post, user=owner)
        PostFactory(page=page, reply_to=post)
        FollowFactory(page=page)
    return page


def statements_of(action) -> int:
    with CaptureQueriesContext(connection) as captured:
        action()
    return len(captured)


def test_a_large_page_goes_by_as_many_statements_as_a_small_one(alice):
    small, large = filled_page(alice, 1), filled_page(alice, 6)
    assert statements_of(lambda: delete_page(owner=alice, page=small)) == statements_of(
        lambda: delete_page(owner=alice, page=large)
    )
    for model in (Page, Post, Comment, Draft, Hashtag, Like):
        assert not model.objects.exists(), model


def test_an_article_with_many_comments_goes_by_as_many_statements_as_one_with_few(alice):
    page = PageFactory(owner=alice)
    few, many = ArticleFactory(page=page), ArticleFactory(page=page)
    for article, size in ((few, 1), (many, 8)):
        for _number in range(size):
            CommentFactory(parent=CommentFactory(post=article))
    assert statements_of(lambda: delete_post(person=alice, post=few)) == statements_of(
        lambda: delete_post(person=alice, post=many)
    )
    assert not Comment.objects.exists()


def test_replies_on_other_pages_stay_when_what_they_answer_goes(alice, bob):
    page, elsewhere = PageFactory(owner=alice), PageFactory(owner=bob)
    asked = publish_post(author=alice, page=page, content="Who comes?")
    answer = publish_post(author=bob, page=elsewhere, content="I do", reply_to=asked)
    delete_page(owner=alice, page=page)
    answer.refresh_from_db()
    assert (answer.content, answer.reply_to) == ("I do", None)


def test_a_relation_that_forbids_deletion_is_not_passed_over(alice):
    with pytest.raises(NotImplementedError):
        rows.delete(User.objects.filter(pk=alice.pk))
