"""Reading articles."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from innotter.accounts.models import User
from innotter.blog.models import Comment, Like, Post
from innotter.blog.models.comment import shown_to
from innotter.blog.models.post import PostQuerySet


def articles_for(viewer: Any) -> PostQuerySet:
    """The articles that this person may read, with all that a list shows of them. Their texts stay in the database.

    That is `liked_by_me` and `comments_count`, of the comments that everybody sees. For texts there is
    `whole_articles_for`: those of a hundred articles may be 200 MB.
    """
    return whole_articles_for(viewer).defer("article__html", "article__content")


def whole_articles_for(viewer: Any) -> PostQuerySet:
    """The same with their texts, as Markdown and as HTML."""
    published = Comment.objects.filter(shown_to(AnonymousUser()), post=OuterRef("pk")).order_by().values("post")
    mine = Like.objects.filter(post=OuterRef("pk"), user=viewer) if isinstance(viewer, User) else None
    articles = Post.objects.articles().readable_by(viewer)
    articles = articles.select_related("page__owner", "article").prefetch_related("images")
    numbers: dict[str, Any] = {
        "comments_count": Coalesce(Subquery(published.annotate(n=Count("pk")).values("n")), 0),
        "liked_by_me": Exists(mine) if mine is not None else Value(False),
    }
    return articles.annotate(**numbers)
