"""What a report says, in the languages of the site."""

from typing import Literal

Language = Literal["en", "ru"]

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "team": "Team",
        "done": "Done",
        "per_week": "Done per week",
        "cycle": "From begun to done, median",
        "late": "Late, of what was due",
        "hours": "h",
        "open_at_end": "Open at the end of each day",
        "day": "Day",
        "created": "Created",
        "open": "Open",
        "people": "People",
        "who": "Who",
        "overdue": "Overdue",
    },
    "ru": {
        "team": "Команда",
        "done": "Сделано",
        "per_week": "Сделано в неделю",
        "cycle": "От начала до готовности, медиана",
        "late": "Опоздания среди тех, чей срок настал",
        "hours": "ч",
        "open_at_end": "Открыто к концу каждого дня",
        "day": "День",
        "created": "Создано",
        "open": "Открыто",
        "people": "Люди",
        "who": "Кто",
        "overdue": "Просрочено",
    },
}
