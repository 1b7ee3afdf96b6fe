"""How background work is queued: what the workers and beat agree upon."""

import gc
import os
from pathlib import Path
from typing import Any

from celery import Celery
from celery.signals import (
    after_task_publish,
    beat_init,
    celeryd_after_setup,
    heartbeat_sent,
    task_received,
    worker_ready,
)
from celery.worker.state import active_requests
from kombu import Exchange, Queue

from innotter.config.timetable import TIMETABLE


def configured(app: Celery) -> Celery:
    """The application with the broker, the queues and the timetable of this installation."""
    app.amqp_cls = "innotter.config.brokers:AMQP"
    app.config_from_object("django.conf:settings", namespace="CELERY")
    queue_type = "quorum" if app.conf.broker_url.startswith("amqp") else "classic"
    app.conf.update(
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_ignore_result=True,
        worker_prefetch_multiplier=1,
        worker_lost_wait=1.0,  # A hand that was killed is replaced soon; its message comes again.
        worker_enable_remote_control=False,  # Nobody calls; and two workers of one machine need no names of their own.
        worker_hijack_root_logger=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,  # For as long as it takes: a worker that gives up is only started again.
        task_publish_retry=False,
        task_default_queue="innotter",
        # A worker takes from both, unless it is told which: jobs may take long, and nothing else waits for them.
        task_queues=[
            Queue(name, Exchange(name), routing_key=name, queue_arguments={"x-queue-type": queue_type})
            for name in ("innotter", "jobs")
        ],
        task_routes={f"innotter.jobs.background.{name}": {"queue": "jobs"} for name in ("drain", "run_job")},
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
        beat_schedule=TIMETABLE,
    )
    return app


#: How many the worker of this process has.
_hands: dict[str, int] = {}


@celeryd_after_setup.connect
def share_memory_with_hands(**kwargs: Any) -> None:
    """Let the hands, which are forks, share what is loaded: the collector would write into every page of it."""
    _hands["count"] = getattr(kwargs.get("instance"), "concurrency", 0) or 0
    gc.collect()
    gc.freeze()


@worker_ready.connect
@task_received.connect
@beat_init.connect
@after_task_publish.connect
def tell_supervisor(**kwargs: Any) -> None:
    """Touch the file whose appearance the supervisor awaits, and whose age says whether worker and beat still work."""
    if path := os.environ.get("READY_FILE"):
        Path(path).touch()


@heartbeat_sent.connect
def tell_that_all_hands_are_full(**kwargs: Any) -> None:
    """A worker that takes up nothing because each hand has something to do works as well."""
    if 0 < _hands.get("count", 0) <= len(active_requests):
        tell_supervisor()
