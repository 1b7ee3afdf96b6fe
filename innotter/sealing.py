"""Sealing what must be read again, and not by whoever gets hold of the database: with a key that `SECRET_KEY` gives.

`rotate-keys` keeps the keys before, which still open what they have sealed; what is sealed anew is under the newest.
"""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class Broken(Exception):
    """It was sealed with a key that this installation does not have any more."""


def seal(content: bytes) -> str:
    """A text that only this installation can open."""
    return _kit().encrypt(content).decode()


def opened(sealed: str) -> bytes:
    """What was sealed; raises `Broken` when its key is gone."""
    try:
        return _kit().decrypt(sealed)
    except InvalidToken:
        raise Broken from None


def is_under_newest(sealed: str) -> bool:
    """Whether it was sealed with the newest key."""
    try:
        _fernet(settings.SECRET_KEY).decrypt(sealed)
    except InvalidToken:
        return False
    return True


def _kit() -> MultiFernet:
    return MultiFernet([_fernet(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _fernet(key: str) -> Fernet:
    """A key for this purpose alone: `SECRET_KEY` signs sessions with others."""
    made = HKDF(SHA256(), 32, salt=None, info=b"innotter.sealing").derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(made))
