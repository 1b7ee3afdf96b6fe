"""Background work: the Celery app of everybody who sends tasks and of the workers."""

import os
import warnings

from celery import Celery
from celery.exceptions import SecurityWarning

from innotter.config import task_metrics
from innotter.config.queues import configured

__all__ = ["app", "task_metrics"]

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "innotter.config.settings")

# The worker of a laptop where everything runs as root: messages are JSON, which runs nothing.
warnings.filterwarnings("ignore", category=SecurityWarning)

app = configured(Celery("innotter"))
app.autodiscover_tasks(related_name="background")
