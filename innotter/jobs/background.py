"""The queue of jobs, drained: by hands that are woken after a commit, and when something is due."""

from celery import shared_task

from innotter.events.watch import CLOCKS_APART, look_out
from innotter.jobs import engine, services
from innotter.jobs.hands import hands
from innotter.jobs.waking import wake_runner

#: How many seconds a hand works at a time. Then it asks for another wake-up, so that every owner's turn comes.
SPAN = 5.0
#: In seconds. A wake-up that nobody has followed by then is not needed any more: somebody has looked meanwhile.
STALE = 2


@shared_task(expires=STALE + CLOCKS_APART)
def drain() -> None:
    """Do what is due, for a while. A message says that there may be something to do, and never what."""
    engine.drain(seconds=SPAN, slow_place=hands.slow_place, may_wait=hands.timekeeper, wake=wake_runner)


@shared_task
def run_job(job_id: int) -> None:
    """What earlier versions have sent for each job: a wake-up by now."""
    drain()


@shared_task
def take_up_abandoned() -> None:
    """Go on with what a dead worker has left."""
    while engine.take_up_abandoned():
        wake_runner()


@shared_task
def forget_old_results() -> None:
    """Drop what came of jobs that finished long ago."""
    services.forget_old_results()


look_out(drain, every=1.0, is_due=engine.is_work_due)
look_out(take_up_abandoned, every=5.0, is_due=engine.is_abandoned)
