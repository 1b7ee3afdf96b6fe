"""The keys that an installation signs with: making them, and changing them while people stay signed in."""

import re
import secrets
from collections.abc import Collection

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from environs import EnvValidationError

from innotter.config.data_dir import SECRET_KEYS, TOKEN_KEYS, DataDir

#: The variables that a key may be given by.
NAMES = SECRET_KEY, TOKEN_KEY = "SECRET_KEY", "TOKEN_KEY"
#: How many of the keys before still count.
KEPT = 5
_PEM = re.compile(r"-----BEGIN PRIVATE KEY-----.+?-----END PRIVATE KEY-----", re.DOTALL)


def new_token_key() -> str:
    """An Ed25519 key, in PEM."""
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def new_secret_key() -> str:
    """A text that nobody guesses."""
    return secrets.token_urlsafe(48)


def pem_blocks(text: str) -> list[str]:
    """The keys in a PEM text. In a variable, a line's end may be written as `\\n`."""
    return _PEM.findall(text.replace("\\n", "\n"))


def given_token_keys(text: str) -> list[str]:
    """The keys in a variable. One that is set and holds none, or others, is an error, not the wish for new keys."""
    keys = pem_blocks(text)
    if text and not (keys and all(map(_is_ours, keys))):
        sentence = "TOKEN_KEY and TOKEN_KEYS_ALSO hold Ed25519 keys in PEM (-----BEGIN PRIVATE KEY-----)."
        raise EnvValidationError(sentence, [])
    return keys


def _is_ours(pem: str) -> bool:
    """Whether it is a key of the kind that tokens are signed with."""
    try:
        return isinstance(load_pem_private_key(pem.encode(), password=None), Ed25519PrivateKey)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return False


def kept_secret_keys(place: DataDir) -> list[str]:
    """The keys that sign sessions and codes; the first is made when there is none."""
    return place.kept(SECRET_KEYS, new_secret_key).split()


def kept_token_keys(place: DataDir) -> list[str]:
    """The keys that sign tokens; the first is made when there is none."""
    return pem_blocks(place.kept(TOKEN_KEYS, new_token_key))


def rotate(place: DataDir, *, forget: bool = False, names: Collection[str] = NAMES) -> None:
    """Put new keys before those in the data folder, of these names.

    Unless those before are to be forgotten, what they signed still counts.
    """
    kept = 0 if forget else KEPT
    place.make()
    if SECRET_KEY in names:
        place.replace(SECRET_KEYS, "\n".join([new_secret_key(), *kept_secret_keys(place)[:kept]]) + "\n")
    if TOKEN_KEY in names:
        place.replace(TOKEN_KEYS, "\n".join([new_token_key().strip(), *kept_token_keys(place)[:kept]]) + "\n")
