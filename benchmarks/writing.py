"""Writing where many read or write: publishing to many followers, a post that everybody likes, a heated discussion."""

import http.client
import os
import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http import HTTPStatus

import orjson
from django.db import connection

from benchmarks import crowds, world
from benchmarks.load import Speed, Target, in_turn, percentiles, row, run_script, served
from innotter.accounts.models import User
from innotter.blog.models import Announcement, Post
from innotter.blog.services import announce, begin_announcing, publish_article
from innotter.mail.models import OutgoingMail
from innotter.pages.models import Page

FEW, TOLD, MANY = 10, 10_000, 100_000
#: Who like one post, again and again, and who discuss an article.
CROWD = 64
LIKING = 15
COMMENTS, SPAN = 1_000, 60
WITHOUT_LIMITS = {
    "THROTTLE_WRITE_ACCOUNT": "1000000/minute",
    "THROTTLE_COMMENT_ACCOUNT": "1000000/minute",
    "THROTTLE_COMMENT_ADDRESS": "1000000/minute",
}
#: Between two looks at who waits for a lock, in seconds; a wait that is shorter may not be seen.
LOOK = 0.01
_LONGEST_WAIT = "SELECT max(extract(epoch FROM clock_timestamp() - waitstart)) FROM pg_locks WHERE NOT granted"

#: Each person likes the post, then takes it back, then likes it again, from an address of their own: one address is not
#: let in with so many requests at a time.
_LIKES = """
local people, number = {%(tokens)s}, 0
request = function()
  local person, turn = number %% #people, math.floor(number / #people)
  number = number + 1
  local headers = { ["Authorization"] = people[person + 1], ["Content-Type"] = "application/json" }
  headers["X-Forwarded-For"] = "192.0.2." .. person + 1
  return wrk.format(turn %% 2 == 0 and "POST" or "DELETE", "/api/posts/%(post)s/like/", headers, "{}")
end
"""


def measure() -> Iterator[dict[str, object]]:
    """Rows for the table, each as soon as it is known."""
    os.environ.update(WITHOUT_LIMITS)
    crowds.crowd(MANY, "listener")
    world.people(CROWD, "writer")
    writers = list(User.objects.filter(username__startswith="writer").order_by("pk"))
    with served("innotter.config.asgi:application", TRUSTED_PROXIES="127.0.0.1") as port:
        yield from _publishing(port, writers)
        yield _telling(writers[2])
        yield from _liking(port, writers)
        yield from _commenting(port, writers)


def _publishing(port: int, writers: list[User]) -> Iterator[dict[str, object]]:
    targets = {}
    for owner, followers in zip(writers, (FEW, MANY, TOLD), strict=False):
        crowds.follow(owner.pages.get(), "listener", followers)
        body = orjson.dumps({"page": owner.pages.get().handle, "content": "Something new"})
        targets[followers] = Target(port, "/api/posts/", world.token_of(owner), body)
    world.settle()
    few, many = in_turn({str(followers): targets[followers] for followers in (FEW, MANY)}).values()
    yield row(f"publishing to {FEW} followers", few)
    yield row(f"publishing to {MANY:,} followers", many, f"{many.p50 / few.p50:.2f} × p50", "≤ 1.1 × p50")


def _telling(owner: User) -> dict[str, object]:
    """One post, its 10,000 notifications and e-mails, by one worker; not the mail server's time."""
    post = Post.objects.create(page=owner.pages.get(), content="Something new")
    before = OutgoingMail.objects.count()
    announcement: Announcement = begin_announcing(post=post, event_id=1)
    start = time.perf_counter()
    announce(announcement_id=announcement.pk)
    took = time.perf_counter() - start
    written = OutgoingMail.objects.count() - before
    speed = Speed(written / took, took * 1000, took * 1000)
    return row(f"telling {written:,} followers", speed, "e-mails/s", "")


def _liking(port: int, writers: list[User]) -> Iterator[dict[str, object]]:
    """One run of as many connections of `wrk` as there are people."""
    post = Post.objects.create(page=Page.objects.get(owner=writers[0]), content="Who does not like this?")
    tokens = ", ".join(f'"{world.token_of(writer)["Authorization"]}"' for writer in writers)
    with _watched() as waits:
        speed = run_script(port, _LIKES % {"tokens": tokens, "post": post.pk}, CROWD, LIKING)
    yield row(f"likes of one post, {CROWD} people at once", speed)
    yield _longest_wait(waits)


def _commenting(port: int, writers: list[User]) -> Iterator[dict[str, object]]:
    """At times that are spread at random over a minute, by threads; an answer's time counts from when it was due."""
    author = writers[0]
    post = publish_article(author=author, page=author.pages.get(), title="On walking", content="Do not run.")
    headers = [world.token_of(writer) | {"Content-Type": "application/json"} for writer in writers]
    body = orjson.dumps({"post": post.pk, "text": "I do not agree."})
    begin = time.perf_counter() + 1

    def comment(number: int, due: float) -> float:
        time.sleep(max(0, begin + due - time.perf_counter()))
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("POST", "/api/blog/comments/", body, headers[number % CROWD])
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        assert answer.status == HTTPStatus.CREATED, text
        return (time.perf_counter() - begin - due) * 1000

    moments = sorted(random.uniform(0, SPAN) for _number in range(COMMENTS))
    with _watched() as waits, ThreadPoolExecutor(CROWD) as threads:
        took = list(threads.map(comment, range(COMMENTS), moments))
    yield row(f"{COMMENTS:,} comments on one article in a minute", Speed(COMMENTS / SPAN, *percentiles(took)))
    yield _longest_wait(waits)


def _longest_wait(waits: list[float]) -> dict[str, object]:
    return row("… longest wait for a lock", Speed(0, 0, 0), f"{max(waits, default=0):.0f} ms", "≤ 100 ms")


@contextmanager
def _watched() -> Iterator[list[float]]:
    """The waits for locks that are seen in the database meanwhile, in milliseconds."""
    seen: list[float] = []
    stop = threading.Event()

    def look() -> None:
        other = connection.copy()
        try:
            with other.cursor() as cursor:
                while not stop.wait(LOOK):
                    cursor.execute(_LONGEST_WAIT)
                    seen.extend(float(wait) * 1000 for (wait,) in cursor.fetchall() if wait is not None)
        finally:
            other.close()

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield seen
    finally:
        stop.set()
        watcher.join()
