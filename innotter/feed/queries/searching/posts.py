"""Finding posts by their words: the newest first, or the best first among the newest hundreds that match.

A word that many posts have is found soon by walking back through the newest, a rare one by the index of words, which
gives all that have it, in no order. Which way is short is told by the first steps back.
"""

from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from django.db.models.functions import Left

from innotter.blog.models import ArticleText
from innotter.database.prepared import fetch
from innotter.feed.queries.searching.asking import Question
from innotter.markdown import read_out
from innotter.pages.queries import readable, seen_by
from innotter.text.excerpts import Piece, excerpt_of
from innotter.text.words import as_tsquery

#: Nobody pages through more. Among so many the best are chosen, among at least `ENOUGH` if there are as many.
MOST, ENOUGH = 1_000, 100
#: How many of the newest posts are looked at first, and how many at most before the index is asked.
STEPS, WALK = 1_000, 10_000
#: A statement is planned for its limit, so there are but a few.
LIMITS = (25, 125, MOST + 25)
#: So much of an article's HTML is looked through for the place where a word stands.
LONGEST_BEGINNING = 50_000

_KINDS = {True: "words.is_article", False: "NOT words.is_article"}
_KINDS_OF_POSTS = {_KINDS[True]: "post.kind = 'article'", _KINDS[False]: "post.kind = 'note'"}
_IN_TIME = "{0}.created_at >= %(after)s::timestamptz AND {0}.created_at < %(before)s::timestamptz"

#: Of the newest posts those that match, one after the other, until there are enough.
_WALK_BACK = f"""
    matched AS (
        SELECT post_id, created_at FROM (
            SELECT * FROM blog_postwords AS words WHERE {{kind}} AND {_IN_TIME.format("words")}
            ORDER BY created_at DESC, post_id DESC LIMIT {{walk}}
        ) AS words
        WHERE {{matches}}
    )
"""
#: Whether there are older ones than those.
_IS_MORE = f"""
    (SELECT count(*) = {{walk}} FROM (
        SELECT FROM blog_postwords AS words WHERE {{kind}} AND {_IN_TIME.format("words")} LIMIT {{walk}}
    ) AS walked)
"""
#: All that match. Nothing else is asked here, or PostgreSQL might go by that, and look at every row.
_BY_WORDS = (
    "matched AS MATERIALIZED (SELECT post_id, created_at FROM blog_postwords AS words WHERE {matches} AND {kind})"
)
#: What matches on some pages: each of their posts is looked at, however many others match.
_ON_PAGES = """
    matched AS MATERIALIZED (
        SELECT words.post_id, words.created_at
        FROM blog_post AS post
        CROSS JOIN LATERAL (SELECT * FROM blog_postwords WHERE post_id = post.id OFFSET 0) AS words
        WHERE post.page_id = ANY((SELECT %(pages)s)::bigint[]) AND {kind_of_post} AND {matches} AND {kind}
    )
"""
#: Without words, nothing is asked of their index.
_ALL_ON_PAGES = """
    matched AS MATERIALIZED (
        SELECT post.id AS post_id, post.created_at FROM blog_post AS post
        WHERE post.page_id = ANY((SELECT %(pages)s)::bigint[]) AND {kind_of_post}
    )
"""
#: Whether there may be others; and the ids of those that the viewer may read, in order.
_FOUND = f"""
    WITH {{source}}, found AS (
        SELECT matched.post_id, matched.created_at
        FROM (
            SELECT * FROM matched WHERE {_IN_TIME.format("matched")} ORDER BY created_at DESC, post_id DESC OFFSET 0
        ) AS matched  -- In order already, so that only as many are joined as are asked for.
        JOIN blog_post AS post ON post.id = matched.post_id
        JOIN pages_page AS page ON page.id = post.page_id
        WHERE {readable("page")}
        ORDER BY matched.created_at DESC, matched.post_id DESC LIMIT {{limit}}
    )
    SELECT {{is_more}}, ARRAY({{order}})
"""
_NEWEST = "SELECT post_id FROM found ORDER BY created_at DESC, post_id DESC"
_BEST = """
    SELECT post_id FROM found JOIN blog_postwords AS words USING (post_id)
    ORDER BY ts_rank(words.vector, (SELECT {question})) DESC, found.created_at DESC, post_id DESC
"""


