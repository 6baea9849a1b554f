"""Flat regions: maximal areas whose neighbouring pixels differ by almost nothing."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.elements import Box, Image, Mask

Labels = NDArray[np.int32]  # (H, W)

STEP = 3  # levels by which neighbours may differ inside a region: lets gradients through
SMALLEST = 24  # pixels


@dataclass(frozen=True)
class Region:
    """One flat region: its bounds, its pixel count and its label in the label image."""

    label: int
    box: Box
    area: int


def flat_regions(image: Image) -> tuple[Labels, list[Region]]:
    """Labels (H, W) and the regions of at least `SMALLEST` pixels, largest first.

    Pixels sit on the even cells of a doubled grid and the links between like neighbours on the
    odd ones, so that an ordinary connected-components pass follows links and not colours.
    """
    height, width = image.shape[:2]
    grid = np.zeros((2 * height - 1, 2 * width - 1), np.uint8)
    grid[::2, ::2] = 1
    grid[::2, 1::2] = _alike(image[:, 1:], image[:, :-1])
    grid[1::2, ::2] = _alike(image[1:], image[:-1])
    count, doubled, stats, _ = cv2.connectedComponentsWithStats(grid, connectivity=4)
    labels: Labels = np.ascontiguousarray(doubled[::2, ::2])
    areas = np.bincount(labels.ravel(), minlength=count)
    chosen = np.flatnonzero(areas >= SMALLEST)
    chosen = chosen[np.argsort(-areas[chosen], kind="stable")]
    regions = [Region(int(i), _bounds(stats[i]), int(areas[i])) for i in chosen if i != 0]
    return labels, regions


def mask_of(labels: Labels, region: Region) -> Mask:
    """The region's own pixels within its box."""
    box = region.box
    own: Mask = labels[box.y : box.bottom, box.x : box.right] == region.label
    return own


def outline_fill(mask: Mask) -> NDArray[np.uint8]:
    """`mask` with its holes filled, 0 or 1."""
    drawn = mask.astype(np.uint8)
    contours, _ = cv2.findContours(drawn, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = np.zeros_like(drawn)
    cv2.drawContours(filled, contours, -1, 1, -1)
    return filled


def _alike(first: Image, second: Image) -> NDArray[np.uint8]:
    if first.size == 0:
        return np.zeros(first.shape[:2], np.uint8)
    steps = cv2.absdiff(np.ascontiguousarray(first), np.ascontiguousarray(second))
    alike = np.asarray(cv2.inRange(steps, (0, 0, 0), (STEP, STEP, STEP)), np.uint8)
    return alike & np.uint8(1)


def _bounds(stats: NDArray[np.int32]) -> Box:
    """A box on the doubled grid, brought back to pixels."""
    x, y, width, height = (int(v) for v in stats[:4])
    left, top = (x + 1) // 2, (y + 1) // 2
    return Box(left, top, (x + width + 1) // 2 - left, (y + height + 1) // 2 - top)
