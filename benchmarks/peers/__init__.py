"""Other engines that keep jobs in PostgreSQL, measured on the same server: each in an environment of its own."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

HERE = Path(__file__).parent
#: With what each is started, what it is called, and how many no-ops take it long enough to be measured.
PEERS = {"procrastinate_noops.py": ("Procrastinate", 5_000), "pgqueuer_noops.py": ("PgQueuer", 20_000)}


@contextmanager
def installed() -> Iterator[Path]:
    """The Python that has them, as long as the context lasts."""
    folder = Path(tempfile.mkdtemp(prefix="innotter-peers-"))
    try:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        python = folder / "bin" / "python"
        flags = ["--quiet", "--disable-pip-version-check", "--requirement", HERE / "requirements.txt"]
        subprocess.run([python, "-m", "pip", "install", *flags], check=True, stderr=subprocess.DEVNULL)
        yield python
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def rate(python: Path, script: str, count: int) -> float:
    """No-ops per second that a peer drains, from a database of its own."""
    with _database() as dsn:
        command = [python, HERE / script, dsn, str(count)]
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=600)
    return float(done.stdout)


@contextmanager
def _database() -> Iterator[str]:
    known = connection.settings_dict
    with connection.cursor() as cursor:
        cursor.execute("DROP DATABASE IF EXISTS peers WITH (FORCE)")
        cursor.execute("CREATE DATABASE peers")
    try:
        yield f"postgresql://{known['USER']}@/peers?host={known['HOST']}"
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP DATABASE peers WITH (FORCE)")
