"""How posts look."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django import template
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.humanize.templatetags.humanize import intcomma
from django.template.defaultfilters import linebreaksbr
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape, format_html, format_html_join, smart_urlquote
from django.utils.safestring import SafeString, mark_safe

from innotter.accounts.models import User
from innotter.blog.models import Post
from innotter.blog.queries.cards import Card
from innotter.text.json import write
from innotter.text.parts import Part, addresses_in, parts_of
from innotter.web.fragments import Fragments, rendered, token_here

register = template.Library()

LONGEST_ADDRESS = 48
#: In a script, nothing may begin that looks like a tag.
TAGS = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"}
THOUSAND = 1000


@register.simple_tag(takes_context=True)
def post_card(context: dict[str, Any], post: Card, *, size: str = "", in_thread: bool = False) -> SafeString:
    """A post, with all that whoever reads it can do with it."""
    texts = [post.title, post.content, post.page.name, *(picture.alt for picture in post.pictures), *post.mentioned]
    texts += post.parent[1:] if post.parent else ()
    is_signed_in = bool(context["user"].is_authenticated)
    html = CARDS.html(post, size, in_thread, is_signed_in, says=sum(map(len, texts)))
    return rendered(html.replace(token_here(), str(context["csrf_token"])))


def _rendered(post: Card, size: str, in_thread: bool, is_signed_in: bool) -> str:
    viewer = User() if is_signed_in else AnonymousUser()
    frame = {"size": size, "in_thread": in_thread, "user": viewer, "csrf_token": token_here()}
    return render_to_string("blog/_post.html", frame | {"post": post})


#: Of 2 to 3 kB each, 12 kB at the worst: most of the cards that people see are as others have just seen them.
CARDS = Fragments(_rendered, most=2000, longest=400)


@register.simple_tag
def structured_data(post: Post, picture: str) -> SafeString:
    """An article as search engines read it: https://schema.org/BlogPosting."""
    page, site = post.page, settings.SITE_URL
    says = {
        "@context": "https://schema.org",
        "@type": "BlogPosting",
        "headline": post.title,
        "description": post.content,
        "url": f"{site}{post.get_absolute_url()}",
        "image": f"{site}{picture}",
        "datePublished": post.created_at,
        "dateModified": post.updated_at,
        "author": {"@type": "Organization", "name": page.name, "url": f"{site}{page.get_absolute_url()}"},
    }
    return format_html('<script type="application/ld+json">{}</script>', rendered(write(says).decode().translate(TAGS)))


@register.simple_tag
def day_by_day(table: Iterable[tuple[str, Sequence[int]]]) -> SafeString:
    """The rows of a table of numbers. A template takes ten times as long for the thousands of a year."""
    rows = ((day, format_html_join("", "<td>{}</td>", ((_number(n),) for n in numbers))) for day, numbers in table)
    return format_html_join("", '<tr><th scope="row">{}</th>{}</tr>', rows)


def _number(number: int) -> str:
    return intcomma(number) if abs(number) >= THOUSAND else str(number)


@register.filter
def with_mentions(text: str, mentioned: Collection[str]) -> SafeString:
    """A post's text, with its addresses, hashtags and the pages that it mentions, by their handles, as links."""
    return _lines(parts_of(text), mentioned)


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
