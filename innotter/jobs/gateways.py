"""HTTP requests that people let jobs make: to the public internet only, never to a private network or a server of ours.

A name is looked up once for each request, every address it has is checked, and the connection goes to one of the
checked: what the name means a moment later does not matter. Each redirect begins anew.
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
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Retry, Timeout
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from innotter.jobs.networks import Address, is_public

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
        answer = _ask_once(method, address, headers, body, over_at)
        onward = answer.headers.get("location", "")
        if answer.status not in REDIRECTS or not onward:
            return answer
        onward = _sent_on(address, onward)
        if urlsplit(onward)[:2] != urlsplit(address)[:2]:
            headers = {name: value for name, value in headers.items() if name.lower() not in SECRET_HEADERS}
        address = onward
        if answer.status in {HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.FOUND, HTTPStatus.SEE_OTHER} and method != "HEAD":
            method, body = "GET", None
    raise Unreachable(_("It is sent on too often."))


def _sent_on(address: str, onward: str) -> str:
    try:
        return urlsplit(urljoin(address, onward)).geturl()
    except ValueError:
        raise Refused(_("This is not an address of the web.")) from None


def _ask_once(method: str, address: str, headers: Mapping[str, str], body: bytes | None, over_at: float) -> Answer:
    parts = urlsplit(address)
    try:
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise Refused(_("This is not an address of the web.")) from None
    if parts.scheme not in {"http", "https"} or not host:
        raise Refused(_("Only addresses of the web can be asked: http:// or https://."))
    target = parts._replace(scheme="", netloc="", path=parts.path or "/", fragment="").geturl()
    ip = str(_checked_address(host, port))
    patience = Timeout(connect=PATIENCE, read=PATIENCE)
    retries = Retry(total=0, redirect=False, raise_on_redirect=False)
    named = f"[{host}]" if ":" in host else host
    whole = {"Host": named if port in {80, 443} else f"{named}:{port}", "User-Agent": "Innotter", **headers}
    pool: HTTPConnectionPool
    if parts.scheme == "https":
        pool = HTTPSConnectionPool(ip, port, server_hostname=host, assert_hostname=host, timeout=patience)
    else:
        pool = HTTPConnectionPool(ip, port, timeout=patience)
    try:
        with pool:
            response = pool.urlopen(
                method, target, body=body, headers=whole, retries=retries, redirect=False, preload_content=False
            )
            content, is_cut = _read(response, over_at)
    except (HTTPError, OSError, UnicodeError) as error:
        raise Unreachable(_("%(host)s did not answer: %(error)s") % {"host": host, "error": error}) from None
    names = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status, names, content, is_cut, address)


def _read(response: BaseHTTPResponse, over_at: float) -> tuple[bytes, bool]:
    content = b""
    while piece := response.read(65_536, decode_content=True):
        content += piece
        if len(content) > MOST_BYTES:
            return content[:MOST_BYTES], True
        if time.monotonic() > over_at:
            raise Unreachable(_("The answer takes too long."))
    return content, False


def _checked_address(host: str, port: int) -> Address:
    """One of the addresses of a name, all of which may be asked."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unreachable(_("There is no %(host)s in the domain name system.") % {"host": host}) from None
    addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    if not addresses or not all(may_be_asked(address) for address in addresses):
        raise Refused(_("%(host)s is not in the public internet.") % {"host": host})
    return addresses[0]


def may_be_asked(address: Address) -> bool:
    """Whether an address belongs to the public internet, or to a network that the operator allows."""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    allowed = (ipaddress.ip_network(text) for text in settings.JOBS_ALLOWED_NETWORKS)
    return any(address in network for network in allowed) or is_public(address)
