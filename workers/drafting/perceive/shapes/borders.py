"""Borders: found by looking outward from a panel, or as hollow rectangles that surround one."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.drafting.page import Border, Panel, Rule
from workers.drafting.perceive.shapes.edges import (
    EDGES,
    Profile,
    run_length,
    sharpen,
    strips_beside,
)
from workers.drafting.perceive.shapes.fills import distance, mean_colour
from workers.drafting.perceive.shapes.panels import CORNER_LOSS
from workers.drafting.perceive.shapes.regions import filled_outline
from workers.imaging import Box, Colour, Image, crop, grow, to_colour


@dataclass(frozen=True)
class BorderThresholds:
    """What around a panel is its border."""

    inside: int = 2  # px into a panel from which its edge is seen: nearer, it may be blended
    widest: int = 4  # px of a border that is found by looking outward: wider ones are regions
    beyond: int = 4  # px past the widest border that are seen: its edge may blend over three
    visible: int = 5  # levels between a border and its panel's fill: fewer are not seen
    alike: int = 7  # levels between the sides of one border
    even: float = 0.85  # share of a side that has its colour: something may lie across
    snug: int = 4  # px between a hollow rectangle and the panel inside that it is the border of
    outside: int = 1  # px a line on a border may stick out: both are measured to a pixel
    side: float = 0.5  # share of a panel's side that a line on its border spans


BORDERS = BorderThresholds()


def with_borders(
    panels: Iterable[Panel],
    hollow: Iterable[Panel],
    image: Image,
    thresholds: BorderThresholds = BORDERS,
) -> tuple[Panel, ...]:
    """Panels with the `hollow` ones around them as borders; one around nothing else becomes a
    panel filled with what is inside it."""
    result = [_look_around(panel, image, thresholds) for panel in panels]
    for outer in sorted(hollow, key=lambda each: -each.box.area):
        inside = [panel for panel in result if _surrounds(outer.box, panel.box, thresholds)]
        if not inside:
            result.append(replace(outer, fill=_inside(image, outer, thresholds)))
        elif all(panel.border is None for panel in inside):
            inner = max(inside, key=lambda panel: panel.box.area)
            radius = max(inner.radius, outer.radius)
            fitted = replace(inner, box=outer.box, border=outer.border, radius=radius)
            result[result.index(inner)] = fitted
    return tuple(sorted(result, key=lambda panel: -panel.box.area))


def without_edges(
    rules: Iterable[Rule], panels: Iterable[Panel], thresholds: BorderThresholds = BORDERS
) -> tuple[Rule, ...]:
    """The rules less those that are a side of a panel's border."""
    bordered = [panel for panel in panels if panel.border is not None]
    return tuple(
        rule
        for rule in rules
        if not any(_is_side(rule.box, panel, thresholds) for panel in bordered)
    )


def _is_side(rule: Box, panel: Panel, thresholds: BorderThresholds) -> bool:
    box, width = panel.box, panel.border.width if panel.border else 0
    if not box.contains(rule, thresholds.outside):
        return False
    if rule.height > rule.width:
        near = min(abs(rule.x - box.x), abs(rule.right - box.right))
        return near <= width and rule.height > thresholds.side * box.height
    near = min(abs(rule.y - box.y), abs(rule.bottom - box.bottom))
    return near <= width and rule.width > thresholds.side * box.width


def _look_around(panel: Panel, image: Image, thresholds: BorderThresholds) -> Panel:
    """The panel as far as its blended edges reach, with the border that the pixels around it show,
    if they do on all its straight sides but one: a pill has only two."""
    fill = panel.fill
    if fill is None:
        return panel
    ways = _ways_out(panel, image, thresholds)
    needed = max(2, sum(len(way) > 0 for way in ways) - 1)
    inside = thresholds.inside
    if not _alike([way[inside:] for way in ways], EDGES.same).all():  # else no chance blend
        ways = [*(sharpen(way[::-1])[::-1] for way in ways[:2]), *map(sharpen, ways[2:])]
    blends = [_blended_part(way, inside) for way in ways]
    panel = replace(panel, box=_grown(panel.box, *blends))
    panel = _as_covered(panel, image)
    outside = [way[inside + blend :] for way, blend in zip(ways, blends, strict=True)]
    border = _border(outside, needed, thresholds)
    if border is None or distance(border.colour, mean_colour(fill)) < thresholds.visible:
        return panel
    width = border.width
    radius = panel.radius + width if panel.radius else 0
    panel = replace(panel, box=_grown(panel.box, *[width] * 4), border=border, radius=radius)
    return _as_covered(panel, image)


