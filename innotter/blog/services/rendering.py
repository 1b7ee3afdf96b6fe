"""Articles that an older renderer has made, rendered as they are today."""

import time

from django.utils.html import escape

from innotter.blog.markdown import VERSION, Rendered, render
from innotter.blog.markdown.safe import TooIntricate
from innotter.blog.models import ArticleText

#: A sweep takes no longer than this, in seconds: the next one goes on.
SWEEP_SECONDS = 20


def kept(*, rendered: Rendered) -> dict[str, object]:
    """What an article's row keeps of a rendering."""
    headings = [[heading.level, heading.id, heading.text] for heading in rendered.headings]
    return {"html": rendered.html, "headings": headings, "minutes": rendered.minutes, "renderer": VERSION}


def render_anew() -> int:
    """Render what was rendered by rules of before, as long as a sweep may take; says how many.

    A text that today's rules find too intricate is shown as it was written. What is edited meanwhile has been rendered.
    """
    over_at, count = time.monotonic() + SWEEP_SECONDS, 0
    old = ArticleText.objects.exclude(renderer=VERSION).order_by("pk")
    while time.monotonic() < over_at and (article := old.only("content").first()):
        try:
            made = kept(rendered=render(article.content))
        except TooIntricate:
            made = {"html": f"<pre>{escape(article.content)}</pre>", "headings": [], "renderer": VERSION}
        count += ArticleText.objects.filter(pk=article.pk, content=article.content).update(**made)
    return count
