"""Reading an article, cold, from the cache and unchanged, against its floor; and a thread of 1,000 comments."""

import random
from collections.abc import Iterator

from django.utils import timezone

from benchmarks import world
from benchmarks.load import Target, header_of, in_turn, row, served
from benchmarks.load import measure as load
from innotter.accounts.models import User
from innotter.blog.models import Comment, Post
from innotter.blog.services import publish_article

PRODUCT = "innotter.config.asgi:application"
#: Some 1,500 words: seven minutes to read.
TEXT = "\n\n".join(
    f"## Part {number}\n\n{'Some *words* about `walking`, and [a link](https://example.org). ' * 14}"
    for number in range(10)
)


def measure() -> Iterator[dict[str, object]]:
    """Rows for the table."""
    world.known_to_floors()
    world.people(1, "author")
    owner = User.objects.get(username="author0")
    post = publish_article(author=owner, page=owner.pages.get(), title="On walking", content=TEXT)
    world.settle()
    api, site = f"/api/blog/posts/{post.pk}/", f"/posts/{post.pk}/"
    with served("benchmarks.article_floor:application", "wsgi") as bare, served(PRODUCT) as port:
        targets = {"floor": Target(bare, f"/?post={post.pk}")}
        for what, path in (("as JSON", api), ("as a page", site)):
            targets |= {f"{what}: cold": Target(port, f"{path}?n={{n}}"), f"{what}: cached": Target(port, path)}
        targets["as JSON: 304"] = Target(port, api, {"If-None-Match": header_of(port, api, "ETag")})
        speeds = in_turn(targets)
        floor = speeds["floor"].per_second
        for name, speed in speeds.items():
            yield row(f"article {name}", speed, f"{speed.per_second / floor:.2f} × floor")
        _discuss(post, 1_000)
        path = f"/api/blog/posts/{post.pk}/comments/?page_size=100"
        yield row("1,000 comments as JSON: cold", load(port, f"{path}&n={{n}}"))
        yield row("1,000 comments as JSON: cached", load(port, path))
        yield row("1,000 comments on their page: cached", load(port, f"/posts/{post.pk}/"))


def _discuss(post: Post, count: int) -> None:
    """Twenty threads; each further comment answers one that is there."""
    chance, authors = random.Random(7), list(User.objects.all()[:50])
    comments: list[Comment] = []
    for number in range(count):
        parent = chance.choice(comments) if number >= 20 else None
        comments.append(
            Comment.objects.create(
                post=post,
                parent=parent,
                root=(parent.root or parent) if parent else None,
                depth=parent.depth + 1 if parent else 0,
                author=chance.choice(authors),
                text=f"Comment number {number}, which says something about walking.",
                confirmed_at=timezone.now(),
            )
        )
