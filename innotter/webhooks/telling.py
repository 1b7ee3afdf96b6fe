"""The words for notifications about webhooks."""

from collections.abc import Mapping, Sequence
from functools import partial

from django.utils.translation import gettext as _

from innotter.accounts.models import User
from innotter.notifications.kinds import Kind
from innotter.notifications.models import Notification
from innotter.notifications.tellers import Told, Wording, tells
from innotter.webhooks.models import Webhook


@tells(Kind.WEBHOOK_OFF)
def tell_of_webhooks(viewer: User, notifications: Sequence[Notification]) -> Mapping[int, Wording]:
    """Nothing of one that is switched on again."""
    off = Webhook.objects.readable_by(viewer).filter(is_on=False).in_bulk([row.subject_id for row in notifications])
    return {row.pk: partial(_words, webhook) for row in notifications if (webhook := off.get(row.subject_id))}


def _words(webhook: Webhook) -> Told:
    sentence = _("The webhook “%(webhook)s” is switched off") % {"webhook": webhook}
    return Told(sentence, webhook.get_absolute_url(), str(webhook.get_off_reason_display()))
