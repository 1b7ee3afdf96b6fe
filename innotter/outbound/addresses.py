"""What people may give as an address to ask."""

import re
import unicodedata
from urllib.parse import urlsplit

#: Characters of a host's name at most (RFC 1035, 2.3.4). In other scripts a name takes more of them when it is sent,
#: and working that out takes a time that grows with the square of its length.
LONGEST_HOST = 253

_OWN_LETTERS = re.compile("[ßẞς\u200c\u200d]")


def is_whole_address(url: str) -> bool:
    """Whether it is an http or https address with a host. What it leads to is checked when it is asked."""
    try:
        parts = urlsplit(url)
        is_whole = 0 < len(parts.hostname or "") <= LONGEST_HOST and parts.scheme in {"http", "https"}
        is_whole = is_whole and parts.port != 0
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
    if len(host) > LONGEST_HOST:
        raise UnicodeError("The name is too long.")
    return ".".join(_label(part) for part in re.split(r"[.\u3002\uff0e\uff61]", host)).encode("idna").decode()


def _label(part: str) -> str:
    """Python's codec is of 2003 and writes ß as ss, ς as σ, and leaves joiners out: names that others may own since
    2010, when these letters became letters of their own (RFC 5894, 7.2)."""
    if not _OWN_LETTERS.search(part):
        return part
    return "xn--" + unicodedata.normalize("NFC", part.lower()).encode("punycode").decode()
