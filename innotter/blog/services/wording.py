"""Remembering what a post is found by."""

from django.db.models import Value

from innotter.blog.models import Post, PostWords
from innotter.markdown import read_out
from innotter.text.words import indexable, words_in


def note_words(*, post: Post, html: str = "") -> None:
    """Remember the words of a post as it is now; those of an article are in its title and in its text as HTML."""
    if post.is_article:
        vector = words_in(Value(post.title), weight="A") + words_in(Value(indexable(read_out(html))), weight="B")
    else:
        vector = words_in(Value(post.content), weight="B")
    row = PostWords(post=post, vector=vector, is_article=post.is_article, created_at=post.created_at)
    PostWords.objects.bulk_create([row], update_conflicts=True, unique_fields=["post"], update_fields=["vector"])
