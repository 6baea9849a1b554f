"""What a draft leaves unexplained: where render and mockup differ and no text is to blame."""

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.drafting.page import Gradient, Panel, Perception, Picture
from workers.drafting.perceive.shapes.fills import fit_fill
from workers.drafting.perceive.shapes.rectangles import largest_rectangles
from workers.imaging import Box, Image, Mask, crop

VISIBLE = 36  # levels
REACH = 17  # CSS pixels bridged between differing pixels of one area
SMALLEST_SIDE, SMALLEST_LENGTH = 6, 12  # CSS pixels
FEWEST = 40  # differing pixels
LARGEST = 0.35  # share of the page that one area may cover
ALL_TOGETHER = 0.5
TEXT_MARGIN = 7


def explain_rest(perception: Perception, clean: Image, mockup: Image, render: Image) -> Perception:
    """`perception` with the unexplained areas added: panels where the mockup is flat there,
    pictures elsewhere. `clean` is the mockup with its text painted away."""
    boxes = unexplained(mockup, render, perception.text_mask)
    flat = [(box, _flat(clean, box)) for box in boxes]
    panels = tuple(panel for _, panel in flat if panel is not None)
    pictures = tuple(Picture(box) for box, panel in flat if panel is None)
    if not boxes:
        return perception
    covered = [picture.box for picture in pictures]
    kept = tuple(p for p in perception.panels if not any(c.contains(p.box, 1) for c in covered))
    seen = tuple(p for p in perception.pictures if not any(c.contains(p.box, 1) for c in covered))
    rules = tuple(r for r in perception.rules if not any(c.contains(r.box, 1) for c in covered))
    return replace(perception, panels=kept + panels, pictures=seen + pictures, rules=rules)


def unexplained(mockup: Image, render: Image, text: Mask) -> list[Box]:
    """Boxes around areas that differ visibly, largest first."""
    height, width = mockup.shape[:2]
    off = np.zeros((height, width), np.uint8)
    rows, columns = min(height, render.shape[0]), min(width, render.shape[1])
    steps = cv2.absdiff(mockup[:rows, :columns], render[:rows, :columns])
    off[:rows, :columns] = np.asarray(steps).max(axis=2) > VISIBLE
    margin = np.ones((TEXT_MARGIN, TEXT_MARGIN), np.uint8)
    off[cv2.dilate(text.astype(np.uint8), margin) > 0] = 0
    off = _without_hairlines(off)
    size = REACH | 1
    joined = cv2.morphologyEx(off, cv2.MORPH_CLOSE, np.ones((size, size), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    boxes: list[Box] = []
    for index in range(1, count):
        box = Box(*(int(v) for v in stats[index][:4]))
        if box.area <= LARGEST * off.size:
            boxes.append(box)
        else:
            boxes += largest_rectangles((labels == index).astype(np.uint8))
    return _within_budget([box for box in boxes if _counts(off, box)], height * width)


def _without_hairlines(off: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """`off` less what is one pixel thin. An even kernel shifts; the second anchor shifts back."""
    kernel = np.ones((2, 2), np.uint8)
    thinned = cv2.erode(off, kernel, anchor=(1, 1))
    return np.asarray(cv2.dilate(thinned, kernel, anchor=(0, 0)), np.uint8)


def _counts(off: NDArray[np.uint8], box: Box) -> bool:
    short, long = sorted((box.width, box.height))
    if short < SMALLEST_SIDE or long < SMALLEST_LENGTH:
        return False
    inside = crop(off, box)
    return int(inside.sum()) >= FEWEST and box.area <= LARGEST * off.size


def _within_budget(boxes: list[Box], page: int) -> list[Box]:
    """Smallest first until they cover too much of the page."""
    kept: list[Box] = []
    total = 0
    for box in sorted(boxes, key=lambda each: each.area):
        total += box.area
        if total > ALL_TOGETHER * page:
            break
        kept.append(box)
    return sorted(kept, key=lambda each: -each.area)


def _flat(clean: Image, box: Box) -> Panel | None:
    """A panel that explains the area, where one colour fills nearly all of it."""
    pixels = crop(clean, box).reshape(-1, 3)
    ys, xs = np.divmod(np.arange(len(pixels)), box.width)
    fill = fit_fill(pixels, xs, ys, (box.width, box.height))
    if fill is None or isinstance(fill, Gradient):
        return None
    near = np.abs(pixels.astype(np.int16) - np.array(fill)).max(axis=1) <= VISIBLE / 3
    return Panel(box, fill) if near.mean() > 0.97 else None
