"""Borders: outlines joined to the panel they surround, and rules joined to outlines."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from workers.drafting.page import Border, Panel, Rule
from workers.drafting.perceive.shapes.fills import distance, middle
from workers.drafting.perceive.shapes.panels import Outline
from workers.imaging import Box, Colour, Image, to_colour

CORNER = 26  # pixels a rounded corner may take off the end of a side
ALIKE = 14  # levels
VISIBLE = 5  # levels between a border and what it surrounds
THICKEST = 4  # pixels a border may have that is found by probing
SNUG = 4  # pixels between an outline and the panel inside it


def join_rules(rules: Iterable[Rule]) -> tuple[list[Outline], list[Rule]]:
    """Outlines whose four sides were found as separate rules, because their corners are round."""
    left = list(rules)
    found: list[Outline] = []
    across = sorted((r for r in left if r.box.width > r.box.height), key=lambda r: r.box.y)
    upright = [r for r in left if r.box.height > r.box.width]
    for top in across:
        if top not in left:
            continue
        sides = _other_sides(top, across, upright)
        if sides is None or any(side not in left for side in sides):
            continue
        bottom, west, east = sides
        box = Box(west.box.x, top.box.y, east.box.right - west.box.x, bottom.box.bottom - top.box.y)
        panel = Panel(box, top.colour, radius=max(0, top.box.x - west.box.x))
        found.append(Outline(panel, min(top.box.height, west.box.width)))
        left = [rule for rule in left if rule not in (top, *sides)]
    return found, left


def _other_sides(
    top: Rule, across: list[Rule], upright: list[Rule]
) -> tuple[Rule, Rule, Rule] | None:
    """The bottom, left and right sides that belong to a top side."""
    for bottom in across:
        if bottom.box.y <= top.box.y + 6 or distance(bottom.colour, top.colour) >= ALIKE:
            continue
        if abs(bottom.box.x - top.box.x) > 3 or abs(bottom.box.right - top.box.right) > 3:
            continue
        near = [
            side
            for side in upright
            if abs(side.box.y - top.box.y) < CORNER
            and abs(side.box.bottom - bottom.box.bottom) < CORNER
            and side.box.height > 0.4 * (bottom.box.bottom - top.box.y)
            and distance(side.colour, top.colour) < ALIKE
        ]
        west = [side for side in near if -CORNER < side.box.x - top.box.x <= 2]
        east = [side for side in near if -2 <= side.box.right - top.box.right < CORNER]
        if west and east:
            return (
                bottom,
                max(west, key=lambda side: side.box.x),
                min(east, key=lambda side: side.box.right),
            )
    return None


def with_borders(
    panels: Iterable[Panel], outlines: Iterable[Outline], image: Image
) -> tuple[Panel, ...]:
    """Panels with the outlines around them as borders; an outline around nothing else becomes a
    panel filled with what is inside it."""
    result = list(panels)
    for outline in sorted(outlines, key=lambda each: -each.panel.box.area):
        box = outline.panel.box
        colour = middle(outline.panel.fill) if outline.panel.fill is not None else (0, 0, 0)
        border = Border(outline.thickness, colour)
        snug = [p for p in result if p.border is None and _surrounds(box, p.box)]
        if snug:
            inner = max(snug, key=lambda panel: panel.box.area)
            radius = max(inner.radius, outline.panel.radius)
            result[result.index(inner)] = replace(inner, box=box, border=border, radius=radius)
        else:
            inside = _inside(image, box, outline.thickness)
            result.append(Panel(box, inside, border, outline.panel.radius))
    probed = (panel if panel.border else _probed(panel, image) for panel in result)
    return tuple(sorted(probed, key=lambda panel: -panel.box.area))


def without_edges(rules: Iterable[Rule], panels: Iterable[Panel]) -> tuple[Rule, ...]:
    """The rules less those that are a side of a panel's border."""
    bordered = [panel for panel in panels if panel.border is not None]
    return tuple(rule for rule in rules if not any(_is_side(rule.box, p) for p in bordered))


def _is_side(rule: Box, panel: Panel) -> bool:
    box, width = panel.box, panel.border.width if panel.border else 0
    if not box.contains(rule, 1):
        return False
    upright = rule.height > rule.width
    if upright:
        near = min(abs(rule.x - box.x), abs(rule.right - box.right))
        return near <= width and rule.height > 0.5 * box.height
    near = min(abs(rule.y - box.y), abs(rule.bottom - box.bottom))
    return near <= width and rule.width > 0.5 * box.width


def _probed(panel: Panel, image: Image) -> Panel:
    """The panel with the border that the pixels just outside it show, if they do on most sides;
    the round ends of a pill have no straight side to show."""
    if panel.fill is None:
        return panel
    rings = [_ring(panel, image, out) for out in range(1, THICKEST + 2)]
    first = [side for side in rings[0] if side is not None]
    needed = 2 if 2 * panel.radius >= min(panel.box.width, panel.box.height) - 2 else 3
    if len(first) < needed:
        return panel
    colour = first[0]
    if distance(colour, middle(panel.fill)) < VISIBLE or _alike(first, colour) < needed:
        return panel
    thickness = next((n for n, ring in enumerate(rings) if _alike(ring, colour) <= 1), None)
    if not thickness:
        return panel
    box = panel.box
    grown = Box(
        box.x - thickness,
        box.y - thickness,
        box.width + 2 * thickness,
        box.height + 2 * thickness,
    )
    radius = panel.radius + thickness if panel.radius else 0
    return replace(panel, box=grown, border=Border(thickness, colour), radius=radius)


def _alike(sides: Iterable[Colour | None], colour: Colour) -> int:
    """How many sides have the colour."""
    return sum(side is not None and distance(side, colour) < ALIKE / 2 for side in sides)


def _ring(panel: Panel, image: Image, out: int) -> list[Colour | None]:
    """The colour of each side `out` pixels outside a panel; None where it is not one colour."""
    box, height, width = panel.box, image.shape[0], image.shape[1]
    inset = panel.radius + 2
    across = slice(box.x + inset, box.right - inset)
    down = slice(box.y + inset, box.bottom - inset)
    strips = []
    if box.y - out >= 0:
        strips.append(image[box.y - out, across])
    if box.bottom + out <= height:
        strips.append(image[box.bottom + out - 1, across])
    if box.x - out >= 0:
        strips.append(image[down, box.x - out])
    if box.right + out <= width:
        strips.append(image[down, box.right + out - 1])
    return [_one_colour(strip) for strip in strips]


def _one_colour(strip: Image) -> Colour | None:
    if len(strip) < 4:
        return None
    colour = np.median(strip, axis=0)
    near = np.abs(strip - colour).max(axis=1) <= ALIKE / 2
    return to_colour(colour) if near.mean() > 0.85 else None


def _surrounds(outer: Box, inner: Box) -> bool:
    return (
        abs(inner.x - outer.x) <= SNUG
        and abs(inner.y - outer.y) <= SNUG
        and abs(inner.right - outer.right) <= SNUG
        and abs(inner.bottom - outer.bottom) <= SNUG
    )


def _inside(image: Image, box: Box, thickness: int) -> Colour:
    """The colour just inside the middle of an outline's top side."""
    y = min(image.shape[0] - 1, box.y + thickness + 2)
    x = min(image.shape[1] - 1, box.x + box.width // 2)
    return to_colour(image[y, x].astype(float))
