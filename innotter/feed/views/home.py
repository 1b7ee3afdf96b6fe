"""Home, what is new in it, and explore."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from innotter.accounts.authentication import signed_in
from innotter.accounts.models import User
from innotter.blog.forms import ComposerForm
from innotter.blog.queries import cards_of
from innotter.feed.queries import exploring
from innotter.feed.queries import home as feed
from innotter.feed.queries.beside import beside_exploring, beside_home
from innotter.text.numbers import whole_number
from innotter.web.caching import revalidated
from innotter.web.htmx import is_htmx
from innotter.web.lists import PAGE_SIZE, Slice, as_slice, before, newest_first


@revalidated
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The feed; for visitors, what this place is."""
    if not request.user.is_authenticated:
        posts = cards_of(exploring.newest_posts(), request.user)
        pages = exploring.newest_pages(request.user).order_by("-pk")[: exploring.MOST_NEW]
        return render(request, "feed/welcome.html", {"posts": posts, "pages": pages})
    reader = signed_in(request)
    found = feed.home_posts(reader, before=before(request), limit=PAGE_SIZE + 1)
    cards = as_slice(found, int).read_as(partial(cards_of, viewer=reader))
    context = {"slice": cards, "newest": found[0] if found else 0}
    if is_htmx(request):
        return render(request, "blog/_slice.html", context)
    return render(request, "feed/home.html", context | _composer(reader) | {"beside": beside_home(reader)})


def _composer(reader: User) -> dict[str, object]:
    form = ComposerForm(owner=reader)
    has_page = form.has_page
    return {"form": form if has_page else None}


@revalidated
@require_safe
def new_posts(request: HttpRequest) -> HttpResponse:
    """Asked every few seconds: the button that says how many posts are new, or nothing."""
    after = _after(request)
    found = feed.home_posts_since(signed_in(request), after=after, limit=PAGE_SIZE + 1)
    return render(request, "feed/_new_posts.html", {"count": len(found), "after": after, "most": PAGE_SIZE})


@revalidated
@require_safe
def newer(request: HttpRequest) -> HttpResponse:
    """The new posts themselves, to be put on top."""
    reader = signed_in(request)
    found = feed.home_posts_since(reader, after=_after(request), limit=PAGE_SIZE)
    context = {"posts": cards_of(found, reader), "newest": found[0] if found else _after(request)}
    return render(request, "feed/_newer.html", context)


@revalidated
@require_safe
def explore(request: HttpRequest) -> HttpResponse:
    """What is going on: active pages, hashtags, and the newest pages."""
    rows = newest_first(request, exploring.newest_pages(request.user))
    if is_htmx(request):
        return render(request, "pages/_slice.html", {"slice": rows})
    active, hashtags = exploring.active_pages(request.user), exploring.active_hashtags()
    others = Slice(items=[page for page in rows.items if page not in active], older=rows.older)
    beside = beside_exploring(request.user, hashtags)
    context = {"slice": others, "active": active, "hashtags": hashtags, "beside": beside}
    return render(request, "feed/explore.html", context)


@revalidated
@require_safe
def explore_posts(request: HttpRequest) -> HttpResponse:
    """What is written on public pages, newest first."""
    found, older = exploring.public_posts(before=before(request), limit=PAGE_SIZE)
    cards = Slice(items=cards_of(found, request.user), older=older)
    if is_htmx(request):
        return render(request, "blog/_slice.html", {"slice": cards})
    hashtags = exploring.active_hashtags()
    context = {"slice": cards, "hashtags": hashtags, "beside": beside_exploring(request.user, hashtags)}
    return render(request, "feed/explore_posts.html", context)


def _after(request: HttpRequest) -> int:
    return whole_number(request.GET.get("after", "")) or 0
