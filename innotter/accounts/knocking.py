"""Tries to sign in, and guesses at codes: how many, and whose.

Counted by account alone, ten wrong passwords of anybody would lock the owner out. So the count of an account is kept
for each place that tries, which stops one stranger and nobody else. Strangers at many addresses have a larger count of
the account together, of which one place has its share; it may run out, and then two ways in stay: a device that has
signed in before, which a signed cookie proves and which has a count of its own; and the code by mail, which makes a
device a known one.
"""

import secrets

from django.conf import settings
from django.core.signing import BadSignature
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from innotter.accounts.models import Asker, User
from innotter.api.throttles import address_of
from innotter.rate_limits import in_capitals, limit, limit_anywhere

COOKIE = "devices"
#: The cookie's life, and for how many accounts one browser can be known.
KEPT_SECONDS = 400 * 24 * 3600
MOST = 5


def limit_sign_in(request: HttpRequest | Request, identifier: str) -> None:
    """Count a try to sign in, by the account's id: its address and its username are not two counts."""
    account = User.objects.named(identifier).values_list("pk", flat=True).first()
    _count(request, "login", account or in_capitals(identifier), _asker(request, account))


def limit_guess(request: HttpRequest | Request, email: str) -> Asker:
    """Count a guess at the code of an address; says who guesses, by which the code counts, too."""
    account = User.objects.filter(email__iexact=email).values_list("pk", flat=True).first()
    asker = _asker(request, account)
    _count(request, "otp", in_capitals(email), asker)
    return asker


def stranger(request: HttpRequest | Request) -> Asker:
    """Who registers: nobody who is known, from a place."""
    return Asker(address_of(request))


def remember_device(request: HttpRequest | Request, response: HttpResponseBase, user: User) -> None:
    """From now on this browser is known as one of this person's, signed in or not."""
    known = _devices(request)
    known = {str(user.pk): known.get(str(user.pk)) or secrets.token_urlsafe(12)} | known
    value = ",".join(f"{account}:{token}" for account, token in list(known.items())[:MOST])
    response.set_signed_cookie(
        COOKIE, value, max_age=KEPT_SECONDS, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )


def _count(request: HttpRequest | Request, name: str, account: object, asker: Asker) -> None:
    if not asker.is_known:
        limit(f"{name}_address", address_of(request))
    limit(f"{name}_account", account, asker.name)
    if not asker.is_known:
        limit_anywhere(name, account, address_of(request))


def _asker(request: HttpRequest | Request, account: int | None) -> Asker:
    token = _devices(request).get(str(account))
    return Asker(f"device {token}", is_known=True) if token else stranger(request)


def _devices(request: HttpRequest | Request) -> dict[str, str]:
    """The accounts that this browser has signed in to, and its secret name for each."""
    try:
        value = request.get_signed_cookie(COOKIE, default="", max_age=KEPT_SECONDS)
    except BadSignature:
        return {}
    return dict(pair.split(":", 1) for pair in value.split(",")) if value else {}
