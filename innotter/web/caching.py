"""Answers that are kept: what is valid is asked of the database each time, what it looks like of the cache.

A key names everything that an answer is made of, by numbers that go up and never come back. So what the cache holds is
right or is not asked for again, and nothing has to be removed from it.
"""

import hashlib
import logging
from collections.abc import Callable, Hashable, Mapping
from functools import cache as once
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from redis.exceptions import RedisError

import innotter

logger = logging.getLogger(__name__)

T = TypeVar("T", str, bytes)
K = TypeVar("K", bound=Hashable)
P = ParamSpec("P")

#: Time to live in the cache, in seconds.
KEPT = 3600
#: The longest answer that is kept: a few of those that anybody can write would push all others out.
LONGEST_KEPT = 500_000


@once
def build() -> str:
    """Names this version of the code and the templates: another looks in places of its own."""
    digest = hashlib.sha256()
    root = Path(innotter.__file__).parent
    for path in sorted([*root.rglob("*.py"), *root.rglob("*.html"), *root.rglob("*.mo")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def key_of(*parts: object) -> str:
    """One word for all that an answer is made of, in the language and time zone of whoever asks."""
    return key_for_all(translation.get_language(), timezone.get_current_timezone_name(), *parts)


def key_for_all(*parts: object) -> str:
    """The same for what looks alike in every language and time zone. A site that has moved has other addresses."""
    return hashlib.sha256(repr((build(), settings.SITE_URL, bool(settings.EMAIL_URL), parts)).encode()).hexdigest()


def kept(key: str, make: Callable[[], T]) -> T:
    """What was kept under the key, or is made now and kept. Without its cache the product is slower, not broken."""
    try:
        found: T | None = cache.get(key)
    except RedisError as error:
        logger.warning("The cache cannot be reached: %s", error)
        return make()
    if found is not None:
        return found
    made = make()
    if len(made) > LONGEST_KEPT:
        return made
    try:
        cache.set(key, made, KEPT)
    except RedisError as error:
        logger.warning("The cache cannot be reached: %s", error)
    return made


def kept_each(keys: Mapping[K, str], make: Callable[[K], T | None]) -> dict[K, T | None]:
    """As `kept`, for many in two trips. What cannot be made now is None, and is not kept."""
    try:
        found: dict[str, T] = cache.get_many(keys.values())
    except RedisError as error:
        logger.warning("The cache cannot be reached: %s", error)
        return {name: make(name) for name in keys}
    made = {name: make(name) for name, key in keys.items() if key not in found}
    try:
        worth = {name: value for name, value in made.items() if value is not None and len(value) <= LONGEST_KEPT}
        cache.set_many({keys[name]: value for name, value in worth.items()}, KEPT)
    except RedisError as error:
        logger.warning("The cache cannot be reached: %s", error)
    return {name: made[name] if name in made else found[key] for name, key in keys.items()}


def is_worth_keeping(request: HttpRequest, *parameters: str) -> bool:
    """Whether an address is one of ours: anybody can make up others without end, which would fill the cache."""
    return set(request.GET) <= set(parameters)


def revalidated(view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """Have browsers ask again whenever a page is opened; on the way back they may show it as it was, at once.

    For pages without secrets: `never_cache` keeps those out of the browser altogether. Signing out empties its cache.
    """

    @wraps(view)
    def asked_again(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(*args, **kwargs)
        if not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_cache=True)
            patch_vary_headers(response, ["HX-Request"])  # A part of a page has the address of the whole.
        return response

    return asked_again


def conditional(request: HttpRequest, key: str, make: Callable[[], HttpResponse]) -> HttpResponse:
    """Say that nothing has changed to whoever has the answer of this key; make it for the others.

    Browsers keep it, and ask again each time.
    """
    etag = f'"{key[:32]}"'
    response = get_conditional_response(request, etag=etag) or make()
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ["Authorization", "Cookie", "Accept-Language"])
    return response
