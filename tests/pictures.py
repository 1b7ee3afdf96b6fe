"""Pictures to upload."""

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

EXTENSIONS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "GIF": "gif"}


def picture(
    format_: str = "PNG", size: tuple[int, int] = (1600, 900), name: str = "", **options: Any
) -> SimpleUploadedFile:
    """A file as a browser sends it."""
    content = io.BytesIO()
    Image.new("RGB", size, "teal").save(content, format_, **options)
    return SimpleUploadedFile(name or f"picture.{EXTENSIONS[format_]}", content.getvalue())
