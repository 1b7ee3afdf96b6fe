"""Background work: the Celery app of everybody who sends tasks and of the workers."""

import os
import sys
import warnings
from contextlib import suppress
from typing import Any

from celery import Celery
from celery.exceptions import SecurityWarning
from celery.signals import beat_init, celeryd_after_setup, task_postrun, task_prerun
from django.db import InterfaceError, connections

from innotter.config import task_metrics
from innotter.config.queues import configured
from innotter.events.watch import Watch
from innotter.jobs.hands import hands

__all__ = ["app", "task_metrics"]

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "innotter.config.settings")

# The worker of a laptop where everything runs as root: messages are JSON, which runs nothing.
warnings.filterwarnings("ignore", category=SecurityWarning)


@celeryd_after_setup.connect
def prepare_hands(instance: Any, **kwargs: Any) -> None:
    """Before the worker forks them."""
    hands.prepare(getattr(instance, "concurrency", 0) or 1)


@task_prerun.connect
@task_postrun.connect
def give_connections_back(task: Any, **kwargs: Any) -> None:
    """To the pool of the process, before and after each task.

    Celery closes that pool, where hands are processes, so that each task would connect to PostgreSQL anew, which takes
    longer than most tasks. `CELERY_DB_REUSE_MAX` keeps it from that.
    """
    if not task.request.is_eager:
        for connection in connections.all(initialized_only=True):
            with suppress(InterfaceError):  # It is closed.
                connection.close()


@beat_init.connect
def keep_watch(**kwargs: Any) -> None:
    """The clock looks for what is due, too."""
    Watch().start()


app = configured(Celery("innotter"))
app.conf.CELERY_DB_REUSE_MAX = sys.maxsize
app.autodiscover_tasks(related_name="background")