def _as_covered(panel: Panel, image: Image) -> Panel:
    """A circle whose outermost rows are blended, by how much of each pixel it covers: its flat part
    is that of a smaller square with rounder sides. Any other panel as it is."""
    box = grow(panel.box, 1)
    height, width = image.shape[:2]
    seen = box.x >= 0 and box.y >= 0 and box.right <= width and box.bottom <= height
    if not (panel.radius and seen and isinstance(panel.fill, tuple)):
        return panel
    pixels = crop(image, box).astype(float)
    corners = pixels[[0, 0, -1, -1], [0, -1, 0, -1]]
    ground = np.median(corners, axis=0)
    step = np.array(panel.fill) - ground
    if np.abs(corners - ground).max() > EDGES.same or not step.any():
        return panel
    covered = np.clip((pixels - ground) @ step / (step @ step), 0, 1)
    outline = filled_outline(covered > 0.5)
    covered = np.maximum(covered, cv2.erode(outline, np.ones((3, 3), np.uint8)))
    left, top, across, down = cv2.boundingRect(outline)
    lost = float(covered.sum(axis=1).max() * covered.sum(axis=0).max() - covered.sum())
    radius = round(np.sqrt(max(0.0, lost) / (4 * CORNER_LOSS)))
    if across != down or 2 * radius < across - 1:
        return panel
    return replace(panel, box=Box(box.x + left, box.y + top, across, down), radius=across // 2)


def _blended_part(way: Profile, inside: int) -> int:
    """How many pixels outside a panel's flat part are its own, once sharpened: one at most."""
    return min(1, run_length(way[inside:], way[inside - 1], EDGES.same)) if len(way) else 0


def _alike(ways: list[Profile], tolerance: float) -> NDArray[np.bool_]:
    """Which ways begin with the colour that most begin with."""
    firsts = np.array([way[0] if len(way) else np.full(3, np.nan) for way in ways])
    near = np.abs(firsts[:, None] - firsts).max(axis=2) <= tolerance
    found: NDArray[np.bool_] = near[near.sum(axis=1).argmax()]
    return found


def _border(ways: list[Profile], needed: int, thresholds: BorderThresholds) -> Border | None:
    """The border that ways out of a panel begin with, where as many as needed agree."""
    alike = _alike(ways, thresholds.alike)
    if alike.sum() < needed:
        return None
    sides = [way for way, is_alike in zip(ways, alike, strict=True) if is_alike]
    colour = np.median([way[0] for way in sides], axis=0)
    width = sorted(run_length(way, colour, thresholds.alike) for way in sides)[needed - 1]
    return Border(width, to_colour(colour)) if width <= thresholds.widest else None


def _ways_out(panel: Panel, image: Image, thresholds: BorderThresholds) -> list[Profile]:
    """The colours met on the way out of the left, top, right and bottom side, from some pixels
    inside it on, up to where a side is not of one colour."""
    box, inside, reach = panel.box, thresholds.inside, thresholds.widest + thresholds.beyond
    inset = panel.radius + inside
    strips = strips_beside(image, box, (inset, inset), reach, inside)
    return [_even_part(strip, thresholds) for strip in strips]


def _even_part(strip: Image, thresholds: BorderThresholds) -> Profile:
    """The colours across a strip (N, length, 3), up to where they differ along it; none where that
    is inside."""
    if strip.shape[1] == 0:
        return np.zeros((0, 3))
    middle: Profile = np.median(strip, axis=1)
    near = np.abs(strip - middle[:, None]).max(axis=2) <= thresholds.alike
    even = np.append(near.mean(axis=1) > thresholds.even, False)
    length = int(even.argmin())
    return middle[:length] if length > thresholds.inside else middle[:0]


def _grown(box: Box, left: int, top: int, right: int, bottom: int) -> Box:
    return Box(box.x - left, box.y - top, box.width + left + right, box.height + top + bottom)


def _surrounds(outer: Box, inner: Box, thresholds: BorderThresholds) -> bool:
    slack = thresholds.snug
    return inner.contains(outer, slack) and outer.contains(inner, slack)


def _inside(image: Image, outer: Panel, thresholds: BorderThresholds) -> Colour:
    """The colour just inside the middle of the top side."""
    box, width = outer.box, outer.border.width if outer.border else 0
    y = min(image.shape[0] - 1, box.y + width + thresholds.inside)
    x = min(image.shape[1] - 1, box.x + box.width // 2)
    return to_colour(image[y, x].astype(float))
