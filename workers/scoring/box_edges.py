"""Borders, corners and shadows of a box: what its edge shows, measured alike on both pages."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workers.imaging import Box, grow
from workers.scoring.item import Finding
from workers.scoring.marks import PagePixels
from workers.shot import DomBox


@dataclass(frozen=True)
class EdgeLimits:
    """Lengths in CSS pixels."""

    radius_px: float = 1.5  # a corner's radius may be off
    border: int = 4  # within which the border of a box lies
    rim: float = 4.0  # RGB distance of a box's rim from its surroundings
    corner_sides: tuple[int, ...] = (32, 24, 16, 11, 8, 6)  # of squares of a corner without text
    largest_radius: int = 32  # corners that are measured; larger ones are shapes
    shadow_reach: int = 14  # outside a box in which its shadow is told
    shadow: float = 1.2  # levels that the shadow's mean may be off
    even: float = 60.0  # levels by which a shadow may differ along a side
    adjoins: float = 0.3  # share of its darkest that it has next to the box, at least
    displaced: int = 3  # that a side of the box may lie elsewhere and be found again
    across: int = 4  # to both sides of an edge by which it is known
    found_again: float = 0.5  # of what differs in place that may differ where the edge is found


Places = tuple[Box, Box]  # of a box, on the mockup and on the render
OUTSIDE = 1  # CSS pixels beyond a corner that its surroundings are seen from


def edge_findings(
    mockup: PagePixels, render: PagePixels, one: DomBox, places: Places, limits: EdgeLimits
) -> list[Finding]:
    """The first of shadow, border and corner that differs, each where those before do not.

    A corner is measured by its border, against what is around it. The second of the `places` is the
    box of `one`, the first is about where the mockup has it.
    """
    places = _place_of(mockup, render, places, limits), places[1]
    return (
        _shadow(mockup, render, one, places, limits)
        or _border(mockup, render, places, limits)
        or _radius(mockup, render, one, places, limits)
    )


def _place_of(mockup: PagePixels, render: PagePixels, places: Places, limits: EdgeLimits) -> Box:
    """Where the mockup has the sides of the render's box: what has slipped by a few pixels is off
    by those, and has neither lost its shadow nor changed its corners."""
    reach = limits.across + limits.displaced
    box = places[0]
    if min(box.width, box.height) <= 2 * reach:
        return box
    pages = zip((mockup.image, render.image, mockup.text), (*places, box), strict=True)
    sides = zip(*(_beside(page, at, reach, inside=reach) for page, at in pages), strict=True)
    below, above, right, left = (
        _displacement(ours, theirs, ~text.any(axis=0), limits) for ours, theirs, text in sides
    )
    width, height = box.width + right + left, box.height + below + above
    return Box(box.x - left, box.y - above, width, height) if min(width, height) > 0 else box


def _displacement(
    ours: NDArray[Any], theirs: NDArray[Any], clear: NDArray[np.bool_], limits: EdgeLimits
) -> int:
    """Pixels by which an edge lies further out on the mockup than on the render."""
    rows = 2 * (limits.across + limits.displaced)
    if ours.shape != theirs.shape or ours.shape[0] < rows or clear.sum() < 2:
        return 0
    wanted, seen = (side[:, clear].astype(np.float32).mean(axis=1) for side in (ours, theirs))
    if np.array_equal(wanted, seen):
        return 0
    seen, rows = seen[limits.displaced : -limits.displaced], 2 * limits.across

    def off(by: int) -> float:
        start = limits.displaced + by
        return float(np.abs(wanted[start : start + rows] - seen).mean())

    best = min(range(-limits.displaced, limits.displaced + 1), key=lambda by: (off(by), abs(by)))
    return best if off(best) <= limits.found_again * off(0) else 0


def _radius(
    mockup: PagePixels, render: PagePixels, one: DomBox, places: Places, limits: EdgeLimits
) -> list[Finding]:
    """What the top left corner lacks of a square has (1 − π/4) r² pixels."""
    place, box = places
    if one.radius > limits.largest_radius or not (one.fill or one.border):
        return []
    theirs = _corner(render, box, limits)
    if theirs is None or abs(theirs - min(one.radius, box.height / 2)) > 2:
        return []
    ours = _corner(mockup, place, limits)
    if ours is None or abs(ours - theirs) <= max(limits.radius_px, 0.12 * theirs):
        return []
    severity = min(0.35, 0.1 + 0.015 * abs(ours - theirs))
    # borders and antialiasing make both a little larger than they are
    ours = (
        (ours * one.radius / theirs + ours - theirs + one.radius) / 2 if theirs > 2 else ours / 1.07
    )
    return [Finding("radius", f"{max(0.0, ours):.3g} px", f"{one.radius:.3g} px", severity)]


def _border(
    mockup: PagePixels, render: PagePixels, places: Places, limits: EdgeLimits
) -> list[Finding]:
    """Says where one of the pages has a border and the other has none."""
    pages = zip((mockup, render), places, strict=True)
    ours, theirs = (_rim(page, box, limits) for page, box in pages)
    if min(ours, theirs) >= limits.rim or abs(ours - theirs) < limits.rim:
        return []
    severity = min(0.6, 0.1 + abs(ours - theirs) / 200)
    expected, got = ("none", "border") if theirs > ours else ("border", "none")
    return [Finding("border", expected, got, severity)]


def _rim(page: PagePixels, box: Box, limits: EdgeLimits) -> float:
    """RGB distance of a box's outermost pixels from those a border further in, of most sides.

    A small box may be round, and its outermost pixels partly what is around it: they are held
    against what lies between that and what is further in.
    """
    may_be_round = min(box.width, box.height) <= 2 * limits.largest_radius
    away = []
    for lines in _beside(page.image, grow(box, -limits.border - 1), limits.border + 3):
        if lines.shape[0] < limits.border + 2 or lines.shape[1] == 0:
            continue
        cut = lines.shape[1] * 2 // 5  # further from its middle the side of a circle is gone
        middle = np.median(lines[:, cut : lines.shape[1] - cut], axis=1)
        inner, outer, around = middle[[0, limits.border - 1, -1]].astype(np.float32)
        towards = around - inner
        share = float((outer - inner) @ towards) / max(1.0, float(towards @ towards))
        held = inner + min(1.0, max(0.0, share)) * towards if may_be_round else inner
        away.append(float(np.linalg.norm(outer - held)))
    return float(np.median(away)) if away else 0.0


def _corner(page: PagePixels, box: Box, limits: EdgeLimits) -> float | None:
    half = min(box.width, box.height) // 2
    largest = min(half, limits.corner_sides[0])  # where half of a box is round, no less shows it
    for side in (largest, *(side for side in limits.corner_sides if side < largest)):
        radius = _corner_within(page, box, side, limits)
        if radius is not None:
            return radius
    return None


def _corner_within(page: PagePixels, box: Box, side: int, limits: EdgeLimits) -> float | None:
    """As `side` × `side` pixels of each corner show it; None where none does."""
    lacks = []
    for flip_y, flip_x in ((False, False), (False, True), (True, False), (True, True)):
        y = box.bottom - side if flip_y else box.y - OUTSIDE
        x = box.right - side if flip_x else box.x - OUTSIDE
        square = Box(x, y, side + OUTSIDE, side + OUTSIDE)
        corner = page.image[square.slices].astype(np.float32)
        if corner.shape[:2] != (square.height, square.width) or page.text[square.slices].any():
            continue
        corner = corner[:: -1 if flip_y else 1, :: -1 if flip_x else 1]
        outside, corner = corner[0, 0], corner[OUTSIDE:, OUTSIDE:]
        rim = np.median(corner[0, -max(2, side // 4) :], axis=0)
        towards = rim - outside
        contrast = float(towards @ towards)
        if contrast < limits.rim**2:
            continue
        share = np.clip((corner - outside) @ (towards / contrast), 0, 1)
        before = np.cumprod(share < 0.5, axis=1)  # from the corner to the rim, along each row
        at = before.sum(axis=1).astype(int)
        met = np.flatnonzero(at < side)
        if met.size < side // 2:
            continue
        partly = 1 - share[met, at[met]]
        lacks.append(float(at[met].sum() + partly.sum()))
    if not lacks:
        return None
    return float(np.sqrt(np.median(lacks) / (1 - np.pi / 4)))


def _shadow(
    mockup: PagePixels, render: PagePixels, one: DomBox, places: Places, limits: EdgeLimits
) -> list[Finding]:
    """How much the ground darkens (or lightens) towards the box, on both pages."""
    off = []
    place, box = places
    pages = ((mockup.image, place), (render.image, box), (mockup.text, place))
    sides = (_beside(pixels, where, limits.shadow_reach + 1) for pixels, where in pages)
    for lines in zip(*sides, strict=True):
        common = min(side.shape[0] for side in lines), min(side.shape[1] for side in lines)
        ours, theirs, text = (side[: common[0], : common[1]] for side in lines)
        clear = ~text.any(axis=0)
        if text.shape[0] == 0 or clear.sum() < 2:
            continue
        a, b = (side[:, clear].astype(np.float32).mean(axis=2) for side in (ours, theirs))
        if max(np.ptp(a, axis=1).max(), np.ptp(b, axis=1).max()) > limits.even:
            continue  # other things stand there
        away = np.abs(a - b).mean(axis=1)
        if away[0] >= limits.adjoins * away.max():
            off.append(float(away.mean()))
    if not off or max(off) <= limits.shadow:
        return []
    expected, got = ("none", "shadow") if one.shadow else ("shadow", "none")
    severity = min(0.35, 0.1 + 0.01 * max(off))
    return [Finding("shadow", expected, got, severity)]


def _beside(pixels: NDArray[Any], box: Box, reach: int, inside: int = -1) -> list[NDArray[Any]]:
    """What lies next to the middle half of each side, (rows, n, …), outwards: from so many pixels
    `inside` the box to `reach` outside, fewer at the page's edge. The pixel next to it is left out,
    which the box may be blended with."""
    across = slice(box.x + box.width // 4, box.x + box.width // 4 + box.width // 2)
    down = slice(box.y + box.height // 4, box.y + box.height // 4 + box.height // 2)
    top, left = max(0, box.y - reach), max(0, box.x - reach)
    above = pixels[top : max(0, box.y + inside), across][::-1]
    below = pixels[box.bottom - inside : box.bottom + reach, across]
    before = pixels[down, left : max(0, box.x + inside)][:, ::-1].swapaxes(0, 1)
    after = pixels[down, box.right - inside : box.right + reach].swapaxes(0, 1)
    return [below, above, after, before]
