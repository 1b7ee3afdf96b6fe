"""Posts."""

from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from innotter.blog.models import Post
from innotter.pages.models import Page
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
