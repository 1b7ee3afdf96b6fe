"""A page as a blog: how many articles there are of each month, and which hashtags they carry."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce, TruncMonth

from innotter.blog.models import Hashtag, Post
from innotter.pages.models import Page, PageQuerySet
from innotter.pages.queries import counted

#: The hashtags that are shown, of those with the most articles.
MOST_TAGS = 20


def with_articles_count(pages: PageQuerySet) -> PageQuerySet:
    """The pages, each with its `articles_count`."""
    articles = Post.objects.articles().filter(page=OuterRef("pk")).order_by().values("page")
    return pages.annotate(articles_count=Coalesce(Subquery(articles.annotate(n=Count("pk")).values("n")), 0))


def posts_on(page: Page) -> int:
    """How many posts and articles stand on a page."""
    return counted("posts", page, Post.objects.filter(page=page))


def months_of(page: Page) -> Sequence[tuple[date, int]]:
    """Each month with its number of articles, newest first."""
    articles = Post.objects.articles().filter(page=page)
    months = articles.annotate(month=TruncMonth("created_at")).values("month").annotate(n=Count("pk"))
    return [(row["month"].date(), row["n"]) for row in months.order_by("-month")]


def tags_of(page: Page) -> Sequence[tuple[str, int]]:
    """The hashtags of its articles, each with their number, the commonest first."""
    tags = Hashtag.objects.filter(post__page=page, post__kind=Post.Kind.ARTICLE).values_list("tag__name")
    return list(tags.annotate(n=Count("pk")).order_by("-n", "tag__name")[:MOST_TAGS])
