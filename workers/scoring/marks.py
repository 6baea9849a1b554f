"""Everything that is drawn and is no text: icons, pictures, rules, edges of boxes, marks of charts.

Each page is cut into marks: edges that hang together, outside text. Each mark of either page is
looked for in the other, piece by piece, within a few pixels of its place. No meaning is needed, so
nothing can be overlooked for want of a name; `mark_items` has the names.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.imaging import (
    Box,
    Colour,
    Image,
    Mask,
    at_css_scale,
    box_at_css_scale,
    channel_max,
    clip,
    commonest,
    crop,
    grow,
    masked,
    to_colour,
)
from workers.scoring.canvas import Canvas
from workers.scoring.colour import delta, severity_of
from workers.scoring.glyphs import similarity_of
from workers.scoring.ink import bounds_of
from workers.scoring.text_style import STYLE


@dataclass(frozen=True)
class MarkLimits:
    """Lengths in CSS pixels, colours in levels 0–255."""

    edge: int = 5  # levels between neighbours that make an edge
    joins: int = 2  # across which two edges are one mark
    piece: int = 48  # side of the cells that a large mark is looked for in
    least: int = 6  # edge pixels of a mark
    text_margin: int = 2  # around text, whose soft rim is text too
    reach: int = 5  # that a piece may have moved…
    led: int = 2  # …and that it may lie beside where a block went
    near: int = 22  # levels a pixel may differ from all that are next to its place…
    contrast: float = 0.3  # …and no more than this share of what it differs from its own neighbours
    found: float = 0.9  # share of a piece's pixels that agree: it is there
    lost: float = 0.45  # share under which a mark is another, or none
    traces: float = 0.1  # share of a mark's pixels with any edge near them, under which it is gone
    icon: int = 64  # longest side of an icon
    whole: int = 160  # longest side of a mark that is also compared as a whole
    far: int = 28  # that a mark as a whole may have moved
    moved: float = 0.7  # of what is unlike in its place, where it is said to have moved to
    largest: int = 700  # longest side of a mark that is looked for further away
    alike: float = 0.95  # likeness of a whole mark that is the same…
    unlike: float = 0.5  # …and that is another
    shape: float = 0.95  # likeness of the shapes of a mark that has another colour
    thin: int = 6  # shorter side of a rule, both of its edges included
    small: float = 8.0  # side of a square under which a mark is seen less, as commas are
    faint: float = 0.2  # severity of edges that hardly stand out…
    plain: float = 75.0  # …and levels by which it grows with them to 1
    line: float = 0.6  # severity of lines that are gone: missed less than what they part or hold


LIMITS = MarkLimits()
Shift = tuple[int, int]  # across and down, pixels
Ints = NDArray[np.int64]
Levels = NDArray[np.uint8]


@dataclass(frozen=True)
class PagePixels:
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

    @cached_property
    def steps(self) -> Levels:
        """By how many levels of any channel a pixel differs from one above or beside it, (H, W)."""
        steps = np.zeros(self.text.shape, np.uint8)
        for one, other in ((np.s_[:, 1:], np.s_[:, :-1]), (np.s_[1:], np.s_[:-1])):
            if steps[one].size == 0:  # a page of one pixel
                continue
            most = channel_max(np.asarray(cv2.absdiff(self.image[one], self.image[other])))
            np.maximum(steps[one], most, out=steps[one])
            np.maximum(steps[other], most, out=steps[other])
        return steps


@dataclass(frozen=True)
class Mark:
    """Edges that hang together. `severity` 0–1 of what the other page lacks of them there."""

    box: Box
    pixels: int
    severity: float
    shift: Shift
    where: Box  # what of it is unlike
    gone: bool  # nothing is drawn there, nor near it
    seen: float = 1.0  # how much of it can be seen, 0–1
    colours: tuple[Colour, Colour] | None = None  # of one shape on both pages, where they differ


def pages_of(
    canvas: Canvas, text_places: Sequence[Box], limits: MarkLimits = LIMITS
) -> tuple[PagePixels, PagePixels]:
    """Both pages at CSS scale with the text of either (pixels of the canvas) masked on both."""
    scale = canvas.mockup.scale
    images = [at_css_scale(view.image, scale) for view in (canvas.mockup, canvas.render)]
    text = np.zeros(images[0].shape[:2], bool)
    for place in text_places:
        text[grow(box_at_css_scale(place, scale), limits.text_margin).slices] = True
    return PagePixels(images[0], text), PagePixels(images[1], text)


def marks_of(
    page: PagePixels,
    other: PagePixels,
    limits: MarkLimits = LIMITS,
    moves: Sequence[Shift] = (),
) -> list[Mark]:
    """The marks of `page`, each with how much of it the other page shows: near its place, or where
    one of the `moves` leads to."""
    edges = _edges(page, limits)
    labels = _joined(edges, limits)
    rows, columns = np.nonzero(edges)
    marks = labels[rows, columns].astype(np.int64)
    pieces, piece_mark = _pieces(rows, columns, marks, page.image.shape[1], limits)
    tried = _tried(moves, limits)
    agrees, shifts = _search(page, other, (rows, columns, pieces), piece_mark.size, tried, limits)
    traces = _near(_edges(other, limits), limits.reach)[rows, columns]
    found = _collected(rows, columns, marks, pieces, piece_mark, agrees, shifts, traces, limits)
    best = [_where_best(page, other, mark, moves, limits) for mark in found]
    return [replace(m, seen=_seen(page, m, limits)) if m.severity > 0 else m for m in best]


def _seen(page: PagePixels, mark: Mark, limits: MarkLimits) -> float:
    """How much of a mark can be seen, 0–1, by how far its edges stand out and how small it is."""
    size = min(1.0, float(np.sqrt(mark.box.area)) / limits.small)
    steps = page.steps[mark.box.slices][~page.text[mark.box.slices]]
    steps = steps[steps >= limits.edge]
    if steps.size == 0:
        return size
    return size * min(1.0, limits.faint + float(np.percentile(steps, 90)) / limits.plain)


def _edges(page: PagePixels, limits: MarkLimits) -> Mask:
    return np.asarray((page.steps >= limits.edge) & ~page.text)


def _near(edges: Mask, by: int) -> Mask:
    """Where an edge is no further than `by` pixels."""
    square = np.ones((2 * by + 1, 2 * by + 1), np.uint8)
    return np.asarray(cv2.dilate(edges.astype(np.uint8), square) > 0)


def _joined(edges: Mask, limits: MarkLimits) -> NDArray[np.int32]:
    near = _near(edges, limits.joins // 2)
    return np.asarray(cv2.connectedComponents(near.astype(np.uint8), connectivity=8)[1], np.int32)


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
    page: PagePixels,
    other: PagePixels,
    edges: tuple[Ints, Ints, Ints],
    count: int,
    tried: Sequence[Shift],
    limits: MarkLimits,
) -> tuple[NDArray[np.float64], Ints]:
    """The best share of agreeing pixels of each piece, and the shift it was found at.

    `edges` are the rows, columns and pieces of all edge pixels.
    """
    rows, columns, pieces = edges
    reach = max(max(abs(across), abs(down)) for across, down in tried)
    sizes = np.maximum(np.bincount(pieces, minlength=count), 1)
    best = np.zeros(count)
    shifts = np.zeros((count, 2), np.int64)
    least, most = _alike(page, rows, columns, limits)
    # around the other page lies what no pixel is alike to: from 255 to 0
    lowest, highest = _framed(other.lowest, 255, reach), _framed(other.highest, 0, reach)
    width = other.image.shape[1] + 2 * reach
    places = (rows + reach) * width + columns + reach
    for across, down in tried:
        there = places + (down * width + across)
        fits = lowest.take(there, axis=0) <= most
        fits &= highest.take(there, axis=0) >= least
        agree = fits[:, 0] & fits[:, 1] & fits[:, 2]
        share = np.bincount(pieces[agree], minlength=count) / sizes
        better = share > best + 0.02  # what is no better stays where it is
        best[better] = share[better]
        shifts[better] = across, down
        still = (best < limits.found)[pieces]
        if not still.all():
            places, pieces, least, most = places[still], pieces[still], least[still], most[still]
        if places.size == 0:
            break
    return best, shifts


def _tried(moves: Sequence[Shift], limits: MarkLimits) -> list[Shift]:
    """Where a piece is looked for: around its place, then where blocks went, each once."""
    around = _nearest_first(limits.reach)
    led = ((x + dx, y + dy) for x, y in moves for dx, dy in _nearest_first(limits.led))
    return list(dict.fromkeys([*around, *led]))


def _nearest_first(reach: int) -> list[Shift]:
    span = range(-reach, reach + 1)
    return sorted(
        ((x, y) for x in span for y in span), key=lambda at: (at[0] ** 2 + at[1] ** 2, at)
    )


def _alike(
    page: PagePixels, rows: Ints, columns: Ints, limits: MarkLimits
) -> tuple[Levels, Levels]:
    """The least and the most levels that are alike to those of each pixel, (n, 3)."""
    at = rows * page.image.shape[1] + columns
    image, lowest, highest = (
        levels.reshape(-1, 3).take(at, axis=0) for levels in (page.image, page.lowest, page.highest)
    )
    steps = (highest - lowest).max(axis=1, initial=0)
    near = np.minimum(limits.near, limits.contrast * steps).astype(np.uint8)[:, None]
    return image - np.minimum(near, image), image + np.minimum(near, 255 - image)


def _framed(levels: Image, outside: int, reach: int) -> Levels:
    """The pixels (n, 3) of a page with a rim of one level as wide as pieces may have moved."""
    rim = (reach,) * 4
    framed = cv2.copyMakeBorder(levels, *rim, cv2.BORDER_CONSTANT, value=(outside,) * 3)
    return np.asarray(framed, np.uint8).reshape(-1, 3)


def _collected(
    rows: Ints,
    columns: Ints,
    marks: Ints,
    pieces: Ints,
    piece_mark: Ints,
    agrees: NDArray[np.float64],
    shifts: Ints,
    traces: Mask,
    limits: MarkLimits,
) -> list[Mark]:
    """One mark of its pieces: what is wrong with one is not lost among many that are right."""
    if rows.size == 0:
        return []
    count = int(marks.max()) + 1
    sizes = np.bincount(marks, minlength=count)
    piece_sizes = np.bincount(pieces)
    wrong = np.clip((limits.found - agrees) / (limits.found - limits.lost), 0, 1)
    mean = np.bincount(piece_mark, wrong**3 * piece_sizes, count) / np.maximum(sizes, 1)
    left, top = np.full(count, 1 << 30), np.full(count, 1 << 30)
    right, bottom = np.zeros(count, np.int64), np.zeros(count, np.int64)
    np.minimum.at(left, marks, columns)
    np.minimum.at(top, marks, rows)
    np.maximum.at(right, marks, columns)
    np.maximum.at(bottom, marks, rows)
    gone = np.bincount(marks, traces, count) < limits.traces * sizes
    largest = np.full(count, -1)
    order = np.argsort(piece_sizes, kind="stable")
    largest[piece_mark[order]] = order
    found = []
    for mark in np.flatnonzero(sizes >= limits.least):
        across, down = (int(v) for v in shifts[largest[mark]])
        x, y = int(left[mark]), int(top[mark])
        box = Box(x, y, int(right[mark]) - x + 1, int(bottom[mark]) - y + 1)
        severity = float(np.cbrt(mean[mark]))
        shift = (across, down)
        found.append(Mark(box, int(sizes[mark]), severity, shift, box, bool(gone[mark])))
    return found


def _where_best(
    page: PagePixels, other: PagePixels, mark: Mark, moves: Sequence[Shift], limits: MarkLimits
) -> Mark:
    """The mark as a whole near its place or, if it is another there, where a block went."""
    best = _as_a_whole(page, other, mark, limits)
    for move in moves:
        if best.severity == 0:
            break
        led = _as_a_whole(page, other, replace(mark, severity=0.0, shift=move), limits)
        compared = led.severity > 0 or max(mark.box.width, mark.box.height) <= limits.whole
        best = led if compared and led.severity < best.severity else best
    return best


def _as_a_whole(page: PagePixels, other: PagePixels, mark: Mark, limits: MarkLimits) -> Mark:
    """A small mark compared with all that it covers, in place and where it may have moved to.

    1 − Σ(a − b)² / (Σ(a − ground)² + Σ(b − ground)²), as edges alone are alike in many icons.
    """
    longest = max(mark.box.width, mark.box.height)
    if (longest > limits.whole and mark.severity < 0.3) or longest > limits.largest:
        return mark
    outer = clip(grow(mark.box, 2), page.image.shape[1], page.image.shape[0])
    assert outer is not None
    patch, seen = crop(page.image, outer), ~crop(page.text, outer)
    ours = masked(patch, seen)
    if np.array_equal(ours, masked(crop(other.image, outer), seen)):
        return replace(mark, severity=0.0, shift=(0, 0))
    reach = limits.reach if mark.severity == 0 else limits.far
    led = max(map(abs, mark.shift)) > limits.reach
    home = Box(outer.x + led * mark.shift[0], outer.y + led * mark.shift[1], *patch.shape[1::-1])
    window = clip(grow(home, reach), other.image.shape[1], other.image.shape[0])
    if window is None:
        return mark
    within = crop(other.image, window)
    if within.shape[0] < patch.shape[0] or within.shape[1] < patch.shape[1]:
        return mark
    if seen.all():
        away = cv2.matchTemplate(within, patch, cv2.TM_SQDIFF)
    else:
        mask = np.repeat(seen[..., None], 3, axis=2).astype(np.float32)
        floats = within.astype(np.float32), patch.astype(np.float32)
        away = cv2.matchTemplate(*floats, cv2.TM_SQDIFF, mask=mask)
    rows, columns = np.indices(away.shape)
    at = home.y - window.y, home.x - window.x
    far = np.hypot(columns - at[1], rows - at[0])
    inside = 0 <= at[0] < away.shape[0] and 0 <= at[1] < away.shape[1]
    best = int(np.argmin(away + mark.pixels * 2.0 * far))
    y, x = (int(at) for at in np.unravel_index(best, away.shape))
    if inside and away[y, x] > limits.moved * away[at]:
        y, x = at
    there = within[y : y + patch.shape[0], x : x + patch.shape[1]]
    likeness = _likeness(ours, masked(there, seen))
    unlike = _unlike(patch, there, limits) & seen
    wrong = min(1.0, max(0.0, (limits.alike - likeness) / (limits.alike - limits.unlike)))
    wrong = max(wrong, min(1.0, 2 * float(unlike.sum()) / mark.pixels))  # a small part, plainly
    if longest > limits.whole:
        wrong = min(wrong, mark.severity)
    shift = window.x + x - outer.x, window.y + y - outer.y
    if wrong > 0 and seen.any() and longest <= limits.whole:
        colours = _recoloured(ours, masked(there, seen), limits)
        off = delta(*colours) if colours is not None else 0.0
        if off > STYLE.same_colour and severity_of(off) < wrong:
            return replace(mark, severity=severity_of(off), shift=shift, colours=colours)
    return replace(mark, severity=wrong, shift=shift, where=bounds_of(unlike, outer) or mark.box)


def _recoloured(one: Levels, other: Levels, limits: MarkLimits) -> tuple[Colour, Colour] | None:
    """The colours of two lists of pixels (n, 3) that show one shape; None where they do not."""
    inks, shapes = [], []
    for pixels in (one.astype(np.float32), other.astype(np.float32)):
        ground = pixels.compress(commonest(pixels, step=8), axis=0).mean(axis=0)
        away = np.linalg.norm(pixels - ground, axis=1)
        most = float(np.percentile(away, 98))
        if most < limits.near:
            return None
        inks.append(to_colour(np.median(pixels[away >= 0.8 * most], axis=0)))
        shapes.append(np.minimum(away / most, 1))
    alike = similarity_of(shapes[0], shapes[1])
    return (inks[0], inks[1]) if alike >= limits.shape else None


def _unlike(one: Image, other: Image, limits: MarkLimits) -> Mask:
    """Which pixels of `one` have nothing like them in `other`, there or next to it."""
    near = np.ones((3, 3), np.uint8)
    low, high = cv2.erode(other, near), cv2.dilate(other, near)
    off = cv2.max(cv2.subtract(one, high), cv2.subtract(low, one))
    return channel_max(np.asarray(off)) > limits.near


def _likeness(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """Of two lists of pixels (n, 3), with the commonest colour of the first as their ground."""
    if one.size == 0:
        return 1.0
    a, b = one.astype(np.float32), other.astype(np.float32)
    ground = a.compress(commonest(one, step=8), axis=0).mean(axis=0)
    ink = float(((a - ground) ** 2).sum() + ((b - ground) ** 2).sum())
    return 1.0 if ink == 0 else max(0.0, 1 - float(((a - b) ** 2).sum()) / ink)
