from django.urls import re_path

from innotter.jobs.api import bids, jobs
from innotter.jobs.api import matching as matching_api
from innotter.jobs.api.limits import JobLimitViewSet, PauseQueue, QueueList, ResumeQueue
from innotter.jobs.api.recurring import RecurringJobViewSet
from innotter.jobs.views import limits, market, matching, mine, recurring

PK = r"(?P<pk>[0-9]{1,18})"
KIND = r"(?P<handler>[a-z_]{1,50})"
BID = r"(?P<bid>[0-9]{1,18})"
COMMENT = r"(?P<comment>[0-9]{1,18})"


api_urlpatterns = [
    re_path(r"^jobs/$", jobs.JobViewSet.as_view({"get": "list", "post": "create"}), name="jobs"),
    re_path(r"^jobs/bulk/$", jobs.JobViewSet.as_view({"post": "bulk"}), name="jobs-bulk"),
    re_path(r"^jobs/cancel/$", matching_api.MatchingViewSet.as_view({"post": "cancel"}), name="cancel-jobs"),
    re_path(r"^jobs/retry/$", matching_api.MatchingViewSet.as_view({"post": "retry"}), name="retry-jobs"),
    re_path(r"^jobs/discard/$", matching_api.MatchingViewSet.as_view({"post": "discard"}), name="discard-jobs"),
    re_path(r"^jobs/run/$", matching_api.MatchingViewSet.as_view({"post": "run"}), name="run-jobs"),
    re_path(r"^jobs/handlers/$", jobs.Handlers.as_view(), name="job-handlers"),
    re_path(r"^jobs/open/$", bids.MarketViewSet.as_view({"get": "list"}), name="open-jobs"),
    re_path(r"^jobs/assigned/$", bids.AssignedViewSet.as_view({"get": "list"}), name="assigned-jobs"),
    re_path(r"^jobs/dashboard/$", jobs.Dashboard.as_view(), name="jobs-dashboard"),
    re_path(
        r"^jobs/recurring/$", RecurringJobViewSet.as_view({"get": "list", "post": "create"}), name="recurring-jobs"
    ),
    re_path(r"^jobs/recurring/preview/$", RecurringJobViewSet.as_view({"post": "preview"}), name="preview-times"),
    re_path(
        rf"^jobs/recurring/{PK}/$",
        RecurringJobViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
        name="recurring-job",
    ),
    re_path(
        rf"^jobs/recurring/{PK}/pause/$", RecurringJobViewSet.as_view({"post": "pause"}), name="pause-recurring-job"
    ),
    re_path(
        rf"^jobs/recurring/{PK}/resume/$", RecurringJobViewSet.as_view({"post": "resume"}), name="resume-recurring-job"
    ),
    re_path(rf"^jobs/recurring/{PK}/run/$", RecurringJobViewSet.as_view({"post": "run"}), name="run-recurring-job"),
    re_path(r"^jobs/limits/$", JobLimitViewSet.as_view({"get": "list", "post": "create"}), name="job-limits"),
    re_path(
        rf"^jobs/limits/{PK}/$",
        JobLimitViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
        name="job-limit",
    ),
    re_path(r"^jobs/queues/$", QueueList.as_view(), name="job-queues"),
    re_path(rf"^jobs/queues/{KIND}/pause/$", PauseQueue.as_view(), name="pause-queue"),
    re_path(rf"^jobs/queues/{KIND}/resume/$", ResumeQueue.as_view(), name="resume-queue"),
    re_path(rf"^jobs/{PK}/$", jobs.JobViewSet.as_view({"get": "retrieve", "delete": "destroy"}), name="job"),
    re_path(rf"^jobs/{PK}/result/$", jobs.ResultView.as_view(), name="job-result"),
    re_path(rf"^jobs/{PK}/attempts/$", jobs.AttemptViewSet.as_view({"get": "list"}), name="job-attempts"),
    re_path(rf"^jobs/{PK}/log/$", jobs.LogViewSet.as_view({"get": "list"}), name="job-log"),
    re_path(rf"^jobs/{PK}/retry/$", jobs.JobViewSet.as_view({"post": "retry"}), name="retry-job"),
    re_path(rf"^jobs/{PK}/discard/$", jobs.JobViewSet.as_view({"post": "discard"}), name="discard-job"),
    re_path(rf"^jobs/{PK}/run/$", jobs.JobViewSet.as_view({"post": "run"}), name="run-job"),
    re_path(rf"^jobs/{PK}/duplicate/$", jobs.JobViewSet.as_view({"post": "duplicate"}), name="duplicate-job"),
    re_path(rf"^jobs/{PK}/bids/$", bids.BidViewSet.as_view({"get": "list", "post": "create"}), name="bids"),
    re_path(rf"^jobs/{PK}/bids/{BID}/$", bids.BidViewSet.as_view({"delete": "destroy"}), name="bid"),
    re_path(rf"^jobs/{PK}/bids/{BID}/select/$", bids.BidViewSet.as_view({"post": "select"}), name="select-bid"),
    re_path(
        rf"^jobs/{PK}/comments/$",
        bids.JobCommentViewSet.as_view({"get": "list", "post": "create"}),
        name="job-comments",
    ),
    re_path(
        rf"^jobs/{PK}/comments/{COMMENT}/$", bids.JobCommentViewSet.as_view({"delete": "destroy"}), name="job-comment"
    ),
    re_path(rf"^jobs/{PK}/deliver/$", bids.Deliver.as_view(), name="deliver-job"),
    re_path(rf"^jobs/{PK}/accept/$", bids.Accept.as_view(), name="accept-delivery"),
    re_path(rf"^jobs/{PK}/changes/$", bids.AskForChanges.as_view(), name="return-delivery"),
]

