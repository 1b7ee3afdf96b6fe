"""Holding a row: the one way to lock something that is to be changed, or that something is to be hung on; and
deleting rows with all that hangs on them."""

from collections import deque
from collections.abc import Iterator
from typing import Any, TypeVar

from django.db import connection
from django.db.models import CASCADE, SET_NULL, ForeignObjectRel, Model, QuerySet
from django.utils.translation import gettext_lazy as _

from innotter.errors import Conflict

M = TypeVar("M", bound=Model)

#: Sets the locks of names apart from other advisory locks.
NAMES = 0x6E616D65


class Gone(Conflict):
    """What was to be changed has been deleted since it was read."""

    code = "gone"
    message = _("This no longer exists: somebody has deleted it in the meantime.")


def hold(rows: QuerySet[M], pk: object, *, to_delete: bool = False) -> M:
    """Return a row as it is now; it stays so until the transaction ends. Raises `Gone` when it is not there any more.

    Decide by what this returns, never by what was read before: privacy, state and parents may have changed since.
    Lock a page before its posts, and a team before its tasks. `to_delete` also holds back those who refer to the row.
    """
    row = rows.select_for_update(of=("self",), no_key=not to_delete).filter(pk=pk).first()
    if row is None:
        raise Gone
    return row


def hold_name(name: str) -> None:
    """Be the only one who takes a name, in whatever case, until the transaction ends: for names that two tables share.

    Write first, hold, then look whether somebody else has it: whoever comes second sees what the first has written.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(upper(%s), %s))", [name, NAMES])


def delete(rows: QuerySet[Any]) -> None:
    """Delete rows with all that hangs on them: a few statements, however many there are.

    Django's own `delete()` loads every row that it finds below. Nobody refers to a row that is about to go: whoever
    wants to waits until the transaction ends, and hears that it is gone.
    """
    keys = list(_keys_pointing_at(rows.model))
    if keys:
        deque(rows.order_by("pk").select_for_update(of=("self",)).values_list("pk").iterator(), maxlen=0)
    for key in keys:
        below = key.model._base_manager.filter(**{f"{key.name}__in": rows.order_by().values("pk")})  # noqa: SLF001
        if key.remote_field.on_delete is SET_NULL:
            below.update(**{key.name: None})
        elif key.model is not rows.model:  # An answer goes with what it answers: both hang on the same.
            delete(below)
    rows.order_by()._raw_delete(rows.db)  # noqa: SLF001 - one DELETE, without asking what hangs on it: that has gone


def _keys_pointing_at(model: type[Model]) -> Iterator[Any]:
    for field in model._meta.get_fields(include_hidden=True):
        if isinstance(field, ForeignObjectRel) and not field.many_to_many:
            if field.on_delete not in {CASCADE, SET_NULL}:
                raise NotImplementedError(f"{field} asks for {field.on_delete} when {model} goes.")
            yield field.field
