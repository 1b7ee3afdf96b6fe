"""Finding tasks, reading them, and laying them out."""

from innotter.tasks.queries.cards import Card, cards_of, workers_of
from innotter.tasks.queries.filtering import WISHES, TaskFilters, filtered, in_order
from innotter.tasks.queries.layouts import (
    COLUMN,
    CalendarDay,
    Column,
    Group,
    Week,
    board_of,
    calendar_of,
    groups_of,
    velocity_of,
)
from innotter.tasks.queries.reading import due_by_today, for_reading, members_named, role_of, teams_of, with_due

__all__ = [
    "COLUMN",
    "WISHES",
    "CalendarDay",
    "Card",
    "Column",
    "Group",
    "TaskFilters",
    "Week",
    "board_of",
    "calendar_of",
    "cards_of",
    "due_by_today",
    "filtered",
    "for_reading",
    "groups_of",
    "in_order",
    "members_named",
    "role_of",
    "teams_of",
    "velocity_of",
    "with_due",
    "workers_of",
]
