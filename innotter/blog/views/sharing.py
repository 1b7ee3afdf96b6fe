"""What others see where the address of a page or post is shared: a picture that is drawn."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from innotter.blog.models import Post
from innotter.media import drawing
from innotter.pages.models import Page
from innotter.web.caching import conditional, kept, key_for_all


@require_safe
def post_card(request: HttpRequest, pk: int) -> HttpResponse:
    """The words of a post, or the title of an article, that one may read."""
    post = get_object_or_404(Post.objects.readable_by(request.user).select_related("page"), pk=pk)
    return _card(request, text=post.title or post.content, page=post.page)


@require_safe
def page_card(request: HttpRequest, handle: str) -> HttpResponse:
    """What a page that one may read says of itself."""
    page = get_object_or_404(Page.objects.readable_by(request.user), handle=handle.lower())
    return _card(request, text=page.description or page.name, page=page)


def _card(request: HttpRequest, *, text: str, page: Page) -> HttpResponse:
    where = urlsplit(settings.SITE_URL).netloc
    says = {"text": text, "name": page.name, "address": f"{where}/@{page.handle}"}
    key = key_for_all("card", *says.values())
    return conditional(
        request, key, lambda: HttpResponse(kept(key, lambda: drawing.card(**says)), content_type="image/png")
    )
