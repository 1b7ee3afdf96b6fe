"""The signed addresses in e-mails to guests: they need no account to prove that a mailbox is theirs."""

from django.core import signing

from innotter.blog.models import Comment
from innotter.blog.models.comment import TIME_TO_CONFIRM

_CONFIRM, _STOP = "innotter.comment.confirm", "innotter.comment.stop"


def confirmation_token(comment: Comment) -> str:
    """Proof that whoever holds it reads the mailbox that a comment names. It runs out after three days."""
    return signing.dumps([comment.pk, comment.email], salt=_CONFIRM)


def comment_of_token(token: str) -> Comment | None:
    """The comment that is to be confirmed, or was; None for a token that is not ours, or too old."""
    try:
        pk, email = signing.loads(token, salt=_CONFIRM, max_age=TIME_TO_CONFIRM)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Comment.objects.for_reading().filter(pk=pk, email=email, deleted_at=None).first()


def silence_token(email: str) -> str:
    """Proof that whoever holds it reads this mailbox, good for one thing: to get no more mail there."""
    return signing.dumps(email, salt=_STOP)


def email_of_token(token: str) -> str | None:
    """The address that wants no more mail; None for a token that is not ours."""
    try:
        return str(signing.loads(token, salt=_STOP))
    except (signing.BadSignature, ValueError):
        return None
