"""What is asked of one page does not grow with the number of pages."""

import pytest

from innotter.pages.models import Page
from tests.factories.accounts import UserFactory
from tests.factories.pages import PageFactory

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
