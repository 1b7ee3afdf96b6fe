"""JSON Web Tokens: what they say, how they are signed (EdDSA), and the public keys that others check them with."""

import json
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings
from jwt.algorithms import OKPAlgorithm

from innotter.accounts.models import User

ALGORITHM = "EdDSA"
#: Tolerated clock skew between machines, in seconds.
LEEWAY = 30
#: Tokens whose signatures are not checked anew: of a few hundred bytes each.
MOST_REMEMBERED = 4096


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


@dataclass(frozen=True)
class _Key:
    """A key of ours, and what others know of it."""

    private: Ed25519PrivateKey
    public: dict[str, Any]

    @property
    def kid(self) -> str:
        return str(self.public["kid"])


def _our_keys() -> dict[str, _Key]:
    """The keys in their order, by their `kid`: the first signs, all of them count."""
    return _keys_of(tuple(settings.TOKEN_KEYS))


def _keys_of(texts: tuple[str, ...]) -> dict[str, _Key]:
    return {key.kid: key for key in map(_read_key, texts)}


@cache
def _read_key(text: str) -> _Key:
    private = load_pem_private_key(text.encode(), password=None)
    if not isinstance(private, Ed25519PrivateKey):
        raise TypeError("TOKEN_KEY must be an Ed25519 key in PEM.")
    public: dict[str, Any] = json.loads(OKPAlgorithm.to_jwk(private.public_key()))
    shape = json.dumps({name: public[name] for name in ("crv", "kty", "x")}, separators=(",", ":"))
    kid = urlsafe_b64encode(sha256(shape.encode()).digest()).rstrip(b"=").decode()
    return _Key(private, public | {"kid": kid, "use": "sig", "alg": ALGORITHM})


def public_keys() -> dict[str, Any]:
    """The JWKS: the keys that check our tokens, each with its `kid` (RFC 7638 thumbprint)."""
    return {"keys": [key.public for key in _our_keys().values()]}


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
    key = next(iter(_our_keys().values()))
    return jwt.encode(claims, key.private, ALGORITHM, headers={"kid": key.kid})


@lru_cache(maxsize=MOST_REMEMBERED)
def _checked(token: str, keys: tuple[str, ...]) -> dict[str, Any]:
    """What a token says that one of these keys has signed; raises what `jwt.decode` does.

    A program sends the same token for a quarter of an hour. Of one that was good once, only its end is asked again:
    neither its signature nor its beginning changes.
    """
    key = _keys_of(keys)[jwt.get_unverified_header(token)["kid"]]
    claims: dict[str, Any] = jwt.decode(
        token,
        key.private.public_key(),
        algorithms=[ALGORITHM],
        audience="innotter",
        leeway=LEEWAY,
        options={"require": ["exp", "sub", "sid", "typ"]},
    )
    return claims


def _read(token: str, type_: str) -> Claims | None:
    try:
        claims = _checked(token, tuple(settings.TOKEN_KEYS))
        if claims["typ"] != type_ or claims["exp"] <= time.time() - LEEWAY:
            return None
        return Claims(user_id=int(claims["sub"]), session_id=int(claims["sid"]), serial=claims.get("jti", ""))
    except (jwt.InvalidTokenError, KeyError, ValueError, TypeError):
        return None