app_name = "jobs"
urlpatterns = [
    re_path(r"^jobs/$", mine.jobs, name="jobs"),
    re_path(r"^jobs/new/$", mine.choose, name="choose"),
    re_path(r"^jobs/new/people/$", market.open_new, name="open"),
    re_path(rf"^jobs/new/{KIND}/$", mine.submit, name="submit"),
    re_path(r"^jobs/market/$", market.market, name="market"),
    re_path(r"^jobs/assigned/$", market.assigned, name="assigned"),
    re_path(r"^jobs/dashboard/$", mine.dashboard, name="dashboard"),
    re_path(r"^jobs/failed\.csv$", matching.failed, name="failed"),
    re_path(r"^jobs/all/(?P<act>cancel|retry|discard|run)/$", matching.act_on_all, name="all"),
    re_path(r"^jobs/recurring/$", recurring.recurring_jobs, name="recurring-jobs"),
    re_path(r"^jobs/recurring/new/$", recurring.choose, name="choose-recurring"),
    re_path(rf"^jobs/recurring/new/{KIND}/$", recurring.new, name="new-recurring"),
    re_path(r"^jobs/recurring/times/$", recurring.times, name="preview-times"),
    re_path(rf"^jobs/recurring/{PK}/$", recurring.recurring_job, name="recurring-job"),
    re_path(rf"^jobs/recurring/{PK}/edit/$", recurring.edit, name="edit-recurring-job"),
    re_path(rf"^jobs/recurring/{PK}/pause/$", recurring.pause, name="pause-recurring-job"),
    re_path(rf"^jobs/recurring/{PK}/resume/$", recurring.resume, name="resume-recurring-job"),
    re_path(rf"^jobs/recurring/{PK}/run/$", recurring.run, name="run-recurring-job"),
    re_path(rf"^jobs/recurring/{PK}/delete/$", recurring.delete, name="delete-recurring-job"),
    re_path(r"^jobs/limits/$", limits.limits, name="limits"),
    re_path(r"^jobs/limits/new/$", limits.new, name="new-limit"),
    re_path(rf"^jobs/limits/{PK}/edit/$", limits.edit, name="edit-limit"),
    re_path(rf"^jobs/limits/{PK}/delete/$", limits.delete, name="delete-limit"),
    re_path(r"^jobs/queues/$", limits.all_queues, name="queues"),
    re_path(r"^jobs/queues/pause/$", limits.pause, name="pause-all-queues"),
    re_path(r"^jobs/queues/resume/$", limits.resume, name="resume-all-queues"),
    re_path(rf"^jobs/queues/{KIND}/pause/$", limits.pause, name="pause-queue"),
    re_path(rf"^jobs/queues/{KIND}/resume/$", limits.resume, name="resume-queue"),
    re_path(rf"^jobs/files/{PK}/$", mine.file, name="file"),
    re_path(rf"^jobs/{PK}/$", mine.job, name="job"),
    re_path(rf"^jobs/{PK}/state/$", mine.state, name="state"),
    re_path(rf"^jobs/{PK}/cancel/$", mine.cancel, name="cancel"),
    re_path(rf"^jobs/{PK}/retry/$", mine.retry, name="retry"),
    re_path(rf"^jobs/{PK}/discard/$", mine.discard, name="discard"),
    re_path(rf"^jobs/{PK}/run/$", mine.run, name="run"),
    re_path(rf"^jobs/{PK}/duplicate/$", mine.duplicate, name="duplicate"),
    re_path(rf"^jobs/{PK}/bid/$", market.bid, name="bid"),
    re_path(rf"^jobs/{PK}/bids/{BID}/withdraw/$", market.withdraw, name="withdraw"),
    re_path(rf"^jobs/{PK}/bids/{BID}/select/$", market.select, name="select"),
    re_path(rf"^jobs/{PK}/comment/$", market.comment, name="comment"),
    re_path(rf"^jobs/{PK}/comments/{COMMENT}/delete/$", market.delete_comment, name="delete-comment"),
    re_path(rf"^jobs/{PK}/deliver/$", market.deliver, name="deliver"),
    re_path(rf"^jobs/{PK}/accept/$", market.accept, name="accept"),
    re_path(rf"^jobs/{PK}/changes/$", market.ask_for_changes, name="changes"),
]
