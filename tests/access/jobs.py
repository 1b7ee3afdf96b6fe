"""The rows of jobs (D-7): a job for the platform is its owner's alone; one for people is there while it is open."""

from typing import Any

from tests.access.rules import (
    Rule,
    _signed_in_and,
    admins,
    everybody,
    guests,
    members,
    owner_alone,
    site_admins,
    site_owner,
)
from tests.access.who import Visit

Row = tuple[str, dict[str, Any] | str | None, Rule]

SOON = "2035-01-01T00:00"
OFFER = {"text": "I can", "proposed_deadline": f"{SOON}:00Z", "fee": "1", "currency": "EUR"}


def bids(status: int) -> Rule:
    """Everybody but the owner, who sees it."""
    return lambda visit: 403 if visit.owns else status


def site_bids(visit: Visit) -> int:
    return (403 if visit.owns else 302) if visit.is_signed_in else 302


def says(visit: Visit) -> int:
    return 302


API: dict[tuple[str, str], Row] = {
    ("GET", "jobs"): ("jobs/", None, members()),
    ("POST", "jobs"): ("jobs/", {"name": "J", "handler": "publish_post", "parameters": {}}, members(400)),
    ("POST", "jobs-bulk"): ("jobs/bulk/", {"jobs": []}, members(400)),
    ("POST", "cancel-jobs"): ("jobs/cancel/", {}, members()),
    ("POST", "retry-jobs"): ("jobs/retry/", {}, members()),
    ("POST", "discard-jobs"): ("jobs/discard/", {}, members()),
    ("POST", "run-jobs"): ("jobs/run/", {}, members()),
    ("POST", "discard-job"): ("jobs/{failed_job}/discard/", {}, owner_alone(200)),
    ("GET", "job-handlers"): ("jobs/handlers/", None, everybody()),
    ("GET", "open-jobs"): ("jobs/open/", None, members()),
    ("GET", "assigned-jobs"): ("jobs/assigned/", None, members()),
    ("GET", "jobs-dashboard"): ("jobs/dashboard/", None, members()),
    ("GET", "recurring-jobs"): ("jobs/recurring/", None, members()),
    ("POST", "recurring-jobs"): ("jobs/recurring/", {"name": "R", "handler": "http_request"}, members(400)),
    ("POST", "preview-times"): ("jobs/recurring/preview/", {"expression": "@daily"}, members()),
    ("GET", "recurring-job"): ("jobs/recurring/{recurring_job}/", None, owner_alone(200)),
    ("PATCH", "recurring-job"): ("jobs/recurring/{recurring_job}/", {"name": "R"}, owner_alone(200)),
    ("DELETE", "recurring-job"): ("jobs/recurring/{recurring_job}/", None, owner_alone(204)),
    ("POST", "pause-recurring-job"): ("jobs/recurring/{recurring_job}/pause/", {}, owner_alone(200)),
    ("POST", "resume-recurring-job"): ("jobs/recurring/{recurring_job}/resume/", {}, owner_alone(200)),
    ("POST", "run-recurring-job"): ("jobs/recurring/{recurring_job}/run/", {}, owner_alone(201)),
    ("GET", "job-limits"): ("jobs/limits/", None, members()),
    ("POST", "job-limits"): ("jobs/limits/", {}, members(400)),
    ("GET", "job-limit"): ("jobs/limits/{limit}/", None, owner_alone(200)),
    ("PATCH", "job-limit"): ("jobs/limits/{limit}/", {"at_once": 2}, owner_alone(200)),
    ("DELETE", "job-limit"): ("jobs/limits/{limit}/", None, owner_alone(204)),
    ("GET", "job-queues"): ("jobs/queues/", None, admins(200)),
    ("POST", "pause-queue"): ("jobs/queues/http_request/pause/", {}, admins(200)),
    ("POST", "resume-queue"): ("jobs/queues/http_request/resume/", {}, admins(200)),
    ("GET", "job"): ("jobs/{job}/", None, owner_alone(200)),
    ("DELETE", "job"): ("jobs/{waiting_job}/", None, owner_alone(204)),
    ("GET", "job-result"): ("jobs/{job}/result/", None, owner_alone(200)),
    ("GET", "job-attempts"): ("jobs/{job}/attempts/", None, owner_alone(200)),
    ("GET", "job-log"): ("jobs/{job}/log/", None, owner_alone(200)),
    ("POST", "retry-job"): ("jobs/{failed_job}/retry/", {}, owner_alone(200)),
    ("POST", "run-job"): ("jobs/{waiting_job}/run/", {}, owner_alone(200)),
    ("POST", "duplicate-job"): ("jobs/{job}/duplicate/", {}, owner_alone(201)),
    ("GET", "bids"): ("jobs/{open_job}/bids/", None, members()),
    ("POST", "bids"): ("jobs/{open_job}/bids/", OFFER, _signed_in_and(bids(201))),
    ("DELETE", "bid"): (
        "jobs/{open_job}/bids/{bid}/",
        None,
        _signed_in_and(lambda visit: 403 if visit.owns else 404),
    ),
    ("POST", "select-bid"): ("jobs/{open_job}/bids/{bid}/select/", {}, owner_alone(200)),
    ("GET", "job-comments"): ("jobs/{open_job}/comments/", None, members()),
    ("POST", "job-comments"): ("jobs/{open_job}/comments/", {"text": "Hm"}, members(201)),
    ("DELETE", "job-comment"): (
        "jobs/{open_job}/comments/{job_comment}/",
        None,
        _signed_in_and(lambda visit: 204 if visit.owns else 403),
    ),
    ("POST", "deliver-job"): ("jobs/{given_job}/deliver/", {"text": "Here"}, owner_alone(403)),
    ("POST", "accept-delivery"): ("jobs/{given_job}/accept/", {}, owner_alone(200)),
    ("POST", "return-delivery"): ("jobs/{given_job}/changes/", {"reason": "Louder"}, owner_alone(200)),
}

