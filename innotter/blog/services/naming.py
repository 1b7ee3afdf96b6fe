"""Remembering whom a post mentions, and which hashtags it carries."""

from innotter.blog.models import Hashtag, Post
from innotter.pages.models import Page
from innotter.pages.services import tags_named
from innotter.text.parts import names_of

#: A long text's first mentions and hashtags count, up to this number of each.
MOST_NAMES = 100


def note_names(*, post: Post, text: str) -> None:
    """Remember the pages and hashtags that a post's text names, as it is now; others are forgotten."""
    names = names_of(text, most=MOST_NAMES)
    post.mentions.set(Page.objects.filter(handle__in=names["mention"]))
    tags = tags_named(names=names["hashtag"])
    post.hashtags.exclude(tag__in=tags).delete()
    Hashtag.objects.bulk_create([Hashtag(post=post, tag=tag) for tag in tags], ignore_conflicts=True)
