"""Everything that is drawn and is no text: icons, pictures, rules, edges of boxes, marks of charts.

Each page is cut into marks: edges that hang together, outside text. Each mark of either page is
looked for in the other, piece by piece, within a few pixels of its place. No meaning is needed, so
nothing can be overlooked for want of a name; the browser's boxes lend the names.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.imaging import Box, Image, Mask, at_css_scale, box_at_css_scale, grow
from workers.scoring.canvas import Canvas
from workers.scoring.item import Finding, Item
from workers.shot import DomBox


@dataclass(frozen=True)
class MarkLimits:
    """Lengths in CSS pixels, colours in levels 0–255."""

    edge: int = 7  # levels between neighbours that make an edge
    joins: int = 3  # across which two edges are one mark
    piece: int = 48  # side of the cells that a large mark is looked for in
    least: int = 6  # edge pixels of a mark
    text_margin: int = 2  # around text, whose soft rim is text too
    reach: int = 5  # that a piece may have moved
    near: int = 22  # levels a pixel may differ from all that are next to its place
    found: float = 0.9  # share of a piece's pixels that agree: it is there
    lost: float = 0.45  # share under which a mark is another, or none
    icon: int = 64  # longest side of an icon
    thin: int = 6  # shorter side of a rule, both of its edges included


LIMITS = MarkLimits()
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Page:
    """One page at one pixel per CSS pixel, with what its marks and boxes are told from."""

    image: Image  # (H, W, 3)
    text: Mask  # (H, W)

    @cached_property
    def lowest(self) -> Image:
        """The least of each channel at a pixel and next to it."""
        return np.asarray(cv2.erode(self.image, np.ones((3, 3), np.uint8)), np.uint8)

    @cached_property
    def highest(self) -> Image:
        return np.asarray(cv2.dilate(self.image, np.ones((3, 3), np.uint8)), np.uint8)


@dataclass(frozen=True)
class Mark:
    """Edges that hang together. `likeness` 0–1 of what the other page shows there."""

    box: Box
    pixels: int
    likeness: float
    shift: tuple[int, int]


def pages_of(canvas: Canvas, limits: MarkLimits = LIMITS) -> tuple[Page, Page]:
    """Both pages at CSS scale with the text of either masked on both."""
    scale = canvas.mockup.scale
    images = [at_css_scale(view.image, scale) for view in (canvas.mockup, canvas.render)]
    text = np.zeros(images[0].shape[:2], bool)
    for run in (*canvas.mockup.runs, *canvas.render.runs):
        text[grow(box_at_css_scale(run.ink, scale), limits.text_margin).slices] = True
    return Page(images[0], text), Page(images[1], text)


def marks_of(page: Page, other: Page, limits: MarkLimits = LIMITS) -> list[Mark]:
    """The marks of `page`, each with how much of it the other page shows."""
    edges = _edges(page, limits)
    count, labels = _joined(edges, limits)
    rows, columns = np.nonzero(edges)
    marks = labels[rows, columns].astype(np.int64)
    pieces, piece_mark = _pieces(rows, columns, marks, page.image.shape[1], limits)
    agrees, shifts = _search(page, other, rows, columns, pieces, piece_mark.size, limits)
    return _collected(rows, columns, marks, pieces, piece_mark, agrees, shifts, limits)


def _edges(page: Page, limits: MarkLimits) -> Mask:
    levels = page.image.astype(np.int16)
    edges = np.zeros(levels.shape[:2], bool)
    across = np.abs(np.diff(levels, axis=1)).max(axis=2) >= limits.edge
    down = np.abs(np.diff(levels, axis=0)).max(axis=2) >= limits.edge
    edges[:, 1:] |= across
    edges[:, :-1] |= across
    edges[1:] |= down
    edges[:-1] |= down
    return np.asarray(edges & ~page.text)


def _joined(edges: Mask, limits: MarkLimits) -> tuple[int, NDArray[np.int32]]:
    near = cv2.dilate(edges.astype(np.uint8), np.ones((limits.joins, limits.joins), np.uint8))
    count, labels = cv2.connectedComponents(near, connectivity=8)
    return count, labels


def _pieces(
    rows: Ints, columns: Ints, marks: Ints, width: int, limits: MarkLimits
) -> tuple[Ints, Ints]:
    """Which piece each edge pixel belongs to, and which mark each piece."""
    cells = (rows // limits.piece) * (width // limits.piece + 1) + columns // limits.piece
    keys = marks * (int(cells.max(initial=0)) + 1) + cells
    unique, first, pieces = np.unique(keys, return_index=True, return_inverse=True)
    del unique
    return pieces, marks[first]


def _search(
    page: Page,
    other: Page,
    rows: Ints,
    columns: Ints,
    pieces: Ints,
    count: int,
    limits: MarkLimits,
) -> tuple[NDArray[np.float64], Ints]:
    """The best share of agreeing pixels of each piece, and the shift it was found at."""
    sizes = np.bincount(pieces, minlength=count)
    best = np.zeros(count)
    shifts = np.zeros((count, 2), np.int64)
    open_pixels = np.arange(rows.size)
    for across, down in _nearest_first(limits.reach):
        r, c = rows[open_pixels], columns[open_pixels]
        agree = _agrees(page, other, r, c, down, across, limits.near)
        share = np.bincount(pieces[open_pixels], agree, count) / np.maximum(sizes, 1)
        better = share > best + 0.02  # what is no better stays where it is
        best[better] = share[better]
        shifts[better] = across, down
        open_pixels = open_pixels[best[pieces[open_pixels]] < limits.found]
        if open_pixels.size == 0:
            break
    return best, shifts


def _nearest_first(reach: int) -> list[tuple[int, int]]:
    span = range(-reach, reach + 1)
    return sorted(((x, y) for x in span for y in span), key=lambda at: (at[0] ** 2 + at[1] ** 2, at))


def _agrees(
    page: Page, other: Page, rows: Ints, columns: Ints, down: int, across: int, near: int
) -> Mask:
    """Whether each pixel has its like in the other page at a shift, or next to it."""
    height, width = other.image.shape[:2]
    r, c = rows + down, columns + across
    inside = (r >= 0) & (r < height) & (c >= 0) & (c < width)
    r, c = np.clip(r, 0, height - 1), np.clip(c, 0, width - 1)
    here = page.image[rows, columns].astype(np.int16)
    low = other.lowest[r, c].astype(np.int16) - near
    high = other.highest[r, c].astype(np.int16) + near
    return np.asarray(((here >= low) & (here <= high)).all(axis=1) & inside)


def _collected(
    rows: Ints,
    columns: Ints,
    marks: Ints,
    pieces: Ints,
    piece_mark: Ints,
    agrees: NDArray[np.float64],
    shifts: Ints,
    limits: MarkLimits,
) -> list[Mark]:
    if rows.size == 0:
        return []
    count = int(marks.max()) + 1
    sizes = np.bincount(marks, minlength=count)
    piece_sizes = np.bincount(pieces)
    likeness = np.bincount(piece_mark, agrees * piece_sizes, count) / np.maximum(sizes, 1)
    left, top = np.full(count, 1 << 30), np.full(count, 1 << 30)
    right, bottom = np.zeros(count, np.int64), np.zeros(count, np.int64)
    np.minimum.at(left, marks, columns)
    np.minimum.at(top, marks, rows)
    np.maximum.at(right, marks, columns)
    np.maximum.at(bottom, marks, rows)
    found = []
    for mark in np.flatnonzero(sizes >= limits.least):
        own = np.flatnonzero(piece_mark == mark)
        shift = shifts[own[np.argmax(piece_sizes[own])]]
        x, y = int(left[mark]), int(top[mark])
        box = Box(x, y, int(right[mark]) - x + 1, int(bottom[mark]) - y + 1)
        found.append(
            Mark(box, int(sizes[mark]), float(likeness[mark]), (int(shift[0]), int(shift[1])))
        )
    return found


def mark_items(
    mockup: Page, render: Page, boxes: Sequence[DomBox], limits: MarkLimits = LIMITS
) -> list[Item]:
    """The marks of both pages. What is in one place on both and unlike is named once."""
    ours, theirs = marks_of(mockup, render, limits), marks_of(render, mockup, limits)
    strange = [mark for mark in theirs if mark.likeness < limits.found]
    items = []
    for mark in ours:
        same = next((o for o in strange if _iou(o.box, mark.box) > 0.3), None)
        if same is not None:
            strange.remove(same)
        items.append(_item(mark, boxes, render, limits, also=same))
    items += [_extra(mark, boxes, limits) for mark in strange]
    items += [
        Item("", mark.box, _weight(mark)) for mark in theirs if mark.likeness >= limits.found
    ]
    return items


def _item(
    mark: Mark, boxes: Sequence[DomBox], render: Page, limits: MarkLimits, also: Mark | None
) -> Item:
    source = _source(mark.box, boxes)
    name = _kind(mark.box, source, limits)
    item = Item(name, mark.box, _weight(mark), (), source.selector if source else "")
    likeness = mark.likeness if also is None else min(mark.likeness, also.likeness)
    if likeness >= limits.found:
        far = float(np.hypot(*mark.shift))
        if far < 2:
            return item
        got = f"{-mark.shift[0] * -1:+d} px across, {mark.shift[1]:+d} px down"
        return item.with_finding(Finding("offset", "0 px", got, 0.02 * far))
    severity = min(1.0, (limits.found - likeness) / (limits.found - limits.lost))
    if severity >= 1 and also is None:
        return item.with_finding(Finding("missing", name, "", 1.0))
    return item.with_finding(Finding(_difference(name), name, f"{likeness:.0%} alike", severity))


def _extra(mark: Mark, boxes: Sequence[DomBox], limits: MarkLimits) -> Item:
    source = _source(mark.box, boxes)
    name = _kind(mark.box, source, limits)
    severity = min(1.0, (limits.found - mark.likeness) / (limits.found - limits.lost))
    finding = Finding("extra", "", name, severity)
    return Item(name, mark.box, _weight(mark), (finding,), source.selector if source else "")


def _weight(mark: Mark) -> float:
    """Edges as an area two pixels deep."""
    return float(np.sqrt(4 * mark.pixels))


def _iou(one: Box, other: Box) -> float:
    wide = min(one.right, other.right) - max(one.x, other.x)
    high = min(one.bottom, other.bottom) - max(one.y, other.y)
    if wide <= 0 or high <= 0:
        return 0.0
    return wide * high / (one.area + other.area - wide * high)


def _source(box: Box, boxes: Sequence[DomBox]) -> DomBox | None:
    """The element whose box is most like the mark's, or the smallest picture it lies in."""
    best, found = 0.5, None
    for one in boxes:
        rect = Box(*(round(v) for v in (one.rect.x, one.rect.y, one.rect.width, one.rect.height)))
        if one.picture and grow(rect, 3).contains(box):
            return one
        alike = _iou(rect, box)
        if alike > best:
            best, found = alike, one
    return found


def _kind(box: Box, source: DomBox | None, limits: MarkLimits) -> str:
    short, long = sorted((box.width, box.height))
    if source is not None and source.picture:
        return "icon" if long <= limits.icon else "picture"
    if short <= limits.thin and long >= 4 * limits.thin:
        return "rule"
    if source is not None:
        return "box"
    if long <= limits.icon:
        return "icon"
    return "drawing"


def _difference(name: str) -> str:
    return {"box": "border", "drawing": "picture"}.get(name, name)