SITE: dict[tuple[str, str], Row] = {
    ("GET", "jobs:jobs"): ("/jobs/", None, guests()),
    ("GET", "jobs:choose"): ("/jobs/new/", None, guests()),
    ("GET", "jobs:open"): ("/jobs/new/people/", None, guests()),
    ("POST", "jobs:submit"): ("/jobs/new/http_request/", {}, guests(422)),
    ("GET", "jobs:market"): ("/jobs/market/", None, guests()),
    ("GET", "jobs:assigned"): ("/jobs/assigned/", None, guests()),
    ("GET", "jobs:dashboard"): ("/jobs/dashboard/", None, guests()),
    ("GET", "jobs:recurring-jobs"): ("/jobs/recurring/", None, guests()),
    ("GET", "jobs:choose-recurring"): ("/jobs/recurring/new/", None, guests()),
    ("POST", "jobs:new-recurring"): ("/jobs/recurring/new/http_request/", {}, guests(422)),
    ("POST", "jobs:preview-times"): ("/jobs/recurring/times/", {"expression": "@daily"}, guests()),
    ("GET", "jobs:recurring-job"): ("/jobs/recurring/{recurring_job}/", None, site_owner()),
    ("POST", "jobs:edit-recurring-job"): ("/jobs/recurring/{recurring_job}/edit/", {}, site_owner(422)),
    ("POST", "jobs:pause-recurring-job"): ("/jobs/recurring/{recurring_job}/pause/", {}, site_owner(302)),
    ("POST", "jobs:resume-recurring-job"): ("/jobs/recurring/{recurring_job}/resume/", {}, site_owner(302)),
    ("POST", "jobs:run-recurring-job"): ("/jobs/recurring/{recurring_job}/run/", {}, site_owner(302)),
    ("POST", "jobs:delete-recurring-job"): ("/jobs/recurring/{recurring_job}/delete/", {}, site_owner(302)),
    ("GET", "jobs:limits"): ("/jobs/limits/", None, guests()),
    ("POST", "jobs:new-limit"): ("/jobs/limits/new/", {}, guests(422)),
    ("POST", "jobs:edit-limit"): ("/jobs/limits/{limit}/edit/", {}, site_owner(400)),
    ("POST", "jobs:delete-limit"): ("/jobs/limits/{limit}/delete/", {}, site_owner(302)),
    ("GET", "jobs:queues"): ("/jobs/queues/", None, site_admins()),
    ("POST", "jobs:pause-all-queues"): ("/jobs/queues/pause/", {}, site_admins(302)),
    ("POST", "jobs:resume-all-queues"): ("/jobs/queues/resume/", {}, site_admins(302)),
    ("POST", "jobs:pause-queue"): ("/jobs/queues/http_request/pause/", {}, site_admins(302)),
    ("POST", "jobs:resume-queue"): ("/jobs/queues/http_request/resume/", {}, site_admins(302)),
    ("GET", "jobs:file"): ("/jobs/files/{job_file}/", None, site_owner()),
    ("GET", "jobs:job"): ("/jobs/{job}/", None, site_owner()),
    ("GET", "jobs:state"): ("/jobs/{job}/state/", None, site_owner()),
    ("POST", "jobs:cancel"): ("/jobs/{waiting_job}/cancel/", {}, site_owner(302)),
    ("POST", "jobs:retry"): ("/jobs/{failed_job}/retry/", {}, site_owner(302)),
    ("POST", "jobs:discard"): ("/jobs/{failed_job}/discard/", {}, site_owner(302)),
    ("GET", "jobs:failed"): ("/jobs/failed.csv", None, guests()),
    ("GET", "jobs:all"): ("/jobs/all/cancel/", None, guests()),
    ("POST", "jobs:run"): ("/jobs/{waiting_job}/run/", {}, site_owner(302)),
    ("POST", "jobs:duplicate"): ("/jobs/{job}/duplicate/", {}, site_owner(302)),
    ("POST", "jobs:bid"): ("/jobs/{open_job}/bid/", OFFER | {"proposed_deadline": SOON}, site_bids),
    ("POST", "jobs:withdraw"): ("/jobs/{open_job}/bids/{bid}/withdraw/", {}, guests(404)),
    ("POST", "jobs:select"): ("/jobs/{open_job}/bids/{bid}/select/", {}, site_owner(302)),
    ("POST", "jobs:comment"): ("/jobs/{open_job}/comment/", {"text": "Hm"}, says),
    ("POST", "jobs:delete-comment"): (
        "/jobs/{open_job}/comments/{job_comment}/delete/",
        {},
        lambda visit: 302 if visit.owns or not visit.is_signed_in else 403,
    ),
    ("POST", "jobs:deliver"): ("/jobs/{given_job}/deliver/", {"text": "Here"}, site_owner(403)),
    ("POST", "jobs:accept"): ("/jobs/{given_job}/accept/", {}, site_owner(302)),
    ("POST", "jobs:changes"): ("/jobs/{given_job}/changes/", {"reason": "Louder"}, site_owner(302)),
}
