"""How often one account, or one address, may do a thing: counted where it is done, whichever way leads there.

A service calls `count_use()` first. Where the request comes from is known from the context, as its id is; work that no
request asked for (commands, background tasks) counts nothing.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import cast

from django.conf import settings
from django.db import connection
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import MovingWindowRateLimiter
from redis.exceptions import RedisError

from innotter.errors import TooManyRequests

logger = logging.getLogger(__name__)

#: Of what all places together may do about one mailbox, one place may do one part in so many.
SHARES = 5

#: Tells where the request that is being answered comes from; None outside of requests.
_address: ContextVar[Callable[[], str] | None] = ContextVar("address", default=None)


def _shared_storage() -> Storage:
    address = settings.CACHE_URL.replace("unix://", "redis+unix://", 1)
    storage = storage_from_string(address, key_prefix="innotter:limits", socket_timeout=2, socket_connect_timeout=2)
    return cast("Storage", storage)


_limiter = MovingWindowRateLimiter(_shared_storage())
#: Counts in this process alone while the shared cache cannot be reached: less strict, never absent.
_fallback = MovingWindowRateLimiter(MemoryStorage())


def limit(name: str, *who: object) -> None:
    """Count one use of `settings.THROTTLES[name]` by this account or address; refuse when there were too many."""
    _limit(parse(settings.THROTTLES[name]), name, *who)


def limit_anywhere(name: str, who: object, place: str) -> None:
    """Count one use of `{name}_anywhere` about somebody by a place that is not known to be theirs.

    It has its share of that limit and no more, so that no stranger alone uses up what is another's.
    """
    whole = parse(settings.THROTTLES[f"{name}_anywhere"])
    share = type(whole)(max(1, whole.amount // SHARES), whole.multiples)
    _limit(share, f"{name}_share", who, place)
    _limit(whole, f"{name}_anywhere", who)


def _limit(item: RateLimitItem, *who: object) -> None:
    key = tuple(map(str, who))
    try:
        _count(_limiter, item, key)
    except RedisError as error:
        logger.warning("The cache cannot be reached, limits count in this process alone: %s", error)
        _count(_fallback, item, key)


def _count(limiter: MovingWindowRateLimiter, item: RateLimitItem, key: tuple[str, ...]) -> None:
    if not limiter.hit(item, *key):
        reset = limiter.get_window_stats(item, *key).reset_time
        raise TooManyRequests(retry_after=max(1, round(reset - time.time())))


@contextmanager
def asked_from(address: Callable[[], str]) -> Iterator[None]:
    """What happens inside was asked for by a request from this address."""
    token = _address.set(address)
    try:
        yield
    finally:
        _address.reset(token)


def count_use(name: str, account: object = None) -> None:
    """Count one use of `{name}_address` by where the request comes from, and of `{name}_account`.

    The account is a person's id, or the e-mail address that the request speaks of. Where there is a limit
    `{name}_anywhere`, a mailbox is counted for each place, and that limit holds for all places together.
    """
    if not (find_address := _address.get()):
        return
    address = find_address()
    limit(f"{name}_address", address)
    key = in_capitals(account.strip()) if isinstance(account, str) else account
    if key and f"{name}_anywhere" in settings.THROTTLES:
        limit(f"{name}_account", key, address)
        limit_anywhere(name, key, address)
    elif key:
        limit(f"{name}_account", key)


def count_again(name: str, account: object, about: str) -> None:
    """Count one use of `{name}_account` by somebody about the same mailbox or person, and of `{name}_anywhere`.

    Accounts cost nothing: what one may do about somebody, a hundred may not do a hundred times.
    """
    if find_address := _address.get():
        about = in_capitals(about.strip())
        limit(f"{name}_account", account, about)
        limit_anywhere(name, about, find_address())


def in_capitals(typed: str) -> str:
    """One spelling of what was typed, as the database compares it (`iexact`): Python folds other letters together."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT UPPER(%s)", [typed])
        return str(cursor.fetchone()[0])
