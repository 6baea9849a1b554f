"""Borders: outlines joined to the panel they surround, and rules joined to outlines."""

from collections.abc import Iterable
from dataclasses import replace

from workers.elements import Border, Box, Colour, Image, Panel, Rule
from workers.perceive.boxes import Outline
from workers.perceive.colours import distance, middle, to_colour

CORNER = 26  # pixels a rounded corner may take off the end of a side
ALIKE = 14  # levels
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
    return tuple(sorted(result, key=lambda panel: -panel.box.area))


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
