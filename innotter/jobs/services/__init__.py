"""What people and workers do with jobs, by journey."""

from innotter.jobs.services.bidding import comment_on_job, place_bid, select_bid, withdraw_bid
from innotter.jobs.services.delivering import accept_delivery, deliver_job, return_delivery
from innotter.jobs.services.ending import end_attempt
from innotter.jobs.services.queueing import forget_old_results, hand_over_due, take_up_abandoned
from innotter.jobs.services.running import run_job
from innotter.jobs.services.submitting import (
    cancel_job,
    duplicate_job,
    open_job,
    retry_job,
    run_now,
    store_input,
    submit_job,
)

__all__ = [
    "accept_delivery",
    "cancel_job",
    "comment_on_job",
    "deliver_job",
    "duplicate_job",
    "end_attempt",
    "forget_old_results",
    "hand_over_due",
    "open_job",
    "place_bid",
    "retry_job",
    "return_delivery",
    "run_job",
    "run_now",
    "select_bid",
    "store_input",
    "submit_job",
    "take_up_abandoned",
    "withdraw_bid",
]
