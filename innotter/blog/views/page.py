"""The front of a page, at `/@handle/`: who writes there, and the posts."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from innotter.blog.forms import ComposerForm
from innotter.blog.models import Post
from innotter.blog.queries import Card, cards_of, with_articles_count
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
    viewer = request.user
    pages = Page.objects.findable_by(viewer).as_seen_by(viewer).select_related("owner").prefetch_related("tags")
    shown = get_object_or_404(with_articles_count(pages), handle=handle.lower())
    if shown.is_readable and not is_htmx(request):
        note_look(request, f"page/{shown.pk}", subject=shown.pk, owner=shown.owner_id)
    posts = Post.objects.filter(page=shown) if shown.is_readable else Post.objects.none()
    context = {
        "page": shown,
        "slice": cards_here(request, posts),
        "followers": followers_of(shown) if shown.is_readable else None,
        "can_edit": can_edit_page(viewer, shown),
        "can_block": can_block_page(viewer, shown),
        "waiting": Follow.objects.pending().filter(page=shown).count() if can_edit_page(viewer, shown) else 0,
        "form": ComposerForm(owner=shown.owner, initial={"page": shown}) if can_post_to(viewer, shown) else None,
    }
    return render(request, "blog/_slice.html" if is_htmx(request) else "blog/page.html", context)


def cards_here(request: HttpRequest, posts: QuerySet[Post]) -> Slice[Card]:
    """A part of a list of posts, of which only the ids are read before one query reads all cards."""
    found = newest_first(request, posts.only("pk"))
    return found.read_as(lambda shown: cards_of([post.pk for post in shown], request.user))
