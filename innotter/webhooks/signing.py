"""Signing as Standard Webhooks 1.0 says: https://www.standardwebhooks.com"""

import base64
import hashlib
import hmac
import secrets
import uuid
from collections.abc import Mapping, Sequence

#: What a secret begins with, so that programs that look for leaked ones know it.
PREFIX = "whsec_"
LENGTH = 32


def new_secret() -> bytes:
    return secrets.token_bytes(LENGTH)


def shown(secret: bytes) -> str:
    """A secret as its owner is given it."""
    return PREFIX + base64.b64encode(secret).decode()


def message_name(message_id: uuid.UUID) -> str:
    """A delivery's id as its header has it."""
    return f"msg_{message_id.hex}"


def headers(*, message: str, timestamp: int, body: bytes, signed_with: Sequence[bytes]) -> Mapping[str, str]:
    """The headers of a message; it has a signature for each secret that counts."""
    content = b".".join([message.encode(), str(timestamp).encode(), body])
    signatures = [hmac.new(secret, content, hashlib.sha256).digest() for secret in signed_with]
    return {
        "webhook-id": message,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(f"v1,{base64.b64encode(signature).decode()}" for signature in signatures),
    }
