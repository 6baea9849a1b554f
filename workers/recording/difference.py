"""Where two pictures differ: blobs of cells, bounded by pixels, in image pixels."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.imaging import Box, Image, Mask, channel_max, crop, grow
from workers.recording.limits import DIFFERENCING, Differencing


@dataclass(frozen=True)
class Blob:
    """A place that changed. `pixels` of it did so visibly."""

    box: Box
    pixels: int


def changed_cells(
    levels: NDArray[np.uint8], scale: float, limits: Differencing = DIFFERENCING
) -> Mask:
    """Which cells changed, (rows, columns), of differences (H, W)."""
    side = limits.cell * scale
    rows, columns = int(np.ceil(levels.shape[0] / side)), int(np.ceil(levels.shape[1] / side))
    means = cv2.resize(levels, (columns, rows), interpolation=cv2.INTER_AREA)
    return np.asarray(means > limits.mean)


def difference(before: Image, after: Image) -> NDArray[np.uint8]:
    """Levels by which each pixel differs, (H, W): the largest of its three."""
    calm = (cv2.blur(one, (3, 3)) for one in (before, after))  # of the codec's ringing
    return channel_max(np.asarray(cv2.absdiff(*calm), np.uint8))


def blobs(
    levels: NDArray[np.uint8],
    cells: Mask,
    scale: float,
    limits: Differencing = DIFFERENCING,
) -> list[Blob]:
    """The connected places among `cells`, largest first; blinking carets are left out."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(cells.astype(np.uint8), connectivity=8)
    found = []
    height, width = levels.shape
    across, down = width / cells.shape[1], height / cells.shape[0]
    for x, y, wide, high, _ in stats[1:count]:
        left, top = int(x * across), int(y * down)
        rough = Box(left, top, round(wide * across + 1), round(high * down + 1))
        blob = _bounded(levels, rough, scale, limits)
        if blob is None or is_caret(blob.box, scale, limits):
            continue
        if blob.pixels >= limits.least_pixels * scale**2:
            found.append(blob)
    return sorted(found, key=lambda blob: -blob.box.area)


def _bounded(
    levels: NDArray[np.uint8], rough: Box, scale: float, limits: Differencing
) -> Blob | None:
    """Shrunk to the pixels that changed; of a faint change, all of it."""
    inside = crop(levels, rough)
    marked = inside > limits.pixel
    if not marked.any():
        marked = inside > limits.mean
        enough = marked.sum() >= limits.least_faint * scale**2
        if not enough or marked.mean() < limits.faint_filled:
            return None  # what is left of letters that were there
        if inside[marked].mean() < limits.faint:
            return None  # a codec's picture drawn anew
    rows, columns = np.flatnonzero(marked.any(1)), np.flatnonzero(marked.any(0))
    if not len(rows) or not len(columns):
        return None
    box = Box(
        rough.x + int(columns[0]),
        rough.y + int(rows[0]),
        int(columns[-1] - columns[0]) + 1,
        int(rows[-1] - rows[0]) + 1,
    )
    return Blob(box, int(marked.sum()))


def is_caret(box: Box, scale: float, limits: Differencing = DIFFERENCING) -> bool:
    """Whether it is as thin as the caret of a text field."""
    return box.width <= limits.caret_width * scale and box.height <= limits.caret_height * scale


def is_small(box: Box, scale: float, limits: Differencing = DIFFERENCING) -> bool:
    """Whether a cursor may be as large."""
    return max(box.width, box.height) <= limits.small * scale


def without(levels: NDArray[np.uint8], boxes: Sequence[Box], slack: int) -> NDArray[np.uint8]:
    """The differences with those inside `boxes`, and `slack` pixels around, struck out."""
    left = levels.copy()
    for box in boxes:
        left[grow(box, slack).slices] = 0
    return left


def compare(before: Image, after: Image, scale: float, hidden: Sequence[Box] = ()) -> list[Blob]:
    """Where two pictures of one size differ, outside the `hidden` boxes."""
    levels = without(difference(before, after), hidden, round(2 * scale))
    return blobs(levels, changed_cells(levels, scale), scale)
