"""Posts."""

from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from innotter.blog.models import Comment, Post
from innotter.blog.services import publish_article
from innotter.pages.models import Page
from tests.factories.accounts import UserFactory
from tests.factories.pages import PageFactory


class PostFactory(DjangoModelFactory[Post]):
    """A post; its page knows it as the newest."""

    class Meta:
        model = Post

    page = factory.SubFactory(PageFactory)
    content = factory.Sequence(lambda number: f"Post number {number}")
    created_at = factory.LazyFunction(timezone.now)
    updated_at = factory.SelfAttribute("created_at")

    @classmethod
    def _create(cls, model_class: type[Post], *args: Any, **kwargs: Any) -> Post:
        post: Post = super()._create(model_class, *args, **kwargs)
        Page.objects.filter(pk=post.page_id).update(last_post_id=post.pk)
        return post


class ArticleFactory(DjangoModelFactory[Post]):
    """An article, published by its page's owner."""

    class Meta:
        model = Post

    page = factory.SubFactory(PageFactory)
    title = factory.Sequence(lambda number: f"Article number {number}")
    content = "It begins here.\n\n## Then\n\nIt goes on."

    @classmethod
    def _create(cls, model_class: type[Post], *args: Any, **kwargs: Any) -> Post:
        return publish_article(author=kwargs["page"].owner, **kwargs)


class CommentFactory(DjangoModelFactory[Comment]):
    """A comment by somebody with an account; with `parent`, an answer."""

    class Meta:
        model = Comment

    post = factory.LazyAttribute(lambda comment: comment.parent.post if comment.parent else ArticleFactory())
    parent = None
    root = factory.LazyAttribute(lambda comment: comment.parent and (comment.parent.root or comment.parent))
    depth = factory.LazyAttribute(lambda comment: comment.parent.depth + 1 if comment.parent else 0)
    author = factory.SubFactory(UserFactory)
    text = factory.Sequence(lambda number: f"Comment number {number}")
    confirmed_at = factory.LazyFunction(timezone.now)
