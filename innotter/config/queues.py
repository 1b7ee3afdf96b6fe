"""How background work is queued: what the workers and beat agree upon."""

import logging
import os
import signal
from datetime import timedelta
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
from celery.worker import state
from kombu import Exchange, Queue

from innotter.config import loading
from innotter.config.timetable import TIMETABLE

logger = logging.getLogger(__name__)

#: What beat does as seldom as that, or more so, it does first so long after its start.
SELDOM, SOON = timedelta(minutes=10), timedelta(minutes=1)


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


#: The worker of this process, if it is one.
_worker: dict[str, Any] = {}


@celeryd_after_setup.connect
def share_memory_with_hands(**kwargs: Any) -> None:
    """Load what the hands would, which are forks, and let them share it: the collector would write into all of it."""
    _worker["here"] = kwargs.get("instance")
    loading.load()
    loading.freeze_for_forks()


@worker_ready.connect
@task_received.connect
@beat_init.connect
@after_task_publish.connect
def tell_supervisor(**kwargs: Any) -> None:
    """Touch the file whose appearance the supervisor awaits, and whose age says whether worker and beat still work."""
    if path := os.environ.get("READY_FILE"):
        Path(path).touch()


@beat_init.connect
def come_soon_to_what_is_seldom(sender: Any, **kwargs: Any) -> None:
    """Beat keeps no notes: what is done once a day was never done where beat is started each morning."""
    for entry in sender.scheduler.schedule.values():
        pause = getattr(entry.schedule, "run_every", timedelta())
        if pause >= SELDOM:
            entry.last_run_at = entry.default_now() - pause + SOON


@heartbeat_sent.connect
def end_with_beat(**kwargs: Any) -> None:
    """A worker that has beat beside it ends when that has ended: whoever starts it again starts both."""
    beat = getattr(_worker.get("here"), "beat", None)
    if beat and beat.pid and not beat.is_alive() and state.should_stop is None:
        logger.error("Beat has ended, and the worker ends too, to be started again with it.")
        os.kill(os.getpid(), signal.SIGTERM)


@heartbeat_sent.connect
def tell_that_all_hands_are_full(**kwargs: Any) -> None:
    """A worker that takes up nothing because each hand has something to do works as well."""
    if 0 < (getattr(_worker.get("here"), "concurrency", 0) or 0) <= len(state.active_requests):
        tell_supervisor()
