"""An Innotter of the tests' own, started as people start it: `innotter up`, in a folder and on a port of its own."""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

from innotter.config.data_dir import SECRET_KEYS, DataDir
from tests.prepared import FOREIGN, prepare

ROOT = Path(__file__).parents[1]
COMMAND = [str(Path(sys.executable).parent / "innotter")]


def free_port(in_a_row: int = 1) -> int:
    """A port that nobody has, and as many after it.

    Below those that the system gives away by itself: until it is used, a connection of another process would take it.
    """
    while True:
        with ExitStack() as probes:
            first = 15_000 + secrets.randbelow(15_000)
            try:
                for number in range(in_a_row):
                    probes.enter_context(socket.socket()).bind(("127.0.0.1", first + number))
            except (OSError, OverflowError):
                continue
            return first


def status_of(address: str) -> int:
    """The status that an address answers with; 0 where nobody does."""
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
    except OSError:
        return 0


def wait_until(question: Callable[[], Any], *, seconds: float = 30, every: float = 0.05, what: str = "it") -> Any:
    """The first answer that is true; fails loudly when none comes in time."""
    until = time.monotonic() + seconds
    while not (answer := question()):
        assert time.monotonic() < until, f"{what} did not happen within {seconds} s"
        time.sleep(every)
    return answer


class Running:
    """A product that runs, and everything a test asks of it.

    In a new folder it finds its databases and static files prepared: `from_nothing`, it makes them, as in life.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        port: int | None = None,
        user: str | None = None,
        command: Sequence[str] = COMMAND,
        from_nothing: bool = False,
        **environment: str,
    ) -> None:
        self.port = port or free_port(3)
        self.mark = uuid.uuid4().hex
        self.data_dir = data_dir
        self.user = user
        self.process: subprocess.Popen[bytes] | None = None
        self.command = command
        self.from_nothing = from_nothing or bool(user) or "DATABASE_URL" in environment
        self.folder = data_dir.parent if user else ROOT
        self.log = Path(f"/tmp/innotter-test-{self.mark}.log")
        kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        self.environment = kept | {
            "DATA_DIR": str(data_dir),
            "PORT": str(self.port),
            "INNOTTER_TEST": self.mark,
            "PYTHONWARNINGS": "default",
            **environment,
        }

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    def start(self) -> "Running":
        if not (self.from_nothing or (self.data_dir / SECRET_KEYS).exists()):
            prepare(self.data_dir)
        self.starts = self.said().count("Innotter is ready")
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*self.command, "up"],
                env=self.environment,
                cwd=self.folder,
                stdout=log,
                stderr=subprocess.STDOUT,
                user=self.user,
            )
        try:
            wait_until(lambda: self.has_ended() or self.is_ready(), seconds=60, what="readiness")
            assert not self.has_ended()
        except AssertionError as error:
            raise AssertionError(f"{error}; it said:\n{self.said()}") from None
        return self

    def run(self, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        """Another `innotter` command on the same folder."""
        options = {"capture_output": True, "text": True, "timeout": 60, "user": self.user} | options
        return subprocess.run(
            [*self.command, *arguments], env=self.environment, cwd=self.folder, check=False, **options
        )

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        if not self.has_ended():
            self.process.send_signal(how)
            self.process.wait(60)

    def discard(self) -> None:
        """Stop it, however it stands, and remove what it leaves outside of its data folder."""
        self._kill(self.processes())
        if self.process:
            self.process.wait(10)
        self.log.unlink(missing_ok=True)
        if os.geteuid() == 0 and self.data_dir.exists() and not self.user:
            shutil.rmtree(DataDir(self.data_dir).servers, ignore_errors=True)

    def kill_everything(self) -> None:
        """SIGKILL to every process at once, as when the power fails."""
        self._kill(self.processes())
        self.process.wait(10)
        wait_until(lambda: not self.processes(), what="the end of all processes")

    @staticmethod
    def _kill(pids: Iterable[int]) -> None:
        for pid in pids:
            with suppress(ProcessLookupError):  # It has followed its supervisor.
                os.kill(pid, signal.SIGKILL)

    def processes(self, name: str = "") -> list[int]:
        """The processes that belong to it, by the mark in their environment."""
        found = []
        for folder in Path("/proc").iterdir():
            try:
                if folder.name.isdigit() and f"INNOTTER_TEST={self.mark}".encode() in (folder / "environ").read_bytes():
                    command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                    found += [int(folder.name)] if command and name in command else []
            except OSError:
                continue  # It has ended meanwhile.
        return found

    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def is_ready(self) -> bool:
        return self.said().count("Innotter is ready") > self.starts

    def is_alive(self) -> bool:
        """Whether the web server answers."""
        return status_of(f"{self.address}/health/ready/") == 200

    def said(self) -> str:
        return self.log.read_text() if self.log.exists() else ""

    def ask(self, method: str, path: str, body: Any = None, token: str = "") -> tuple[int, Any]:
        """Status and JSON of an API request."""
        request = urllib.request.Request(
            self.address + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {}),
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read() or b"null")

    def fetch(self, path: str) -> bytes:
        """What lies at an address."""
        with urllib.request.urlopen(self.address + path, timeout=20) as answer:
            return bytes(answer.read())

    def send_picture(self, path: str, content: bytes, token: str) -> int:
        """Put a picture somewhere, as a form does; gives the status."""
        limit = uuid.uuid4().hex
        head = f'--{limit}\r\nContent-Disposition: form-data; name="image"; filename="p.png"\r\n'
        body = f"{head}Content-Type: image/png\r\n\r\n".encode() + content + f"\r\n--{limit}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={limit}", "Authorization": f"Bearer {token}"}
        request = urllib.request.Request(self.address + path, method="PUT", data=body, headers=headers)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return int(answer.status)

    def mails_to(self, address: str) -> list[dict[str, Any]]:
        _status, mails = self.ask("GET", f"/mailbox/messages.json?to={address}")
        return list(mails)

    def code_for(self, address: str) -> str:
        """The code in the newest e-mail, once it has come."""
        mails = wait_until(lambda: self.mails_to(address), what=f"an e-mail to {address}")
        return str(mails[0]["subject"][:6])

    def register(self, name: str) -> str:
        """A verified person's access token."""
        email = f"{name}@example.org"
        status, _body = self.ask("POST", "/api/register/", {"email": email, "password": "correct-horse-7"})
        assert status == 201
        body = {"email": email, "otp": self.code_for(email)}
        status, tokens = self.ask("POST", "/api/verify-email/", body)
        assert status == 200
        return str(tokens["access"])
