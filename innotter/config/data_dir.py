"""The data folder: what an installation keeps on its own disk, and where the private servers are found."""

import errno
import hashlib
import os
import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path

#: A Unix socket's address holds 108 bytes on Linux and 104 on macOS, with its final zero.
LONGEST_SOCKET_PATH = 103
#: Where root's private servers live: PostgreSQL refuses to run as root, and an unprivileged user cannot enter /root.
ROOT_SERVERS = Path("/var/lib/innotter")
#: The files with the keys that an installation signs with, the newest first in each.
SECRET_KEYS, TOKEN_KEYS = "secret_key", "token_key.pem"
#: The file with the name under which root's private servers lie.
SERVERS_ID = "servers_id"


def sync(path: Path) -> None:
    """Return when a file's content, or a folder's names, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        # Some file systems of a network know no such thing of folders.
        if error.errno not in {errno.EINVAL, errno.ENOTSUP}:
            raise
    finally:
        os.close(descriptor)


class DataDir:
    """One folder on disk. It is made on first use, readable by its owner alone."""

    def __init__(self, root: str | Path) -> None:
        self.root = Path(root).expanduser().absolute()

    def make(self) -> None:
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)

    @property
    def lock(self) -> Path:
        return self.root / "innotter.lock"

    @property
    def media(self) -> Path:
        return self.root / "media"

    @property
    def static(self) -> Path:
        return self.root / "static"

    @property
    def logs(self) -> Path:
        """What the programs have said lately; what they said before lies beside it."""
        return self.root / "logs" / "innotter.log"

    @property
    def last_backup(self) -> Path:
        """Touched whenever a backup is made."""
        return self.root / "last_backup"

    @property
    def run(self) -> Path:
        """Files that mean something only while Innotter runs."""
        return self.root / "run"

    @property
    def port(self) -> Path:
        """The port that the running one listens on, for commands that are not told."""
        return self.run / "port"

    @property
    def host(self) -> Path:
        """The address that it listens on."""
        return self.run / "host"

    @property
    def metrics(self) -> Path:
        """What the processes count."""
        return self.run / "metrics"

    @property
    def servers(self) -> Path:
        """The folder of the private servers.

        Root's lie outside the data folder, under a name kept in it: so they follow the folder when it is moved, and a
        new folder in the same place starts empty.
        """
        if os.geteuid() == 0:
            return ROOT_SERVERS / self.kept(SERVERS_ID, lambda: secrets.token_hex(8))
        return self.root / "servers"

    @property
    def sockets(self) -> Path:
        """Where the private servers listen: beside their files, or in a short place when that is too long."""
        beside = self.servers / "sockets"
        if len(os.fsencode(beside / ".s.PGSQL.5432.lock")) <= LONGEST_SOCKET_PATH:
            return beside
        digest = hashlib.sha256(os.fsencode(beside)).hexdigest()[:16]
        runtime = os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()
        return Path(runtime) / f"innotter-{os.geteuid()}-{digest}"

    @property
    def valkey_socket(self) -> Path:
        return self.sockets / "valkey.sock"

    def replace(self, name: str, text: str) -> None:
        """Write a file anew, readable by its owner alone; others see the text before or this one, and nothing else."""
        draft = self._draft(text)
        try:
            draft.replace(self.root / name)
        except BaseException:
            draft.unlink()
            raise
        sync(self.root)

    def kept(self, name: str, make: Callable[[], str]) -> str:
        """The text of a file that is written once, whole, however many processes ask for it first."""
        path = self.root / name
        if not path.exists():
            self.make()
            draft = self._draft(make())
            try:
                os.link(draft, path)
            except FileExistsError:
                pass  # Another process was first: its text is the one that counts.
            finally:
                draft.unlink()
            sync(self.root)
        return path.read_text()

    def _draft(self, text: str) -> Path:
        """A file with this text that is on the disk, so that no crash makes an empty one of it."""
        descriptor, name = tempfile.mkstemp(dir=self.root)
        draft = Path(name)
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(text)
            sync(draft)
        except BaseException:
            draft.unlink()
            raise
        return draft
