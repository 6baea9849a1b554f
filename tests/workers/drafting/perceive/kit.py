"""Perceptions made by hand."""

import numpy as np

from workers.drafting.page import Font, Panel, Perception, Picture, Rule, StyledRun
from workers.drafting.perceive.fonts.installed import text_width
from workers.imaging import Box, Colour, TextRun

INK, PAPER = (30, 30, 30), (255, 255, 255)


def styled(
    text: str, x: int, baseline: int, size: float = 16, colour: Colour = INK, weight: int = 400
) -> StyledRun:
    """A run in Inter whose ink is as wide as the face makes it."""
    font = Font("Inter", weight, size)
    width = round(text_width(text, font))
    ink = Box(x, baseline - round(0.73 * size), width, round(0.73 * size))
    return StyledRun(TextRun(text, ink, colour, PAPER), font, baseline, x)


def perception(
    *runs: StyledRun,
    panels: tuple[Panel, ...] = (),
    rules: tuple[Rule, ...] = (),
    pictures: tuple[Picture, ...] = (),
    size: tuple[int, int] = (800, 600),
) -> Perception:
    width, height = size
    mask = np.zeros((height, width), bool)
    return Perception(width, height, PAPER, runs, panels, rules, pictures, mask)
