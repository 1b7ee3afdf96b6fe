"""How posts look."""

import re

from django import template
from django.template.defaultfilters import linebreaksbr, urlizetrunc
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from innotter.blog.models import Post
from innotter.text.parts import BREAKS, Part, parts_of

register = template.Library()

LONGEST_ADDRESS = 48
#: Django ends an address at white space alone.
_break = re.compile(f"([{BREAKS}]+)")


@register.filter
def as_html(post: Post) -> SafeString:
    """A post's text, with its addresses, hashtags and the pages that it mentions as links."""
    known = {page.handle for page in post.mentions.all()}
    pieces = [_piece(part, known) for part in parts_of(post.content)]
    return linebreaksbr(mark_safe("".join(pieces)))  # noqa: S308 - each piece is escaped by `_piece`


@register.filter
def comment_html(text: str) -> SafeString:
    """A comment's text, with its addresses and hashtags as links."""
    pieces = [_piece(part, set()) for part in parts_of(text)]
    return linebreaksbr(mark_safe("".join(pieces)))  # noqa: S308 - each piece is escaped by `_piece`


def _piece(part: Part, known: set[str]) -> str:
    if part.kind == "hashtag":
        return format_html('<a class="hashtag" href="{}">{}</a>', reverse("blog:hashtag", args=[part.name]), part.text)
    if part.kind == "mention" and part.name in known:
        return format_html('<a class="mention" href="{}">{}</a>', reverse("blog:page", args=[part.name]), part.text)
    return "".join(urlizetrunc(piece, LONGEST_ADDRESS, autoescape=True) for piece in _break.split(part.text))
