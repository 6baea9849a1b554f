"""A page that keeps all but its colours: what each of them becomes."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from workers.drafting.page import (
    Border,
    Container,
    Divider,
    Field,
    Panel,
    Perception,
    Text,
    walk,
)
from workers.drafting.perceive.shapes.fills import distance
from workers.imaging import Box, Colour, Image, commonest, to_colour


@dataclass(frozen=True)
class ThemeLimits:
    """When only colours have changed. Px are CSS pixels."""

    texts: float = 0.7  # share of a page's lines that say the same in the same place
    least: int = 3  # lines that a page has, to tell
    px: int = 4  # px that a line may be off
    level: int = 6  # levels by which a pixel has a colour, or has another
    other: float = 0.3  # share of the window that has another colour, at least


LIMITS = ThemeLimits()
Colours = tuple[tuple[Colour, Colour], ...]


def theme_of(
    root: Container,
    before: tuple[Image, Perception],
    after: tuple[Image, Perception],
    limits: ThemeLimits = LIMITS,
) -> Colours | None:
    """What each colour of a tree becomes, where colours are all that changes; None where more
    does. Pictures have one pixel a CSS pixel."""
    old, new = before[0], after[0]
    if old.shape != new.shape:
        return None
    apart = np.abs(old.astype(np.int16) - new).max(axis=2) > limits.level
    if apart.mean() < limits.other or not _says_the_same(before[1], after[1], limits):
        return None
    votes: dict[Colour, dict[Colour, float]] = {}
    for colour, place, weight in _uses(root):
        seen = old[place.slices].reshape(-1, 3)
        here = np.abs(seen.astype(np.int16) - colour).max(axis=1) <= limits.level
        if not here.any():
            continue
        level = new[place.slices].reshape(-1, 3)[here]
        found = to_colour(level[commonest(level)][0])
        votes.setdefault(colour, {}).setdefault(found, 0.0)
        votes[colour][found] += weight
    widest = sorted(votes, key=lambda colour: sum(votes[colour].values()), reverse=True)
    told = {one: max(votes[one], key=lambda other: votes[one][other]) for one in widest}
    becomes = {one: other for one, other in told.items() if distance(one, other) > limits.level}
    ground = before[1].background
    if isinstance(ground, tuple) and ground not in becomes:
        return None  # a picture has changed on a page that has not
    return tuple(becomes.items())


def is_darker(colours: Colours) -> bool:
    """Whether most of what changes becomes darker than it was, its widest first."""
    return sum(colours[0][1]) < sum(colours[0][0])


def is_same_theme(one: Colours, other: Colours, limits: ThemeLimits = LIMITS) -> bool:
    """Whether most colours become the same."""
    becomes = dict(one)
    same = sum(
        before in becomes and distance(becomes[before], after) <= limits.level
        for before, after in other
    )
    return same >= limits.texts * len(other)


def _says_the_same(before: Perception, after: Perception, limits: ThemeLimits) -> bool:
    places = [(run.run.text, run.run.ink) for run in after.runs]
    same = sum(
        any(text == run.run.text and _is_near(ink, run.run.ink, limits) for text, ink in places)
        for run in before.runs
    )
    return len(before.runs) >= limits.least and same >= limits.texts * len(before.runs)


def _is_near(one: Box, other: Box, limits: ThemeLimits) -> bool:
    return abs(one.x - other.x) <= limits.px and abs(one.y - other.y) <= limits.px


def _uses(root: Container) -> Iterator[tuple[Colour, Box, float]]:
    """The colours of a tree, where each is, and how much of the page has it."""
    for node in walk(root):
        if isinstance(node, Text):
            place = node.paragraph.ink
            yield node.paragraph.colour, place, float(place.area)
        elif isinstance(node, Divider):
            yield node.colour, node.box, float(node.box.area)
        panel = node.panel if isinstance(node, Container | Field) else None
        if panel is not None:
            yield from _of_panel(panel)


def _of_panel(panel: Panel) -> Iterator[tuple[Colour, Box, float]]:
    if isinstance(panel.fill, tuple):
        yield panel.fill, panel.box, float(panel.box.area)
    if isinstance(panel.border, Border):
        yield panel.border.colour, panel.box, float(panel.box.width + panel.box.height)
