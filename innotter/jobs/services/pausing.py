"""Pausing queues: the jobs of a kind rest, or all. `jobs/engine/pausing.py` holds them back."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.encoding import force_str
from django.utils.translation import gettext as _

from innotter.accounts.models import User
from innotter.audit.models import Action
from innotter.audit.services import log_action
from innotter.errors import require
from innotter.jobs.models import QueuePause
from innotter.jobs.permissions import can_manage_queues
from innotter.jobs.registry import handler_named
from innotter.jobs.services.checking import check_handler
from innotter.jobs.waking import wake_after_commit


@transaction.atomic
def pause_queue(*, admin: User, handler: str = "", reason: str = "") -> QueuePause:
    """Let the jobs of a kind rest; all of them, if none is named. What has begun goes on.

    Pausing what rests already changes nothing.
    """
    require(can_manage_queues(admin))
    if handler:
        check_handler(handler)
    about = _named(handler)
    pause = QueuePause(handler=handler, reason=reason.strip())
    pause.clean_fields()
    pauses = QueuePause.objects.select_for_update(no_key=True)
    held, is_new = pauses.get_or_create(handler=handler, defaults={"reason": pause.reason})
    if held.resumed_at:  # Not all that it has held back is back yet: it stays where it is.
        held.resumed_at, held.paused_at, held.reason = None, timezone.now(), pause.reason
        held.save()
        is_new = True
    if is_new:
        log_action(actor=admin, verb=Action.Verb.PAUSE_QUEUE, subject_id=0, about=about, reason=pause.reason)
    return held


@transaction.atomic
def resume_queue(*, admin: User, handler: str = "") -> None:
    """Go on with what has waited. Resuming what does not rest changes nothing."""
    require(can_manage_queues(admin))
    about = _named(handler)
    resting = QueuePause.objects.filter(handler=handler, resumed_at=None)
    if resting.update(resumed_at=timezone.now()):
        log_action(actor=admin, verb=Action.Verb.RESUME_QUEUE, subject_id=0, about=about)
        wake_after_commit()


def _named(handler: str) -> str:
    """What the log calls it: its lines stay as they are, in the site's language."""
    with translation.override(settings.LANGUAGE_CODE):
        if not handler:
            return _("all jobs")
        found = handler_named(handler)
        return force_str(found.title) if found else handler
