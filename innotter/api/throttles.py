"""Limits on how often one account, or one address, may do a thing. Both doors, API and site, use `limit()`."""

import ipaddress
import logging
import time
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import MovingWindowRateLimiter
from redis.exceptions import RedisError
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from innotter.errors import TooManyRequests

if TYPE_CHECKING:  # REST framework's views load their throttles: here only the checker may load the views.
    from rest_framework.views import APIView

logger = logging.getLogger(__name__)


def _shared_storage() -> Storage:
    address = settings.CACHE_URL.replace("unix://", "redis+unix://", 1)
    storage = storage_from_string(address, key_prefix="innotter:limits", socket_timeout=2, socket_connect_timeout=2)
    return cast("Storage", storage)


_limiter = MovingWindowRateLimiter(_shared_storage())
#: Counts in this process alone while the shared cache cannot be reached: less strict, never absent.
_fallback = MovingWindowRateLimiter(MemoryStorage())


def limit(name: str, *who: object) -> None:
    """Count one use of `settings.THROTTLES[name]` by this account or address; refuse when there were too many."""
    item = parse(settings.THROTTLES[name])
    key = (name, *map(str, who))
    try:
        _count(_limiter, item, key)
    except RedisError as error:
        logger.warning("The cache cannot be reached, limits count in this process alone: %s", error)
        _count(_fallback, item, key)


def _count(limiter: MovingWindowRateLimiter, item: RateLimitItem, key: tuple[str, ...]) -> None:
    if not limiter.hit(item, *key):
        reset = limiter.get_window_stats(item, *key).reset_time
        raise TooManyRequests(retry_after=max(1, round(reset - time.time())))


def address_of(request: HttpRequest | Request) -> str:
    """Where a request comes from. Of IPv6 the network: whoever has one address of it has 2⁶⁴."""
    address = ipaddress.ip_address(request.META["REMOTE_ADDR"].partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        return str(address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def in_capitals(typed: str) -> str:
    """One spelling of what was typed, as the database compares it (`iexact`): Python folds other letters together."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT UPPER(%s)", [typed])
        return str(cursor.fetchone()[0])


def limit_request(request: HttpRequest | Request, name: str, account: object = None) -> None:
    """Count a request against its address, and against the account, by its id, or the mailbox it speaks of."""
    limit(f"{name}_address", address_of(request))
    if account:
        limit(f"{name}_account", in_capitals(account) if isinstance(account, str) else account)


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
