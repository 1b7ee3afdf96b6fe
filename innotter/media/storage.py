"""Where pictures lie: a folder of this machine, or S3. Nobody but our own doors hands them out."""

import uuid
from datetime import timedelta
from typing import IO

from django.apps import apps
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db.models import FileField
from django.utils import timezone

from innotter.media.models import Orphan
from innotter.media.uploads import Picture

#: How long a file without a row is kept: its row may be about to be written, or be part of a running backup.
GRACE = timedelta(hours=1)
PORTION = 500
#: Our names have some forty characters.
LONGEST_NAME = 100


def keep(folder: str, picture: Picture) -> str:
    """Store a picture; its row names it by what this returns. A file whose row never comes is an orphan."""
    return default_storage.save(f"{folder}/{picture.name}", ContentFile(picture.content))


def keep_file(*, folder: str, content: IO[bytes]) -> tuple[str, int]:
    """Store any other file, under a name that says nothing; gives the name and the size in bytes."""
    file = File(content)
    size = file.size
    return default_storage.save(f"{folder}/{uuid.uuid4().hex}", file), size


def remove_orphans() -> int:
    """Remove the files that no row names any more; says how many."""
    fields: dict[str, list[FileField]] = {}
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if isinstance(field, FileField):
                fields.setdefault(str(field.upload_to), []).append(field)
    return sum(_remove_orphans_of(folder, owners) for folder, owners in fields.items())


def _remove_orphans_of(folder: str, owners: list[FileField]) -> int:
    try:
        names = [f"{folder}/{name}" for name in default_storage.listdir(folder)[1] if _can_be_ours(name)]
    except FileNotFoundError:
        return 0  # Nobody has uploaded anything yet.
    removed = 0
    for start in range(0, len(names), PORTION):
        portion = named = set(names[start : start + PORTION])
        for field in owners:
            portion -= set(
                field.model._default_manager.filter(**{f"{field.name}__in": portion}).values_list(field.name, flat=True)
            )
        # What a row names again, as a restored one may, is no orphan any more.
        Orphan.objects.filter(name__in=named - portion).delete()
        removed += _remove_old(portion)
    return removed


def _can_be_ours(name: str) -> bool:
    """What has another name was put there by hand: no column takes it, and it is left alone."""
    return len(name) <= LONGEST_NAME and name.isprintable()


def _remove_old(unnamed: set[str]) -> int:
    """Note which files no row names from now on, and remove those for which that was noted long enough ago.

    A file's own age says nothing: that of a picture of last year, whose row goes now, may be in a backup that is being
    made, whose dump still names it.
    """
    now = timezone.now()
    Orphan.objects.bulk_create([Orphan(name=name, seen_at=now) for name in sorted(unnamed)], ignore_conflicts=True)
    old = list(Orphan.objects.filter(name__in=unnamed, seen_at__lt=now - GRACE).values_list("name", flat=True))
    for name in old:
        default_storage.delete(name)
    Orphan.objects.filter(name__in=old).delete()
    return len(old)