class Order(StrEnum):
    NEWEST = "newest"
    BEST = "best"


def search_posts(question: Question, *, is_article: bool, order: Order, start: int = 0, count: int) -> list[int]:
    """The ids of posts, or of articles, that somebody may read: a part of the list of them."""
    if not question.words:
        order = Order.NEWEST  # There is nothing to be good at.
    return _Search(question, is_article, order, start + count).found()[start : start + count]


class _Shape(NamedTuple):
    """What a statement depends on."""

    words: int
    order: Order
    limit: int
    kind: str


class _Search:
    def __init__(self, question: Question, is_article: bool, order: Order, wanted: int) -> None:
        limit = (
            next((limit for limit in LIMITS if limit >= wanted), LIMITS[-1]) if order is Order.NEWEST else LIMITS[-1]
        )
        _tsquery, words = as_tsquery(question.words)
        self._parameters = seen_by(question.viewer) | words
        self._parameters |= {
            "pages": list(question.pages or ()),
            "after": question.after.isoformat() if question.after else "-infinity",
            "before": question.before.isoformat() if question.before else "infinity",
        }
        self._question = question
        self._enough = min(wanted, limit) if order is Order.NEWEST else ENOUGH
        self._shape = _Shape(len(question.words), order, limit, _KINDS[is_article])

    def found(self) -> list[int]:
        if self._question.pages is not None:
            return self._fetch(_ON_PAGES if self._question.words else _ALL_ON_PAGES)[1]
        for walk in (STEPS, WALK):
            is_more, found = self._fetch(_WALK_BACK, walk)
            if not is_more or len(found) >= self._enough:
                return found  # There are no others, or no others are asked for.
            if len(found) * WALK < self._enough * walk:
                break  # It would be too long a way.
        # Without words there is no index to ask.
        return self._fetch(_BY_WORDS)[1] if self._question.words else found

    def _fetch(self, source: str, walk: int = 0) -> tuple[bool, list[int]]:
        ((is_more, found),) = fetch(_statement(source, walk, self._shape), self._parameters)
        return is_more, found


@lru_cache(maxsize=200)
def _statement(source: str, walk: int, shape: _Shape) -> str:
    question, _parameters = as_tsquery([""] * shape.words)
    # Behind a subselect: PostgreSQL would plan anew each time for the words that it sees.
    matches = f"words.vector @@ (SELECT {question})" if shape.words else "true"
    return _FOUND.format(
        source=source.format(matches=matches, kind=shape.kind, kind_of_post=_KINDS_OF_POSTS[shape.kind], walk=walk),
        is_more=_IS_MORE.format(kind=shape.kind, walk=walk) if walk else "false",
        limit=shape.limit,
        order=_NEWEST if shape.order is Order.NEWEST else _BEST.format(question=question),
    )


class Place(NamedTuple):
    """Where the words stand in an article: its title, and the place in its text where the first of them does."""

    title: list[Piece]
    excerpt: list[Piece]


def places_in(articles: Sequence[int], question: Question) -> dict[int, Place]:
    """Of each of these articles where the words stand."""
    if not articles:
        return {}
    texts = ArticleText.objects.filter(pk__in=articles).annotate(beginning=Left("html", LONGEST_BEGINNING))
    beginnings = {*question.words, *_stems_of(question.words)}
    return {
        pk: Place(excerpt_of(title, beginnings), excerpt_of(_read(html), beginnings))
        for pk, title, html in texts.values_list("pk", "post__title", "beginning")
    }


def _read(beginning: str) -> str:
    """The words of HTML that may end in the middle of a tag."""
    is_cut = len(beginning) == LONGEST_BEGINNING
    return read_out(beginning[: beginning.rfind("<")] if is_cut else beginning)


def _stems_of(words: Sequence[str]) -> list[str]:
    ((stems,),) = fetch("SELECT tsvector_to_array(to_tsvector('russian', %s))", [" ".join(words)])
    return list(stems)
