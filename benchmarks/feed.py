"""The home feed against its floor, and how it grows with the posts, the follows and the silence of a site."""

from collections.abc import Iterator

from benchmarks import world
from benchmarks.load import Target, in_turn, row, served
from innotter.accounts.models import User
from innotter.feed.api.home import FeedPagination
from innotter.feed.queries.home import home_feed

PRODUCT = "innotter.config.asgi:application"
HUNDREDTH = 99 * 20
#: Each answer is made anew.
COLD = {"FEED_ANSWERS_KEPT": "0"}


def measure() -> Iterator[dict[str, object]]:
    """Rows for the table."""
    world.known_to_floors()
    yield from _against_the_floor()
    yield from _growth()


def _against_the_floor() -> Iterator[dict[str, object]]:
    """100,000 posts on 2,000 pages; the reader follows 500."""
    world.people(2_000, "busy")
    world.posts(100_000, "busy")
    reader = User.objects.get(username="busy7")
    world.follow(reader, "busy", 500)
    world.settle()
    with (
        served("benchmarks.feed_floor:application", "wsgi") as floor,
        served(PRODUCT, **COLD) as cold,
        served(PRODUCT) as warm,
    ):
        targets = {
            "floor": Target(floor, f"/?reader={reader.pk}"),
            "cold": Target(cold, "/api/feed/", world.token_of(reader)),
            "warm": Target(warm, "/api/feed/", world.token_of(reader)),
        }
        for connections in (1, 8):
            speeds = in_turn(targets, connections)
            what = f"feed, 100,000 posts, 500 follows, {connections} at a time"
            yield row(f"{what}: floor", speeds["floor"])
            for name, goal in (("cold", "0.60"), ("warm", "3.50" if connections == 1 else "2.20")):
                speed = speeds[name]
                ratio = f"{speed.per_second / speeds['floor'].per_second:.2f} × floor"
                tail = f"p99 {speed.p99 / speed.p50:.1f} × p50"
                yield row(f"{what}: {name}", speed, f"{ratio}, {tail}", f"≥ {goal} × floor, p99 ≤ 4 × p50")


def _growth() -> Iterator[dict[str, object]]:
    """2,000,000 posts on 20,000 pages: 5,000 that have been silent since the first posts, and the busy rest."""
    world.people(5_000, "silent")
    world.posts(50_000, "silent")
    world.people(13_000, "busy-too")
    world.posts(1_850_000, "busy")
    readers = {name: User.objects.get(username=f"busy{number}") for number, name in enumerate(["busy", "silent"], 11)}
    for name, reader in readers.items():
        world.follow(reader, name, 5_000)
    world.settle()
    few = User.objects.get(username="busy7")
    with served(PRODUCT, **COLD) as port:
        targets = {"500 busy follows: first page": Target(port, "/api/feed/", world.token_of(few))}
        for name, reader in readers.items():
            for depth, path in (("first page", "/api/feed/"), ("hundredth page", _path_of_page(reader))):
                targets[f"5,000 {name} follows: {depth}"] = Target(port, path, world.token_of(reader))
        speeds = in_turn(targets)
    small, *_others = speeds.values()
    for name, speed in speeds.items():
        growth = f"{speed.p50 / small.p50:.2f} × p50"
        yield row(f"feed, 2,000,000 posts, {name}", speed, growth, "≤ 2.00 × p50")


def _path_of_page(reader: User) -> str:
    """Where a person is who has scrolled down a hundred pages."""
    last = home_feed(reader, limit=HUNDREDTH + 1)[-1]
    pages = FeedPagination()
    pages.base_url, pages.rows, pages.has_older = "/api/feed/", [last], True
    return pages.get_next_link() or ""
