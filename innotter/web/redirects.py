"""Where somebody goes on to, as their browser said: on this site, and nowhere else."""

from urllib.parse import urlsplit, urlunsplit

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

#: Longer than any address of this site, in characters.
LONGEST = 4000


def on_this_site(request: HttpRequest, address: str, *, otherwise: str = "/") -> str:
    """Path and query of an address of this site, to redirect to; of any other, or of none, `otherwise`."""
    # What stands where a host would is normalised before it is looked at, in the square of its length.
    if len(address) > LONGEST or not url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()}):
        return otherwise
    parts = urlsplit(address)
    return urlunsplit(("", "", "/" + parts.path.lstrip("/"), parts.query, ""))
