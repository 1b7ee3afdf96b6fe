"""Background work: the Celery app of everybody who sends tasks and of the workers."""

import os
import warnings
from typing import Any

from celery import Celery
from celery.exceptions import SecurityWarning
from celery.signals import celeryd_after_setup

from innotter.config import task_metrics
from innotter.config.queues import configured
from innotter.jobs.hands import hands

__all__ = ["app", "task_metrics"]

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "innotter.config.settings")

# The worker of a laptop where everything runs as root: messages are JSON, which runs nothing.
warnings.filterwarnings("ignore", category=SecurityWarning)


@celeryd_after_setup.connect
def prepare_hands(instance: Any, **kwargs: Any) -> None:
    """Before the worker forks them."""
    hands.prepare(getattr(instance, "concurrency", 0) or 1)


app = configured(Celery("innotter"))
app.autodiscover_tasks(related_name="background")
