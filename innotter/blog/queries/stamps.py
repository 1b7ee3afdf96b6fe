"""Which state of a post a person sees: enough to know whether an answer that was kept is still right."""

from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import Exists, OuterRef
from django.utils import timezone

from innotter.accounts.models import User
from innotter.blog.models import Post

#: A post, in the state it is in, on a page in the state it is in.
STATE = ("id", "revision", "page__revision")
#: Stand in a statement for the one who asks and for the post, until they are known.
_VIEWER, _POST = -1, -2


class Stamp(NamedTuple):
    """A post as it is now. The revisions go up with every change of what is shown of it, and never come back."""

    post_id: int
    revision: int
    page_revision: int
    kind: str
    #: Other posts hang on it; what those look like, no revision says.
    has_replies: bool
    page_id: int
    owner_id: int


def stamp_of(viewer: Any, pk: int) -> Stamp | None:
    """The state of a post; None for one that this person may not read."""
    sql, parameters = _statement(viewer.role if isinstance(viewer, User) else None)
    known = {_VIEWER: viewer.pk, _POST: pk}
    with connection.cursor() as cursor:
        cursor.execute(sql, [_filled(parameter, known) for parameter in parameters])
        row = cursor.fetchone()
    return Stamp(*row) if row else None


def sees_as(viewer: Any) -> tuple[object, ...]:
    """What distinguishes what people see: strangers without an account see the same."""
    return (viewer.pk, viewer.role) if isinstance(viewer, User) else ()


@cache
def _statement(role: str | None) -> tuple[str, tuple[object, ...]]:
    """The see-rule of posts as one statement. Putting it together takes longer than asking it, so that is done once."""
    viewer = User(pk=_VIEWER, role=role) if role else AnonymousUser()
    replies = Exists(Post.objects.filter(reply_to=OuterRef("pk")))
    posts = (
        Post.objects.readable_by(viewer).filter(pk=_POST).values_list(*STATE, "kind", replies, "page", "page__owner")
    )
    sql, parameters = posts.query.sql_with_params()
    return sql, tuple(parameters)


def _filled(parameter: Any, known: dict[int, Any]) -> Any:
    if isinstance(parameter, datetime):
        return timezone.now()  # The rule asks what is blocked at this moment.
    return known.get(parameter, parameter) if type(parameter) is int else parameter
