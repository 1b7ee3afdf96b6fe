"""The page that leads from an event to its effects says what the source does."""

import pytest

from tools import event_map


@pytest.fixture(scope="module")
def written():
    """The page as the source has it: it takes seconds to read all of that."""
    return event_map.written()


def test_the_page_is_as_the_source_has_it(written):
    assert event_map.PAGE.read_text() == written, "Run `make event-map`, and commit what it writes."


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
def test_it_leads_from_who_records_to_who_hears(written, event, effect):
    (line,) = [line for line in written.splitlines() if line.startswith(f"| `{event}`")]
    assert effect in line


def test_every_subscriber_is_on_it_by_the_name_that_deliveries_carry(written):
    assert written.count("`jobs.") + written.count("`tasks.") > 20
    assert "| – | `" not in written, "every event that is heard is recorded somewhere"
