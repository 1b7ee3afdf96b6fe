"""Pieces of pages that are kept as they were rendered, and the token that each of their readers gets in their forms."""

from collections.abc import Callable
from functools import cache

from django.utils.crypto import salted_hmac
from django.utils.safestring import SafeString, mark_safe

from innotter.web.caching import kept


def kept_html(key: str, make: Callable[[], str]) -> SafeString:
    """A piece of a page that one of our own templates made: what was kept under the key, or is made now and kept."""
    return rendered(kept(key, make))


def rendered(html: str) -> SafeString:
    """Take as HTML what one of our own templates has made, whatever has been done with it since."""
    return mark_safe(html)  # noqa: S308 - our own templates have escaped it


@cache
def token_here() -> str:
    """Stands in what is kept for the token of whoever it is shown to. Nobody who writes can know it."""
    return salted_hmac("innotter.reading", "token").hexdigest()
