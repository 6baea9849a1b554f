"""Pictures as a chat endpoint takes them: base64 data URLs of bounded size."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from workers.imaging import Image, crop, decode_png, encode_jpeg, encode_png, png_size, resample
from workers.models.endpoint.tiles import LIMITS, Tile, fitted, tiles_of

LIGHT_PIXELS = 700_000
HEAVY = 1_500_000  # bytes of a PNG that is sent as a JPEG
MOST_BYTES = 4_000_000  # of a picture as it goes over the wire
QUALITIES, LIGHT_QUALITIES = (90, 80, 65, 50), (75, 60, 45)  # of a JPEG, until it is small enough
SMALLER = 0.75  # of its sides, each time that even the last of them is not


@dataclass(frozen=True)
class Picture:
    """A picture as it is sent; width and height in its own pixels."""

    url: str
    width: int
    height: int


@dataclass(frozen=True)
class Shown:
    """A picture as a whole, and what of it is shown larger, with how."""

    whole: Picture
    tiles: tuple[tuple[Tile, Picture], ...] = ()


def as_picture(png: bytes, *, light: bool = False, most_bytes: int = MOST_BYTES) -> Picture:
    """The picture, made smaller where it has more pixels than the model reads.

    A heavy PNG, of a photo, goes as a JPEG; `light` makes it one of fewer pixels at any rate.
    """
    return as_shown(png, light=light, most_bytes=most_bytes).whole


@lru_cache(maxsize=32)
def as_shown(
    png: bytes,
    scale: float = 1.0,
    most_tiles: int = 0,
    *,
    light: bool = False,
    most_bytes: int = MOST_BYTES,
) -> Shown:
    """The picture, and, where it is too long to be read as a whole, at most so many tiles of it;
    `scale` is its pixels per CSS pixel, `most_bytes` what each may take."""
    width, height = png_size(png)
    tiles = () if light else tiles_of(width, height, scale, most_tiles)
    most = LIGHT_PIXELS if light else LIMITS.overview_pixels if tiles else None
    size = fitted(width, height, most)
    if size == (width, height) and not light and len(png) <= min(HEAVY, _raw(most_bytes)):
        return Shown(_picture("png", png, size))
    image = decode_png(png)
    qualities = LIGHT_QUALITIES if light else QUALITIES
    whole = _encode(image, size, most_bytes, qualities)
    parts = (
        _encode(crop(image, tile.box), (tile.width, tile.height), most_bytes, qualities)
        for tile in tiles
    )
    return Shown(whole, tuple(zip(tiles, parts, strict=True)))


def _encode(
    image: Image, size: tuple[int, int], most_bytes: int, qualities: tuple[int, ...]
) -> Picture:
    """With the least loss that takes no more bytes."""
    if size != (image.shape[1], image.shape[0]):
        image = resample(image, *size)
    for kind, data in _tries(image, qualities):
        if len(data) <= _raw(most_bytes):
            return _picture(kind, data, size)
    while True:
        size = max(1, round(size[0] * SMALLER)), max(1, round(size[1] * SMALLER))
        image = resample(image, *size)
        data = encode_jpeg(image, qualities[-1])
        if len(data) <= _raw(most_bytes):
            return _picture("jpeg", data, size)


def _tries(image: Image, qualities: tuple[int, ...]) -> Iterator[tuple[str, bytes]]:
    """Files of the picture, one lighter than the other: a PNG where that is no photo's, or no
    heavier than a JPEG."""
    png = encode_png(image)
    first = encode_jpeg(image, qualities[0])
    if len(png) <= max(len(first), HEAVY if qualities is QUALITIES else 0):
        yield "png", png
    yield "jpeg", first
    for quality in qualities[1:]:
        yield "jpeg", encode_jpeg(image, quality)


def _raw(sent: int) -> int:
    """How many bytes a file has that takes so many in base64, its address before it."""
    return sent * 3 // 4 - 32


def _picture(kind: str, data: bytes, size: tuple[int, int]) -> Picture:
    return Picture(f"data:image/{kind};base64,{base64.b64encode(data).decode()}", *size)
