"""What people do with jobs, by journey. What the platform does is in `jobs/engine`."""

from innotter.jobs.services.bidding import comment_on_job, delete_job_comment, place_bid, select_bid, withdraw_bid
from innotter.jobs.services.changing import (
    cancel_job,
    cancel_matching,
    discard_job,
    discard_matching,
    retry_job,
    retry_matching,
    run_matching,
    run_now,
)
from innotter.jobs.services.cleaning import forget_old_results
from innotter.jobs.services.delivering import accept_delivery, deliver_job, return_delivery
from innotter.jobs.services.limiting import create_limit, delete_limit, edit_limit
from innotter.jobs.services.pausing import pause_queue, resume_queue
from innotter.jobs.services.recurring import (
    create_recurring_job,
    delete_recurring_job,
    edit_recurring_job,
    next_times,
    pause_recurring_job,
    resume_recurring_job,
    run_recurring_job,
)
from innotter.jobs.services.submitting import (
    duplicate_job,
    open_job,
    store_input,
    submit_job,
    submit_jobs,
)

__all__ = [
    "accept_delivery",
    "cancel_job",
    "cancel_matching",
    "comment_on_job",
    "create_limit",
    "create_recurring_job",
    "delete_job_comment",
    "delete_limit",
    "delete_recurring_job",
    "deliver_job",
    "discard_job",
    "discard_matching",
    "duplicate_job",
    "edit_limit",
    "edit_recurring_job",
    "forget_old_results",
    "next_times",
    "open_job",
    "pause_queue",
    "pause_recurring_job",
    "place_bid",
    "resume_queue",
    "resume_recurring_job",
    "retry_job",
    "retry_matching",
    "return_delivery",
    "run_matching",
    "run_now",
    "run_recurring_job",
    "select_bid",
    "store_input",
    "submit_job",
    "submit_jobs",
    "withdraw_bid",
]
