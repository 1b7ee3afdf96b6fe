"""Containers without an engine: the one entry point, run as it is in the image, beside this machine's servers."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.prepared import FOREIGN
from tests.running import Running, free_port, wait_until

ROOT = Path(__file__).parents[2]
ENTRYPOINT = ROOT / "deploy" / "docker" / "entrypoint.sh"


class Container:
    """A role of the image, in a process group and with a /tmp of its own."""

    def __init__(self, command: tuple[str, ...], environment: dict[str, str], place: Path) -> None:
        place.mkdir()
        self.environment = environment | {"TMPDIR": str(place)}
        self.log = place / "log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [ENTRYPOINT, *command],
                env=self.environment,
                cwd=place,
                start_new_session=True,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    @property
    def port(self) -> int:
        return int(self.environment["PORT"])

    def is_healthy(self) -> bool:
        """As the engine asks."""
        return subprocess.run([ENTRYPOINT, "health"], env=self.environment, check=False, stderr=-3).returncode == 0

    def await_health(self, what: str) -> None:
        """Asked twice a second: each question is a program of its own, and takes its time from what is starting."""
        wait_until(self.is_healthy, seconds=60, every=0.5, what=f"the health of {what}")

    def stop(self, seconds: float = 30) -> int:
        """As the engine does."""
        self.process.terminate()
        return self.process.wait(seconds)

    def kill(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)


class Engine:
    """Starts containers that share an environment and a data folder."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder, self.started = folder, list[Container]()
        self.port = free_port(3)
        kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        site = {"PORT": str(self.port), "HOST": "127.0.0.1", "SITE_URL": f"http://localhost:{self.port}"}
        self.environment = (
            kept | site | {"PATH": path, "DATA_DIR": str(folder / "data"), "WEB_WORKERS": "2"} | environment
        )

    def start(self, *command: str, **own: str) -> Container:
        container = Container(command, self.environment | own, self.folder / f"container-{len(self.started)}")
        self.started.append(container)
        return container

    def start_all(self, *roles: str) -> list[Container]:
        """A container of each role, healthy."""
        containers = [self.start(role) for role in roles]
        for container, role in zip(containers, roles, strict=True):
            container.await_health(role)
        return containers

    def migrate(self) -> None:
        process = self.start("migrate").process
        assert process.wait(60) == 0, self.started[-1].log.read_text()

    def product(self, port: int | None = None) -> Running:
        """The site, as it is asked over HTTP."""
        return Running(self.folder / "data", port=port or self.port)


@pytest.fixture
def engine(tmp_path: Path, services: dict[str, Any]) -> Iterator[Engine]:
    engine = Engine(tmp_path, services)
    yield engine
    for container in engine.started:
        container.kill()
