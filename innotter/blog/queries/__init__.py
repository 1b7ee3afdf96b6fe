"""Reading threads: of replies, and of comments; and what state a post is in."""

from innotter.blog.queries.archive import months_of, posts_on, tags_of, with_articles_count
from innotter.blog.queries.articles import articles_for, whole_articles_for
from innotter.blog.queries.cards import Card, cards_of, readable_posts
from innotter.blog.queries.comments import Answers, answers_to, top_comments
from innotter.blog.queries.stamps import STATE, Stamp, sees_as, stamp_of
from innotter.blog.queries.statistics import best_posts
from innotter.blog.queries.threads import Thread, thread_around

__all__ = [
    "STATE",
    "Answers",
    "Card",
    "Stamp",
    "Thread",
    "answers_to",
    "articles_for",
    "best_posts",
    "cards_of",
    "months_of",
    "posts_on",
    "readable_posts",
    "sees_as",
    "stamp_of",
    "tags_of",
    "thread_around",
    "top_comments",
    "whole_articles_for",
    "with_articles_count",
]
