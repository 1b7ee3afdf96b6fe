"""Pictures that people upload: checked by what they are, not by what they claim, and made anew."""

import io
import struct
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import IO

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from PIL import ExifTags, Image, ImageCms, ImageOps

from innotter import heavy
from innotter.errors import Away, Invalid
from innotter.text.numbers import in_megabytes

#: Extension and format must agree: a picture is not hidden behind another name.
FORMATS = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG", ".webp": "WEBP", ".gif": "GIF"}
#: Each takes some nine bytes of memory while a picture is made anew. A JPEG of more is read at half its size or less.
MOST_PIXELS = 25_000_000
#: Pictures are decoded one at a time in each process. After waiting this many seconds, a request gets a 503.
PATIENCE = 10
_decoding = threading.BoundedSemaphore(1)
_BUSY = _("Many pictures are being read at the moment. Try again soon.")
AVATAR_SIZE = (512, 512)
#: The longest side of a picture as it is kept, and of the sizes that are made of it for lists and narrow windows.
LARGEST_SIDE, MEDIUM_SIDE, SMALL_SIDE = 2048, 1280, 720
#: How a picture is turned for each orientation of EXIF (CIPA DC-008, 4.6.5); 1 is upright.
_TURNS = dict(
    enumerate(
        (
            Image.Transpose.FLIP_LEFT_RIGHT,
            Image.Transpose.ROTATE_180,
            Image.Transpose.FLIP_TOP_BOTTOM,
            Image.Transpose.TRANSPOSE,
            Image.Transpose.ROTATE_270,
            Image.Transpose.TRANSVERSE,
            Image.Transpose.ROTATE_90,
        ),
        start=2,
    )
)
#: What Pillow raises of files that are no pictures, or broken ones.
_UNREADABLE = (
    *(Image.DecompressionBombError, Image.DecompressionBombWarning),
    *(OSError, ValueError, SyntaxError, EOFError, struct.error, TypeError, KeyError, IndexError, OverflowError),
)


@dataclass(frozen=True)
class Picture:
    """A picture in WebP without metadata, under a new name, with its size in pixels."""

    name: str
    content: bytes
    width: int
    height: int


def square_from(file: UploadedFile[bytes]) -> Picture:
    """A square of 512 × 512, for people and pages."""
    return _encode(ImageOps.fit(_decode(file), AVATAR_SIZE, Image.Resampling.LANCZOS))


def picture_from(file: UploadedFile[bytes]) -> Picture:
    """The whole picture, no larger than 2048 pixels a side."""
    return _encode(_within(_decode(file), LARGEST_SIDE))


def is_animated(path: Path) -> bool:
    """Whether a picture has several frames, of which the first is kept."""
    with suppress(*_UNREADABLE), Image.open(path, formats=["GIF", "PNG", "WEBP"]) as picture:
        return int(getattr(picture, "n_frames", 1)) > 1
    return False


def sizes_from(content: IO[bytes]) -> tuple[Picture, Picture]:
    """The medium and the small version of a picture that is kept already."""
    with Image.open(content, formats=["WEBP"]) as picture:
        return _encode(_within(picture, MEDIUM_SIDE)), _encode(_within(picture, SMALL_SIDE))


def _within(picture: Image.Image, side: int) -> Image.Image:
    smaller = picture.copy()
    smaller.thumbnail((side, side), Image.Resampling.LANCZOS)
    return smaller


def check_size(file: UploadedFile[bytes], most: int) -> None:
    """Refuse a file of more than so many bytes, which need not be a picture, under the name `file`."""
    if (file.size or 0) > most:
        words = {"most": in_megabytes(most)}
        raise Invalid(file=_("This file is too large. Choose one of at most %(most)s MB.") % words)


def _encode(picture: Image.Image) -> Picture:
    content = io.BytesIO()
    picture.save(content, "WEBP", quality=85)
    return Picture(f"{uuid.uuid4().hex}.webp", content.getvalue(), picture.width, picture.height)


def _decode(file: UploadedFile[bytes]) -> Image.Image:
    expected = FORMATS.get(PurePath(file.name or "").suffix.lower())
    if expected is None:
        raise Invalid(image=_("Choose a JPEG, PNG, WebP or GIF picture."))
    if (file.size or 0) > settings.UPLOAD_MAX_BYTES:
        limit = in_megabytes(settings.UPLOAD_MAX_BYTES)
        raise Invalid(image=_("This picture is too large: at most %(limit)s MB.") % {"limit": limit})
    with _turn():
        try:
            return _read(file, expected)
        except _UNREADABLE:
            raise Invalid(image=_("This file is not a picture that can be read.")) from None


@contextmanager
def _turn() -> Iterator[None]:
    with heavy.place(refusal=_BUSY):
        if not _decoding.acquire(timeout=PATIENCE):
            raise Away(_BUSY)
        try:
            yield
        finally:
            _decoding.release()


def _read(file: IO[bytes], expected: str) -> Image.Image:
    picture = Image.open(file, formats=[expected])
    # A JPEG is unpacked smaller than it is: no more pixels of it are needed.
    picture.draft(None, (LARGEST_SIDE, LARGEST_SIDE))
    if picture.width * picture.height > MOST_PIXELS:
        raise Invalid(image=_("This picture has too many pixels: at most 25 million."))
    picture.load()
    return _in_srgb(_upright(picture))


def _upright(picture: Image.Image) -> Image.Image:
    """Turned as its EXIF says. Pillow's own way writes the EXIF anew, and fails where a camera has written it wrong."""
    turn = _TURNS.get(picture.getexif().get(ExifTags.Base.Orientation, 1))
    return picture if turn is None else picture.transpose(turn)


def _in_srgb(picture: Image.Image) -> Image.Image:
    """The picture in the colours that browsers take it for without a profile, which is not kept. A broken one counts
    for nothing."""
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    profile = picture.info.get("icc_profile")
    if not profile:
        return picture.convert(mode)
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        plain = picture if picture.mode in {"RGB", "CMYK", "L"} else picture.convert("RGB")
        converted = ImageCms.profileToProfile(plain, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture.convert(mode)
    if converted is None:
        return picture.convert(mode)
    if mode == "RGBA":
        converted.putalpha(picture.convert("RGBA").getchannel("A"))
    return converted
