"""Pictures out of a request's bytes, and what is perceived on them."""

import base64
import binascii
import threading
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from workers.drafting.page import Perception
from workers.drafting.perceive.pipeline import perceive
from workers.imaging import Image, decode_png, encode_png

_one_at_a_time = threading.Lock()  # perceiving takes all the processors there are


class BadPicture(Exception):
    """A picture that cannot be read; the message is for whoever sent it."""


def read_data_url(url: str) -> bytes:
    """The bytes of a picture that is sent in its address. Raises BadPicture."""
    head, comma, data = url.partition(",")
    if not comma or not head.startswith("data:image/") or not head.endswith(";base64"):
        raise BadPicture("pictures are taken as base64 data URLs alone")
    try:
        return base64.b64decode(data, validate=True)
    except binascii.Error:
        raise BadPicture("the picture's base64 is broken") from None


@dataclass(frozen=True)
class Part:
    """Some rows or columns of a picture, `first` to `last` of it before it was made smaller."""

    png: bytes
    first: int
    last: int
    is_rows: bool


@lru_cache(maxsize=32)
def joined(parts: tuple[Part, ...]) -> bytes:
    """The picture that the parts were cut from, in the size of the parts; where they overlap it is
    the later one's. Raises BadPicture."""
    laid: list[tuple[int, Image]] = []
    for part in parts:
        image = _decoded(part.png)
        image = image if part.is_rows else np.swapaxes(image, 0, 1)
        laid.append((round(part.first * len(image) / (part.last - part.first)), image))
    length = max(at + len(image) for at, image in laid)
    whole = np.zeros((length, min(image.shape[1] for _, image in laid), 3), np.uint8)
    for at, image in laid:
        whole[at : at + len(image)] = image[:, : whole.shape[1]]
    return encode_png(whole if parts[0].is_rows else np.swapaxes(whole, 0, 1))


def perceive_picture(data: bytes, scale: float) -> Perception:
    """What is on a picture, in CSS pixels. Takes seconds the first time."""
    with _one_at_a_time:
        return _perceive(data, scale)


@lru_cache(maxsize=32)
def _perceive(data: bytes, scale: float) -> Perception:
    return perceive(_decoded(data), scale)


def _decoded(data: bytes) -> Image:
    try:
        return decode_png(data)
    except OSError:
        raise BadPicture("the picture is none that can be decoded") from None
