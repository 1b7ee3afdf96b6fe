"""Where pictures lie: a folder of this machine, or S3. Nobody but our own doors hands them out."""

import logging
import uuid
from datetime import datetime, timedelta
from typing import IO

from botocore.exceptions import BotoCoreError
from django.apps import apps
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db.models import FileField
from django.utils import timezone

from innotter.media.uploads import Picture

logger = logging.getLogger(__name__)

#: A file that no row names may belong to a row that is about to be written.
GRACE = timedelta(hours=1)
PORTION = 500


def make_bucket() -> None:
    """Make the bucket that is set, where it is not there. One that cannot be seen is left alone, and told of."""
    bucket = default_storage.bucket  # type: ignore[attr-defined]
    client = bucket.meta.client
    try:
        client.head_bucket(Bucket=bucket.name)
    except BotoCoreError as error:
        logger.warning("Nobody knows whether the bucket is there: %s", error)
    except client.exceptions.ClientError as error:
        if error.response["Error"]["Code"] != "404":
            logger.warning("Nobody knows whether the bucket is there: %s", error)
            return
        region = client.meta.region_name
        # The first region is the one that must not be named.
        where = {"CreateBucketConfiguration": {"LocationConstraint": region}} if region != "us-east-1" else {}
        client.create_bucket(Bucket=bucket.name, **where)


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
        names = [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]
    except FileNotFoundError:
        return 0  # Nobody has uploaded anything yet.
    removed = 0
    for start in range(0, len(names), PORTION):
        portion = set(names[start : start + PORTION])
        for field in owners:
            portion -= set(
                field.model._default_manager.filter(**{f"{field.name}__in": portion}).values_list(field.name, flat=True)
            )
        orphans = [name for name in portion if _is_old(name)]
        for name in orphans:
            default_storage.delete(name)
        removed += len(orphans)
    return removed


def _is_old(name: str) -> bool:
    try:
        written: datetime = default_storage.get_modified_time(name)
    except FileNotFoundError:
        return False  # Another sweep was first.
    return written < timezone.now() - GRACE
