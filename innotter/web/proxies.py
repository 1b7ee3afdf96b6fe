"""Where a request really comes from, when a proxy that we trust has passed it on."""

import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class TrustedProxyMiddleware:
    """Believes `X-Forwarded-For`, `-Proto` and `X-Request-ID` from `TRUSTED_PROXIES`, and over a socket file."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.trusted = [ipaddress.ip_network(network) for network in settings.TRUSTED_PROXIES]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Over a socket file there is no address: only a proxy on this machine, which we let in, reaches it. Without its
        # word for it all its visitors would be one, and share one limit.
        is_our_socket = not request.META.get("REMOTE_ADDR")
        request.META["REMOTE_ADDR"] = request.META.get("REMOTE_ADDR") or "127.0.0.1"
        if is_our_socket or (self.trusted and self._is_trusted(request.META["REMOTE_ADDR"])):
            self._believe(request)
        else:
            request.META.pop("HTTP_X_REQUEST_ID", None)
        return self.get_response(request)

    def _believe(self, request: HttpRequest) -> None:
        hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        # From our own proxy outwards: the first address that is not a proxy of ours is the client.
        client = next((hop for hop in reversed(hops) if _is_address(hop) and not self._is_trusted(hop)), None)
        if client:
            request.META["REMOTE_ADDR"] = client
        if request.META.get("HTTP_X_FORWARDED_PROTO") in {"http", "https"}:
            request.META["wsgi.url_scheme"] = request.META["HTTP_X_FORWARDED_PROTO"]

    def _is_trusted(self, address: str) -> bool:
        return _is_address(address) and any(ipaddress.ip_address(address) in network for network in self.trusted)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
