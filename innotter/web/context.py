"""What every template knows."""

from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from innotter.site.current import current_site
from innotter.web.redirects import where_they_are
from innotter.web.styles import styles_address


def site(request: HttpRequest) -> dict[str, Any]:
    return {
        "site": SimpleLazyObject(current_site),
        "has_mailbox": not settings.EMAIL_URL,
        "site_url": settings.SITE_URL,
        "here": partial(where_they_are, request),
        "languages": settings.LANGUAGES,
        "stylesheet": styles_address(),
    }
