"""Which refusal it is when what the product stands on is away or full, or cannot do what a service did not refuse."""

import errno
import logging
import time
from collections import deque
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import DataError, IntegrityError, InterfaceError, InternalError, OperationalError
from psycopg.errors import DeadlockDetected, DiskFull, ForeignKeyViolation, ReadOnlySqlTransaction, UniqueViolation
from redis.exceptions import RedisError

from innotter.errors import Away, Conflict, Invalid, NoRoom, ProductError

logger = logging.getLogger(__name__)

T = TypeVar("T")

#: Where all exceptions of boto3 come from. They are known by that name: who has neither a bucket nor SES loads none.
AMAZONS = "botocore.exceptions"
#: Something that no service held went or came before the commit, or two held what the other wanted and PostgreSQL ended
#: one: nothing is done. This is the last line behind `rows.hold`.
CROSSED = (DeadlockDetected, ForeignKeyViolation, UniqueViolation)
#: For how long it is remembered that the database had no room, in seconds.
FULL_SECONDS = 30
#: When this process was last told so.
_full_at: deque[float] = deque(maxlen=1)


def is_full() -> bool:
    """Whether the database has just refused to write because its disk is full."""
    return bool(_full_at) and time.monotonic() - _full_at[0] < FULL_SECONDS


def outage(error: BaseException | None) -> ProductError | None:
    """The refusal that tells of an outage; None where the error is something else."""
    refusal = Conflict() if isinstance(getattr(error, "__cause__", None), CROSSED) else _refusal(error)
    if refusal:
        logger.error("%s: %s", type(error).__name__, str(error).strip().partition("\n")[0])
    return refusal


def _refusal(error: BaseException | None) -> ProductError | None:
    cause = getattr(error, "__cause__", None)
    if isinstance(cause, DiskFull):
        _full_at.append(time.monotonic())
    match error:
        case OSError(errno=errno.ENOSPC | errno.EDQUOT) | OperationalError(__cause__=DiskFull()):
            return NoRoom()
        # A database that has failed over, or has been closed to writing because its disk is full.
        case InternalError() if isinstance(cause, ReadOnlySqlTransaction):
            return Away()
        # Something that no service held went or came before the commit (the last line behind `rows.hold`), or went
        # between the change and the answer that shows it.
        case IntegrityError(__cause__=ForeignKeyViolation() | UniqueViolation()) | ObjectDoesNotExist():
            return Conflict()
        # A null character, a number or a date that no column takes: the last line behind forms and serializers.
        case DataError():
            return Invalid()
        case OperationalError() | InterfaceError() | RedisError():
            return Away()
    return _refusal_of_amazon(error)


def _refusal_of_amazon(error: BaseException | None) -> ProductError | None:
    """Also of a bucket that does not let us in: nobody whom we answer can help that."""
    if not any(kind.__module__ == AMAZONS for kind in type(error).__mro__):
        return None
    match getattr(error, "response", None):
        case {"ResponseMetadata": {"HTTPStatusCode": HTTPStatus.INSUFFICIENT_STORAGE}}:
            return NoRoom()
    return Away()


def done_for_each(things: Iterable[T], act: Callable[[T], object]) -> int:
    """Do something for each, a transaction of its own; says for how many it was something.

    What fails for one is logged, and keeps none of the others waiting. When the database is away, nothing goes on.
    """
    count = 0
    for thing in things:
        try:
            count += bool(act(thing))
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            logger.exception("This failed for %s; the others go on", thing)
    return count
