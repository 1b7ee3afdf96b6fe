"""Reading the comments on an article: the threads of a page of it in two queries, however deep they are."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from django.db.models import Exists, OuterRef, Q

from innotter.blog.models import Comment, Post
from innotter.blog.models.comment import CommentQuerySet, shown_to

#: The most answers that are read at once; and on a page, which renders each (a millisecond, and more for a long text).
MOST_ANSWERS, MOST_ON_PAGE = 2000, 500
#: The most characters of answers that a page renders: e-mail addresses take some two seconds for a million of them.
MOST_TEXT_ON_PAGE = 200_000


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


def answers_to(tops: Sequence[Comment], viewer: Any, *, post: Post, on_page: bool = False) -> Answers:
    """All that was said to these comments on a post, and to that; for a page, no more than can be rendered soon."""
    most = MOST_ON_PAGE if on_page else MOST_ANSWERS
    found = list(Comment.objects.filter(root__in=tops).placed(viewer).order_by("pk")[: most + 1])
    rows = _within(found[:most], MOST_TEXT_ON_PAGE) if on_page else found[:most]
    for comment in [*tops, *rows]:
        comment.post = post  # One for all of them, with its page and owner.
    answers: dict[int | None, list[Comment]] = defaultdict(list)
    # An answer is younger than what it answers: from the end, each is seen before its parent.
    for comment in reversed(rows):
        if comment.is_shown or comment.pk in answers:
            answers[comment.parent_id].append(comment)
    return Answers({top.pk: _in_reading_order(top.pk, answers) for top in tops}, len(rows) < len(found))


def _within(comments: list[Comment], characters: int) -> list[Comment]:
    """The first comments whose texts have so many characters together."""
    lengths = accumulate(len(comment.text) for comment in comments)
    return [comment for comment, length in zip(comments, lengths, strict=True) if length <= characters]


def _in_reading_order(top: int, answers: dict[int | None, list[Comment]]) -> list[Comment]:
    order: list[Comment] = []
    waiting = list(answers.get(top, []))
    while waiting:
        comment = waiting.pop()
        order.append(comment)
        waiting += answers.get(comment.pk, [])
    return order
