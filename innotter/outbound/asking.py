"""HTTP requests to addresses that people give: to the public internet only, never to a private network or to a server
of ours.

A name is looked up once for each request, every address it has is checked, and the connection goes to one of the
checked: what the name means a moment later does not matter. Each redirect begins anew. A request has a deadline that
holds for all of it, whatever the other side does (`deadlines.py`).
"""

import ipaddress
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from urllib3 import Timeout
from urllib3.exceptions import HTTPError

from innotter.outbound.addresses import in_ascii
from innotter.outbound.deadlines import Line, Overdue, line_to
from innotter.outbound.networks import Address, is_public

MOST_REDIRECTS = 5
#: The most that is read of an answer, unpacked, in bytes.
MOST_BYTES = 1_000_000
#: To connect, and between two pieces of the answer, in seconds; and for everything together.
PATIENCE, LONGEST = 10, 45
REDIRECTS = {
    HTTPStatus.MOVED_PERMANENTLY,
    HTTPStatus.FOUND,
    HTTPStatus.SEE_OTHER,
    HTTPStatus.TEMPORARY_REDIRECT,
    HTTPStatus.PERMANENT_REDIRECT,
}
#: What belongs to the connection, or would be told to strangers after a redirect.
KEPT_HEADERS = frozenset(
    {"host", "content-length", "connection", "transfer-encoding", "upgrade", "te", "expect", "proxy"}
)
SECRET_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization"})


class Unreachable(Exception):
    """The address cannot be asked just now; the message says why. Another time it may."""


class Refused(Exception):
    """The address must not be asked; the message says why."""


@dataclass(frozen=True)
class _Request:
    method: str
    address: str
    headers: Mapping[str, str]
    body: bytes | None


@dataclass(frozen=True)
class Answer:
    """What came back: the status, the headers, and as much of the body as is kept."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    is_cut: bool
    address: str


def ask(method: str, address: str, *, headers: Mapping[str, str], body: bytes | None) -> Answer:
    """Send a request, and follow where it is sent on to."""
    over_at = time.monotonic() + LONGEST
    for _number in range(MOST_REDIRECTS + 1):
        answer = _ask(_Request(method, address, headers, body), over_at=over_at, most_bytes=MOST_BYTES)
        onward = answer.headers.get("location", "")
        if answer.status not in REDIRECTS or not onward:
            return answer
        onward = _sent_on(address, onward)
        if urlsplit(onward)[:2] != urlsplit(address)[:2]:
            headers = {name: value for name, value in headers.items() if name.lower() not in SECRET_HEADERS}
        address = onward
        if answer.status in {HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.FOUND, HTTPStatus.SEE_OTHER} and method != "HEAD":
            method, body = "GET", None
    raise Unreachable(_("There are too many redirects."))


def ask_once(
    method: str, address: str, *, headers: Mapping[str, str], body: bytes | None, seconds: float, most_bytes: int
) -> Answer:
    """Send a request and follow no redirect; of a longer answer the beginning is read."""
    request = _Request(method, address, headers, body)
    return _ask(request, over_at=time.monotonic() + seconds, most_bytes=most_bytes)


def _sent_on(address: str, onward: str) -> str:
    try:
        return urlsplit(urljoin(address, onward)).geturl()
    except ValueError:
        raise Refused(_("This is not a web address.")) from None


def _ask(request: _Request, *, over_at: float, most_bytes: int) -> Answer:
    parts = urlsplit(address := request.address)
    try:
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise Refused(_("This is not a web address.")) from None
    if parts.scheme not in {"http", "https"} or not host:
        raise Refused(_("Only web addresses can be requested: http:// or https://."))
    host = _looked_up(host)
    # By hand: newer versions of Python write two more slashes before a path that begins with two.
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    ip = str(_checked_address(host, port))
    named = f"[{host}]" if ":" in host else host
    whole = {"Host": named if port in {80, 443} else f"{named}:{port}", "User-Agent": "Innotter", **request.headers}
    if (seconds := over_at - time.monotonic()) <= 0:  # To look up a name may take longer than anything else.
        raise _too_long()
    try:
        with _line(parts.scheme, ip, port, host=host, seconds=seconds) as line:
            response = line.ask(request.method, target, headers=whole, body=request.body)
            content, is_cut = line.read(response, most_bytes)
    except Overdue:
        raise _too_long() from None
    except (HTTPError, OSError, UnicodeError) as error:
        raise Unreachable(_("%(host)s did not answer: %(error)s") % {"host": host, "error": error}) from None
    names = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status, names, content, is_cut, address)


def _looked_up(host: str) -> str:
    try:
        return in_ascii(host)
    except UnicodeError:
        raise _unknown(host) from None


def _line(scheme: str, ip: str, port: int, *, host: str, seconds: float) -> Line:
    """A connection to the address that was checked, whatever the name means by now."""
    patience = Timeout(connect=min(PATIENCE, seconds), read=min(PATIENCE, seconds))
    return line_to(scheme, ip, port, patience=patience, seconds=seconds, name=host)


def _unknown(host: str) -> Unreachable:
    return Unreachable(_("There is no %(host)s in the domain name system.") % {"host": host})


def _too_long() -> Unreachable:
    return Unreachable(_("The answer takes too long."))


def _checked_address(host: str, port: int) -> Address:
    """One of the addresses of a name, all of which may be asked."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        raise _unknown(host) from None
    addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    if not addresses or not all(may_be_asked(address) for address in addresses):
        raise Refused(_("%(host)s is not on the public internet.") % {"host": host})
    return addresses[0]


def may_be_asked(address: Address) -> bool:
    """Whether an address belongs to the public internet, or to a network that the operator allows."""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    allowed = (ipaddress.ip_network(text) for text in settings.JOBS_ALLOWED_NETWORKS)
    return any(address in network for network in allowed) or is_public(address)
