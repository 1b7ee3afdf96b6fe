"""What people may give as an address to ask."""

import re
from urllib.parse import urlsplit


def is_whole_address(url: str) -> bool:
    """Whether it is an http or https address with a host. What it leads to is checked when it is asked."""
    try:
        parts = urlsplit(url)
        is_whole = bool(parts.hostname) and parts.scheme in {"http", "https"} and parts.port != 0
    except ValueError:
        return False
    return is_whole and not re.search(r"[\x00-\x20\x7f]", url)


def host_of(url: str) -> str:
    """The host of an address, however it is written; nothing if it has none."""
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""
    try:
        return in_ascii(host)
    except UnicodeError:
        return host


def in_ascii(host: str) -> str:
    """A name as it is looked up and sent, in whatever script it is written; raises UnicodeError if there is no such."""
    return host.encode("idna").decode()
