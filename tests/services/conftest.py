"""The services of the tests: the keys of a core, and people's tokens."""

import json
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm


class Core:
    """Publishes keys as the core does, and signs with the newest of them."""

    def __init__(self) -> None:
        self.keys: dict[str, Ed25519PrivateKey] = {}
        self.asked = 0
        self.is_up = True
        self.rotate()

    def rotate(self) -> None:
        """A new key to sign with; those before it are still published."""
        self.kid = urlsafe_b64encode(str(len(self.keys)).encode()).decode()
        self.keys[self.kid] = Ed25519PrivateKey.generate()

    def jwks(self) -> bytes:
        keys = [
            json.loads(OKPAlgorithm.to_jwk(key.public_key())) | {"kid": kid, "alg": "EdDSA", "use": "sig"}
            for kid, key in self.keys.items()
        ]
        return json.dumps({"keys": keys}).encode()

    def token(self, user: int = 1, role: str = "user", **claims: object) -> str:
        now = int(time.time())
        said = {
            "typ": "access",
            "sub": str(user),
            "role": role,
            "aud": "innotter",
            "iat": now,
            "exp": now + 60,
        } | claims
        return jwt.encode(said, self.keys[self.kid], "EdDSA", headers={"kid": self.kid})

    def headers(self, user: int = 1, role: str = "user", **claims: object) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(user, role, **claims)}"}

    def service_headers(self) -> dict[str, str]:
        return self.headers(typ="service", sub="core")


@pytest.fixture
def core() -> Iterator[Core]:
    """The core as the services know it: an address with keys."""
    core = Core()

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            core.asked += 1
            self.send_response(200 if core.is_up else 503)
            self.end_headers()
            self.wfile.write(core.jwks() if core.is_up else b"")

        def log_message(self, *words: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Keys)
    core.jwks_url = f"http://127.0.0.1:{server.server_port}/jwks.json"
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    yield core
    server.shutdown()
    server.server_close()


@pytest.fixture
def tell(client, core) -> Callable[..., int]:
    """Send events to the service as the core does; gives the status."""

    def tell(*events: object) -> int:
        headers = core.service_headers() | {"Content-Type": "application/cloudevents-batch+json"}
        return client.post("/events", json=list(events), headers=headers).status_code

    return tell


@pytest.fixture
def envelope() -> Callable[..., dict[str, object]]:
    """Events in their envelopes, numbered as they are made."""
    numbers = iter(range(1, 10_000))

    def make(type_: str, *, at: str = "2026-11-10T12:00:00+00:00", **data: object) -> dict[str, object]:
        number = next(numbers)
        return {
            "specversion": "1.0",
            "id": str(number),
            "source": "http://core.test",
            "type": f"innotter.{type_}",
            "subject": "page/7",
            "time": at,
            "sequence": f"{number:020}",
            "data": data,
        }

    return make
