"""Pieces of pages that are kept as they were rendered, and the token that each of their readers gets in their forms."""

from collections.abc import Callable, Hashable
from functools import cache, lru_cache

from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.safestring import SafeString, mark_safe

from innotter.web.caching import kept


class Fragments:
    """Pieces of pages by what is on them, kept in this process as they were rendered: two that are equal look alike.

    At most `most` are kept, of those that say no more than `longest` characters: nobody can fill the memory.
    """

    def __init__(self, render: Callable[..., str], *, most: int, longest: int) -> None:
        def made(_language: str | None, _zone: str, *shown: Hashable) -> bytes:
            return render(*shown).encode()  # A text with one emoji takes four times as much memory as its bytes.

        self.longest = longest
        self._made, self._kept = made, lru_cache(maxsize=most)(made)
        self.cache_info = self._kept.cache_info

    def html(self, *shown: Hashable, says: int) -> SafeString:
        """A piece, in the language and time zone of whoever asks. `says` counts what people have written in it."""
        read = self._kept if says <= self.longest else self._made
        return rendered(read(translation.get_language(), timezone.get_current_timezone_name(), *shown).decode())


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
