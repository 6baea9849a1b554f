"""What a draft leaves unexplained: where render and mockup differ and no text is to blame."""

from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.drafting.page import Gradient, Panel, Perception, Picture, Rule
from workers.drafting.perceive.shapes.fills import fit_fill
from workers.drafting.perceive.shapes.rectangles import largest_rectangles
from workers.imaging import Box, Image, Mask, crop

Shape = TypeVar("Shape", Panel, Picture, Rule)


@dataclass(frozen=True)
class ResidualThresholds:
    """Which differences are things that are missing. Lengths are CSS pixels."""

    visible: int = 36  # levels a pixel must be off: antialiasing and shadows stay below
    text_margin: int = 7  # a square's side around each pixel of text: its render lies off a little
    reach: int = 16  # bridged between differing pixels of one area: the parts of an icon
    shortest: int = 6  # the smaller side of an area: thinner are edges that lie off
    longest: int = 12  # its larger side: shorter are specks
    fewest: int = 40  # differing pixels of an area: fewer are a few edges in a box
    largest: float = 0.35  # share of the page that one area may cover: more would be its background
    together: float = 0.5  # share of the page that all may cover: more, and the page slipped
    slack: int = 1  # to each side: what lies in a new picture is covered by it
    even: int = 12  # levels a pixel of a panel may be off its fill: JPEG noise
    flat: float = 0.97  # share of a panel's pixels that are its fill: corners are not


RESIDUAL = ResidualThresholds()


def explain_rest(
    perception: Perception,
    clean: Image,
    mockup: Image,
    render: Image,
    thresholds: ResidualThresholds = RESIDUAL,
) -> Perception:
    """`perception` with the unexplained areas added: panels where the mockup is flat there,
    pictures elsewhere. `clean` is the mockup with its text painted away."""
    boxes = unexplained(mockup, render, perception.text_mask, thresholds)
    flat = [(box, _flat(clean, box, thresholds)) for box in boxes]
    covered = [box for box, panel in flat if panel is None]

    def uncovered(found: tuple[Shape, ...]) -> tuple[Shape, ...]:
        slack = thresholds.slack
        return tuple(f for f in found if not any(c.contains(f.box, slack) for c in covered))

    return replace(
        perception,
        panels=uncovered(perception.panels) + tuple(p for _, p in flat if p is not None),
        pictures=uncovered(perception.pictures) + tuple(Picture(box) for box in covered),
        rules=uncovered(perception.rules),
    )


def unexplained(
    mockup: Image, render: Image, text: Mask, thresholds: ResidualThresholds = RESIDUAL
) -> list[Box]:
    """Boxes around areas that differ visibly, largest first."""
    height, width = mockup.shape[:2]
    off = np.zeros((height, width), np.uint8)
    rows, columns = min(height, render.shape[0]), min(width, render.shape[1])
    steps = cv2.absdiff(mockup[:rows, :columns], render[:rows, :columns])
    off[:rows, :columns] = np.asarray(steps).max(axis=2) > thresholds.visible
    off[cv2.dilate(text.astype(np.uint8), _square(thresholds.text_margin)) > 0] = 0
    off = _without_hairlines(off)
    joined = cv2.morphologyEx(off, cv2.MORPH_CLOSE, _square(thresholds.reach | 1))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    most = thresholds.largest * off.size
    boxes: list[Box] = []
    for index in range(1, count):
        box = Box(*(int(v) for v in stats[index][:4]))
        if box.area <= most:
            boxes.append(box)
        else:
            boxes += largest_rectangles((labels == index).astype(np.uint8))
    worthy = [box for box in boxes if box.area <= most and _counts(off, box, thresholds)]
    return _within_budget(worthy, thresholds.together * off.size)


def _square(side: int) -> NDArray[np.uint8]:
    return np.ones((side, side), np.uint8)


def _without_hairlines(off: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """`off` less what is one pixel thin. An even kernel shifts; the second anchor shifts back."""
    kernel = _square(2)
    thinned = cv2.erode(off, kernel, anchor=(1, 1))
    return np.asarray(cv2.dilate(thinned, kernel, anchor=(0, 0)), np.uint8)


def _counts(off: NDArray[np.uint8], box: Box, thresholds: ResidualThresholds) -> bool:
    short, long = sorted((box.width, box.height))
    big = short >= thresholds.shortest and long >= thresholds.longest
    return big and int(crop(off, box).sum()) >= thresholds.fewest


def _within_budget(boxes: list[Box], most: float) -> list[Box]:
    """Smallest first until they cover more than `most` pixels; the largest of those first."""
    ordered = sorted(boxes, key=lambda each: each.area)
    totals = accumulate(box.area for box in ordered)
    kept = [box for box, total in zip(ordered, totals, strict=True) if total <= most]
    return sorted(kept, key=lambda each: -each.area)


def _flat(clean: Image, box: Box, thresholds: ResidualThresholds) -> Panel | None:
    """A panel that explains the area, where one colour fills nearly all of it."""
    pixels = crop(clean, box).reshape(-1, 3)
    ys, xs = np.divmod(np.arange(len(pixels)), box.width)
    fill = fit_fill(pixels, xs, ys, (box.width, box.height))
    if fill is None or isinstance(fill, Gradient):
        return None
    near = np.abs(pixels.astype(np.int16) - np.array(fill)).max(axis=1) <= thresholds.even
    return Panel(box, fill) if near.mean() > thresholds.flat else None
