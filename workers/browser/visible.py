"""Which lines of text can be seen: those whose pixels change when the ink of all text is taken off.

No rule about stacking, clipping, opacity or colour can be forgotten, because none is applied.
"""

from collections.abc import Iterable

import numpy as np

from workers.imaging import Image, box_at_image_scale, crop, decode_png
from workers.shot import DomText

FAINT = 24.0  # RGB distance, under which a change cannot be seen
# Letters drawn on a picture of themselves change it at their soft edges alone: where they cover a
# share a of a pixel by a (1 - a), at most a quarter, of their contrast.
LEAST_CHANGE = 0.3  # of the contrast that is there without the text
WIDE = 2.0  # font sizes, from where a line is long enough to be seen in part
LEAST_PART = 0.5  # of the length of such a line


def visible(
    texts: Iterable[DomText], shown: bytes, bare: bytes, scale: float
) -> tuple[DomText, ...]:
    """The texts that leave ink on the page, at least along half of their length.

    `shown` and `bare` are PNGs of the page with and without the ink of its text, of one size, in
    device pixels: CSS pixels times `scale`.
    """
    one, other = decode_png(shown), decode_png(bare)
    return tuple(text for text in texts if _is_seen(text, one, other, scale))


def _is_seen(text: DomText, shown: Image, bare: Image, scale: float) -> bool:
    box = box_at_image_scale(text.rect, scale)
    ground = crop(bare, box).astype(np.float32)
    change = np.linalg.norm(crop(shown, box) - ground, axis=2)
    if change.size == 0:
        return False
    contrast = float(np.linalg.norm(np.ptp(ground, axis=(0, 1))))
    if change.max() < max(FAINT, LEAST_CHANGE * contrast):
        return False
    length = max(text.rect.width, text.rect.height)
    if len(text.text) < 3 or length < WIDE * text.font_size:
        return True
    across = 0 if text.rect.width == length else 1
    places = np.flatnonzero((change >= FAINT).any(axis=across))
    return bool(places[-1] - places[0] + 1 >= LEAST_PART * length * scale)
