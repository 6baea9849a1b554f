"""Grounds of the render's boxes, measured alike on both pages, and what is soft and of no box."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from webapp.studio.events import DifferenceKind
from workers.imaging import Box, Colour, nearest_box, to_colour
from workers.scoring.box_edges import EdgeLimits, Places, edge_findings
from workers.scoring.colour import delta, hex_of
from workers.scoring.item import Finding, Item
from workers.scoring.marks import PagePixels, Shift
from workers.shot import DomBox

Levels = NDArray[np.float32]


@dataclass(frozen=True)
class GroundLimits(EdgeLimits):
    """Lengths in CSS pixels."""

    least: int = 12  # shorter side of a box that is measured
    same_colour: float = 1.8  # CIEDE2000
    other_colour: float = 40.0  # that is another colour altogether
    cell: int = 8  # side of the cells whose mean colours are compared
    soft: float = 2.0  # levels that a cell's mean may be off
    fewest: int = 10  # cells of an area that is seen


LIMITS = GroundLimits()


def ground_items(
    mockup: PagePixels,
    render: PagePixels,
    boxes: Sequence[DomBox],
    limits: GroundLimits = LIMITS,
    moves: Sequence[Shift] = (),
) -> list[Item]:
    """An item for each box that has a ground, a corner or a shadow of its own.

    A box is held against its own place on the mockup, or where one of the `moves` (of blocks of
    text, from the mockup to the render) came from, if less differs there.
    """
    items = []
    for one in boxes:
        box = nearest_box(one.rect)
        if one.picture or min(box.width, box.height) < limits.least:
            continue
        places = [box, *(replace(box, x=box.x - x, y=box.y - y) for x, y in moves)]
        found = _least(mockup, render, one, (places, box), limits)
        weight = float((4 * (box.width + box.height)) ** 0.7)
        items.append(Item("box", box, weight, tuple(found), one.selector))
    return items


def _least(
    mockup: PagePixels,
    render: PagePixels,
    one: DomBox,
    places: tuple[Sequence[Box], Box],
    limits: GroundLimits,
) -> list[Finding]:
    """What differs least of all places on the mockup that the box may have."""
    least: list[Finding] | None = None
    page = Box(0, 0, mockup.image.shape[1], mockup.image.shape[0])
    for place in places[0]:
        if least is not None and not page.contains(place):
            continue
        found = _findings(mockup, render, one, (place, places[1]), limits)
        if least is None or _severity(found) < _severity(least):
            least = found
        if not least:
            break
    return least or []


def _severity(found: Sequence[Finding]) -> float:
    return sum(finding.severity for finding in found)


def _findings(
    mockup: PagePixels, render: PagePixels, one: DomBox, places: Places, limits: GroundLimits
) -> list[Finding]:
    painted = one.fill is not None or one.gradient
    found = _fill(mockup, render, one, places, limits) if painted else []
    return found or edge_findings(mockup, render, one, places, limits)


def _fill(
    mockup: PagePixels, render: PagePixels, one: DomBox, places: Places, limits: GroundLimits
) -> list[Finding]:
    """The colours in a grid of five by five places of the box, away from its rim and its text."""
    place, box = places
    pairs = []
    inset = max(2, round(max(one.borders)) + 2)
    for row in range(5):
        for column in range(5):
            cell = Box(
                box.x + inset + (box.width - 2 * inset) * column // 5,
                box.y + inset + (box.height - 2 * inset) * row // 5,
                max(1, (box.width - 2 * inset) // 5),
                max(1, (box.height - 2 * inset) // 5),
            )
            there = replace(cell, x=cell.x + place.x - box.x, y=cell.y + place.y - box.y)
            colours = _commonest_pair(mockup, render, (there, cell))
            if colours is not None:
                pairs.append(colours)
    if not pairs:
        return []
    away = [delta(a, b) for a, b in pairs]
    off = float(np.median(away))
    worst = int(np.argmax(away))
    if one.gradient and max(away) > limits.same_colour and np.mean(away) > 0.5 * limits.same_colour:
        severity = min(0.5, float(np.mean(away)) / limits.other_colour + 0.08)
        return [Finding("gradient", hex_of(pairs[worst][0]), hex_of(pairs[worst][1]), severity)]
    if off <= limits.same_colour:
        return []
    at = int(np.argsort(away)[len(away) // 2])
    spread = max(delta(pairs[0][0], pair[0]) for pair in pairs)
    severity = min(1.0, off / limits.other_colour + 0.1)
    expected = "gradient" if spread > 3 * limits.same_colour else hex_of(pairs[at][0])
    kind: DifferenceKind = "gradient" if spread > 3 * limits.same_colour else "fill"
    return [Finding(kind, expected, hex_of(pairs[at][1]), severity)]


def _commonest_pair(
    mockup: PagePixels, render: PagePixels, cells: Places
) -> tuple[Colour, Colour] | None:
    """`cells` are of one size, on the mockup and on the render."""
    every = max(1, min(cells[1].width, cells[1].height) // 8)  # so many say what the middle one is
    pages = list(zip((mockup, render), cells, strict=True))
    masks = [page.text[cell.slices][::every, ::every] for page, cell in pages]
    if masks[0].shape != masks[1].shape:
        return None
    seen = ~(masks[0] | masks[1])
    if not seen.any():
        return None
    ours, theirs = (page.image[cell.slices][::every, ::every][seen] for page, cell in pages)
    if np.array_equal(ours, theirs):
        return (0, 0, 0), (0, 0, 0)
    return to_colour(np.median(ours, axis=0)), to_colour(np.median(theirs, axis=0))


def residual_items(
    mockup: PagePixels,
    render: PagePixels,
    boxes: Sequence[DomBox],
    known: Sequence[Item],
    limits: GroundLimits = LIMITS,
) -> list[Item]:
    """What is soft and belongs to no box: areas whose colour is another, and nothing says why."""
    cell = limits.cell
    ours, theirs = (_cells(page, cell) for page in (mockup, render))
    off = np.nan_to_num(np.maximum(_outside(ours, theirs), _outside(theirs, ours)))
    for item in known:
        if item.findings:
            inside = Box(
                item.box.x // cell - 2,
                item.box.y // cell - 2,
                item.box.width // cell + 5,
                item.box.height // cell + 5,
            )
            off[inside.slices] = 0
    count, labels, stats, _ = cv2.connectedComponentsWithStats((off > limits.soft).astype(np.uint8))
    items = []
    for label in range(1, count):
        x, y, width, height, area = (int(value) for value in stats[label])
        if area < limits.fewest:
            continue
        levels = float(off[labels == label].mean())
        place = Box(x * cell, y * cell, width * cell, height * cell)
        one = _smallest_around(place, boxes)
        middle = labels == label
        a, b = (to_colour(side[middle].mean(axis=0)) for side in (ours, theirs))
        severity = min(0.6, 0.04 + levels / 80)
        finding = Finding(_kind_of(one), hex_of(a), hex_of(b), severity)
        weight = float((area * cell * cell) ** 0.7) / 4
        items.append(Item("ground", place, weight, (finding,), one.selector if one else ""))
    return items


def _kind_of(one: DomBox | None) -> DifferenceKind:
    """What a soft area is, by the element it lies in."""
    if one is None or not (one.picture or one.gradient):
        return "fill"
    return "picture" if one.picture else "gradient"


def _outside(one: Levels, other: Levels) -> Levels:
    """By how much each cell is outside of what the other page has there and next to it, (h, w)."""
    near = np.ones((3, 3), np.uint8)
    low = cv2.erode(np.nan_to_num(other, nan=255), near)
    high = cv2.dilate(np.nan_to_num(other, nan=0), near)
    return np.asarray(np.maximum(np.maximum(one - high, low - one), 0).max(axis=2))


def _cells(page: PagePixels, cell: int) -> Levels:
    """The mean colour of each cell, (h, w, 3), with NaN where half of it is text."""
    height, width = page.text.shape
    size = max(1, width // cell), max(1, height // cell)
    share = cv2.resize(page.text.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    shown = cv2.copyTo(page.image, (~page.text).astype(np.uint8))
    total = cv2.resize(shown, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    means = total / np.maximum(1 - share, 0.5)[..., None]
    means[share > 0.5] = np.nan
    return np.asarray(means, np.float32)


def _smallest_around(place: Box, boxes: Sequence[DomBox]) -> DomBox | None:
    x, y = place.x + place.width / 2, place.y + place.height / 2
    around = [
        one
        for one in boxes
        if one.rect.x <= x < one.rect.x + one.rect.width
        and one.rect.y <= y < one.rect.y + one.rect.height
    ]
    return min(around, key=lambda one: one.rect.width * one.rect.height, default=None)
