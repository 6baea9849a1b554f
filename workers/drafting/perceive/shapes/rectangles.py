"""Covering an irregular area with a few large rectangles."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.imaging import Box


@dataclass(frozen=True)
class CoverThresholds:
    """How finely an area is covered, and with how many rectangles."""

    cell: int = 4  # px: the search is over cells, to be quick
    full: float = 0.6  # share of a cell that the area covers
    most: int = 4  # rectangles: an L has two, a frame around a page four
    least: int = 60  # cells of a rectangle: smaller ones are crumbs
    least_share: float = 0.06  # of the whole area that a rectangle covers


COVER = CoverThresholds()


def largest_rectangles(mask: NDArray[np.uint8], thresholds: CoverThresholds = COVER) -> list[Box]:
    """Greedily, the largest rectangles of ones in `mask` (H, W), to a cell's accuracy."""
    height, width = mask.shape
    cell = thresholds.cell
    size = (max(1, width // cell), max(1, height // cell))
    shares = cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    cells = shares > thresholds.full
    least = max(thresholds.least, thresholds.least_share * cells.sum())
    found: list[Box] = []
    while len(found) < thresholds.most and (best := _largest(cells)).area >= least:
        cells[best.y : best.bottom, best.x : best.right] = False
        right = width if best.right == size[0] else best.right * cell
        bottom = height if best.bottom == size[1] else best.bottom * cell
        x, y = best.x * cell, best.y * cell
        found.append(Box(x, y, right - x, bottom - y))
    return found


def _largest(cells: NDArray[np.bool_]) -> Box:
    """The largest rectangle of True cells: the histogram method, row by row."""
    best = Box(0, 0, 0, 0)
    heights = np.zeros(cells.shape[1] + 1, int)
    for y, row in enumerate(cells):
        heights[:-1] = (heights[:-1] + 1) * row
        waiting: list[tuple[int, int]] = []
        for x, tall in enumerate(heights.tolist()):
            start = x
            while waiting and waiting[-1][1] >= tall:
                start, high = waiting.pop()
                if high * (x - start) > best.area:
                    best = Box(start, y - high + 1, x - start, high)
            waiting.append((start, tall))
    return best
