"""What this service reads and answers."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

#: As large as a number may be in any store.
Id = Annotated[int, Field(ge=1, lt=2**63)]
Count = Annotated[int, Field(ge=0, lt=2**31)]

#: What is counted of a page, in the order in which it is shown.
COUNTERS = ("posts", "articles", "followers", "follow_requests", "likes", "replies", "comments", "views")


class Fact(BaseModel):
    """The part of an event that this service wants; more may come with it."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class AboutPage(Fact):
    page_id: Id


class PageCreated(AboutPage):
    owner_id: Id
    handle: str = Field(min_length=1, max_length=30)


class PageEdited(AboutPage):
    handle: str = Field(min_length=1, max_length=30)


class PageUnfollowed(AboutPage):
    was_follower: bool


class PageViewed(AboutPage):
    day: date
    views: Count = Field(ge=1)


class PageLostReplies(AboutPage):
    replies: Count


class PostPublished(AboutPage):
    kind: Literal["note", "article"]
    answered_page_id: Id | None = None


class PostDeleted(PostPublished):
    likes: Count
    replies: Count
    comments: Count


class CommentChanged(AboutPage):
    comments_change: int = Field(ge=-1, le=1)


class Counts(BaseModel):
    """How many there are, or by how many there are more."""

    posts: int = 0
    articles: int = 0
    followers: int = 0
    follow_requests: int = 0
    likes: int = 0
    replies: int = 0
    comments: int = 0
    views: int = 0


class Day(Counts):
    """By how many there were more at the end of a day (UTC) than at its beginning."""

    date: date


class Statistics(BaseModel):
    """The numbers of a page: as they are now, and by day."""

    page: str
    totals: Counts
    days: list[Day]


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
