"""Files that belong to a task."""

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from innotter.accounts.models import User
from innotter.errors import Conflict, require
from innotter.media.storage import keep_file
from innotter.media.uploads import check_size
from innotter.tasks.models import Attachment, Task
from innotter.tasks.permissions import can_change_task
from innotter.tasks.services.holding import hold_to_change
from innotter.text.cleaning import one_line

MOST_FILES = 50


def attach_file(*, person: User, task: Task, file: UploadedFile[bytes]) -> Attachment:
    """Put a file to a task. What its sender says it is is not believed: it is handed out to be saved."""
    require(can_change_task(person, task))
    check_size(file, settings.TASKS_FILE_MAX_BYTES)
    _require_room(task)
    # Outside of a transaction: S3 may be slow, and holds nobody up.
    stored, size = keep_file(folder="task-files", content=file)
    name = one_line(file.name or "") or "file"
    return _attached(person, Attachment(task=task, file=stored, name=name, size=size, added_by=person))


def _require_room(task: Task) -> None:
    if Attachment.objects.filter(task=task).count() >= MOST_FILES:
        raise Conflict(_("A task can have at most %(most)d files.") % {"most": MOST_FILES})


@transaction.atomic
def _attached(person: User, attachment: Attachment) -> Attachment:
    # While the file was stored, others may have come, and who sends it may have gone.
    _require_room(hold_to_change(person=person, task=attachment.task))
    attachment.save(force_insert=True)
    return attachment


@transaction.atomic
def remove_file(*, person: User, attachment: Attachment) -> None:
    """Take a file away from its task."""
    hold_to_change(person=person, task=attachment.task)
    attachment.delete()
