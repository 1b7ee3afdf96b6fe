"""Reading the comments on an article: the threads of a page of it in two queries, however deep they are."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q

from innotter.blog.models import Comment, Post
from innotter.blog.models.comment import CommentQuerySet, shown_to

#: The most answers that are read at once.
MOST_ANSWERS = 2000


@dataclass(frozen=True)
class Answers:
    """What was said to some comments: by the id of each, in the order in which a thread is read."""

    by_top: dict[int, list[Comment]]
    #: There are more than are read.
    is_cut: bool


def top_comments(post: Post, viewer: Any) -> CommentQuerySet:
    """The comments on the article itself, for somebody who may read it; a gone one keeps its place under answers."""
    has_answers = Exists(Comment.objects.filter(shown_to(viewer), root=OuterRef("pk")))
    placed = Comment.objects.filter(post=post, parent=None).placed(viewer)
    return placed.filter(Q(is_shown=True) | has_answers)


def answers_to(tops: Sequence[Comment], viewer: Any, *, post: Post) -> Answers:
    """All that was said to these comments on a post, and to that."""
    rows = list(Comment.objects.filter(root__in=tops).placed(viewer).order_by("pk")[: MOST_ANSWERS + 1])
    for comment in [*tops, *rows]:
        comment.post = post  # One for all of them, with its page and owner.
    answers: dict[int | None, list[Comment]] = defaultdict(list)
    # An answer is younger than what it answers: from the end, each is seen before its parent.
    for comment in reversed(rows[:MOST_ANSWERS]):
        if comment.is_shown or comment.pk in answers:
            answers[comment.parent_id].append(comment)
    return Answers({top.pk: _in_reading_order(top.pk, answers) for top in tops}, len(rows) > MOST_ANSWERS)


def _in_reading_order(top: int, answers: dict[int | None, list[Comment]]) -> list[Comment]:
    order: list[Comment] = []
    waiting = list(answers.get(top, []))
    while waiting:
        comment = waiting.pop()
        order.append(comment)
        waiting += answers.get(comment.pk, [])
    return order
