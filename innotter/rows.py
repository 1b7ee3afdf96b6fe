"""Holding a row: the one way to lock something that is to be changed, or that something is to be hung on."""

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from innotter.errors import Conflict

M = TypeVar("M", bound=Model)


class Gone(Conflict):
    """What was to be changed has been deleted since it was read."""

    code = "gone"
    message = _("This is gone: somebody has deleted it in the meantime.")


def hold(rows: QuerySet[M], pk: object, *, to_delete: bool = False) -> M:
    """Return a row as it is now; it stays so until the transaction ends. Raises `Gone` when it is not there any more.

    Decide by what this returns, never by what was read before: privacy, state and parents may have changed since.
    Lock a page before its posts, and a team before its tasks. `to_delete` also holds back those who refer to the row.
    """
    row = rows.select_for_update(of=("self",), no_key=not to_delete).filter(pk=pk).first()
    if row is None:
        raise Gone
    return row
