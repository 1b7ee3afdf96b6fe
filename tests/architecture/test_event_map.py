"""The page that leads from an event to its effects says what the source does."""

import pytest

from tools import event_map


def test_the_page_is_as_the_source_has_it():
    assert event_map.PAGE.read_text() == event_map.written(), "Run `make event-map`, and commit what it writes."


@pytest.mark.parametrize(
    ("event", "effect"),
    [
        ("innotter.post.published", "`blog.services.publishing`, `blog.services.writing` | `blog.tell_followers`"),
        (
            "innotter.page.followed",
            "`pages.services.requests` | `pages.tell_owner_of_new_follower` | `Kind.NEW_FOLLOWER`",
        ),
    ],
)
def test_it_leads_from_who_records_to_who_hears(event, effect):
    (line,) = [line for line in event_map.written().splitlines() if line.startswith(f"| `{event}`")]
    assert effect in line


def test_every_subscriber_is_on_it_by_the_name_that_deliveries_carry():
    page = event_map.written()
    assert page.count("`jobs.") + page.count("`tasks.") > 20
    assert "| – | `" not in page, "every event that is heard is recorded somewhere"
