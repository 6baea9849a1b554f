"""Stacks: panels set against one another along whole sides are one panel that rules divide."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from workers.drafting.page import Panel, Rule
from workers.drafting.perceive.shapes.fills import distance, mean_colour
from workers.drafting.perceive.shapes.panels import radius_of_end
from workers.imaging import Box, Image, TextRun, bounds, crop, grow, to_colour


@dataclass(frozen=True)
class StackThresholds:
    """Which panels are parts of one. Px are CSS pixels."""

    thickest: int = 3  # px of a rule between two parts: what is farther apart is two panels
    flush: int = 2  # px between the sides of two parts: each is measured to a pixel
    visible: int = 5  # levels between a rule and the part above: fewer are not seen
    fields: int = 3  # parts, each around one text, that may be the joined fields of a form…
    field: int = 60  # …px that each is no taller than
    same: int = 2  # px between the sides of a stack and of a panel that is its outline


STACKS = StackThresholds()


def joined(
    panels: Sequence[Panel],
    rules: Iterable[Rule],
    image: Image,
    runs: Iterable[TextRun],
    thresholds: StackThresholds = STACKS,
) -> tuple[tuple[Panel, ...], tuple[Rule, ...]]:
    """Panels and rules, each stack of panels made one with rules between its parts. Across the
    whole page a stack is but its rules."""
    inks = [run.ink for run in runs]
    kept, lines = list(panels), list(rules)
    for stack in _stacks(panels, thresholds):
        if _may_be_fields(stack, inks, thresholds):
            continue
        between = _between(stack, image, thresholds)
        if not between:
            continue
        made = _whole(stack, kept, image.shape[1], thresholds)
        kept = [panel for panel in kept if panel not in stack and panel not in made[1]] + made[0]
        lines = [rule for rule in lines if not any(_covers(new, rule) for new in between)]
        lines += between
    return tuple(sorted(kept, key=lambda panel: -panel.box.area)), tuple(lines)


def _inner(panel: Panel) -> Box:
    return grow(panel.box, -panel.border.width) if panel.border else panel.box


def _stacks(panels: Sequence[Panel], thresholds: StackThresholds) -> list[list[Panel]]:
    """Panels under one another, from top to bottom, that are not cells of a grid."""
    found: list[list[Panel]] = []
    alone = [p for p in panels if not any(_beside(p, other, thresholds) for other in panels)]
    for panel in sorted(alone, key=lambda each: each.box.y):
        home = next((s for s in found if _follows(s[-1], panel, thresholds)), None)
        if home is None:
            found.append([panel])
        else:
            home.append(panel)
    return [stack for stack in found if len(stack) > 1]


def _follows(above: Panel, below: Panel, thresholds: StackThresholds) -> bool:
    one, other = _inner(above), _inner(below)
    sides = max(abs(one.x - other.x), abs(one.right - other.right))
    apart = other.y - one.bottom
    return sides <= thresholds.flush and -1 <= apart <= thresholds.thickest


def _beside(panel: Panel, other: Panel, thresholds: StackThresholds) -> bool:
    """Whether another panel is set against a side of one, as tall as it."""
    one, two = _inner(panel), _inner(other)
    ends = max(abs(one.y - two.y), abs(one.bottom - two.bottom))
    apart = max(one.x, two.x) - min(one.right, two.right)
    return ends <= thresholds.flush and -1 <= apart <= thresholds.thickest


def _may_be_fields(
    stack: Sequence[Panel], inks: Sequence[Box], thresholds: StackThresholds
) -> bool:
    """Whether parts are few and low and hold one text each, as the joined fields of a form do."""
    held = [sum(panel.box.contains(ink) for ink in inks) for panel in stack]
    low = all(panel.box.height <= thresholds.field and panel.border for panel in stack)
    return low and len(stack) <= thresholds.fields and max(held) <= 1


def _between(stack: Sequence[Panel], image: Image, thresholds: StackThresholds) -> list[Rule]:
    """The rules between the parts, in the colours that the picture shows there."""
    found = []
    for above, below in pairwise(stack):
        one, other = _inner(above), _inner(below)
        left, right = max(one.x, other.x), min(one.right, other.right)
        if (height := other.y - one.bottom) < 1:
            continue
        box = Box(left, one.bottom, right - left, height)
        colour = to_colour(np.median(crop(image, box).reshape(-1, 3), axis=0))
        if above.fill and distance(colour, mean_colour(above.fill)) >= thresholds.visible:
            found.append(Rule(box, colour))
    return found


def _whole(
    stack: Sequence[Panel], panels: Iterable[Panel], page: int, thresholds: StackThresholds
) -> tuple[list[Panel], list[Panel]]:
    """What a stack is: one panel and its parts on grounds of their own; and the panels that these
    stand for, the stack's own apart."""
    inner = bounds(_inner(panel) for panel in stack)
    areas = Counter[object]()
    for panel in stack:
        areas[panel.fill] += panel.box.area
    fill = max((panel.fill for panel in stack), key=lambda each: areas[each])
    across = inner.x <= 0 and inner.right >= page
    parts = [Panel(_inner(panel), panel.fill) for panel in stack if across or panel.fill != fill]
    if across:
        return parts, []
    first, last = stack[0], stack[-1]
    border = first.border if first.border and last.border else None
    box = grow(inner, border.width) if border else inner
    outline = [panel for panel in panels if _same(panel.box, box, thresholds)]
    width = border.width if border else 0
    seen = min(first.radius, last.radius) - width
    radius = radius_of_end(seen) + width if seen > 0 else 0
    whole = Panel(box, fill, border, max([radius, *(panel.radius for panel in outline)]))
    around = next((panel for panel in outline if panel.border), None)
    if border is None and around is not None:
        whole = replace(whole, box=around.box, border=around.border)
    return [whole, *parts], outline


def _same(one: Box, other: Box, thresholds: StackThresholds) -> bool:
    return one.contains(other, thresholds.same) and other.contains(one, thresholds.same)


def _covers(rule: Rule, other: Rule) -> bool:
    return rule.box.contains(other.box, 1)
