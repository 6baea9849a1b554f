"""Pictures out of a request's bytes, and what is perceived on them."""

import base64
import binascii
import threading
from functools import lru_cache

from workers.drafting.page import Perception
from workers.drafting.perceive.pipeline import perceive
from workers.imaging import decode_png

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


def perceive_picture(data: bytes, scale: float) -> Perception:
    """What is on a picture, in CSS pixels. Takes seconds the first time."""
    with _one_at_a_time:
        return _perceive(data, scale)


@lru_cache(maxsize=32)
def _perceive(data: bytes, scale: float) -> Perception:
    try:
        image = decode_png(data)
    except OSError:
        raise BadPicture("the picture is none that can be decoded") from None
    return perceive(image, scale)
