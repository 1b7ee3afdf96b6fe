"""Collecting the static files of an installation, whenever they are not those of the last time."""

import hashlib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

#: The file, beside what was collected, that says from what: it goes wherever the others go.
STAMP = ".sources"


def collect() -> bool:
    """Collect and compress them, which takes a second or two; says whether that was needed.

    The stamp is written last: what was interrupted is done again.
    """
    stamp = Path(settings.STATIC_ROOT) / STAMP
    sources = _sources()
    if stamp.is_file() and stamp.read_text() == sources:
        return False
    stamp.unlink(missing_ok=True)
    for path, _source in _found():  # Django would leave a copy that is younger, and a release may be older than it.
        (stamp.parent / path).unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(sources)
    return True


def _sources() -> str:
    """A digest of which files there are, of when they were written, and of who puts them in place."""
    return hashlib.sha256("\n".join(_lines()).encode()).hexdigest()


def _lines() -> Iterator[str]:
    yield str(settings.STORAGES["staticfiles"]["BACKEND"])
    yield from (f"{package} {version(package)}" for package in ("django", "whitenoise"))
    for path, source in _found():
        found = source.stat()
        yield f"{path} {found.st_size} {found.st_mtime_ns}"


def _found() -> Iterator[tuple[str, Path]]:
    """Each file's name, and where it comes from."""
    for finder in get_finders():
        yield from ((path, Path(storage.path(path))) for path, storage in finder.list([]))
