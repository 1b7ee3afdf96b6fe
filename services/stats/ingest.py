"""What an event changes about the numbers of pages. Pure: the same event always says the same.

Everything is a difference, added up in any order; of what is no number, the handle of a page, the later event counts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import ValidationError

from services.contract.events import Envelope, Unreadable, reason_of
from services.stats import schemas

Counts = Mapping[str, int]


@dataclass(frozen=True)
class Effect:
    """What one event does, once: to the numbers of pages on a day, and to what is known of a page."""

    event_id: str
    sequence: int
    day: date
    counts: Mapping[int, Counts] = field(default_factory=dict)
    #: The page that the rest is about.
    page_id: int = 0
    owner_id: int | None = None
    handle: str | None = None
    is_gone: bool = False


@dataclass(frozen=True)
class _Part:
    """What a type says; the envelope adds the rest."""

    counts: Mapping[int, Counts] = field(default_factory=dict)
    day: date | None = None
    page_id: int = 0
    owner_id: int | None = None
    handle: str | None = None
    is_gone: bool = False


def effect_of(event: Envelope) -> Effect | None:
    """What an event does; None for a type that this service does not count."""
    if event.type not in _READERS:
        return None
    schema, reader = _READERS[event.type]
    try:
        part = reader(schema.model_validate(event.data))
    except ValidationError as error:
        raise Unreadable(f"{event.type}: {reason_of(error)}", event.model_dump_json().encode()) from None
    return Effect(
        event_id=event.id,
        sequence=event.sequence,
        day=part.day or event.time.date(),
        counts=part.counts,
        page_id=part.page_id,
        owner_id=part.owner_id,
        handle=part.handle,
        is_gone=part.is_gone,
    )


def _created(fact: schemas.PageCreated) -> _Part:
    return _Part(page_id=fact.page_id, owner_id=fact.owner_id, handle=fact.handle)


def _edited(fact: schemas.PageEdited) -> _Part:
    return _Part(page_id=fact.page_id, handle=fact.handle)


def _gone(fact: schemas.AboutPage) -> _Part:
    return _Part(page_id=fact.page_id, is_gone=True)


def _counts(**counts: int) -> Callable[[schemas.AboutPage], _Part]:
    return lambda fact: _Part({fact.page_id: counts})


def _unfollowed(fact: schemas.PageUnfollowed) -> _Part:
    return _Part({fact.page_id: {"followers" if fact.was_follower else "follow_requests": -1}})


def _viewed(fact: schemas.PageViewed) -> _Part:
    return _Part({fact.page_id: {"views": fact.views}}, day=fact.day)


def _lost_replies(fact: schemas.PageLostReplies) -> _Part:
    return _Part({fact.page_id: {"replies": -fact.replies}})


def _published(fact: schemas.PostPublished) -> _Part:
    return _Part(_sum({fact.page_id: _one_of(fact.kind, 1)}, fact.answered_page_id, 1))


def _deleted(fact: schemas.PostDeleted) -> _Part:
    gone = {"likes": -fact.likes, "replies": -fact.replies, "comments": -fact.comments}
    return _Part(_sum({fact.page_id: {**_one_of(fact.kind, -1), **gone}}, fact.answered_page_id, -1))


def _comments(fact: schemas.CommentChanged) -> _Part:
    return _Part({fact.page_id: {"comments": fact.comments_change}})


def _one_of(kind: str, by: int) -> dict[str, int]:
    return {"articles" if kind == "article" else "posts": by}


def _sum(counts: dict[int, dict[str, int]], answered: int | None, replies: int) -> Mapping[int, Counts]:
    """With a reply more, or fewer, on the page that was answered; it may be the same page."""
    if answered is not None:
        page = counts.setdefault(answered, {})
        page["replies"] = page.get("replies", 0) + replies
    return counts


_READERS: dict[str, tuple[type[schemas.Fact], Callable[[Any], _Part]]] = {
    "innotter.page.created": (schemas.PageCreated, _created),
    "innotter.page.edited": (schemas.PageEdited, _edited),
    "innotter.page.deleted": (schemas.AboutPage, _gone),
    "innotter.page.followed": (schemas.AboutPage, _counts(followers=1)),
    "innotter.page.unfollowed": (schemas.PageUnfollowed, _unfollowed),
    "innotter.page.follow_requested": (schemas.AboutPage, _counts(follow_requests=1)),
    "innotter.page.follow_accepted": (schemas.AboutPage, _counts(follow_requests=-1)),
    "innotter.page.follow_rejected": (schemas.AboutPage, _counts(follow_requests=-1)),
    "innotter.page.viewed": (schemas.PageViewed, _viewed),
    "innotter.page.lost_replies": (schemas.PageLostReplies, _lost_replies),
    "innotter.post.published": (schemas.PostPublished, _published),
    "innotter.post.deleted": (schemas.PostDeleted, _deleted),
    "innotter.post.liked": (schemas.AboutPage, _counts(likes=1)),
    "innotter.post.unliked": (schemas.AboutPage, _counts(likes=-1)),
    "innotter.comment.published": (schemas.CommentChanged, _comments),
    "innotter.comment.hidden": (schemas.CommentChanged, _comments),
    "innotter.comment.shown": (schemas.CommentChanged, _comments),
    "innotter.comment.deleted": (schemas.CommentChanged, _comments),
}

#: The types that are counted, each with what is read of its data.
ACCEPTED = {type_: schema for type_, (schema, _reader) in _READERS.items()}
