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
    BID = "bid", _("Somebody bids for your job")
    BID_DECIDED = "bid_decided", _("What becomes of a job you have bid for")
    DELIVERY = "delivery", _("A result for your job is delivered")
    DELIVERY_DECIDED = "delivery_decided", _("What you have delivered is accepted, or should be changed")
    JOB_COMMENT = "job_comment", _("A comment on a job of yours")
    MODERATION = "moderation", _("What the moderators decide about you")


#: What nobody has chosen otherwise: everything in the app, and by e-mail what cannot wait or happens seldom.
NOT_BY_EMAIL = frozenset({Kind.LIKE, Kind.NEW_FOLLOWER, Kind.JOB_COMPLETED, Kind.JOB_COMMENT})
