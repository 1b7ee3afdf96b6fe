"""How the product says no.

A rule that refuses raises one of these. `api/problems.py` and `web/errors.py` turn it into an answer; nothing else
maps errors. The whole tree, each with its status and the `code` that programs read; those that are not below are in the
modules that raise them:

    ProductError             400 bad_request
    ├── Invalid              400 invalid
    │   ├── TooIntricate     400 invalid                      markdown/limits.py
    │   └── WrongCode        400 wrong_code                   accounts/services/registering.py
    ├── NotSignedIn          401 not_signed_in
    ├── WrongCredentials     401 wrong_credentials            accounts/services/signing_in.py
    ├── InvalidToken         401 invalid_token                accounts/services/signing_in.py
    ├── Forbidden            403 forbidden
    │   └── RegistrationClosed 403 registration_closed        accounts/services/registering.py
    ├── AccountBlocked       403 account_blocked              accounts/services/signing_in.py
    ├── EmailNotVerified     403 email_not_verified           accounts/services/signing_in.py
    ├── Conflict             409 conflict
    │   ├── Gone             409 gone                         rows.py
    │   ├── DraftHasChanged  409 conflict                     blog/services/writing.py
    │   ├── EditedMeanwhile  409 conflict                     blog/services/importing.py
    │   ├── OnlyPage         409 only_page                    pages/services/editing.py
    │   ├── Taken            409 key_taken                    jobs/services/uniqueness.py
    │   ├── TakenMeanwhile   409 conflict                     blog/services/importing.py
    │   └── TaskHasChanged   409 conflict                     tasks/services/merging.py
    ├── TooLarge             413 too_large                    api/json.py
    ├── KeyReused            422 idempotency_key_reused       api/idempotency.py
    ├── TooManyRequests      429 too_many_requests
    ├── Away                 503 away
    └── NoRoom               507 no_room
"""

from collections.abc import Mapping, Sequence
from math import ceil
from types import MappingProxyType
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise

#: In seconds.
MINUTE, HOUR = 60, 3600


class ProductError(Exception):
    """A refusal a person can understand: what is wrong, and where possible what to do about it."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad_request"
    message: ClassVar[Text] = _("This request could not be understood.")
    #: What programs are told beside: further members of the problem document.
    more: Mapping[str, Any] = MappingProxyType({})
    #: In how many seconds it makes sense to try again, where that is known.
    retry_after: int | None = None

    def __init__(self, detail: Text | None = None, **errors: Text | Sequence[Text]) -> None:
        self.detail = detail or self.message
        self.errors = {field: _listed(error) for field, error in errors.items()}
        super().__init__(str(self.detail))


def _listed(errors: Text | Sequence[Text]) -> list[str]:
    return [str(errors)] if isinstance(errors, str | Promise) else [str(error) for error in errors]


class Invalid(ProductError):
    """Something that was sent is wrong; `errors` says what, field by field."""

    code = "invalid"
    message = _("Some of this needs another look.")


class NotSignedIn(ProductError):
    """Only people who are signed in may do this."""

    status, code = 401, "not_signed_in"
    message = _("Sign in to do this.")


class Forbidden(ProductError):
    """This person may see the thing, but not do this to it."""

    status, code = 403, "forbidden"
    message = _("You are not allowed to do this.")


class Conflict(ProductError):
    """The thing has changed meanwhile, or somebody else was first."""

    status, code = 409, "conflict"
    message = _("This has changed in the meantime.")


class TooManyRequests(ProductError):
    """A limit is reached; `retry_after` says in how many seconds it makes sense to try again."""

    status, code = 429, "too_many_requests"
    message = _("Too many attempts. Please wait a little.")

    def __init__(self, *, retry_after: int) -> None:
        super().__init__(_when(retry_after))
        self.retry_after = retry_after


def _when(seconds: int) -> Text:
    """For people, in the largest unit of which there are at least two."""
    if seconds < 2 * MINUTE:
        return _("Too many attempts. Try again in %(seconds)d seconds.") % {"seconds": seconds}
    if seconds < 2 * HOUR:
        return _("Too many attempts. Try again in %(minutes)d minutes.") % {"minutes": ceil(seconds / MINUTE)}
    return _("Too many attempts. Try again in %(hours)d hours.") % {"hours": ceil(seconds / HOUR)}


class Away(ProductError):
    """Another program that is needed for this does not answer."""

    status, code, retry_after = 503, "away", 5
    message = _("This is unavailable at the moment. Try again soon.")


class NoRoom(ProductError):
    """A disk is full. What is there can be read, and nothing new can be kept."""

    status, code, retry_after = 507, "no_room", 60
    message = _("There is no room left to keep this. Whoever runs the site has to make some; try again later.")


def require(allowed: bool) -> None:
    """Refuse unless the permission holds."""
    if not allowed:
        raise Forbidden
