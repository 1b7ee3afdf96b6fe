"""Who asks: the address that limits are counted for, and the budget of all that changes something."""

import ipaddress
from collections.abc import Callable
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from innotter.rate_limits import asked_from, limit

if TYPE_CHECKING:  # REST framework's views load their throttles: here only the checker may load the views.
    from rest_framework.views import APIView


class AddressMiddleware:
    """Lets the services know where a request comes from, for their limits."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with asked_from(lambda: address_of(request)):
            return self.get_response(request)


def address_of(request: HttpRequest | Request) -> str:
    """Where a request comes from. Of IPv6 the network: whoever has one address of it has 2⁶⁴."""
    address = ipaddress.ip_address(request.META["REMOTE_ADDR"].partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        return str(address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def count_write(request: HttpRequest | Request) -> None:
    """Count a request that changes something against its person, or its address: one budget for API and site."""
    if request.method in SAFE_METHODS:
        return
    if request.user.is_authenticated:
        limit("write_account", request.user.pk)
    else:
        limit("write_address", address_of(request))


class WriteThrottle(BaseThrottle):
    """Where the API counts what changes something, once it knows who asks. The site: `config/limits.py`."""

    def allow_request(self, request: Request, view: "APIView") -> bool:
        count_write(request)
        return True
