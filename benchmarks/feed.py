"""The home feed against its floor, and how it grows with the posts, the follows and the silence of a site."""

from benchmarks import world
from benchmarks.load import measure as load
from benchmarks.load import row, served
from innotter.accounts.models import User
from innotter.feed.api import FeedPagination
from innotter.feed.queries.home import home_feed

PRODUCT = "innotter.config.asgi:application"
HUNDREDTH = 99 * 20


def measure() -> list[dict[str, object]]:
    """Rows for the table."""
    world.known_to_floors()
    return [*_against_the_floor(), *_growth()]


def _against_the_floor() -> list[dict[str, object]]:
    """100,000 posts on 2,000 pages; the reader follows 500."""
    world.people(2_000, "busy")
    world.posts(100_000, "busy")
    reader = User.objects.get(username="busy7")
    world.follow(reader, "busy", 500)
    world.settle()
    with served("benchmarks.feed_floor:application", "wsgi") as port:
        floor = load(port, f"/?reader={reader.pk}")
    with served(PRODUCT) as port:
        cold = load(port, "/api/feed/", world.token_of(reader))
    _against_the_floor.cold = cold  # type: ignore[attr-defined]
    ratio = f"{cold.per_second / floor.per_second:.2f} × floor"
    return [
        row("feed, 100,000 posts, 500 follows: floor", floor),
        row("feed, 100,000 posts, 500 follows: cold", cold, ratio, "≥ 0.60 × floor"),
    ]


def _growth() -> list[dict[str, object]]:
    """2,000,000 posts on 20,000 pages: 5,000 that have been silent since the first posts, and the busy rest."""
    world.people(5_000, "silent")
    world.posts(50_000, "silent")
    world.people(13_000, "busy-too")
    world.posts(1_850_000, "busy")
    readers = {name: User.objects.get(username=f"busy{number}") for number, name in enumerate(["busy", "silent"], 11)}
    for name, reader in readers.items():
        world.follow(reader, name, 5_000)
    world.settle()
    small = _against_the_floor.cold  # type: ignore[attr-defined]
    rows = []
    with served(PRODUCT) as port:
        for name, reader in readers.items():
            for depth, path in (("first page", "/api/feed/"), ("hundredth page", _path_of_page(reader))):
                speed = load(port, path, world.token_of(reader))
                growth = f"{speed.p50 / small.p50:.2f} × p50"
                what = f"feed, 2,000,000 posts, 5,000 {name} follows: {depth}"
                rows.append(row(what, speed, growth, "≤ 2.00 × p50"))
    return rows


def _path_of_page(reader: User) -> str:
    """Where a person is who has scrolled down a hundred pages."""
    last = home_feed(reader, limit=HUNDREDTH + 1)[-1]
    pages = FeedPagination()
    pages.base_url, pages.rows, pages.has_older = "/api/feed/", [last], True
    return pages.get_next_link() or ""
