"""The ports that Innotter listens on, and whether they are free."""

import os
import socket

from innotter.cli.errors import CannotStart


def check_ports(host: str, port: int) -> None:
    """Refuse when a port that will be needed is taken, before anything is started."""
    check_port(host, port, other=port + 10)
    for name, number in (("STATISTICS_URL", port + 1), ("INSIGHTS_URL", port + 2)):
        if name not in os.environ:
            check_port("127.0.0.1", number, other=port + 10)


def check_port(host: str, port: int, *, other: int) -> None:
    """Refuse a port that another program listens on; the other is what to try instead."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise CannotStart(f"Port {port} is for root. Choose another: PORT=8000 make run") from None
        except OSError as error:
            raise CannotStart(
                f"Port {port} on {host} cannot be used ({error.strerror})."
                f" Stop the program that has it, or choose another: PORT={other} make run"
            ) from None
