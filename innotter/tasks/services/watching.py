"""Who is told of what happens to a task."""

from django.db import transaction

from innotter.accounts.models import User
from innotter.errors import require
from innotter.tasks.models import Task
from innotter.tasks.permissions import can_talk_in
from innotter.tasks.services.holding import hold


@transaction.atomic
def watch_task(*, watcher: User, task: Task) -> None:
    """Be told of what happens to a task. Doing so twice changes nothing."""
    task = hold(task=task)
    require(can_talk_in(watcher, task.team))
    task.watchers.add(watcher)


@transaction.atomic
def unwatch_task(*, watcher: User, task: Task) -> None:
    """Be told no more, but of what one is named in."""
    task.watchers.remove(watcher)
