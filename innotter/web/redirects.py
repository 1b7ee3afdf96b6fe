"""Where somebody goes on to, as their browser said: on this site, and nowhere else."""

from urllib.parse import urlsplit, urlunsplit

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from innotter.web.htmx import is_htmx

#: Longer than any address of this site, in characters.
LONGEST = 4000


def on_this_site(request: HttpRequest, address: str, *, otherwise: str = "/") -> str:
    """Path and query of an address of this site, to redirect to; of any other, or of none, `otherwise`."""
    try:
        hosts = {request.get_host()}
    except DisallowedHost:  # The page that says so asks, too.
        return otherwise
    # What stands where a host would is normalised before it is looked at, in the square of its length.
    if len(address) > LONGEST or not url_has_allowed_host_and_scheme(address, allowed_hosts=hosts):
        return otherwise
    parts = urlsplit(address)
    return urlunsplit(("", "", "/" + parts.path.lstrip("/"), parts.query, ""))


def where_they_are(request: HttpRequest) -> str:
    """The page in the browser: not the part of a page that it asks for, nor an address that only takes forms."""
    if is_htmx(request):
        return on_this_site(request, request.headers.get("HX-Current-URL", ""))
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    return on_this_site(request, request.headers.get("Referer", ""))
