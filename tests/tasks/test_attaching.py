"""The files of a task have a limit that holds however many come at once."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from innotter.errors import Conflict
from innotter.tasks import services
from innotter.tasks.models import Attachment
from innotter.tasks.services import attaching


def test_whoever_comes_while_a_file_is_stored_is_counted(alice, monkeypatch):
    task = services.create_task(creator=alice, team=services.space_of(person=alice), title="Saw")
    monkeypatch.setattr(attaching, "MOST_FILES", 1)
    keep_file, seen = attaching.keep_file, []

    def slowly(**options):
        if not seen:
            seen.append(True)
            services.attach_file(person=alice, task=task, file=SimpleUploadedFile("b.txt", b"b"))
        return keep_file(**options)

    monkeypatch.setattr(attaching, "keep_file", slowly)
    with pytest.raises(Conflict):
        services.attach_file(person=alice, task=task, file=SimpleUploadedFile("a.txt", b"a"))
    assert [file.name for file in Attachment.objects.all()] == ["b.txt"]
