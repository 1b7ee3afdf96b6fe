"""What the first start of an installation makes, made once: for tests that are about what follows.

Run as a program, it makes it in a folder. Tests of a first start take nothing from here.
"""

import asyncio
import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from innotter.cli import up
from innotter.cli.programs import start_servers
from innotter.cli.servers import PrivateServers, _make_folder
from innotter.cli.supervisor import Supervisor
from innotter.config.data_dir import DataDir

#: Set by the tests' own servers; an Innotter under test has its own.
FOREIGN = {"DATABASE_URL", "CACHE_URL", "CELERY_BROKER_URL", "EMAIL_URL", "SITE_URL", "SECRET_KEY"}
FOREIGN |= {"DJANGO_SETTINGS_MODULE", "STATISTICS_URL", "INSIGHTS_URL"}


def prepare(folder: Path) -> None:
    """Put into a new data folder what a first start takes longest for: databases with all tables, and static files.

    Keys, secrets and the name of its servers are not among it: those, each installation makes for itself.
    """
    place, template = DataDir(folder), _template()
    place.make()
    servers = PrivateServers(place)
    _make_folder(place.servers, 0o700, owner=servers.user)
    for source, target in ((PrivateServers(template).cluster, servers.cluster), (template.static, place.static)):
        subprocess.run(["cp", "-a", source, target], check=True)  # With its owner, and sharing blocks where it can.


@cache
def _template() -> DataDir:
    """A data folder whose databases were prepared by `innotter up`, and stopped; it goes when the tests end."""
    place = DataDir(Path(tempfile.mkdtemp(prefix="innotter-prepared-")) / "data")
    atexit.register(
        lambda: [shutil.rmtree(folder, ignore_errors=True) for folder in (place.servers, place.root.parent)]
    )
    own = {name: value for name, value in os.environ.items() if name not in FOREIGN} | {"DATA_DIR": str(place.root)}
    made = subprocess.run(
        [sys.executable, "-m", __name__, place.root],
        env=own | {"DJANGO_SETTINGS_MODULE": "innotter.config.settings"},
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    return place


async def _first_start(place: DataDir) -> None:
    """As far as `innotter up` goes before it starts the product."""
    supervisor = Supervisor()
    try:
        await start_servers(supervisor, place)
        await up._prepare(supervisor, place)
    finally:
        await supervisor.stop_all()


if __name__ == "__main__":
    os.umask(0o077)  # As the command `innotter` has it.
    asyncio.run(_first_start(DataDir(sys.argv[1])))
