"""The front of a page, at `/@handle/`: who writes there, and the posts."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from innotter.blog.forms import ComposerForm
from innotter.blog.models import Post
from innotter.blog.queries import Card, cards_of, posts_on, with_articles_count
from innotter.pages.models import Follow, Page
from innotter.pages.permissions import can_block_page, can_edit_page, can_post_to
from innotter.pages.queries import followers_of
from innotter.web.caching import revalidated
from innotter.web.htmx import is_htmx
from innotter.web.lists import Slice, newest_first
from innotter.web.page_views import note_look


@revalidated
@require_safe
def page(request: HttpRequest, handle: str) -> HttpResponse:
    viewer, shown = request.user, page_seen_by(request, handle)
    if shown.is_readable and not is_htmx(request):
        note_look(request, f"page/{shown.pk}", subject=shown.pk, owner=shown.owner_id)
    posts = Post.objects.filter(page=shown) if shown.is_readable else Post.objects.none()
    context = {"slice": cards_here(request, posts), "tab": "posts"}
    if is_htmx(request):
        return render(request, "blog/_slice.html", context)
    form = ComposerForm(owner=shown.owner, initial={"page": shown}) if can_post_to(viewer, shown) else None
    return render(request, "blog/page.html", context | head_of(request, shown) | {"form": form})


@revalidated
@require_safe
def about(request: HttpRequest, handle: str) -> HttpResponse:
    """What a page says of itself: who writes there, about what, and how to read it elsewhere."""
    shown = page_seen_by(request, handle)
    if not shown.is_readable:
        raise Http404
    context = {"tab": "about", "tags": shown.tags.all()}
    return render(request, "blog/about.html", context | head_of(request, shown))


def page_seen_by(request: HttpRequest, handle: str) -> Page:
    """A page that one may find, as one has it."""
    pages = Page.objects.findable_by(request.user).as_seen_by(request.user).select_related("owner")
    return get_object_or_404(with_articles_count(pages), handle=handle.lower())


def head_of(request: HttpRequest, shown: Page) -> dict[str, Any]:
    """What stands above the posts of a page, above its articles, and above what it says of itself."""
    owns = can_edit_page(request.user, shown)
    return {
        "page": shown,
        "followers": followers_of(shown) if shown.is_readable else None,
        "posts_count": posts_on(shown) if shown.is_readable else None,
        "can_edit": owns,
        "can_block": can_block_page(request.user, shown),
        "waiting": Follow.objects.pending().filter(page=shown).count() if owns else 0,
    }


def cards_here(request: HttpRequest, posts: QuerySet[Post]) -> Slice[Card]:
    """A part of a list of posts, of which only the ids are read before one query reads all cards."""
    found = newest_first(request, posts.only("pk"))
    return found.read_as(lambda shown: cards_of([post.pk for post in shown], request.user))
