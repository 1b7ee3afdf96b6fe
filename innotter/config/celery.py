"""Background work: the Celery app and beat's timetable.

A message is only a nudge; what is due is found again in the database by the sweeps below.
"""

import os
import warnings
from pathlib import Path
from typing import Any

from celery import Celery
from celery.exceptions import SecurityWarning
from celery.schedules import crontab
from celery.signals import beat_init, worker_ready
from kombu import Exchange, Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "innotter.config.settings")

# The worker of a laptop where everything runs as root: messages are JSON, which runs nothing.
warnings.filterwarnings("ignore", category=SecurityWarning)

app = Celery("innotter")
app.config_from_object("django.conf:settings", namespace="CELERY")
_queue_type = "quorum" if app.conf.broker_url.startswith("amqp") else "classic"
app.conf.update(
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    worker_prefetch_multiplier=1,
    worker_lost_wait=1.0,  # A hand that was killed is replaced soon; its message comes again.
    worker_enable_remote_control=False,  # Nobody calls; and two workers of one machine need no names of their own.
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    task_publish_retry=False,
    task_default_queue="innotter",
    # A worker takes from both, unless it is told which: jobs may take long, what else there is may not wait for them.
    task_queues=[
        Queue(name, Exchange(name), routing_key=name, queue_arguments={"x-queue-type": _queue_type})
        for name in ("innotter", "jobs")
    ],
    task_routes={"innotter.jobs.background.run_job": {"queue": "jobs"}},
    worker_detect_quorum_queues=True,
    broker_transport_options=(
        {"confirm_publish": True, "socket_timeout": 5}
        if app.conf.broker_url.startswith("amqp")
        else {
            "unacked_restore_interval": 5,
            "visibility_timeout": 3600,
            "socket_timeout": 5,
            "socket_connect_timeout": 5,
        }
    ),
    beat_schedule={
        "relay": {"task": "innotter.events.background.relay", "schedule": 2.0, "options": {"expires": 2}},
        "forward events": {"task": "innotter.events.background.forward", "schedule": 2.0, "options": {"expires": 2}},
        "count views": {"task": "innotter.pages.background.count_views", "schedule": 5.0, "options": {"expires": 5}},
        "deliver due mail": {
            "task": "innotter.mail.background.deliver_due_mail",
            "schedule": 5.0,
            "options": {"expires": 5},
        },
        "announce what was abandoned": {
            "task": "innotter.blog.background.announce_abandoned",
            "schedule": 15.0,
            "options": {"expires": 15},
        },
        "hand over due jobs": {
            "task": "innotter.jobs.background.hand_over_due",
            "schedule": 1.0,
            "options": {"expires": 5},
        },
        "take up abandoned jobs": {
            "task": "innotter.jobs.background.take_up_abandoned",
            "schedule": 5.0,
            "options": {"expires": 5},
        },
        "forget old results of jobs": {"task": "innotter.jobs.background.forget_old_results", "schedule": 3600.0},
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
        "remove orphaned files": {"task": "innotter.media.background.remove_orphans", "schedule": 3600.0},
        "forget old notifications": {
            "task": "innotter.notifications.background.forget_old_notifications",
            "schedule": 24 * 3600.0,
        },
        "forget unconfirmed comments": {"task": "innotter.blog.background.forget_unconfirmed", "schedule": 3600.0},
        "forget old keys": {"task": "innotter.api.background.forget_old_keys", "schedule": 3600.0},
        "forget old sessions": {"task": "innotter.accounts.background.forget_old_sessions", "schedule": 3600.0},
    },
)
app.autodiscover_tasks(related_name="background")


@worker_ready.connect
@beat_init.connect
def tell_supervisor(**kwargs: Any) -> None:
    """Touch the file whose appearance the supervisor awaits."""
    if path := os.environ.get("READY_FILE"):
        Path(path).touch()
