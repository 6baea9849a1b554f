"""What is switched on and off by itself: a box to tick, a switch."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from workers.drafting.interactions.changes import overlap
from workers.drafting.interactions.values import Checked, Part
from workers.drafting.page import Check, Container, Crop, Node, Perception, walk
from workers.imaging import Box, Colour, Image, bounds, commonest, grow, to_colour

PILL = 1.4  # times its height that a switch is wide, at least…
LONGEST = 3.0  # …and at most
TALLEST = 48  # CSS pixels that a switch is high
ROUND = 4  # CSS pixels that its radius may lack of half its height
THIN = 3  # CSS pixels that a line through a text is thick
NEAR = 6  # CSS pixels around what was acted on that it may be in


def checked_at(root: Container, target: Box) -> Node | None:
    """The box or the switch of a page that was acted on; None where there is none."""
    place, best = grow(target, NEAR), None
    for node in walk(root):
        if not overlap(node.box, target):
            continue
        if isinstance(node, Check) or (isinstance(node, Container) and is_switch(node)):
            mark = control_of(node)
            if place.contains(mark) or mark.contains(target, NEAR):
                best = node
    return best


def is_switch(node: Container) -> bool:
    """A pill with one thing in it, at one of its ends."""
    box = node.box
    if node.panel is None or not isinstance(node.panel.fill, tuple) or box.height > TALLEST:
        return False
    if not PILL * box.height <= box.width <= LONGEST * box.height:
        return False
    if 2 * (node.panel.radius + ROUND) < box.height or len(node.children) != 1:
        return False
    held = node.children[0]
    return isinstance(held, Crop | Container) and held.box.width <= box.height


def control_of(node: Node) -> Box:
    return node.panel.box if isinstance(node, Check) else node.box


def checked_part(
    name: str, state: str, node: Node, words: str, pictures: tuple[Image, Image], down: int
) -> Part:
    """What a node looks like at first and when it was acted on. `pictures` are of the page's first
    state and of the one after, in which the page is `down` CSS pixels lower."""
    box = control_of(node)
    before, after = pictures
    there = Box(box.x, box.y + down, box.width, box.height)
    if isinstance(node, Container):
        knob = node.children[0].box
        is_on = 2 * knob.x + knob.width > 2 * box.x + box.width
        held = _knob(before[box.slices], is_on=is_on)
        grounds = _ground(before[box.slices], held), _ground(after[there.slices], held)
        about = Checked(node, words, is_on, grounds, held)
    else:
        is_on = isinstance(node, Check) and node.mark is not None
        about = Checked(node, words, is_on, down=down)
    return Part(name, "check", state, Container(box, "column"), checked=about)


def is_control(part: Part, node: Node) -> bool:
    return part.checked is not None and part.checked.node == node


def places_of(part: Part) -> tuple[Box, ...]:
    """Where a control shows by itself whether it is on: it, and its label."""
    assert part.checked is not None
    node = part.checked.node
    label = node.label if isinstance(node, Check) else None
    places = (control_of(node), *((label.paragraph.ink,) if label is not None else ()))
    return (*places, bounds(places))


def with_label(part: Part, after: Perception, down: int) -> Part:
    """The part with what its label becomes: its colour, and whether it is struck through."""
    assert part.checked is not None
    node = part.checked.node
    if not isinstance(node, Check) or node.label is None:
        return part
    ink, colour = node.label.paragraph.ink, node.label.paragraph.colour
    place = grow(replace(ink, y=ink.y + down), NEAR)
    runs = [run.run for run in after.runs if place.contains(run.run.ink)]
    lines = [*(rule.box for rule in after.rules), *(panel.box for panel in after.panels)]
    middle = Box(ink.x, ink.y + down + ink.height // 4, ink.width, max(1, ink.height // 2))
    is_struck = any(
        one.height <= THIN and overlap(one, middle) and one.width >= ink.width // 2 for one in lines
    )
    other = runs[0].colour if runs else colour
    return replace(part, checked=replace(part.checked, label=other, is_struck=is_struck))


def toggled(parts: Iterable[str], name: str) -> list[str]:
    held = list(parts)
    return [each for each in held if each != name] if name in held else [*held, name]


def _knob(patch: Image, *, is_on: bool) -> Colour:
    """The colour in the middle of the half round end that the knob is at."""
    height = patch.shape[0]
    end = patch[:, -height:] if is_on else patch[:, :height]
    middle = end[height // 3 : 2 * height // 3, height // 3 : 2 * height // 3].reshape(-1, 3)
    return to_colour(middle[commonest(middle)][0])


def _ground(patch: Image, knob: Colour) -> Colour:
    """The commonest colour of a switch's middle rows that its knob has not."""
    height = patch.shape[0]
    rows = patch[height // 3 : 2 * height // 3].reshape(-1, 3)
    others = rows[np.abs(rows.astype(np.int16) - knob).max(axis=1) > NEAR]
    return to_colour(others[commonest(others)][0]) if len(others) else knob
