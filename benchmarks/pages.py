"""The pages of the site as a signed-in person's browser asks for them: one after the other, nobody else there.

Each is the server's part, for somebody who follows 50 pages and has a team of 1,000 tasks, 500 jobs and 300 unread
notifications.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from django.utils import timezone

from benchmarks import crowds, world
from benchmarks.articles import TEXT
from benchmarks.beside import running
from benchmarks.load import Target, in_turn, row, served
from benchmarks.teams import team_of
from innotter.accounts.models import User
from innotter.blog.models import Comment, Post
from innotter.blog.services import publish_article
from innotter.pages.models import Page
from services.contract.events import Envelope
from services.stats.ingest import effect_of
from services.stats.store import SqliteStore
from tests.running import free_port

SECONDS = 1
DAYS = 60


def measure() -> Iterator[dict[str, object]]:
    """Rows for the table."""
    reader = browsed_world()
    headers = world.cookies_of(reader)
    with tempfile.TemporaryDirectory() as folder, served_beside(Path(folder), reader.pages.get()) as at:
        for name, path in paths_of(reader).items():
            speed = in_turn({name: Target(at.web, path, headers)}, connections=1, seconds=SECONDS, warm_up=1)[name]
            yield row(f"page, alone: {name}", speed, "", f"p50 ≤ {40 if name.startswith('board') else 25} ms")


def browsed_world() -> User:
    """Fills the database, and gives whoever looks at it."""
    world.people(200, "browsed")
    world.posts(5_000, "browsed")
    reader = User.objects.get(username="browsed0")
    world.follow(reader, "browsed", 50)
    for page in Page.objects.filter(owner__username__in=["browsed1", "browsed2"]):
        article = publish_article(author=page.owner, page=page, title="On walking", content=TEXT)
        Comment.objects.bulk_create(
            Comment(post=article, author=reader, text=f"Comment {number}", confirmed_at=timezone.now())
            for number in range(20)
        )
    crowds.words_of_pages()
    crowds.replies(Post.objects.filter(page__owner__username="browsed3").latest("pk"), 20)
    crowds.jobs(reader, 500)
    crowds.notifications(reader, 300)
    team_of(reader, 0, 1_000)
    world.settle()
    return reader


def paths_of(reader: User) -> dict[str, str]:
    """The pages, by what they are called."""
    post = Post.objects.filter(page__owner__username="browsed3", answered_id=None).latest("pk")
    article = Post.objects.articles().filter(page__owner__username="browsed1").get()
    other, team = article.page.handle, reader.memberships.get().team_id
    return {
        "home": "/",
        "explore": "/explore/",
        "search": "/search/?q=page",
        "page": f"/@{other}/",
        "post with 20 replies": f"/posts/{post.pk}/",
        "article of 1,500 words with 20 comments": f"/posts/{article.pk}/",
        "board, 180 cards of 1,000": f"/tasks/?view=board&team={team}",
        "task list": f"/tasks/?team={team}",
        "calendar": "/tasks/calendar/",
        "jobs": "/jobs/",
        "notifications": "/notifications/",
        "statistics": f"/@{reader.pages.get().handle}/statistics/",
    }


class At(NamedTuple):
    """The web server's port, and the address of statistics."""

    web: int
    statistics: str


@contextmanager
def served_beside(folder: Path, page: Page) -> Iterator[At]:
    """A web server. Beside it is statistics, which has counted something on each day."""
    store = SqliteStore(folder / "statistics.sqlite")
    store.prepare()
    store.apply([effect for event in _events(page) if (effect := effect_of(event))])
    own = free_port()
    address = f"http://127.0.0.1:{own}"
    flags = ["--interface", "asgi", "--host", "127.0.0.1", "--port", str(own), "services.stats.app:app"]
    with ExitStack() as stack:
        port = stack.enter_context(served("innotter.config.asgi:application", STATISTICS_URL=address))
        known = {
            "JWKS_URL": f"http://127.0.0.1:{port}/.well-known/jwks.json",
            "STATS_SQLITE_PATH": str(folder / "statistics.sqlite"),
        }
        stack.enter_context(running([sys.executable, "-m", "granian", *flags], **known))(own, "/health/ready")
        yield At(port, address)


def _events(page: Page) -> Iterator[Envelope]:
    facts = {"page_id": page.pk, "owner_id": page.owner_id, "handle": page.handle, "is_private": False}
    now = datetime.now(UTC)
    yield Envelope(
        specversion="1.0", id="0", source="b", type="innotter.page.created", time=now, sequence=0, data=facts
    )
    for number in range(1, 5 * DAYS):
        liked = {"page_id": page.pk, "post_id": 1, "user_id": number}
        yield Envelope(
            specversion="1.0",
            id=str(number),
            source="b",
            type="innotter.post.liked",
            time=now - timedelta(days=number % DAYS),
            sequence=number,
            data=liked,
        )
