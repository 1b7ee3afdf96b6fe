"""What is asked of one page does not grow with the number of pages, nor with that of its followers."""

import pytest
from django.core.cache import cache

from innotter.pages import queries
from innotter.pages.models import Page
from innotter.pages.queries import followers_of
from tests.factories.accounts import UserFactory
from tests.factories.pages import FollowFactory, PageFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("rule", ["findable_by", "readable_by"])
def test_whether_somebody_may_see_a_page_is_asked_of_that_page_alone(rule):
    viewer, page = UserFactory(), PageFactory()

    seen = getattr(Page.objects, rule)(viewer).filter(pk=page.pk)

    assert seen.get() == page
    assert str(seen.query).count('FROM "pages_page"') == 1, "a list of all open pages is made for each question"


def test_whether_a_listed_page_may_be_read_is_asked_of_that_page_alone():
    viewer, _page = UserFactory(), PageFactory()

    seen = Page.objects.all().as_seen_by(viewer)

    assert seen.get().is_readable
    assert str(seen.query).count('FROM "pages_page"') == 1


def test_very_many_followers_are_counted_once_in_a_while(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(queries, "MANY", 1)
    monkeypatch.setattr(queries, "_large", queries.Large(most=1))
    page = PageFactory()
    FollowFactory.create_batch(3, page=page)
    assert followers_of(page) == 3

    FollowFactory(page=page)
    with django_assert_num_queries(0):
        assert followers_of(page) == 3

    cache.clear()
    assert followers_of(page) == 4


def test_few_followers_are_counted_each_time():
    page = PageFactory()
    assert followers_of(page) == 0

    FollowFactory(page=page)
    assert followers_of(page) == 1
