"""Pictures: what neither text nor rectangles explain, gathered into photos, icons and logos."""

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.drafting.page import Panel, Picture
from workers.drafting.perceive.shapes.panels import Shapes
from workers.imaging import Box, TextRun, crop

REACH = 9  # CSS pixels bridged between the crumbs of one picture
RIM = 3  # pixels around a panel's edge that antialiasing or a shadow may touch
SMALLEST_SIDE = 5
SMALLEST_LENGTH = 10
FEWEST = 30  # pixels
SPARSE = 0.3  # share of its box a large picture must cover
CROWDED = 0.75  # the same where it holds text
LARGE = 1500  # pixels


def find_pictures(
    shapes: Shapes, panels: Iterable[Panel], runs: Iterable[TextRun], scale: float
) -> tuple[Picture, ...]:
    """Pictures, largest first, none inside another."""
    solid = shapes.crumbs.astype(np.uint8)
    for panel in panels:
        _clear_rim(solid, panel)
    size = max(3, round(REACH * scale)) | 1
    joined = cv2.morphologyEx(solid, cv2.MORPH_CLOSE, np.ones((size, size), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    words = [run.ink for run in runs if len(run.text) > 2]
    boxes = [Box(*(int(v) for v in stats[i][:4])) for i in range(1, count)]
    worthy = [box for box in boxes if _is_picture(solid, box, words, scale)]
    return tuple(Picture(box) for box in outermost(worthy))


def outermost(boxes: Iterable[Box], slack: int = 1) -> list[Box]:
    """Boxes that lie in no other, largest first."""
    kept: list[Box] = []
    for box in sorted(boxes, key=lambda each: -each.area):
        if not any(other.contains(box, slack) for other in kept):
            kept.append(box)
    return kept


def outside_pictures(
    panels: Iterable[Panel], pictures: Iterable[Picture], scale: float
) -> tuple[Panel, ...]:
    """Panels less those that are part of a photo: its sky, a wall."""
    photos = [p.box for p in pictures if p.box.area > 2500 * scale * scale]
    return tuple(
        panel for panel in panels if not any(photo.contains(panel.box, 2) for photo in photos)
    )


def _is_picture(solid: NDArray[np.uint8], box: Box, words: list[Box], scale: float) -> bool:
    if min(box.width, box.height) < SMALLEST_SIDE * scale:
        return False
    if max(box.width, box.height) < SMALLEST_LENGTH * scale:
        return False
    inside = crop(solid, box)
    if inside.sum() < FEWEST:
        return False
    if box.area <= LARGE * scale * scale:
        return True
    density = float(inside.mean())
    held = sum(box.contains(word, 2) for word in words)
    return density >= SPARSE and (held <= 1 or density >= CROWDED)


def _clear_rim(solid: NDArray[np.uint8], panel: Panel) -> None:
    box, rim = panel.box, RIM
    top, left = max(0, box.y - rim), max(0, box.x - rim)
    solid[top : box.y + rim, left : box.right + rim] = 0
    solid[max(0, box.bottom - rim) : box.bottom + rim, left : box.right + rim] = 0
    solid[top : box.bottom + rim, left : box.x + rim] = 0
    solid[top : box.bottom + rim, max(0, box.right - rim) : box.right + rim] = 0
    if panel.radius <= rim or box.width >= 0.95 * solid.shape[1]:
        return
    for y in (box.y, box.bottom - panel.radius):
        for x in (box.x, box.right - panel.radius):
            solid[y : y + panel.radius, x : x + panel.radius] = 0
