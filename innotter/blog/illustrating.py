"""The pictures in an article, in the sizes that there are of them by now."""

import re
from collections.abc import Iterable

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from innotter.blog.models import PostImage
from innotter.media.uploads import MEDIUM_SIDE, SMALL_SIDE

#: As `markdown` leaves them: whatever its attributes' order, ours are the only pictures.
_PICTURE = re.compile(r'<img [^>]*?src="/media/posts/(?P<id>\d{1,18})/full\.webp"[^>]*>')
#: How wide it is shown: all of a narrow window, or the measure of the text.
SIZES = "(min-width: 48rem) 42rem, 100vw"
_ALT = re.compile(r' alt="(?P<alt>[^"]*)"')


def illustrated(html: str, images: Iterable[PostImage]) -> SafeString:
    """The text with its pictures in their right proportions; those whose sizes are still made keep their place."""
    known = {image.pk: image for image in images}

    def picture(found: re.Match[str]) -> str:
        image = known.get(int(found["id"]))
        alt = _ALT.search(found[0])
        return _picture(image, mark_safe(alt["alt"] if alt else "")) if image else found[0]  # noqa: S308 - escaped

    return mark_safe(_PICTURE.sub(picture, html))  # noqa: S308 - nothing but clean text and our own addresses


def shown_in_text(image: PostImage) -> str:
    """The Markdown that shows a picture."""
    alt = image.alt.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
    return f"![{alt}]({image.image_url})"


def _picture(image: PostImage, alt: SafeString) -> str:
    if image.is_waiting:
        return format_html(
            '<svg class="waiting" role="img" aria-label="{}" viewBox="0 0 {} {}" width="{}" height="{}"></svg>',
            alt,
            *(image.width, image.height) * 2,
        )
    widths = {image.image_url: image.width}
    if image.small:
        longest = max(image.width, image.height)
        widths = {
            image.small_url: _width(image, SMALL_SIDE / longest),
            image.medium_url: _width(image, MEDIUM_SIDE / longest),
        } | widths
    return format_html(
        '<img src="{}" srcset="{}" sizes="{}" alt="{}" width="{}" height="{}" loading="lazy">',
        image.image_url,
        ", ".join(f"{address} {width}w" for address, width in widths.items()),
        SIZES,
        alt,
        image.width,
        image.height,
    )


def _width(image: PostImage, scale: float) -> int:
    return round(image.width * min(1, scale))
