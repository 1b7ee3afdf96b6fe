"""Pictures that people upload: checked by what they are, not by what they claim, and made anew."""

import io
import uuid
import warnings
from pathlib import PurePath

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from innotter.errors import Invalid

#: Extension and format must agree: a picture is not hidden behind another name.
FORMATS = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG", ".webp": "WEBP", ".gif": "GIF"}
#: More pixels than any camera takes: a small file that would unpack into more is an attack.
MOST_PIXELS = 50_000_000
AVATAR_SIZE = (512, 512)


def avatar_from(file: UploadedFile[bytes]) -> tuple[str, bytes]:
    """A square picture of 512 × 512 in WebP without metadata, and a new name for it."""
    picture = ImageOps.fit(_decode(file), AVATAR_SIZE, Image.Resampling.LANCZOS)
    content = io.BytesIO()
    picture.save(content, "WEBP", quality=85)
    return f"{uuid.uuid4().hex}.webp", content.getvalue()


def _decode(file: UploadedFile[bytes]) -> Image.Image:
    expected = FORMATS.get(PurePath(file.name or "").suffix.lower())
    if expected is None:
        raise Invalid(image=_("Choose a JPEG, PNG, WebP or GIF picture."))
    if (file.size or 0) > settings.UPLOAD_MAX_BYTES:
        limit = settings.UPLOAD_MAX_BYTES // 1_000_000
        raise Invalid(image=_("This picture is too large: at most %(limit)d MB.") % {"limit": limit})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(file, formats=[expected])
            if picture.width * picture.height > MOST_PIXELS:
                raise Invalid(image=_("This picture has too many pixels: at most 50 million."))
            picture.load()
            return ImageOps.exif_transpose(picture).convert("RGBA" if picture.has_transparency_data else "RGB")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, OSError, ValueError, SyntaxError, EOFError):
        raise Invalid(image=_("This file is not a picture that can be read.")) from None
