"""What happens to pages."""

from dataclasses import dataclass

from innotter.events.domain import DomainEvent


@dataclass(frozen=True, kw_only=True)
class PageCreated(DomainEvent):
    """Somebody has opened a page."""

    type = "innotter.page.created"
    about = "page_id"
    page_id: int
    owner_id: int
    handle: str


@dataclass(frozen=True, kw_only=True)
class PageEdited(DomainEvent):
    """A page has another name, handle, description, picture, tags or privacy."""

    type = "innotter.page.edited"
    about = "page_id"
    page_id: int
    handle: str


@dataclass(frozen=True, kw_only=True)
class PageRenamed(DomainEvent):
    """A page has another handle; what its owner has planned by the one before goes on with it."""

    is_public = False
    type = "innotter.page.renamed"
    about = "page_id"
    page_id: int
    former_handle: str


@dataclass(frozen=True, kw_only=True)
class PageDeleted(DomainEvent):
    """A page is gone, with all that was on it."""

    type = "innotter.page.deleted"
    about = "page_id"
    page_id: int
    owner_id: int


@dataclass(frozen=True, kw_only=True)
class PageBlocked(DomainEvent):
    """A moderator has taken a page out of sight, until a time or for ever."""

    type = "innotter.page.blocked"
    about = "page_id"
    page_id: int
    action_id: int


@dataclass(frozen=True, kw_only=True)
class PageUnblocked(DomainEvent):
    """A moderator has brought a blocked page back."""

    type = "innotter.page.unblocked"
    about = "page_id"
    page_id: int
    action_id: int


@dataclass(frozen=True, kw_only=True)
class PageFollowed(DomainEvent):
    """Somebody follows a page from now on."""

    type = "innotter.page.followed"
    about = "page_id"
    page_id: int
    follower_id: int


@dataclass(frozen=True, kw_only=True)
class FollowRequested(DomainEvent):
    """Somebody asks to follow a private page."""

    type = "innotter.page.follow_requested"
    about = "page_id"
    page_id: int
    follower_id: int


@dataclass(frozen=True, kw_only=True)
class FollowAccepted(DomainEvent):
    """The owner of a private page has let somebody in who wished to follow it."""

    type = "innotter.page.follow_accepted"
    about = "page_id"
    page_id: int
    follower_id: int


@dataclass(frozen=True, kw_only=True)
class FollowRejected(DomainEvent):
    """The owner of a private page has turned somebody away who wished to follow it."""

    type = "innotter.page.follow_rejected"
    about = "page_id"
    page_id: int
    follower_id: int


@dataclass(frozen=True, kw_only=True)
class PageUnfollowed(DomainEvent):
    """Somebody follows a page no longer, or has withdrawn the wish to."""

    type = "innotter.page.unfollowed"
    about = "page_id"
    page_id: int
    follower_id: int
    was_follower: bool


@dataclass(frozen=True, kw_only=True)
class PageViewed(DomainEvent):
    """How often a page and what is on it were viewed on a day (UTC)."""

    type = "innotter.page.viewed"
    about = "page_id"
    page_id: int
    day: str
    views: int


@dataclass(frozen=True, kw_only=True)
class PageLostReplies(DomainEvent):
    """Replies to what is on a page are gone, because the page that they stood on is."""

    type = "innotter.page.lost_replies"
    about = "page_id"
    page_id: int
    replies: int
