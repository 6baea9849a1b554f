"""Bullets: the small dots that stand before the items of a list."""

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np

from workers.drafting.page import Panel
from workers.imaging import Box, Image, Mask, TextRun, to_colour


@dataclass(frozen=True)
class BulletThresholds:
    """What a dot is, and where it stands before a text."""

    smallest: int = 3  # px of a dot: smaller ones are what was left over of a letter
    largest: int = 9  # px: larger ones are icons
    round: float = 0.6  # share of its box a dot fills: a circle 0.785 less its rim
    nearest: int = 3  # px from a dot to its text: nearer ones are part of a letter
    farthest: int = 24  # px: farther ones belong to something else
    level: float = 0.4  # of the text's height: how far a dot's middle may be from the text's


BULLETS = BulletThresholds()


def find_bullets(
    image: Image, crumbs: Mask, runs: Iterable[TextRun], thresholds: BulletThresholds = BULLETS
) -> tuple[Panel, ...]:
    """A round panel for each dot among the `crumbs` that has text to its right."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(crumbs.astype(np.uint8), connectivity=8)
    width, height, area = stats[1:, 2], stats[1:, 3], stats[1:, 4]
    is_dot = (
        (np.minimum(width, height) >= thresholds.smallest)
        & (np.maximum(width, height) <= thresholds.largest)
        & (np.abs(width - height) <= 1)
        & (area >= thresholds.round * width * height)
    )
    dots = [Box(*(int(v) for v in row[:4])) for row in stats[1:][is_dot]]
    inks = [run.ink for run in runs]
    return tuple(
        _panel(image, dot) for dot in dots if any(leads(dot, ink, thresholds) for ink in inks)
    )


def leads(dot: Box, ink: Box, thresholds: BulletThresholds = BULLETS) -> bool:
    """Whether a dot, or another mark, stands before a text of this ink."""
    gap = ink.x - dot.right
    off = abs(2 * dot.y + dot.height - 2 * ink.y - ink.height) / 2
    is_level = off <= thresholds.level * ink.height
    return thresholds.nearest <= gap <= thresholds.farthest and is_level


def _panel(image: Image, dot: Box) -> Panel:
    middle = image[dot.y + dot.height // 2, dot.x + dot.width // 2]
    return Panel(dot, to_colour(middle.astype(float)), radius=min(dot.width, dot.height) // 2)
