"""Pictures are turned as their EXIF says, and an EXIF that is wrong is no failure."""

import io
import struct

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import ExifTags, Image, ImageOps

from innotter.errors import Invalid
from innotter.media import uploads


def photo(orientation):
    """Two pixels of different colours above each other, twice as high as wide."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    picture = Image.new("RGB", (40, 80), "white")
    picture.paste("black", (0, 0, 20, 40))
    content = io.BytesIO()
    picture.save(content, "PNG", exif=exif)
    return content.getvalue()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_turned_as_any_program_would_show_it(orientation):
    data = photo(orientation)
    kept = Image.open(io.BytesIO(uploads.picture_from(SimpleUploadedFile("a.png", data)).content)).convert("L")
    shown = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("L")
    assert kept.size == shown.size
    corners = [(5, 5), (shown.width - 5, 5), (5, shown.height - 5), (shown.width - 5, shown.height - 5)]
    assert [kept.getpixel(at) < 128 for at in corners] == [shown.getpixel(at) < 128 for at in corners]


@pytest.mark.parametrize("error", [struct.error("x"), TypeError("x"), KeyError(1), OverflowError("x")])
def test_whatever_a_decoder_makes_of_a_file_it_is_a_picture_that_cannot_be_read(monkeypatch, error):
    def fail(*_known):
        raise error

    monkeypatch.setattr(uploads, "_read", fail)
    with pytest.raises(Invalid, match="another look") as refusal:
        uploads.picture_from(SimpleUploadedFile("a.png", photo(1)))
    assert "not a picture that can be read" in refusal.value.errors["image"][0]
