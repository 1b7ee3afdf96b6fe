"""Who asks: tokens that the core has signed, checked with the keys that it publishes (JWKS, RFC 7517)."""

import threading
import time
from dataclasses import dataclass
from typing import Any

import jwt
from jwt import PyJWK, PyJWKClient

ALGORITHM, AUDIENCE = "EdDSA", "innotter"
#: How long the core's keys count as known, and the least pause between two looks for one that is not, in seconds.
KEPT, LEAST_PAUSE = 300, 10
#: The pause while no key is known at all: whoever waited for a look that failed does not take another one, in seconds.
FIRST_PAUSE = 1
#: Tolerated clock skew between the core and this machine, in seconds.
LEEWAY = 30


class NotSignedIn(Exception):
    """The token is missing, too old, or not of the core."""


class KeysAway(Exception):
    """The core cannot be asked for its keys just now."""


@dataclass(frozen=True)
class Caller:
    """Who holds a good token: a person, or the core itself, which has no `user_id`."""

    user_id: int
    role: str
    is_core: bool = False

    @property
    def is_admin(self) -> bool:
        return self.role == "admin"


class TokenCheck:
    """Checks tokens. A key that is not known is looked for at once, so that the core can change its own."""

    def __init__(self, jwks_url: str) -> None:
        self._client = PyJWKClient(jwks_url, cache_jwk_set=True, lifespan=KEPT, timeout=5)
        self._known: dict[str, PyJWK] = {}
        self._looked_at = self._known_at = float("-inf")
        self._lock = threading.Lock()

    def caller(self, authorization: str | None) -> Caller:
        """Who stands behind an `Authorization` header."""
        scheme, _space, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise NotSignedIn("Send an access token: Authorization: Bearer <token>.")
        try:
            key = self._key(str(jwt.get_unverified_header(token).get("kid", "")))
            claims = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                leeway=LEEWAY,
                options={"require": ["exp", "sub", "typ"]},
            )
            return _read(claims)
        except (jwt.InvalidTokenError, ValueError):
            raise NotSignedIn("This token is not good, or no longer. Sign in again.") from None

    def _key(self, kid: str) -> PyJWK:
        """A key that is known serves at once, whatever becomes of the look that one thread takes meanwhile."""
        is_known = kid in self._known
        now = time.monotonic()
        is_due = not is_known or now - self._known_at > KEPT
        # Who needs a new key waits for it; the others go on while somebody looks.
        if is_due and self._lock.acquire(blocking=not is_known):
            try:
                now = time.monotonic()
                is_old = now - self._known_at > KEPT
                pause = LEAST_PAUSE if self._known else FIRST_PAUSE
                if (is_old or kid not in self._known) and now - self._looked_at > pause:
                    self._start_look(now, waits=not is_known)
            finally:
                self._lock.release()
        known = self._known
        if kid in known:
            return known[kid]
        if self._known_at == float("-inf"):
            raise KeysAway("The core cannot be asked for its keys.")
        raise jwt.InvalidTokenError("unknown key")

    def _start_look(self, now: float, *, waits: bool) -> None:
        if waits:
            self._look(now)
            return
        self._looked_at = now
        threading.Thread(target=self._look, args=[now], name="keys", daemon=True).start()

    def _look(self, now: float) -> None:
        self._looked_at = now
        try:
            keys = self._client.get_jwk_set(refresh=True).keys
        except jwt.PyJWTError:  # The core is away, or what it answers is no set of keys.
            self._looked_at = time.monotonic()  # Of its end: it may have taken longer than the pause.
            return
        self._known = {str(key.key_id): key for key in keys}
        self._known_at = now


def _read(claims: dict[str, Any]) -> Caller:
    if claims["typ"] == "service":
        return Caller(user_id=0, role="", is_core=True)
    if claims["typ"] != "access":
        raise jwt.InvalidTokenError("not an access token")
    return Caller(user_id=int(claims["sub"]), role=str(claims.get("role", "")))
