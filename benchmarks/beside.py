"""Programs that run beside the web server while it is measured."""

import os
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.running import wait_until


@contextmanager
def running(command: list[str], **environment: str) -> Iterator[Callable[[int, str], str]]:
    """Run a program; gives what waits until it answers at a port and path, and returns its address."""
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, env=os.environ | environment, stdout=quiet, stderr=quiet)

    def address_of(port: int, path: str) -> str:
        wait_until(lambda: _answers(f"http://127.0.0.1:{port}{path}"), what=str(command))
        return f"http://127.0.0.1:{port}"

    try:
        yield address_of
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=2).close()
    except OSError:
        return False
    return True
