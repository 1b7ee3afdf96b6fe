"""The signed addresses of invitations: whoever holds one reads the mailbox that was invited."""

from django.core import signing
from django.urls import reverse

from innotter.tasks.models import Invitation
from innotter.tasks.models.team import INVITATION_LASTS

_SALT = "innotter.team.invitation"


def invitation_path(invitation: Invitation) -> str:
    """Where the invitation is taken."""
    return reverse("tasks:invitation", args=[signing.dumps(invitation.pk, salt=_SALT)])


def invitation_of_token(token: str) -> Invitation | None:
    """The invitation, used or not; None for a token that is not ours, or too old, and for one that was withdrawn."""
    try:
        pk = int(signing.loads(token, salt=_SALT, max_age=INVITATION_LASTS))
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Invitation.objects.select_related("team", "invited_by", "user").filter(pk=pk).first()
