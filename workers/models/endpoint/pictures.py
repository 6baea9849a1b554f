"""Pictures as a chat endpoint takes them: base64 data URLs of bounded size."""

import base64
from dataclasses import dataclass
from functools import lru_cache

from workers.imaging import decode_png, encode_jpeg, encode_png, png_size, resample

MAX_PIXELS = 16_384 * 14 * 14  # Kimi K2.5 reads at most 16,384 patches of 14×14 pixels
MAX_SIDE = 512 * 14  # pixels
LIGHT_PIXELS = 700_000
HEAVY = 1_500_000  # bytes of a PNG that is sent as a JPEG
QUALITY, LIGHT_QUALITY = 90, 75  # of a JPEG


@dataclass(frozen=True)
class Picture:
    """A picture as it is sent; width and height in its own pixels."""

    url: str
    width: int
    height: int


@lru_cache(maxsize=16)
def as_picture(png: bytes, *, light: bool = False) -> Picture:
    """The picture, made smaller where it has more pixels than the model reads.

    A heavy PNG, of a photo, goes as a JPEG; `light` makes it one of fewer pixels at any rate.
    """
    width, height = png_size(png)
    most = LIGHT_PIXELS if light else MAX_PIXELS
    shrink = min(1.0, (most / (width * height)) ** 0.5, MAX_SIDE / max(width, height))
    if shrink < 1.0:
        width, height = max(1, int(width * shrink)), max(1, int(height * shrink))
        png = encode_png(resample(decode_png(png), width, height))
    kind, data = "png", png
    if light or len(png) > HEAVY:
        jpeg = encode_jpeg(decode_png(png), LIGHT_QUALITY if light else QUALITY)
        if len(jpeg) < len(png):
            kind, data = "jpeg", jpeg
    return Picture(f"data:image/{kind};base64,{base64.b64encode(data).decode()}", width, height)
