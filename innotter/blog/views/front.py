"""A page as a blog: its articles, month by month and tag by tag; and what search engines are told."""

from datetime import datetime

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import Max, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from innotter.blog.manuscripts.dates import FIRST_YEAR
from innotter.blog.models import Post
from innotter.blog.queries import articles_for, months_of, tags_of
from innotter.blog.views.page import head_of, page_seen_by
from innotter.pages.models import Page
from innotter.text.tags import tag_name
from innotter.web.caching import revalidated
from innotter.web.lists import newest_first


@revalidated
@require_safe
def articles(request: HttpRequest, handle: str) -> HttpResponse:
    """The articles of a page, newest first; with `tag`, those that carry a hashtag."""
    return _articles(request, handle, None)


@revalidated
@require_safe
def month(request: HttpRequest, handle: str, year: str, month: str) -> HttpResponse:
    """The articles of a month."""
    if not (1 <= int(month) <= 12 and FIRST_YEAR <= int(year) <= 9998):
        raise Http404
    return _articles(request, handle, datetime(int(year), int(month), 1, tzinfo=timezone.get_current_timezone()))


def _articles(request: HttpRequest, handle: str, start: datetime | None) -> HttpResponse:
    page = page_seen_by(request, handle)
    if not page.is_readable:
        raise Http404
    tag = tag_name(request.GET.get("tag", ""))
    shown = articles_for(request.user).filter(page=page)
    if start:
        end = start.replace(year=start.year + start.month // 12, month=start.month % 12 + 1)
        shown = shown.filter(created_at__gte=start, created_at__lt=end)
    context = {
        "tab": "articles",
        "slice": newest_first(request, shown.tagged(tag) if tag else shown),
        "months": months_of(page),
        "tags": tags_of(page),
        "tag": tag,
        "month": start,
    }
    return render(request, "blog/articles.html", context | head_of(request, page))


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines may look at: everything that strangers may; and where the list of it is."""
    lines = ["User-agent: *", "Disallow: /api/", "Disallow: /login/", f"Sitemap: {settings.SITE_URL}/sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain")


class PageSitemap(Sitemap[Page]):
    """The pages that everybody may read."""

    limit = 1000

    def items(self) -> QuerySet[Page]:
        return Page.objects.open().filter(is_private=False).order_by("pk")


class ArticleSitemap(Sitemap[Post]):
    """The articles on them."""

    limit = 1000

    def items(self) -> QuerySet[Post]:
        public = Page.objects.open().filter(is_private=False)
        return Post.objects.articles().filter(page__in=public).order_by("pk")

    def lastmod(self, item: Post) -> datetime:
        return item.updated_at

    def get_latest_lastmod(self) -> datetime | None:
        """Django looks at every article there is; the database need not give them out for that."""
        newest: datetime | None = self.items().aggregate(newest=Max("updated_at"))["newest"]
        return newest


SITEMAPS = {"pages": PageSitemap, "articles": ArticleSitemap}
