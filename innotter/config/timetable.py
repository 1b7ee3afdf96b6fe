"""Beat's timetable: what is done now and then, whether there is something to do or not.

What is done as soon as there is something is looked out for (`events/watch.py`). Nothing is done at a certain hour of a
day: nobody may be there then. What is done seldom is done soon after each start, too (`config/queues.py`).
"""

from typing import Any

from celery.schedules import crontab

from innotter.events.watch import CLOCKS_APART

TIMETABLE: dict[str, dict[str, Any]] = {
    "heartbeat of the worker": {
        "task": "innotter.events.background.heartbeat",
        "args": ["worker"],
        "schedule": 10.0,
        "options": {"expires": 10 + CLOCKS_APART, "queue": "innotter"},
    },
    "heartbeat of the runner": {
        "task": "innotter.events.background.heartbeat",
        "args": ["runner"],
        "schedule": 10.0,
        "options": {"expires": 10 + CLOCKS_APART, "queue": "jobs"},
    },
    "forget changes of feeds": {"task": "innotter.feed.background.forget_changes", "schedule": 600.0},
    "forget old events": {"task": "innotter.events.background.forget_old_events", "schedule": 3600.0},
    "forget old mail": {"task": "innotter.mail.background.forget_old_mail", "schedule": 3600.0},
    "forget old results of jobs": {"task": "innotter.jobs.background.forget_old_results", "schedule": 3600.0},
    "clean up webhooks": {"task": "innotter.webhooks.background.clean_up_webhooks", "schedule": 3600.0},
    "check overdue tasks": {
        "task": "innotter.tasks.background.check_overdue_tasks",
        "schedule": crontab(minute=7),
    },
    "generate daily summaries": {
        "task": "innotter.tasks.background.generate_daily_summary",
        "schedule": crontab(minute="*/15"),
    },
    "take tasks from outsiders": {"task": "innotter.tasks.background.take_tasks_from_outsiders", "schedule": 600.0},
    "remove abandoned teams": {"task": "innotter.tasks.background.remove_abandoned_teams", "schedule": 600.0},
    "clean up archived tasks": {
        "task": "innotter.tasks.background.cleanup_archived_tasks",
        "schedule": 24 * 3600.0,
    },
    "remove orphaned files": {"task": "innotter.media.background.remove_orphans", "schedule": 3600.0},
    "forget old notifications": {
        "task": "innotter.notifications.background.forget_old_notifications",
        "schedule": 24 * 3600.0,
    },
    "note missing words of posts": {"task": "innotter.blog.background.note_missing_words", "schedule": 3600.0},
    "forget unconfirmed comments": {"task": "innotter.blog.background.forget_unconfirmed", "schedule": 3600.0},
    "forget old keys": {"task": "innotter.api.background.forget_old_keys", "schedule": 3600.0},
    "forget unproven accounts": {"task": "innotter.accounts.background.forget_unproven", "schedule": 3600.0},
    "forget old sessions": {"task": "innotter.accounts.background.forget_old_sessions", "schedule": 3600.0},
}
