"""Pictures as a chat endpoint takes them: base64 data URLs of bounded size."""

import base64
from dataclasses import dataclass
from functools import lru_cache

from workers.imaging import decode_png, encode_png, png_size, resample

MAX_PIXELS = 16_384 * 14 * 14  # Kimi K2.5 reads at most 16,384 patches of 14×14 pixels
MAX_SIDE = 512 * 14  # pixels


@dataclass(frozen=True)
class Picture:
    """A picture as it is sent; width and height in its own pixels."""

    url: str
    width: int
    height: int


@lru_cache(maxsize=16)
def as_picture(png: bytes) -> Picture:
    """The picture, made smaller where it has more pixels than the model reads."""
    width, height = png_size(png)
    shrink = min(1.0, (MAX_PIXELS / (width * height)) ** 0.5, MAX_SIDE / max(width, height))
    if shrink < 1.0:
        width, height = max(1, int(width * shrink)), max(1, int(height * shrink))
        png = encode_png(resample(decode_png(png), width, height))
    return Picture(f"data:image/png;base64,{base64.b64encode(png).decode()}", width, height)
