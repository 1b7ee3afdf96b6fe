"""What did best on a page."""

from datetime import datetime

from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from innotter.blog.models import Comment, Post
from innotter.pages.models import Page

BEST = 5
#: So many of the newest are compared.
NEWEST = 1000


def best_posts(page: Page, since: datetime) -> QuerySet[Post]:
    """The posts since a time that most was said and liked of, each with `replies_got` and `comments_got`."""
    newest = Post.objects.filter(page=page, created_at__gte=since).order_by("-pk").values("pk")[:NEWEST]
    answers = Post.objects.filter(reply_to=OuterRef("pk")).order_by().values("reply_to").annotate(n=Count("pk"))
    comments = Comment.objects.published().filter(post=OuterRef("pk")).order_by().values("post").annotate(n=Count("pk"))
    posts = Post.objects.filter(pk__in=newest).annotate(
        replies_got=Coalesce(Subquery(answers.values("n")), 0),
        comments_got=Coalesce(Subquery(comments.values("n")), 0),
    )
    score = F("likes_count") + F("replies_got") + F("comments_got")
    return posts.annotate(score=score).filter(score__gt=0).order_by("-score", "-pk")[:BEST]
