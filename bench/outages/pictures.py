"""Mockups drawn for the occasion: small ones, which runs are quick on, and ones that are new."""

import io
from functools import cache
from random import Random

from PIL import Image, ImageDraw


@cache
def pictures() -> list[bytes]:
    """A few small mockups."""
    return [_picture(320, 200, colour, f"Hello {colour}") for colour in ("navy", "teal", "maroon")]


def new_picture(random: Random) -> bytes:
    """A small one that nobody has uploaded."""
    return _picture(320, 200, "navy", f"{random.getrandbits(32):08x}")


def large_picture(random: Random) -> bytes:
    """One that takes a moment to decode, and that nobody has uploaded."""
    return _picture(3000, 2000, "navy", f"Number {random.getrandbits(64)}", size=120)


def _picture(width: int, height: int, colour: str, text: str, size: int = 28) -> bytes:
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width, height // 4), fill=colour)
    draw.text((16, height // 2), text, fill="black", font_size=size)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()
