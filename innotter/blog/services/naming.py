"""Remembering whom a post mentions, and which hashtags it carries."""

from innotter.blog.models import Hashtag, Post
from innotter.pages.models import Page
from innotter.pages.services import tags_named
from innotter.text.parts import names_of

#: A long text's first mentions and hashtags count, up to this number of each.
MOST_NAMES = 100


def note_names(*, post: Post, text: str) -> None:
    """Remember the pages and hashtags that a post's text names, as it is now; others are forgotten."""
    post.mentions.set(Page.objects.filter(handle__in=names_of("mention", text)[:MOST_NAMES]))
    tags = tags_named(names=names_of("hashtag", text)[:MOST_NAMES])
    post.hashtags.exclude(tag__in=tags).delete()
    Hashtag.objects.bulk_create([Hashtag(post=post, tag=tag) for tag in tags], ignore_conflicts=True)
