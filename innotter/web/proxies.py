"""Where a request really comes from, when a proxy that we trust has passed it on."""

import ipaddress
from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class TrustedProxyMiddleware:
    """Believes `X-Forwarded-For`, `-Proto` and `X-Request-ID` from `TRUSTED_PROXIES`, and over a socket file."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        peer = request.META.get("REMOTE_ADDR", "")
        request.META["REMOTE_ADDR"] = client_of(peer, request.META.get("HTTP_X_FORWARDED_FOR", ""))
        if not is_believed(peer):
            request.META.pop("HTTP_X_REQUEST_ID", None)
        elif request.META.get("HTTP_X_FORWARDED_PROTO") in {"http", "https"}:
            request.META["wsgi.url_scheme"] = request.META["HTTP_X_FORWARDED_PROTO"]
        return self.get_response(request)


def client_of(peer: str, forwarded_for: str) -> str:
    """The address of who asks: that of the connection, or the one that a proxy of ours names."""
    if is_believed(peer):
        # From our own proxy outwards: the first address that is not a proxy of ours is the client.
        for hop in reversed(forwarded_for.split(",")):
            if _is_address(hop.strip()) and not _is_trusted(hop.strip()):
                return hop.strip()
    return peer or "127.0.0.1"


def is_believed(peer: str) -> bool:
    """Whether what a connection says of others is true.

    Over a socket file there is no address: only a proxy on this machine, which we let in, reaches it. Without its
    word for it all its visitors would be one, and share one limit.
    """
    return not peer or _is_trusted(peer)


def _is_trusted(address: str) -> bool:
    networks = _networks(tuple(settings.TRUSTED_PROXIES))
    return bool(networks) and _is_address(address) and any(ipaddress.ip_address(address) in each for each in networks)


@cache
def _networks(texts: tuple[str, ...]) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    return [ipaddress.ip_network(text) for text in texts]


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
