"""Telling followers of new posts, making pictures smaller, rendering anew, noting words, forgetting the unconfirmed."""

from celery import shared_task

from innotter.blog import services
from innotter.events.watch import look_out


@shared_task
def announce(announcement_id: int) -> None:
    """Tell the followers of one post."""
    services.announce(announcement_id=announcement_id)


@shared_task
def announce_abandoned() -> None:
    """Go on with what a dead worker has left."""
    services.announce_abandoned()


@shared_task
def make_sizes(image_id: int) -> None:
    """Make the other sizes of a picture. What fails is tried again by the sweep."""
    services.make_sizes(image_id=image_id)


@shared_task
def make_missing_sizes() -> None:
    """Make those that were left out."""
    services.make_missing_sizes()


@shared_task
def render_old_articles() -> None:
    """Render what an older version has rendered."""
    services.render_old_articles()


@shared_task
def forget_unconfirmed() -> None:
    """Drop the comments of guests who have not confirmed them."""
    services.forget_unconfirmed()


@shared_task
def note_missing_words() -> None:
    """Let posts be found that an older version has written."""
    services.note_missing_words()


look_out(announce_abandoned, every=15.0, is_due=services.is_announcement_abandoned)
look_out(make_missing_sizes, every=60.0, is_due=services.is_size_missing)
look_out(render_old_articles, every=5.0, is_due=services.is_article_old)
