"""What people are told of, each kind of which they can switch off."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    NEW_POST = "new_post", _("New posts on pages you follow")
    NEW_FOLLOWER = "new_follower", _("New followers of your pages")
    FOLLOW_REQUEST = "follow_request", _("Requests to follow your private pages")
    REQUEST_ACCEPTED = "request_accepted", _("Approval of your follow requests")
    REPLY = "reply", _("Replies to your posts")
    COMMENT = "comment", _("Comments on your articles")
    ANSWER = "answer", _("Replies to your comments")
    LIKE = "like", _("Likes of your posts")
    MENTION = "mention", _("Mentions of your pages")
    JOB_COMPLETED = "job_completed", _("Your completed jobs")
    JOB_FAILED = "job_failed", _("Your failed jobs")
    RECURRING_PAUSED = "recurring_paused", _("Your recurring jobs that are paused because they cannot be read")
    BID = "bid", _("Bids for your jobs")
    BID_DECIDED = "bid_decided", _("What becomes of your bids")
    DELIVERY = "delivery", _("Results delivered for your jobs")
    DELIVERY_DECIDED = "delivery_decided", _("Decisions about what you delivered")
    JOB_COMMENT = "job_comment", _("Comments on your jobs")
    TEAM_INVITATION = "team_invitation", _("Invitations to teams")
    TASK_ASSIGNED = "task_assigned", _("Tasks assigned to you")
    TASK_MENTION = "task_mention", _("Mentions in comments on tasks")
    TASK_CHANGED = "task_changed", _("Changes to tasks you watch")
    TASK_COMMENT = "task_comment", _("Comments on tasks you watch")
    TASK_DUE = "task_due", _("Your tasks that are due tomorrow")
    TASK_OVERDUE = "task_overdue", _("Your overdue tasks")
    TASK_ESCALATED = "task_escalated", _("Tasks of your teams that become urgent")
    DAILY_SUMMARY = "daily_summary", _("Daily summary of your tasks")
    WEBHOOK_OFF = "webhook_off", _("Your webhooks that are switched off")
    MODERATION = "moderation", _("Moderators’ decisions about you")


#: What nobody has chosen otherwise: everything in the app, and by e-mail what cannot wait or happens seldom.
NOT_BY_EMAIL = frozenset({Kind.LIKE, Kind.NEW_FOLLOWER, Kind.JOB_COMPLETED, Kind.JOB_COMMENT})
#: Of these, whoever tells of them writes the e-mails: several go into one.
MAILED_TOGETHER = frozenset({Kind.TASK_ASSIGNED, Kind.TASK_CHANGED, Kind.TASK_COMMENT})
#: These are e-mails and nothing else.
ONLY_BY_EMAIL = frozenset({Kind.DAILY_SUMMARY})
#: Everybody who is told of these reads the same words: who may read them is settled by whom they are told to.
SAME_FOR_ALL = frozenset({Kind.NEW_POST})
#: What somebody can take back and do again, as often as they like.
DONE_AGAIN = frozenset({Kind.NEW_FOLLOWER, Kind.FOLLOW_REQUEST, Kind.BID})
