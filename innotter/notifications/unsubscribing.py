"""The address at the foot of an e-mail, with which its reader needs no sign-in to get no more of the kind."""

from django.core import signing

from innotter.accounts.models import User
from innotter.notifications.kinds import Kind

_SALT = "innotter.unsubscribe"


def unsubscribe_token(user: User, kind: str) -> str:
    """Proof that the reader of an e-mail is who it was sent to. It allows one thing, and does not run out."""
    return signing.dumps([user.pk, kind], salt=_SALT)


def read_unsubscribe_token(token: str) -> tuple[User, Kind] | None:
    """Whose e-mails of which kind shall cease; None for a token that is not ours."""
    try:
        user_id, kind = signing.loads(token, salt=_SALT)
        user = User.objects.filter(pk=user_id).first()
        return (user, Kind(kind)) if user else None
    except (signing.BadSignature, ValueError, TypeError):
        return None
