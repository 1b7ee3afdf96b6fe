"""Remembering what a post is found by."""

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Value

from innotter import rows
from innotter.blog.models import Post, PostWords
from innotter.blog.services.holding import hold
from innotter.markdown import read_out
from innotter.outages import done_for_each
from innotter.text.words import indexable, words_in

#: Among how many of the newest posts those are looked for that have no words yet, and how many get them at a time.
NEWEST, PORTION = 10_000, 500


def note_words(*, post: Post, html: str = "") -> None:
    """Remember the words of a post as it is now; those of an article are in its title and in its text as HTML."""
    if post.is_article:
        vector = words_in(Value(post.title), weight="A") + words_in(Value(indexable(read_out(html))), weight="B")
    else:
        vector = words_in(Value(post.content), weight="B")
    row = PostWords(post=post, vector=vector, is_article=post.is_article, created_at=post.created_at)
    PostWords.objects.bulk_create([row], update_conflicts=True, unique_fields=["post"], update_fields=["vector"])


def note_missing_words() -> int:
    """Let new posts be found that have no words: an older version, which does not note them, wrote while this began.

    Says how many.
    """
    return done_for_each(_without_words()[:PORTION], _note_if_there)


def _without_words() -> QuerySet[Post]:
    last = Post.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    return Post.objects.filter(~Exists(PostWords.objects.filter(post=OuterRef("pk"))), pk__gt=last - NEWEST)


@transaction.atomic
def _note_if_there(post: Post) -> bool:
    try:
        held = hold(post=post)
    except rows.Gone:
        return False
    note_words(post=held, html=held.article.html if held.is_article else "")
    return True
