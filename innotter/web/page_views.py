"""Counting how often something is looked at, without making anybody wait for it.

Looks are gathered in the process and put into the shared cache by a thread each second; from there they are taken in
portions. Who looks again within half an hour has looked once: the cache remembers that by a digest, which nobody can
read back. A process that is killed takes a second's worth with it; a taker that is killed between writing a portion
down and clearing it away may count that one twice.
"""

import logging
import os
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import cast

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from redis import Redis
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

COUNTED, TAKEN, LOCK = "innotter:views", "innotter:views:taken", "innotter:views:lock"
#: Repeated views by the same visitor within this many seconds count once.
AGAIN = 1800
#: More than that are not gathered, while the cache cannot be reached.
MOST_GATHERED = 10_000
#: A taker that has not come back by then never will, in seconds.
PATIENCE = 60
#: Programs that read for machines.
_MACHINE = re.compile(
    r"bot\b|crawl|spider|slurp|preview|fetch|monitor|curl|wget|python|httpx|headlesschrome", re.IGNORECASE
)


class Audience:
    """Remembers who was looked at until the thread has put it into the cache."""

    def __init__(self) -> None:
        self._seen: list[tuple[str, str]] = []
        self._lock = threading.Lock()
        self._news = threading.Event()
        self._process = 0

    def note(self, subject: int, who: str) -> None:
        """Somebody looks, today (UTC)."""
        if self._process != os.getpid():  # A thread does not survive a fork.
            self._process = os.getpid()
            threading.Thread(target=self._work, name="audience", daemon=True).start()
        digest = salted_hmac("innotter.audience", f"{subject} {who}").hexdigest()
        with self._lock:
            if len(self._seen) < MOST_GATHERED:
                self._seen.append((f"{subject}:{timezone.now():%Y-%m-%d}", f"innotter:look:{digest}"))
        self._news.set()

    def flush(self) -> None:
        """Put what was seen into the cache; where that cannot be reached, it is kept for the next time."""
        with self._lock:
            seen, self._seen = self._seen, []
        try:
            with _redis().pipeline() as pipe:
                for _subject, digest in seen:
                    pipe.set(digest, "", nx=True, ex=AGAIN)
                is_first = pipe.execute()
                for (subject, _digest), counts in zip(seen, is_first, strict=True):
                    if counts:
                        pipe.hincrby(COUNTED, subject, 1)
                pipe.execute()
        except RedisError as error:
            logger.warning("Views wait for the cache: %s", error)
            with self._lock:
                self._seen = [*seen, *self._seen][:MOST_GATHERED]

    def _work(self) -> None:
        while self._news.wait():
            self._news.clear()
            self.flush()
            time.sleep(1)


audience = Audience()


def note_look(request: HttpRequest, seen: str, *, subject: int, owner: int) -> None:
    """Count for the page `subject` that a person looks at something of another person's, such as `post/7`.

    It is named and not taken from the address: one post has many, since a number may be written with zeros before it.
    """
    if request.method == "GET" and request.user.pk != owner and _is_person(request):
        audience.note(subject, f"{seen} {_who(request)}")


def _who(request: HttpRequest) -> str:
    """The same for the same person: the account, else what a browser shows of itself."""
    if request.user.pk:
        return str(request.user.pk)
    return f"{request.META['REMOTE_ADDR']} {request.headers.get('User-Agent', '')}"


def _is_person(request: HttpRequest) -> bool:
    is_ahead = "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))
    return not is_ahead and not _MACHINE.search(request.headers.get("User-Agent", ""))


def has_looks() -> bool:
    """Whether anything was looked at since the last time."""
    return bool(_redis().exists(COUNTED, TAKEN))


@contextmanager
def looks_taken() -> Iterator[dict[tuple[int, str], int]]:
    """How often each subject was looked at on each day since the last time; cleared away when the block is done."""
    redis = _redis()
    if not redis.set(LOCK, os.getpid(), nx=True, ex=PATIENCE):
        yield {}
        return
    try:
        if redis.exists(TAKEN) or (redis.exists(COUNTED) and redis.rename(COUNTED, TAKEN)):
            taken = cast("dict[bytes, bytes]", redis.hgetall(TAKEN))
            yield {_read(key): int(times) for key, times in taken.items()}
            redis.delete(TAKEN)
        else:
            yield {}
    finally:
        redis.delete(LOCK)


def _read(key: bytes) -> tuple[int, str]:
    subject, _colon, day = key.decode().partition(":")
    return int(subject), day


@cache
def _redis() -> Redis:
    return Redis.from_url(settings.CACHE_URL, socket_timeout=2, socket_connect_timeout=2)
