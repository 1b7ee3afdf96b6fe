"""What people are told of, each kind of which they can switch off."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    NEW_POST = "new_post", _("A new post on a page you follow")
    NEW_FOLLOWER = "new_follower", _("Somebody follows your page")
    FOLLOW_REQUEST = "follow_request", _("Somebody asks to follow your private page")
    REQUEST_ACCEPTED = "request_accepted", _("You are let in to a private page")
    REPLY = "reply", _("A reply to your post")
    COMMENT = "comment", _("A comment on your article")
    ANSWER = "answer", _("An answer to your comment")
    LIKE = "like", _("Somebody likes your post")
    MENTION = "mention", _("Your page is mentioned in a post")
    JOB_COMPLETED = "job_completed", _("A job of yours is done")
    JOB_FAILED = "job_failed", _("A job of yours has failed for good")
    RECURRING_PAUSED = "recurring_paused", _("A recurring job of yours is paused, as it cannot be read")
    BID = "bid", _("Somebody bids for your job")
    BID_DECIDED = "bid_decided", _("What becomes of a job you have bid for")
    DELIVERY = "delivery", _("A result for your job is delivered")
    DELIVERY_DECIDED = "delivery_decided", _("What you have delivered is accepted, or should be changed")
    JOB_COMMENT = "job_comment", _("A comment on a job of yours")
    TEAM_INVITATION = "team_invitation", _("You are invited to a team")
    TASK_ASSIGNED = "task_assigned", _("A task is given to you")
    TASK_MENTION = "task_mention", _("You are named in a comment on a task")
    TASK_CHANGED = "task_changed", _("A task that you watch has changed")
    TASK_COMMENT = "task_comment", _("A comment on a task that you watch")
    TASK_DUE = "task_due", _("A task of yours is due tomorrow")
    TASK_OVERDUE = "task_overdue", _("A task of yours is overdue")
    TASK_ESCALATED = "task_escalated", _("A task of your team has become urgent")
    DAILY_SUMMARY = "daily_summary", _("Your tasks, every morning")
    WEBHOOK_OFF = "webhook_off", _("A webhook of yours is switched off")
    MODERATION = "moderation", _("What the moderators decide about you")


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
