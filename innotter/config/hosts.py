"""The address that the web server listens on, as others on this machine and people reach it."""

from urllib.parse import urlsplit


def reachable(host: str) -> str:
    """The host of an address at which it answers whoever is on this machine."""
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        return "localhost"
    return f"[{host}]" if ":" in host else host


def site_at(host: str, port: int) -> str:
    """The site's address, where no other is set."""
    return f"http://{'localhost' if host == '127.0.0.1' else reachable(host)}:{port}"


def in_ascii(host: str) -> str:
    """A name as browsers send it, in whatever script it is written; the dot or star that it may begin with stays."""
    return host if host.isascii() else ".".join(part.encode("idna").decode() for part in host.split("."))


def site_in_ascii(address: str) -> str:
    """The site's address with its name as browsers send it."""
    if address.isascii():
        return address
    parts = urlsplit(address)
    port = f":{parts.port}" if parts.port else ""
    return parts._replace(netloc=f"{in_ascii(parts.hostname or '')}{port}").geturl()
