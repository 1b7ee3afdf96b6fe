"""Addresses of cache and broker, in every spelling that their programs use, as our libraries know them."""

from urllib.parse import parse_qsl, urlencode, urlsplit

from environs import EnvValidationError

#: What Redis, Valkey and the libraries around them call the same thing.
CACHES = {
    "redis": "redis",
    "valkey": "redis",
    "rediss": "rediss",
    "valkeys": "rediss",
    "unix": "unix",
    "redis+unix": "unix",
    "valkey+unix": "unix",
    "redis+socket": "unix",
}
BROKERS = {
    **CACHES,
    "unix": "redis+socket",
    "redis+unix": "redis+socket",
    "valkey+unix": "redis+socket",
    "redis+socket": "redis+socket",
    "sentinel": "sentinel",
    "amqp": "amqp",
    "pyamqp": "amqp",
    "amqps": "amqps",
}


def cache_address(text: str) -> str:
    """An address for Django's cache, for the limits and for the counting of looks."""
    return _known(text, CACHES, number="db")


def broker_address(text: str) -> str:
    """An address for Celery; of several, with semicolons between them, each."""
    return ";".join(_known(part, BROKERS, number="virtual_host") for part in text.split(";"))


def _known(text: str, schemes: dict[str, str], *, number: str) -> str:
    if not text:
        return ""
    scheme, _colon, rest = text.partition("://")
    known = schemes.get(scheme.lower())
    if known is None or not rest:
        choices = ", ".join(f"{name}://" for name in schemes)
        raise EnvValidationError(f"An address of a cache or broker begins with one of {choices}.", [])
    if not urlsplit(text).query or known not in {"unix", "redis+socket"}:
        return f"{known}://{rest}"
    # Of a socket file the number of the database is a parameter, and the libraries name it differently.
    names = {"db": number, "virtual_host": number}
    parameters = [(names.get(name, name), value) for name, value in parse_qsl(urlsplit(text).query)]
    return f"{known}://{rest.partition('?')[0]}?{urlencode(parameters)}"
