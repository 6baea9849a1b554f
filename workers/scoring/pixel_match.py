"""Pixel evidence: where the mockup shows the very text that the render shows."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.imaging import Box, Image, clip, crop, grow

REACH = 6  # CSS pixels a run may have moved and still be found by its pixels
ALIKE = 0.88  # correlation of the whole run
ALIKE_LOCALLY = 0.6  # correlation of each stretch: one changed letter must not pass
FLAT = 6.0  # grey levels of deviation under which a stretch shows nothing


@dataclass(frozen=True)
class PixelMatch:
    """Where in the other picture the same pixels stand, and how far that is."""

    box: Box
    shift: float


def find_same(of: Image, box: Box, within: Image, scale: float) -> PixelMatch | None:
    """Looks in `within` for the pixels that `of` shows in `box`, near the same place.

    Normalised cross-correlation (Lewis 1995, `cv2.TM_CCOEFF_NORMED`) over a window of ±`REACH`,
    so colour may differ; then each stretch of about a letter and a half must agree by itself.
    """
    height, width = min(of.shape[0], within.shape[0]), min(of.shape[1], within.shape[1])
    inner = clip(grow(box, 1), width, height)
    if inner is None or inner.width < 3 or inner.height < 3:
        return None
    window = clip(grow(inner, round(REACH * scale)), width, height)
    if window is None:
        return None
    patch = crop(of, inner)
    dx, dy = inner.x - window.x, inner.y - window.y
    if _same_letters(patch, crop(within, inner)):  # in place: the usual case, and the cheap one
        return PixelMatch(box, 0.0)
    if patch.std() < FLAT:
        return None
    correlation = cv2.matchTemplate(crop(within, window), patch, cv2.TM_CCOEFF_NORMED)
    _, best, _, (x, y) = cv2.minMaxLoc(correlation)
    moved = Box(window.x + x, window.y + y, inner.width, inner.height)
    if best < ALIKE or not _same_letters(patch, crop(within, moved)):
        return None
    shift = float(max(abs(x - dx), abs(y - dy)))
    return PixelMatch(Box(box.x + x - dx, box.y + y - dy, box.width, box.height), shift)


def same_pixels(one: Image, other: Image, box: Box, tolerance: int = 24) -> bool:
    """Whether both pictures show nearly the same in `box`: at most 2 % of its pixels differ."""
    height, width = min(one.shape[0], other.shape[0]), min(one.shape[1], other.shape[1])
    inside = clip(box, width, height)
    if inside is None or inside != box:
        return False
    return bool(
        (cv2.absdiff(crop(one, box), crop(other, box)).max(axis=2) > tolerance).mean() < 0.02
    )


def _same_letters(one: Image, other: Image) -> bool:
    """Whether two patches of one size agree as a whole and stretch by stretch."""
    if np.array_equal(one, other):
        return bool(one.std() >= FLAT)
    if _correlation(one, other) < ALIKE:
        return False
    height, width = one.shape[:2]
    stretch = max(4, round(1.2 * height))
    starts = range(0, max(1, width - stretch // 2), max(2, stretch // 2))
    return all(
        _correlation(one[:, at : at + stretch], other[:, at : at + stretch]) >= ALIKE_LOCALLY
        for at in starts
    )


def _correlation(one: Image, other: Image) -> float:
    """Pearson's correlation over all channels; 1 where both are flat, 0 where one is."""
    a, b = _centred(one), _centred(other)
    deviation = float(np.sqrt((a * a).mean())), float(np.sqrt((b * b).mean()))
    if max(deviation) < FLAT:
        return 1.0
    if min(deviation) < FLAT / 2:
        return 0.0
    return float((a * b).mean() / (deviation[0] * deviation[1]))


def _centred(patch: Image) -> NDArray[np.float32]:
    levels = patch.astype(np.float32)
    return np.asarray(levels - levels.mean(axis=(0, 1)))
