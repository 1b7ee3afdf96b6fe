"""What beat does with tasks; each may run twice, and late."""

from celery import shared_task

from innotter.events.watch import look_out
from innotter.tasks import services


@shared_task
def send_task_notification() -> None:
    """Write to those for whom news of their tasks has waited long enough."""
    services.send_news()


@shared_task
def generate_daily_summary() -> None:
    """Write the morning's summary to those whose morning it is."""
    services.send_summaries()


@shared_task
def check_overdue_tasks() -> None:
    """Find what is overdue, make of it what the teams want, and remind of what is due."""
    services.note_overdue()
    services.escalate_overdue()
    services.remind()


@shared_task
def cleanup_archived_tasks() -> None:
    """Remove what was put away long ago."""
    services.forget_archived()


@shared_task
def remove_abandoned_teams() -> None:
    """Remove what the teams have left that were deleted."""
    services.remove_abandoned_teams()


@shared_task
def take_tasks_from_outsiders() -> None:
    """Let nobody have tasks in a team that they have left."""
    services.take_tasks_from_outsiders()


look_out(send_task_notification, every=10.0, is_due=services.is_news_due)
