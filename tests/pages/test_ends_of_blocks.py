"""A block ends in some years at the most, or never; and the log can be read whatever stands in it."""

from datetime import UTC, datetime

import pytest

from innotter.accounts.models import User
from innotter.audit.models import Action
from innotter.pages.models import Page
from innotter.pages.services import FOR_EVER
from tests.factories.pages import PageFactory

FAR = "9999-12-31T23:59:59Z"


@pytest.fixture(autouse=True)
def _east_of_greenwich(mia, ada):
    User.objects.update(time_zone="Pacific/Kiritimati")


def test_a_block_until_the_end_of_the_calendar_is_refused(alice, mia, as_person):
    PageFactory(owner=alice, handle="essays")
    answer = as_person(mia).post("/api/pages/essays/block/", {"until": FAR})
    assert answer.status_code == 400
    assert "ten years" in answer.json()["errors"]["until"][0]
    assert not Action.objects.exists()


@pytest.mark.parametrize("page", ["/moderation/log/", "/admin/audit/action/", "/admin/pages/page/", "/@essays/"])
def test_what_was_blocked_until_then_before_is_shown_as_blocked_for_ever(alice, mia, ada, browser_of, page):
    PageFactory(owner=alice, handle="essays")
    Page.objects.update(blocked_until=FOR_EVER)
    about = {"actor": mia, "verb": Action.Verb.BLOCK_PAGE, "subject_id": 1, "about": "@essays"}
    Action.objects.create(**about, until=datetime(9999, 12, 31, 23, 59, tzinfo=UTC))
    assert browser_of(ada).get(page).status_code == 200
    assert Action.objects.get().until is None


@pytest.mark.parametrize(("until", "says"), [(FOR_EVER, False), (datetime(2999, 1, 1, tzinfo=UTC), True)])
def test_a_block_says_when_it_ends_if_it_does(alice, browser_of, until, says):
    PageFactory(owner=alice, handle="essays", blocked_until=until)
    html = browser_of(alice).get("/@essays/").content.decode()
    assert "Only you and the moderators see it" in html
    assert ("The block ends on" in html) is says
