"""What stands beside a page where the screen is wide: a constant number of queries, each of which reads a few rows."""

from dataclasses import dataclass
from typing import Any

from innotter.accounts.models import User
from innotter.feed.queries.exploring import Used, active_hashtags, pages_to_follow
from innotter.pages.models import Page
from innotter.tasks.models import Task
from innotter.tasks.queries import due_by_today

MOST_DUE = 5
#: Home is asked for all the time: there, fewer uses of hashtags are looked at than on explore.
LATELY = 300


@dataclass(frozen=True)
class Beside:
    """A person's tasks for today, pages that they might follow, and what people write about."""

    due: list[Task]
    pages: list[Page]
    hashtags: list[Used]

    @property
    def is_empty(self) -> bool:
        return not (self.due or self.pages or self.hashtags)


def beside_home(reader: User) -> Beside:
    due = due_by_today(reader, limit=MOST_DUE)
    return Beside(due=due, pages=pages_to_follow(reader), hashtags=active_hashtags(LATELY))


def beside_exploring(viewer: Any, hashtags: list[Used]) -> Beside:
    """Pages to follow are what that page itself shows."""
    due = due_by_today(viewer, limit=MOST_DUE) if isinstance(viewer, User) else []
    return Beside(due=due, pages=[], hashtags=hashtags)
