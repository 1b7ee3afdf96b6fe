"""The address that the web server listens on, as others on this machine and people reach it."""


def reachable(host: str) -> str:
    """The host of an address at which it answers whoever is on this machine."""
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        return "localhost"
    return f"[{host}]" if ":" in host else host


def site_at(host: str, port: int) -> str:
    """The site's address, where no other is set."""
    return f"http://{'localhost' if host == '127.0.0.1' else reachable(host)}:{port}"
