"""Beat's timetable. A message is only a nudge; what is due is found again in the database by these sweeps."""

from typing import Any

from celery.schedules import crontab

TIMETABLE: dict[str, dict[str, Any]] = {
    "relay": {"task": "innotter.events.background.relay", "schedule": 2.0, "options": {"expires": 2}},
    "forward events": {"task": "innotter.events.background.forward", "schedule": 2.0, "options": {"expires": 2}},
    "heartbeat of the worker": {
        "task": "innotter.events.background.heartbeat",
        "args": ["worker"],
        "schedule": 5.0,
        "options": {"expires": 5, "queue": "innotter"},
    },
    "heartbeat of the runner": {
        "task": "innotter.events.background.heartbeat",
        "args": ["runner"],
        "schedule": 5.0,
        "options": {"expires": 5, "queue": "jobs"},
    },
    "forget old events": {"task": "innotter.events.background.forget_old_events", "schedule": 3600.0},
    "count views": {"task": "innotter.pages.background.count_views", "schedule": 5.0, "options": {"expires": 5}},
    "deliver due mail": {
        "task": "innotter.mail.background.deliver_due_mail",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "forget old mail": {"task": "innotter.mail.background.forget_old_mail", "schedule": 3600.0},
    "announce what was abandoned": {
        "task": "innotter.blog.background.announce_abandoned",
        "schedule": 15.0,
        "options": {"expires": 15},
    },
    "drain the queue of jobs": {
        "task": "innotter.jobs.background.drain",
        "schedule": 1.0,
        "options": {"expires": 2, "queue": "jobs"},
    },
    "take up abandoned jobs": {
        "task": "innotter.jobs.background.take_up_abandoned",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "forget old results of jobs": {"task": "innotter.jobs.background.forget_old_results", "schedule": 3600.0},
    "send webhooks": {"task": "innotter.webhooks.background.send", "schedule": 2.0, "options": {"expires": 2}},
    "clean up webhooks": {"task": "innotter.webhooks.background.clean_up_webhooks", "schedule": 3600.0},
    "send task notifications": {
        "task": "innotter.tasks.background.send_task_notification",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
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
        "schedule": crontab(minute=30, hour=3, day_of_week="sunday"),
    },
    "make missing sizes of pictures": {
        "task": "innotter.blog.background.make_missing_sizes",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "render old articles": {
        "task": "innotter.blog.background.render_old_articles",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "remove orphaned files": {"task": "innotter.media.background.remove_orphans", "schedule": 3600.0},
    "forget old notifications": {
        "task": "innotter.notifications.background.forget_old_notifications",
        "schedule": 24 * 3600.0,
    },
    "forget unconfirmed comments": {"task": "innotter.blog.background.forget_unconfirmed", "schedule": 3600.0},
    "forget old keys": {"task": "innotter.api.background.forget_old_keys", "schedule": 3600.0},
    "forget unproven accounts": {"task": "innotter.accounts.background.forget_unproven", "schedule": 3600.0},
    "forget old sessions": {"task": "innotter.accounts.background.forget_old_sessions", "schedule": 3600.0},
}
