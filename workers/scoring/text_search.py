"""Where on the mockup the pixels of a line of the render stand."""

from dataclasses import dataclass

import cv2
import numpy as np

from workers.imaging import Box, Image, clip, crop, grow
from workers.scoring.glyphs import Coverage, Look, coverage
from workers.scoring.page_view import PageView


@dataclass(frozen=True)
class SearchLimits:
    """How far a line is looked for, and how alike it must be."""

    reach: int = 6  # CSS pixels that a line may have moved
    far: int = 28  # CSS pixels, where it is not found so near
    same: float = 0.84  # likeness of the shape of a stretch that shows the same letters
    stretch: float = 0.9  # line heights that are compared at a time


SEARCH = SearchLimits()


@dataclass(frozen=True)
class Found:
    """Likeness of the worst stretch of a line, the share of it that is alike, and how far off."""

    worst: float
    share: float
    shift: tuple[int, int]


NOT_FOUND = Found(0.0, 0.0, (0, 0))


def find_line(mockup: PageView, drawn: Look, shown: Look, limits: SearchLimits) -> Found:
    """The mockup's ink most like the line: near its place, else a little further off."""
    near = _found_within(mockup, drawn, shown, limits.reach, limits)
    if near.worst >= limits.same:
        return near
    far = _found_within(mockup, drawn, shown, limits.far, limits)
    return far if far.worst >= limits.same or far.share > near.share + 0.3 else near


def _found_within(
    mockup: PageView, drawn: Look, shown: Look, reach: int, limits: SearchLimits
) -> Found:
    window = clip(grow(drawn.box, round(reach * mockup.scale)), mockup.width, mockup.height)
    if window is None or drawn.mass == 0:
        return NOT_FOUND
    patch = crop(mockup.image, window)
    own = _sought(coverage(patch, drawn.colour, drawn.ground), drawn, window, limits)
    if own.worst >= limits.same or (shown.colour, shown.ground) == (drawn.colour, drawn.ground):
        return own
    # in other colours, perhaps
    other = _sought(coverage(patch, shown.colour, shown.ground), drawn, window, limits)
    return max(own, other, key=lambda found: found.share)


def _sought(ink: Coverage, drawn: Look, window: Box, limits: SearchLimits) -> Found:
    """Where in `ink`, the coverage of `window`, the line is most alike."""
    height, width = drawn.coverage.shape
    if ink.shape[0] < height or ink.shape[1] < width:
        return NOT_FOUND
    home = drawn.box.x - window.x, drawn.box.y - window.y
    there = ink[home[1] : home[1] + height, home[0] : home[0] + width]
    if there.shape == (height, width) and np.abs(there - drawn.coverage).max() < 0.02:
        return Found(1.0, 1.0, (0, 0))
    away = cv2.matchTemplate(ink, drawn.coverage, cv2.TM_SQDIFF)
    rows, columns = np.indices(away.shape)
    away = away + 1e-3 * np.hypot(columns - home[0], rows - home[1])  # ties go to no shift
    y, x = np.unravel_index(int(np.argmin(away)), away.shape)
    there = ink[y : y + height, x : x + width]
    alike = stretches(drawn.coverage, there, limits)
    share = float(np.mean([one >= limits.same for one in alike]))
    return Found(min(alike), share, (int(x) - home[0], int(y) - home[1]))


def stretches(one: Coverage, other: Coverage, limits: SearchLimits) -> list[float]:
    """Likeness (`similarity_of`) of two lines of one size, a letter or two at a time."""
    height, width = one.shape
    stretch = max(6, round(limits.stretch * height))
    starts = np.arange(0, max(1, width - stretch // 2), max(3, stretch // 2))
    spans = np.column_stack((starts, np.minimum(starts + stretch, width))).ravel()
    a, b, apart = (
        np.add.reduceat(np.append(squares.sum(axis=0, dtype=np.float64), 0), spans)[::2]
        for squares in (one * one, other * other, (one - other) ** 2)
    )
    ink = a + b
    likeness = 1 - apart / np.where(ink == 0, 1, ink)
    return [max(0.0, float(each)) for each in likeness]


def same_pixels(one: Image, other: Image, box: Box, tolerance: int = 24) -> bool:
    """Whether both pictures show nearly the same in `box`: at most 2 % of its pixels differ."""
    height, width = min(one.shape[0], other.shape[0]), min(one.shape[1], other.shape[1])
    inside = clip(box, width, height)
    if inside is None or inside != box:
        return False
    return bool(
        (cv2.absdiff(crop(one, box), crop(other, box)).max(axis=2) > tolerance).mean() < 0.02
    )
