"""Who comes, to what kind of page, and what is theirs to see of it."""

from dataclasses import dataclass

PEOPLE = ["anonymous", "unverified", "stranger", "pending", "follower", "owner", "blocked", "moderator", "admin"]
KINDS = ["public", "private", "blocked"]

_MAY_READ = {
    "public": set(PEOPLE),
    "private": {"follower", "owner", "moderator", "admin"},
    "blocked": {"owner", "moderator", "admin"},
}


@dataclass(frozen=True)
class Visit:
    """A person before a page. Who is unverified or blocked is signed in nowhere: the site takes them for a stranger."""

    person: str
    kind: str

    @property
    def is_signed_in(self) -> bool:
        return self.person not in {"anonymous", "unverified", "blocked"}

    @property
    def is_refused(self) -> bool:
        """Their token is known, but no longer, or not yet, good for anything."""
        return self.person in {"unverified", "blocked"}

    @property
    def reads(self) -> bool:
        return self.person in _MAY_READ[self.kind] and (self.is_signed_in or self.kind == "public")

    @property
    def finds(self) -> bool:
        """Sees the card: of a private page everybody does, or nobody could ask to follow it."""
        return self.reads or self.kind == "private"

    @property
    def owns(self) -> bool:
        return self.person == "owner"

    @property
    def moderates(self) -> bool:
        return self.person in {"moderator", "admin"}

    @property
    def is_admin(self) -> bool:
        return self.person == "admin"
