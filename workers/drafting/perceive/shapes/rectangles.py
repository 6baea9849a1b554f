"""Covering an irregular area with a few large rectangles."""

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.imaging import Box

COARSE = 4  # pixels per cell: the search is over cells
MOST = 4  # rectangles
LEAST = 60  # cells
LEAST_SHARE = 0.06  # of the whole area


def largest_rectangles(mask: NDArray[np.uint8]) -> list[Box]:
    """Greedily, the largest rectangles of ones in `mask` (H, W), to a cell's accuracy."""
    height, width = mask.shape
    size = (max(1, width // COARSE), max(1, height // COARSE))
    cells = cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.6
    whole, found = cells.sum(), []
    for _ in range(MOST):
        best = _largest(cells)
        if best.area < max(LEAST, LEAST_SHARE * whole):
            break
        cells[best.y : best.bottom, best.x : best.right] = False
        right = width if best.right == size[0] else best.right * COARSE
        bottom = height if best.bottom == size[1] else best.bottom * COARSE
        x, y = best.x * COARSE, best.y * COARSE
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
