"""What people do with jobs, by journey. What the platform does is in `jobs/engine`."""

from innotter.jobs.services.bidding import comment_on_job, place_bid, select_bid, withdraw_bid
from innotter.jobs.services.cleaning import forget_old_results
from innotter.jobs.services.delivering import accept_delivery, deliver_job, return_delivery
from innotter.jobs.services.submitting import (
    cancel_job,
    duplicate_job,
    open_job,
    retry_job,
    run_now,
    store_input,
    submit_job,
    submit_jobs,
)

__all__ = [
    "accept_delivery",
    "cancel_job",
    "comment_on_job",
    "deliver_job",
    "duplicate_job",
    "forget_old_results",
    "open_job",
    "place_bid",
    "retry_job",
    "return_delivery",
    "run_now",
    "select_bid",
    "store_input",
    "submit_job",
    "submit_jobs",
    "withdraw_bid",
]
