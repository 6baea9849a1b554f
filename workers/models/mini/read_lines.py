"""The lines of text of a mockup as Kimi mini was trained on them: whole lines, in their bare ink.

A reader of text splits a line at a wide space now and then, and takes the edge of a button or of a
field nearby for ink. In training a line is the ink of one text of the page.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from workers.agent.protocols import Mockup
from workers.drafting.perceive.text.reader import read_text
from workers.imaging import Box, Image, Mask, bounds, clip, commonest, crop, grow, read_image
from workers.models.mini.text_lines import LINES, WIDTH, TextLine, in_reading_order, joined


@dataclass(frozen=True)
class BareInkThresholds:
    """What of a box is the ink of its text."""

    contrast: int = 40  # levels by which ink differs from its ground, as in training
    margin: int = 2  # image px around ink in which there is nothing of it
    flat: float = 0.4  # share of the pixels that one colour must have to be the ground
    around: float = 0.9  # of a box, across and down: what spans as much is an outline
    least: float = 0.25  # of a box, across and down, that its ink spans


BARE_INK = BareInkThresholds()


def read_lines(mockup: Mockup) -> list[TextLine]:
    """In the order in which the model counts them, as many as it is told of. Takes seconds."""
    image = read_image(mockup.path)
    shrink = WIDTH / mockup.width
    lines = []
    for run in read_text(image):
        ink = bare_ink(image, run.ink)
        place = (ink.x * shrink, ink.y * shrink, ink.width * shrink, ink.height * shrink)
        lines.append(TextLine(run.text, *place))
    return joined(in_reading_order(lines))[:LINES]


def bare_ink(image: Image, box: Box, thresholds: BareInkThresholds = BARE_INK) -> Box:
    """`box` without what reaches in from outside or goes around; as it is where that is unsure."""
    area = grow(box, thresholds.margin)
    if clip(area, image.shape[1], image.shape[0]) != area:
        return box
    mask = _ink_of(crop(image, area), thresholds)
    if mask is None:
        return box
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    parts = [Box(*(int(v) for v in stats[index][:4])) for index in range(1, count)]
    inner = [part for part in parts if not _is_foreign(part, area, box, thresholds.around)]
    if not inner:
        return box
    bare = bounds(inner)
    least = thresholds.least
    if bare.width < least * box.width or bare.height < least * box.height:
        return box
    return Box(area.x + bare.x, area.y + bare.y, bare.width, bare.height)


def _ink_of(pixels: Image, thresholds: BareInkThresholds) -> Mask | None:
    """What differs from the ground; None where no colour is the ground."""
    common = commonest(pixels)
    if common.mean() < thresholds.flat:
        return None
    ground = pixels[common][0]
    mask: Mask = (np.abs(pixels.astype(np.int16) - ground) > thresholds.contrast).any(axis=2)
    return mask


def _is_foreign(part: Box, area: Box, box: Box, share: float) -> bool:
    """Whether a part, in px of `area`, comes in from outside or goes around the ink in `box`."""
    touches = part.x == 0 or part.y == 0 or part.right == area.width or part.bottom == area.height
    around = part.width >= share * box.width and part.height >= share * box.height
    return touches or around
