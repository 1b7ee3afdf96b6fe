"""What the e-mails about tasks have in common."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse

from innotter.accounts.models import User
from innotter.mail.services import Letter
from innotter.notifications.kinds import Kind
from innotter.notifications.unsubscribing import unsubscribe_token
from innotter.tasks.models import Task


def letter(
    *, person: User, key: str, template: str, kind: Kind, about: tuple[str, Mapping[str, Any]], **context: object
) -> Letter:
    """An e-mail that its reader can refuse by its kind."""
    token = unsubscribe_token(person, kind)
    return Letter(
        key=key,
        to=person.email,
        template=template,
        context={"person": person, "kind": kind.label, **context},
        language=person.language,
        unsubscribe_url=settings.SITE_URL + reverse("notifications:unsubscribe", args=[token]),
        about=about,
    )


def names_of(*, tasks: Iterable[Task]) -> str:
    """By what it is known whether an e-mail calls tasks what they are called now; they come with their teams."""
    names = {task.pk: f"{task.pk} {task.key} {task.title}" for task in tasks}
    return hashlib.sha256("\n".join(names[pk] for pk in sorted(names)).encode()).hexdigest()
