"""Handing jobs over and doing them."""

from celery import shared_task

from innotter.jobs import services


@shared_task
def hand_over_due() -> None:
    """Hand what is due to the workers, portion by portion."""
    while ids := services.hand_over_due():
        for job_id in ids:
            run_job.delay(job_id)


@shared_task
def run_job(job_id: int) -> None:
    """Do one job. Then there is room for another of its owner, which must not wait for the next sweep."""
    services.run_job(job_id=job_id)
    hand_over_due()


@shared_task
def take_up_abandoned() -> None:
    """Go on with what a dead worker has left."""
    while services.take_up_abandoned():
        pass


@shared_task
def forget_old_results() -> None:
    """Drop what came of jobs that finished long ago."""
    services.forget_old_results()
