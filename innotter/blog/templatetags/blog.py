"""How posts look."""

from collections.abc import Collection, Iterable

from django import template
from django.template.defaultfilters import linebreaksbr
from django.urls import reverse
from django.utils.html import escape, format_html, smart_urlquote
from django.utils.safestring import SafeString, mark_safe

from innotter.blog.models import Post
from innotter.text.parts import Part, addresses_in, parts_of

register = template.Library()

LONGEST_ADDRESS = 48


@register.filter
def as_html(post: Post) -> SafeString:
    """A post's text, with its addresses, hashtags and the pages that it mentions as links."""
    return _lines(parts_of(post.content), {page.handle for page in post.mentions.all()})


@register.filter
def comment_html(text: str) -> SafeString:
    """A comment's text, with its addresses and hashtags as links."""
    return _lines(parts_of(text))


@register.filter
def with_links(text: str) -> SafeString:
    """Any other text of several lines, with its addresses as links."""
    return _lines(addresses_in(text))


def _lines(parts: Iterable[Part], known: Collection[str] = ()) -> SafeString:
    pieces = [_piece(part, known) for part in parts]
    return linebreaksbr(mark_safe("".join(pieces)))  # noqa: S308 - each piece is escaped by `_piece`


def _piece(part: Part, known: Collection[str]) -> str:
    if part.kind == "hashtag":
        return format_html('<a class="hashtag" href="{}">{}</a>', reverse("blog:hashtag", args=[part.name]), part.text)
    if part.kind == "mention" and part.name in known:
        return format_html('<a class="mention" href="{}">{}</a>', reverse("blog:page", args=[part.name]), part.text)
    if part.kind == "url":
        return format_html('<a href="{}" rel="nofollow">{}</a>', smart_urlquote(part.name), _cut(part.text))
    if part.kind == "email":
        return format_html('<a href="{}">{}</a>', part.name, _cut(part.text))
    return escape(part.text)


def _cut(address: str) -> str:
    return address if len(address) <= LONGEST_ADDRESS else f"{address[: LONGEST_ADDRESS - 1]}…"
