"""Pictures for the demo that nobody has taken: hills behind each other, and faces of people who are not there."""

import io
import math
import zlib
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

#: Of a face; it is drawn larger, so that its edges are smooth.
SIDE, LARGER = 256, 4
SKIN = ["#f2d3b8", "#e0b08c", "#c98f66", "#9a6644", "#6f4630"]
HAIR = ["#2b2320", "#5a3b25", "#a4703a", "#c9a15a", "#8a8580"]


def hills(seed: str) -> SimpleUploadedFile:
    """A landscape in colors of its own."""
    width, height, hue = 1200, 800, _number(seed) % 360
    picture = Image.new("HSV", (width, height), (hue * 255 // 360, 40, 235))
    draw = ImageDraw.Draw(picture)
    for layer in range(5):
        base, swing = height * (0.4 + 0.12 * layer), 60 - 6 * layer
        edge = [(x, base + swing * math.sin(x / (160 - 18 * layer) + hue + layer * 2)) for x in range(0, width + 8, 8)]
        color = ((hue + 8 * layer) % 360 * 255 // 360, 60 + 30 * layer, 215 - 34 * layer)
        draw.polygon([(0, height), *edge, (width, height)], fill=color)
    return _file(picture.convert("RGB"), "hills.jpg")


def face(seed: str) -> SimpleUploadedFile:
    """A head and shoulders, as a paper cutting would have them."""
    number, side = _number(seed), SIDE * LARGER
    hue = number % 360
    picture = Image.new("HSV", (side, side), (hue * 255 // 360, 55, 235)).convert("RGB")
    draw = ImageDraw.Draw(picture)
    coat = Image.new("HSV", (1, 1), ((hue + 160) % 360 * 255 // 360, 120, 130)).convert("RGB").getpixel((0, 0))
    skin, hair = SKIN[number // 7 % len(SKIN)], HAIR[number // 11 % len(HAIR)]

    def disc(x: float, y: float, wide: float, high: float, fill: Any) -> None:
        """An ellipse around a point, in parts of the side."""
        box = [side * (x - wide), side * (y - high), side * (x + wide), side * (y + high)]
        draw.ellipse(box, fill=fill)

    long = number // 13 % 2
    disc(0.5, 0.43 + 0.08 * long, 0.235, 0.25 + 0.1 * long, hair)
    disc(0.5, 1.06, 0.4, 0.32, coat)
    draw.rounded_rectangle([side * 0.43, side * 0.6, side * 0.57, side * 0.8], side * 0.06, fill=skin)
    disc(0.5, 0.47, 0.185, 0.215, skin)
    draw.pieslice([side * 0.3, side * 0.2, side * 0.7, side * 0.62], 180, 360, fill=hair)
    return _file(picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS), "face.jpg")


def _number(seed: str) -> int:
    return zlib.crc32(seed.encode())


def _file(picture: Image.Image, name: str) -> SimpleUploadedFile:
    content = io.BytesIO()
    picture.save(content, "JPEG", quality=90)
    return SimpleUploadedFile(name, content.getvalue())
