"""JSON Web Tokens: what they say, how they are signed (EdDSA), and the public key that others check them with."""

import json
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings
from jwt.algorithms import OKPAlgorithm

from innotter.accounts.models import User

ALGORITHM = "EdDSA"


@dataclass(frozen=True)
class TokenPair:
    """What a program gets when it signs in; `expires_in` is the access token's life in seconds."""

    access: str
    refresh: str
    expires_in: int
    token_type: str = "Bearer"  # noqa: S105 - the name of a scheme


@dataclass(frozen=True)
class Claims:
    """What a good token says: whose it is, of which session, and which of its family."""

    user_id: int
    session_id: int
    serial: str


@cache
def _signing_key() -> Ed25519PrivateKey:
    key = load_pem_private_key(settings.TOKEN_KEY.encode(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError("TOKEN_KEY must be an Ed25519 key in PEM.")
    return key


@cache
def public_keys() -> dict[str, Any]:
    """The JWKS: the keys that check our tokens, each with its `kid` (RFC 7638 thumbprint)."""
    key: dict[str, Any] = json.loads(OKPAlgorithm.to_jwk(_signing_key().public_key()))
    shape = json.dumps({name: key[name] for name in ("crv", "kty", "x")}, separators=(",", ":"))
    key["kid"] = urlsafe_b64encode(sha256(shape.encode()).digest()).rstrip(b"=").decode()
    return {"keys": [key | {"use": "sig", "alg": ALGORITHM}]}


def issue(*, user: User, session_id: int, serial: str) -> TokenPair:
    """A new pair of tokens for a session."""
    access = {"typ": "access", "sub": str(user.pk), "sid": session_id, "username": user.username, "role": user.role}
    refresh = {"typ": "refresh", "sub": str(user.pk), "sid": session_id, "jti": serial}
    return TokenPair(
        access=_sign(access, settings.ACCESS_TOKEN_SECONDS),
        refresh=_sign(refresh, settings.REFRESH_TOKEN_SECONDS),
        expires_in=settings.ACCESS_TOKEN_SECONDS,
    )


def service_token() -> str:
    """Says to the services that it is the core itself that speaks."""
    return _sign({"typ": "service", "sub": "core"}, 60)


def token_for_services(*, user: User) -> str:
    """Says to the services for whom the core asks. The core itself does not take it: it has no session."""
    return _sign({"typ": "access", "sub": str(user.pk), "username": user.username, "role": user.role}, 60)


def read_access_token(token: str) -> Claims | None:
    """What an access token says; None unless it is ours, whole and in time."""
    return _read(token, "access")


def read_refresh_token(token: str) -> Claims | None:
    """What a refresh token says; None unless it is ours, whole and in time."""
    return _read(token, "refresh")


def _sign(claims: dict[str, Any], seconds: int) -> str:
    now = int(time.time())
    claims |= {"iss": settings.SITE_URL, "aud": "innotter", "iat": now, "exp": now + seconds}
    return jwt.encode(claims, _signing_key(), ALGORITHM, headers={"kid": public_keys()["keys"][0]["kid"]})


def _read(token: str, type_: str) -> Claims | None:
    try:
        claims = jwt.decode(
            token,
            _signing_key().public_key(),
            algorithms=[ALGORITHM],
            audience="innotter",
            options={"require": ["exp", "sub", "sid", "typ"]},
        )
        if claims["typ"] != type_:
            return None
        return Claims(user_id=int(claims["sub"]), session_id=int(claims["sid"]), serial=claims.get("jti", ""))
    except (jwt.InvalidTokenError, ValueError, TypeError):
        return None
