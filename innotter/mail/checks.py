"""What `manage.py check --deploy` says of the mail."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register  # noqa: A004 - Django's name for it

LOCAL = {"localhost", "127.0.0.1", "::1"}


@register(Tags.security, deploy=True)
def mailbox_is_private(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Everyone can read the local mailbox, codes included: it is for a laptop, not for the internet."""
    if settings.EMAIL_URL or urlsplit(settings.SITE_URL).hostname in LOCAL:
        return []
    return [
        Warning(
            "E-mails land in the local mailbox, which everyone who reaches the site can read.",
            hint="Set EMAIL_URL to a mail server.",
            id="innotter.W001",
        )
    ]
