"""Which mail server `EMAIL_URL` names."""

import warnings
from typing import Any
from urllib.parse import urlsplit

from environs import Env

#: Where the connection is encrypted from its first byte on: https://www.rfc-editor.org/rfc/rfc8314#section-7.3
SUBMISSIONS = 465


def mail_server(env: Env) -> dict[str, Any]:
    """Return the settings of Django that begin with `EMAIL_`.

    By itself, dj-email-url takes `smtps` for a connection that begins in the clear (STARTTLS), of which a server at
    port 465 understands nothing, and gives it no port.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # That dj-email-url may know no `smtps` one day.
        found: dict[str, Any] = env.dj_email_url("EMAIL_URL")
    parts = urlsplit(env.str("EMAIL_URL"))
    if parts.scheme == "smtps":
        port = parts.port or SUBMISSIONS
        found |= {"EMAIL_PORT": port, "EMAIL_USE_SSL": port == SUBMISSIONS, "EMAIL_USE_TLS": port != SUBMISSIONS}
    return found
