"""Uploaded files, where they lie in a folder of this machine."""

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe


@require_safe
def avatar(request: HttpRequest, name: str) -> FileResponse:
    """A picture of a person, which everybody may see. Its name changes with its content."""
    try:
        file = default_storage.open(f"avatars/{name}")
    except (FileNotFoundError, SuspiciousFileOperation, IsADirectoryError, ValueError):
        raise Http404 from None
    response = FileResponse(file, content_type="image/webp")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
