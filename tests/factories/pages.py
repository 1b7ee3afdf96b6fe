"""Pages, and who follows them."""

from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from innotter.pages.models import Follow, Page
from tests.factories.accounts import UserFactory


class PageFactory(DjangoModelFactory[Page]):
    class Meta:
        model = Page

    class Params:
        private = factory.Trait(is_private=True)
        blocked = factory.Trait(blocked_until=factory.LazyFunction(lambda: timezone.now() + timedelta(days=1)))

    name = factory.Sequence(lambda number: f"Page {number}")
    handle = factory.Sequence(lambda number: f"page-{number}")
    owner = factory.SubFactory(UserFactory)


class FollowFactory(DjangoModelFactory[Follow]):
    class Meta:
        model = Follow

    page = factory.SubFactory(PageFactory)
    follower = factory.SubFactory(UserFactory)
    status = Follow.Status.ACCEPTED
    accepted_at = factory.Maybe(
        factory.LazyAttribute(lambda follow: follow.status == Follow.Status.ACCEPTED),
        factory.LazyFunction(timezone.now),
    )
