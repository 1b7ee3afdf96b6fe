"""Atom and RSS of every public page."""

from html.parser import HTMLParser
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.syndication.views import Feed
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import feedgenerator
from django.utils.cache import get_conditional_response
from django.utils.html import escape
from django.utils.http import http_date
from django.utils.translation import gettext as _

from innotter.blog.illustrating import illustrated
from innotter.blog.models import Post, PostImage
from innotter.blog.templatetags.blog import as_html
from innotter.pages.models import Page
from innotter.text.cleaning import without_unwritable
from innotter.web.caching import kept, key_of

MOST = 20


class _WholeAddresses(HTMLParser):
    """Writes HTML anew with whole addresses for what is on this site; everything else stays as it stands."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.written: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        text = self.get_starttag_text() or ""
        for name, value in attrs:
            # `//host` is another site's.
            if name in {"src", "href"} and value and value.startswith("/") and not value.startswith("//"):
                text = text.replace(f'{name}="/', f'{name}="{settings.SITE_URL}/', 1)
        self.written.append(text)

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag: str) -> None:
        self.written.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.written.append(data)

    def handle_entityref(self, name: str) -> None:
        self.written.append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.written.append(f"&#{name};")


def with_whole_addresses(html: str) -> str:
    """HTML that is read elsewhere: its links into this site lead here."""
    parser = _WholeAddresses()
    parser.feed(html)
    parser.close()
    return "".join(parser.written)


class AtomOfPage(Feed[Post, Page]):
    """The newest posts of a page, articles whole. Programs have no account: private pages have no feed."""

    feed_type: type[feedgenerator.SyndicationFeed] = feedgenerator.Atom1Feed
    mime_type = "application/atom+xml; charset=utf-8"

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """From the cache; 304 for whoever has this state of it."""
        page = self.get_object(request, **kwargs)
        posts = Post.objects.filter(page=page).order_by("-pk").values_list("pk", "revision", "updated_at")[:MOST]
        states = list(posts)
        key = key_of("feed", self.feed_type.__name__, page.pk, page.revision, states)
        changed = int(max([state[2] for state in states], default=page.created_at).timestamp())
        etag = f'"{key[:32]}"'
        response = get_conditional_response(request, etag=etag, last_modified=changed)
        if response is None:
            make = super().__call__
            body = kept(key, lambda: make(request, *args, **kwargs).content)
            response = HttpResponse(body, content_type=self.mime_type)
        response.headers["ETag"] = etag
        response.headers["Last-Modified"] = http_date(changed)
        response.headers["Cache-Control"] = "no-cache"
        return response

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Page:
        pages = Page.objects.readable_by(AnonymousUser()).select_related("owner")
        return get_object_or_404(pages, handle=kwargs["handle"].lower())

    def title(self, obj: Page) -> str:
        return without_unwritable(obj.name)

    def link(self, obj: Page) -> str:
        return settings.SITE_URL + obj.get_absolute_url()

    def description(self, obj: Page) -> str:
        return without_unwritable(obj.description) or _("What %(page)s writes.") % {"page": self.title(obj)}

    subtitle = description

    def author_name(self, obj: Page) -> str:
        return without_unwritable(str(obj.owner))

    def feed_guid(self, obj: Page) -> str:
        return self.link(obj)

    def items(self, obj: Page) -> list[Post]:
        images = Prefetch("images", PostImage.objects.order_by("pk"))
        posts = Post.objects.filter(page=obj).select_related("page", "article")
        return list(posts.prefetch_related(images, "mentions").order_by("-pk")[:MOST])

    def item_title(self, item: Post) -> str:
        return without_unwritable(item.title or item.content[:80]) or _("A picture")

    def item_description(self, item: Post) -> str:
        """HTML with whole addresses: a feed is read elsewhere."""
        if item.is_article:
            html = str(illustrated(item.article.html, item.images.all()))
        else:
            pictures = [f'<img src="{image.image_url}" alt="{escape(image.alt)}">' for image in item.images.all()]
            html = "".join([str(as_html(item)), *pictures])
        return without_unwritable(with_whole_addresses(html))

    def item_link(self, item: Post) -> str:
        return settings.SITE_URL + item.get_absolute_url()

    def item_guid(self, item: Post) -> str:
        return self.item_link(item)

    def item_pubdate(self, item: Post) -> Any:
        return item.created_at

    def item_updateddate(self, item: Post) -> Any:
        return item.updated_at


class RssOfPage(AtomOfPage):
    """The same as RSS 2.0."""

    feed_type = feedgenerator.Rss201rev2Feed
    mime_type = "application/rss+xml; charset=utf-8"
