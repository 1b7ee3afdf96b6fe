"""Beat's own Celery app: it knows the names of tasks and their times, and does without Django and its memory."""

import os

from celery import Celery

from innotter.config import task_metrics
from innotter.config.queues import configured

__all__ = ["app", "task_metrics"]

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "innotter.config.settings")

app = configured(Celery("innotter", fixups=[]))
