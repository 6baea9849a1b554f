"""Bullets: the small dots that stand before the items of a list."""

from collections.abc import Iterable

import cv2
import numpy as np

from workers.drafting.page import Panel
from workers.imaging import Box, Image, Mask, TextRun, to_colour

SMALLEST, LARGEST = 3, 9  # CSS pixels
NEAREST, FARTHEST = 3, 24  # CSS pixels between a dot and its text
ROUND = 0.6  # share of its box a dot fills
LEVEL = 0.4  # of the text's height: how far a dot's middle may be from the text's


def find_bullets(
    image: Image, crumbs: Mask, runs: Iterable[TextRun], scale: float
) -> tuple[Panel, ...]:
    """A round panel for each dot among the `crumbs` that has text to its right."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(crumbs.astype(np.uint8), connectivity=8)
    width, height = stats[1:, 2], stats[1:, 3]
    sized = (np.minimum(width, height) >= SMALLEST * scale) & (
        np.maximum(width, height) <= LARGEST * scale
    )
    square = np.abs(width - height) <= scale
    full = stats[1:, 4] >= ROUND * width * height
    dots = [Box(*(int(v) for v in row[:4])) for row in stats[1:][sized & square & full]]
    inks = [run.ink for run in runs]
    return tuple(_panel(image, dot) for dot in dots if any(_leads(dot, i, scale) for i in inks))


def _leads(dot: Box, ink: Box, scale: float) -> bool:
    gap = ink.x - dot.right
    off = abs(2 * dot.y + dot.height - 2 * ink.y - ink.height) / 2
    return NEAREST * scale <= gap <= FARTHEST * scale and off <= LEVEL * ink.height


def _panel(image: Image, dot: Box) -> Panel:
    middle = image[dot.y + dot.height // 2, dot.x + dot.width // 2]
    return Panel(dot, to_colour(middle.astype(float)), radius=min(dot.width, dot.height) // 2)
