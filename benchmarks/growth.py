"""How answers grow, ×1, ×10, ×100 and ×400: with the site around them, and with what is in the lists that they show.

Of each list there are four, side by side in one database. Every answer is made anew, and asked for by one connection:
`p50` against that of the smallest, which has more than one page shows. At last three that are larger than on any site,
against ordinary ones.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from benchmarks import crowds, world
from benchmarks.load import Speed, Target, in_turn, row, served
from benchmarks.teams import team_of
from innotter.accounts.models import User
from innotter.blog.models import Post
from innotter.blog.services import publish_article
from innotter.pages.models import Page

PRODUCT = "innotter.config.asgi:application"
#: Each answer is made anew.
COLD = {"FEED_ANSWERS_KEPT": "0"}
TIMES = (1, 10, 100, 400)
PACE = {"seconds": 1, "runs": 5, "warm_up": 0}
#: The smallest of each: pages that a person follows, tasks of a team, jobs and notifications of a person.
FOLLOWS, TASKS, JOBS, NOTIFICATIONS = 10, 250, 250, 250
REPLIES = (25, 250, 2_500, 5_000)
#: Words, and how many pages have them: four that differ by the same times, and one that half of all pages have.
WORDS = {"amber": 50, "birch": 500, "cedar": 5_000, "dogwood": 20_000, "elder": 50_000}
PAGES = 100_000
NOTIFIED, FOLLOWERS = 2_000_000, 1_000_000

Row = dict[str, object]
#: An address, and the headers of who asks.
Path = tuple[str, dict[str, str]]
#: By the name of a list the same list in each size, by the words for that.
Series = dict[str, dict[str, Path]]


@dataclass(frozen=True)
class Reader:
    """One of the four: as a program asks, and as a browser does."""

    person: User
    times: int
    token: dict[str, str]
    cookies: dict[str, str]


def measure() -> Iterator[Row]:
    """Rows for the table."""
    with served(PRODUCT, **COLD) as port:
        yield from _of_the_site(port)
        with world.in_bulk():
            readers = _readers()
            series = [make(readers) for make in (_feed, _search, _replies, _comments, _tasks, _jobs, _notifications)]
        world.settle()
        for name, paths in chain.from_iterable(lists.items() for lists in series):
            yield from _compared(port, name, paths)
        with world.in_bulk():
            largest = [fill(readers) for fill in (_most_notified, _most_followed, _most_found)]
        world.settle()
        for targets in largest:
            yield from _beyond(port, targets)


def _of_the_site(port: int) -> Iterator[Row]:
    """The same answers while the site grows around what they show."""
    smallest: dict[str, Speed] = {}
    there = 0
    for times in TIMES:
        pages = PAGES * times // TIMES[-1]
        with world.in_bulk():
            crowds.crowd(pages, "grown", after=there)
            there = pages
            world.pages_of("grown")
            world.posts(pages - Post.objects.count(), "grown")
            crowds.words_of_pages(**WORDS)
        world.settle()
        post = Post.objects.select_related("page__owner").earliest("pk")
        token, cookies = world.token_of(post.page.owner), world.cookies_of(post.page.owner)
        for name, path, headers in (
            ("card of a page as JSON", f"/api/pages/{post.page.handle}/", token),
            ("page", f"/@{post.page.handle}/", cookies),
            ("explore", "/explore/", cookies),
            ("post as JSON", f"/api/posts/{post.pk}/", token),
            ("pages, newest first, as JSON", "/api/pages/", token),
        ):
            speed = in_turn({name: Target(port, path, headers)}, connections=1, **PACE)[name]
            ratio = f"{speed.p50 / smallest.setdefault(name, speed).p50:.2f} × smallest"
            yield row(f"{name}, on a site of {pages:,} pages", speed, ratio, "≤ 2.00 × smallest")


def _compared(port: int, name: str, paths: dict[str, Path]) -> Iterator[Row]:
    """A row for each size, with how it compares with the smallest."""
    targets = {size: Target(port, path, headers) for size, (path, headers) in paths.items()}
    speeds = in_turn(targets, connections=1, **PACE)
    smallest, *_larger = speeds.values()
    for size, speed in speeds.items():
        yield row(f"{name}, {size}", speed, f"{speed.p50 / smallest.p50:.2f} × smallest", "≤ 2.00 × smallest")


def _beyond(port: int, paths: dict[str, tuple[Path, Path]]) -> Iterator[Row]:
    """A row for each, with how it compares with the same of an ordinary size."""
    for name, (usual, largest) in paths.items():
        targets = {name: Target(port, *path) for name, path in (("usual", usual), ("largest", largest))}
        speeds = in_turn(targets, connections=1, **PACE)
        ratio = f"{speeds['largest'].p50 / speeds['usual'].p50:.2f} × usual"
        yield row(name, speeds["largest"], ratio, "≤ 2.00 × usual")


def _readers() -> list[Reader]:
    """Four of the people, who are to have so much of everything."""
    people = [User.objects.get(username=f"grown{number}") for number in range(1, len(TIMES) + 1)]
    pairs = zip(people, TIMES, strict=True)
    return [Reader(person, times, world.token_of(person), world.cookies_of(person)) for person, times in pairs]


def _feed(readers: list[Reader]) -> Series:
    for reader in readers:
        world.follow(reader.person, "grown", FOLLOWS * reader.times)
    words = [f"{FOLLOWS * reader.times:,} follows" for reader in readers]
    return {
        "feed as JSON": {word: ("/api/feed/", reader.token) for word, reader in zip(words, readers, strict=True)},
    }


def _search(readers: list[Reader]) -> Series:
    reader, words = readers[0], list(WORDS)[: len(TIMES)]
    return {
        "search as JSON": {f"{WORDS[word]:,} pages": (f"/api/search/?q={word}", reader.token) for word in words},
    }


def _replies(readers: list[Reader]) -> Series:
    reader = readers[0]
    posts = list(Post.objects.filter(page__last_post_id__gt=0).order_by("pk")[: len(REPLIES)])
    for post, count in zip(posts, REPLIES, strict=True):
        crowds.replies(post, count)
    sizes = {f"{count:,} replies": post.pk for post, count in zip(posts, REPLIES, strict=True)}
    return {
        "thread": {size: (f"/posts/{post}/", reader.cookies) for size, post in sizes.items()},
    }


def _comments(readers: list[Reader]) -> Series:
    owner = readers[-1].person
    sizes: dict[str, int] = {}
    for count in REPLIES:
        post = publish_article(author=owner, page=owner.pages.get(), title=f"On {count} things", content="As follows.")
        crowds.comments(post, count)
        sizes[f"{count:,} comments"] = post.pk
    reader, path = readers[0], "/api/blog/posts/{}/comments/?n={{n}}"
    return {
        "comments as JSON": {size: (path.format(post), reader.token) for size, post in sizes.items()},
    }


def _tasks(readers: list[Reader]) -> Series:
    teams = [(team_of(reader.person, 0, TASKS * reader.times).pk, reader) for reader in readers]
    series: Series = {"task list": {}, "board": {}}
    for team, reader in teams:
        size = f"{TASKS * reader.times:,} tasks"
        series["task list"][size] = (f"/tasks/?team={team}", reader.cookies)
        series["board"][size] = (f"/tasks/?view=board&team={team}", reader.cookies)
    return series


def _jobs(readers: list[Reader]) -> Series:
    for reader in readers:
        crowds.jobs(reader.person, JOBS * reader.times)
    sizes = {f"{JOBS * reader.times:,} jobs": reader for reader in readers}
    return {
        "jobs": {size: ("/jobs/", reader.cookies) for size, reader in sizes.items()},
    }


def _notifications(readers: list[Reader]) -> Series:
    for reader in readers:
        crowds.notifications(reader.person, NOTIFICATIONS * reader.times)
    sizes = {f"{NOTIFICATIONS * reader.times:,} unread": reader for reader in readers}
    return {
        "notifications": {size: ("/notifications/", reader.cookies) for size, reader in sizes.items()},
        "count of unread": {size: ("/api/notifications/unread/", reader.token) for size, reader in sizes.items()},
    }


def _most_notified(readers: list[Reader]) -> dict[str, tuple[Path, Path]]:
    person = User.objects.get(username=f"grown{len(TIMES) + 1}")
    crowds.notifications(person, NOTIFIED)
    usual, token, cookies = readers[-1], world.token_of(person), world.cookies_of(person)
    words = f"of a person with {NOTIFIED:,}"
    return {
        f"{name} {words}": ((path, usual.cookies if is_page else usual.token), (path, cookies if is_page else token))
        for name, path, is_page in (
            ("notifications", "/notifications/", True),
            ("count of unread", "/api/notifications/unread/", False),
        )
    }


def _most_followed(readers: list[Reader]) -> dict[str, tuple[Path, Path]]:
    crowds.crowd(FOLLOWERS, "fan")
    (famous, usual) = Page.objects.filter(owner__username__in=["grown11", "grown12"]).order_by("pk")
    crowds.follow(famous, "fan", FOLLOWERS)
    reader, words = readers[0], f"of a page with {FOLLOWERS:,} followers"
    return {
        f"{name} {words}": ((path.format(usual.handle), headers), (path.format(famous.handle), headers))
        for name, path, headers in (
            ("posts", "/@{}/", reader.cookies),
            ("card as JSON", "/api/pages/{}/", reader.token),
        )
    }


def _most_found(readers: list[Reader]) -> dict[str, tuple[Path, Path]]:
    token = readers[0].token
    rare, *_more, widespread = WORDS
    usual = (f"/api/search/?q={rare}", token)
    return {
        "search for a word that half of all pages have": (usual, (f"/api/search/?q={widespread}", token)),
        f"search for a word that {FOLLOWERS:,} people have": (usual, ("/api/search/?q=fan", token)),
    }
