"""Atom and RSS of every public page."""

import re
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.syndication.views import Feed
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import feedgenerator
from django.utils.cache import get_conditional_response
from django.utils.html import escape
from django.utils.translation import gettext as _

from innotter.blog.illustrating import illustrated
from innotter.blog.models import Post, PostImage
from innotter.blog.templatetags.blog import with_mentions
from innotter.pages.models import Page
from innotter.text.cleaning import without_unwritable
from innotter.web.caching import kept, key_of

MOST = 20
#: When the articles of a feed have come to so much HTML, the others are there with their beginnings, in characters.
MOST_HTML = 1_000_000

#: A tag as the sanitizer writes it, and in it an address of this site: `//host` is another one's.
_TAG = re.compile(r'<[a-z](?:[^>"]|"[^"]*+")*+>')
_LOCAL = re.compile(r'( (?:src|href)=")/(?!/)')


def with_whole_addresses(html: str) -> str:
    """HTML of ours that is read elsewhere: its links into this site lead here."""
    return _TAG.sub(lambda tag: _LOCAL.sub(rf"\1{settings.SITE_URL}/", tag[0]), html)


class AtomOfPage(Feed[Post, Page]):
    """The newest posts of a page, articles whole. Programs have no account: private pages have no feed."""

    feed_type: type[feedgenerator.SyndicationFeed] = feedgenerator.Atom1Feed
    mime_type = "application/atom+xml; charset=utf-8"
    address = "blog:atom"

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """From the cache; 304 for whoever has this state of it.

        No time says which state it is: without its newest post a page is as it was before that one came.
        """
        page = self.get_object(request, **kwargs)
        posts = Post.objects.filter(page=page).order_by("-pk").values_list("pk", "revision")[:MOST]
        key = key_of("feed", self.feed_type.__name__, page.pk, page.revision, list(posts))
        etag = f'"{key[:32]}"'
        response = get_conditional_response(request, etag=etag)
        if response is None:
            make = super().__call__
            body = kept(key, lambda: make(request, *args, **kwargs).content)
            response = HttpResponse(body, content_type=self.mime_type)
        response.headers["ETag"] = etag
        response.headers["Cache-Control"] = "no-cache"
        return response

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Page:
        pages = Page.objects.readable_by(AnonymousUser()).select_related("owner")
        return get_object_or_404(pages, handle=kwargs["handle"].lower())

    def title(self, obj: Page) -> str:
        return without_unwritable(obj.name)

    def link(self, obj: Page) -> str:
        return settings.SITE_URL + obj.get_absolute_url()

    def feed_url(self, obj: Page) -> str:
        """Not the address by which this was asked for: what is kept is everybody's, whatever host they have named."""
        return settings.SITE_URL + reverse(self.address, args=[obj.handle])

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
        found = list(posts.prefetch_related(images, "mentions").order_by("-pk")[:MOST])
        room = MOST_HTML
        for post in found:
            room -= len(post.article.html) if post.is_article else 0
            if post.is_article and room < 0:
                post.article.html = f"<p>{escape(post.content)}</p>"
        return found

    def item_title(self, item: Post) -> str:
        return without_unwritable(item.title or item.content[:80]) or _("A picture")

    def item_description(self, item: Post) -> str:
        """HTML with whole addresses: a feed is read elsewhere."""
        if item.is_article:
            html = str(illustrated(item.article.html, item.images.all()))
        else:
            pictures = [f'<img src="{image.image_url}" alt="{escape(image.alt)}">' for image in item.images.all()]
            text = with_mentions(item.content, {page.handle for page in item.mentions.all()})
            html = "".join([text, *pictures])
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
    address = "blog:rss"
