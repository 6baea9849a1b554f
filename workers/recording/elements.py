"""The element at a place of a picture: the patch of one colour there, or the words."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from workers.drafting.perceive.text.ocr import recognise_lines
from workers.imaging import Box, Image, clip, crop, grow, resample


@dataclass(frozen=True)
class ElementLimits:
    """CSS pixels."""

    level: int = 7  # of a colour, each way, within one patch
    least: float = 11.0
    most_width: float = 1_000.0
    most_height: float = 340.0
    most_share: float = 0.12  # of the picture
    around: float = 300.0  # looked through for words, each way
    letter: float = 14.0
    ink: int = 40  # levels between a letter and what it stands on
    word_gap: float = 11.0  # between the words of one line, at most
    line_height: float = 56.0
    sure: float = 0.5  # the reader of a line, at least, 0–1
    beside: float = 420.0  # between a check box and its words


ELEMENTS = ElementLimits()


def element_at(image: Image, x: float, y: float, scale: float) -> Box | None:
    """Image pixels; None where there is neither a patch of its own nor a word."""
    return patch_at(image, x, y, scale) or _line_at(image, x, y, scale)


def patch_at(image: Image, x: float, y: float, scale: float) -> Box | None:
    """The patch of one colour there, with what stands on it: a button's face, a box, a card."""
    patches = []
    for across, down in ((0, 0), (-5, 0), (5, 0), (0, -7), (0, 7), (-9, -9), (9, 9)):
        found = _patch(image, round(x + across * scale), round(y + down * scale), scale)
        if found is not None and grow(found, round(6 * scale)).contains(_point(x, y)):
            patches.append(found)
    if not patches:
        return None
    letters = ELEMENTS.letter * scale  # a patch within a letter is none
    whole = [box for box in patches if min(box.width, box.height) >= letters] or patches
    least = min(box.area for box in whole)  # the knob of a switch; its face, not its row
    return max((box for box in whole if box.area <= 4 * least), key=lambda box: box.area)


def _point(x: float, y: float) -> Box:
    return Box(round(x), round(y), 1, 1)


def _patch(
    image: Image, x: int, y: int, scale: float, limits: ElementLimits = ELEMENTS
) -> Box | None:
    height, width = image.shape[:2]
    if not (0 <= x < width and 0 <= y < height):
        return None
    mask = np.zeros((height + 2, width + 2), np.uint8)
    level = (limits.level,) * 3
    flags = 4 | cv2.FLOODFILL_MASK_ONLY | cv2.FLOODFILL_FIXED_RANGE | (255 << 8)
    _, _, _, (left, top, wide, high) = cv2.floodFill(
        image.copy(), mask, (x, y), (0, 0, 0), level, level, flags
    )
    box = Box(left, top, wide, high)
    if min(wide, high) < limits.least * scale:
        return None
    if wide > limits.most_width * scale or high > limits.most_height * scale:
        return None
    return box if box.area < limits.most_share * width * height else None


def _line_at(image: Image, x: float, y: float, scale: float) -> Box | None:
    reach = grow(_point(x, y), round(ELEMENTS.around * scale), round(40 * scale))
    lines = lines_in(image, reach, scale)
    near = [box for box in lines if grow(box, round(10 * scale)).contains(_point(x, y))]
    return min(near, key=lambda box: box.area, default=None)


def lines_in(image: Image, area: Box, scale: float) -> list[Box]:
    """Boxes of what looks like lines of text in `area`: a detector of text would take a second for
    each, and what is none is not read as one."""
    inside = clip(area, image.shape[1], image.shape[0])
    if inside is None:
        return []
    grey = cv2.cvtColor(np.ascontiguousarray(crop(image, inside)), cv2.COLOR_RGB2GRAY)
    edges = cv2.morphologyEx(grey, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    ink = (edges > ELEMENTS.ink).astype(np.uint8)
    side = (round(ELEMENTS.word_gap * scale), 1)
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones(side[::-1], np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    found = [Box(*(int(one) for one in row[:4])) for row in stats[1:count]]
    return [
        Box(box.x + inside.x, box.y + inside.y, box.width, box.height)
        for box in found
        if 6 * scale <= box.height <= ELEMENTS.line_height * scale and box.width >= box.height / 2
    ]


def words_in(image: Image, lines: Sequence[Box], scale: float) -> str:
    """What is written there, from top to bottom."""
    inner = [box for box in lines if not any(box != one and box.contains(one) for one in lines)]
    ordered = sorted(inner, key=lambda box: (round(box.y / (12 * scale)), box.x))
    read = [read_line(image, one, scale) for one in ordered[:12]]
    return " ".join(text for text in read if text)[:300]


def read_line(image: Image, line: Box, scale: float) -> str:
    """The text of one line; empty where nobody can read it."""
    height, width = image.shape[:2]
    inside = clip(grow(line, round(5 * scale), round(4 * scale)), width, height)
    if inside is None:
        return ""
    shown = np.ascontiguousarray(crop(image, inside))
    if scale < 2:  # small letters are read better at twice their size
        shown = resample(shown, 2 * inside.width, 2 * inside.height)
    ((text, sure),) = recognise_lines([shown])
    return text.strip() if sure > ELEMENTS.sure else ""


def words_of(image: Image, box: Box, scale: float) -> str:
    """The words on an element."""
    around = grow(box, round(6 * scale))
    lines = [one for one in lines_in(image, around, scale) if grow(around, 4).contains(one)]
    return words_in(image, lines, scale)


def words_beside(image: Image, box: Box, scale: float) -> str:
    """Those at the right of a check box, or at the left of a switch."""
    far, slack = round(ELEMENTS.beside * scale), round(4 * scale)
    right = Box(box.right + slack, box.y - slack, far, box.height + 2 * slack)
    beside = sorted(lines_in(image, right, scale), key=lambda one: one.x)
    if not beside:
        left = Box(box.x - slack - 2 * far, right.y, 2 * far, right.height)
        beside = sorted(lines_in(image, left, scale), key=lambda one: (one.x, one.y))
    return words_in(image, beside[:1], scale)
