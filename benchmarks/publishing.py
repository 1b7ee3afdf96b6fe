"""Publishing to a page with 10 and with 10,000 followers, and telling them."""

import os
import time

import orjson

from benchmarks import world
from benchmarks.load import Speed, Target, in_turn, row, served
from innotter.accounts.models import User
from innotter.blog.models import Announcement, Post
from innotter.blog.services import announce, begin_announcing
from innotter.mail.models import OutgoingMail

FEW, MANY = 10, 10_000


def measure() -> list[dict[str, object]]:
    """Rows for the table."""
    os.environ["THROTTLE_WRITE_ACCOUNT"] = "1000000/minute"
    targets = {}
    world.people(MANY, "listener")
    world.people(2, "publisher")
    with served("innotter.config.asgi:application") as port:
        for number, followers in enumerate((FEW, MANY)):
            owner = User.objects.get(username=f"publisher{number}")
            world.followed_by(owner, followers)
            body = orjson.dumps({"page": owner.pages.get().handle, "content": "Something new"})
            targets[str(followers)] = Target(port, "/api/posts/", world.token_of(owner), body)
        world.settle()
        few, many = in_turn(targets).values()
    growth = f"{many.p50 / few.p50:.2f} × p50"
    return [
        row(f"publishing to {FEW} followers", few),
        row(f"publishing to {MANY:,} followers", many, growth, "≤ 1.1 × p50"),
        _telling(User.objects.get(username="publisher1")),
    ]


def _telling(owner: User) -> dict[str, object]:
    """One post, its 10,000 notifications and e-mails, by one worker; not the mail server's time."""
    post = Post.objects.filter(page__owner=owner).latest("pk")
    before = OutgoingMail.objects.count()
    announcement: Announcement = begin_announcing(post=post, event_id=1)
    start = time.perf_counter()
    announce(announcement_id=announcement.pk)
    took = time.perf_counter() - start
    written = OutgoingMail.objects.count() - before
    speed = Speed(written / took, took * 1000, took * 1000)
    return row(f"telling {written:,} followers", speed, "e-mails/s", "")
