"""What can be searched for, and by whom."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from innotter.accounts.models import User
from innotter.feed.queries.searching.asking import Question
from innotter.feed.queries.searching.others import (
    search_jobs,
    search_pages,
    search_people,
    search_tags,
    search_tasks,
)
from innotter.feed.queries.searching.posts import Order, search_posts


class Kind(StrEnum):
    POSTS = "posts"
    ARTICLES = "articles"
    PAGES = "pages"
    USERS = "users"
    TAGS = "tags"
    TASKS = "tasks"
    JOBS = "jobs"


FOR_MEMBERS = frozenset({Kind.USERS, Kind.TASKS, Kind.JOBS})
ON_PAGES = frozenset({Kind.POSTS, Kind.ARTICLES})
WITH_DATES = ON_PAGES | {Kind.TASKS, Kind.JOBS}
#: In which order each comes unless another is asked for. The others have one of their own.
ORDERS: Mapping[Kind, Order] = {Kind.POSTS: Order.NEWEST, Kind.ARTICLES: Order.BEST}

_SEARCHES: Mapping[Kind, Callable[..., list[Any]]] = {
    Kind.PAGES: lambda question, **part: search_pages(question.viewer, question.text, **part),
    Kind.USERS: lambda question, **part: search_people(question.viewer, question.text, **part),
    Kind.TAGS: search_tags,
    Kind.TASKS: search_tasks,
    Kind.JOBS: search_jobs,
}


def kinds_for(viewer: Any) -> list[Kind]:
    """What this person can search for."""
    return [kind for kind in Kind if isinstance(viewer, User) or kind not in FOR_MEMBERS]


def search_for(question: Question, kind: Kind, *, order: Order | None = None, start: int = 0, count: int) -> list[Any]:
    """A part of what is found: pages and people as they are, tags by their names, all else by its ids.

    What a filter cannot hold for is not found with it.
    """
    if question.finds_nothing or kind not in kinds_for(question.viewer) or not _can_hold(question, kind):
        return []
    if kind in ON_PAGES:
        order, is_article = order or ORDERS[kind], kind is Kind.ARTICLES
        return search_posts(question, is_article=is_article, order=order, start=start, count=count)
    return _SEARCHES[kind](question, start=start, count=count)


def _can_hold(question: Question, kind: Kind) -> bool:
    return (question.pages is None or kind in ON_PAGES) and (not question.has_dates or kind in WITH_DATES)
