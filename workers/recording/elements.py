"""The element at a place of a picture: the patch of one colour there, or the words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from workers.drafting.perceive.text.ocr import recognise_lines
from workers.imaging import Box, Image, bounds, clip, crop, grow, resample


@dataclass(frozen=True)
class ElementLimits:
    """CSS pixels."""

    level: int = 7  # of a colour, each way, within one patch
    least: float = 11.0
    most_width: float = 1_000.0
    most_height: float = 340.0
    filled: float = 0.4  # of its box, that is of its colour
    most_share: float = 0.12  # of the picture
    around: float = 300.0  # looked through for words, each way
    letter: float = 14.0
    ink: int = 40  # levels between a letter and what it stands on
    word_gap: float = 11.0  # between the words of one line, at most
    phrase: float = 1.6  # times the gap between words that is between two things of one line
    line_height: float = 56.0
    sure: float = 0.5  # the reader of a line, at least, 0–1
    row: float = 1_000.0  # from the words of a row to the sign at its end, at most
    sign: float = 24.0
    many: int = 5  # lines that a panel has which is not used as one thing
    cell: float = 90.0  # from the middle of a cell of a grid to the next, at most
    entry: float = 64.0  # the height of a menu's entry, at most
    entry_space: float = 1.8  # times the height of its words that it has, at least
    entry_width: float = 420.0
    beside: float = 420.0  # between a check box and its words


ELEMENTS = ElementLimits()


def element_at(image: Image, x: float, y: float, scale: float) -> Box | None:
    """Image pixels; None where there is neither a patch of its own nor a word."""
    patch, line = patch_at(image, x, y, scale), _line_at(image, x, y, scale)
    if patch is None or line is None or patch.contains(line, round(3 * scale)):
        return patch or line
    # between the letters of a line a patch is the page's own
    return patch if patch.height >= 2 * line.height else line


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
    filled, _, _, (left, top, wide, high) = cv2.floodFill(
        image.copy(), mask, (x, y), (0, 0, 0), level, level, flags
    )
    box = Box(left, top, wide, high)
    if min(wide, high) < limits.least * scale:
        return None
    if filled < limits.filled * wide * high:
        return None  # the page's own ground between other things
    if wide > limits.most_width * scale or high > limits.most_height * scale:
        return None
    return box if box.area < limits.most_share * width * height else None


def _line_at(image: Image, x: float, y: float, scale: float) -> Box | None:
    reach = grow(_point(x, y), round(ELEMENTS.around * scale), round(40 * scale))
    lines = lines_in(image, reach, scale)
    near = [box for box in lines if grow(box, round(10 * scale)).contains(_point(x, y))]
    line = min(near, key=lambda box: box.area, default=None)
    return None if line is None else _phrase_at(image, line, x, scale)


def _phrase_at(image: Image, line: Box, x: float, scale: float) -> Box:
    """Of a line the words around `x` up to a gap that is wider than those between its words."""
    inked = crop(image, replace(line, height=max(1, round(0.75 * line.height))))  # no underline
    grey = cv2.cvtColor(np.ascontiguousarray(inked), cv2.COLOR_RGB2GRAY)
    columns = np.ptp(grey, axis=0) > ELEMENTS.ink
    edges = np.flatnonzero(np.diff(np.r_[1, columns, 1].astype(np.int8)))
    gaps = [(int(left), int(right)) for left, right in zip(edges[::2], edges[1::2], strict=True)]
    spaces = [right - left for left, right in gaps if right - left >= 3 * scale]
    wide = ELEMENTS.phrase * float(np.median(spaces)) if len(spaces) >= 3 else np.inf
    left, right = 0, line.width
    for start, end in gaps:
        if end - start < wide:
            continue
        if line.x + end <= x:
            left = end
        elif line.x + start >= x:
            right = min(right, start)
    return replace(line, x=line.x + left, width=right - left)


def item_at(image: Image, found: Box, x: float, y: float, scale: float) -> Box:
    """Of a panel with many things the one at a place: a day of a calendar, an entry of a menu as
    wide as its panel; `found` where that is one thing by itself."""
    limits = ELEMENTS
    lines = [one for one in lines_in(image, grow(found, 2), scale) if found.contains(one, 2)]
    near = [one for one in lines if grow(one, round(10 * scale)).contains(_point(x, y))]
    line = min(near, key=lambda one: one.area, default=None)
    is_line = found.height <= limits.line_height * scale and len(lines) <= 1
    if line is None and is_line:
        line = found
    if line is None or not (is_line or len(lines) >= limits.many):
        return found
    reach = grow(line, round(limits.entry_width * scale), round(limits.entry * scale))
    others = [one for one in lines_in(image, reach, scale) if not _is_within(one, line)]
    middle = line.x + line.width / 2, line.y + line.height / 2
    down = _pitch(
        [one.y + one.height / 2 for one in others if _is_in_column(one, line, scale)], middle[1]
    )
    if not limits.entry_space * line.height <= down <= limits.entry * scale:
        return found if is_line else line
    beside = [one.x + one.width / 2 for one in others if _is_in_row(one, line)]
    across = _pitch(beside, middle[0])
    if len(beside) > 1 and across <= limits.cell * scale:
        return _around_middle(middle, across, down)
    left, right = _level_span(image, line, limits)
    if right - left > limits.entry_width * scale:
        return found if is_line else line
    return Box(left, round(middle[1] - down / 2), right - left, round(down))


def row_at(image: Image, line: Box, scale: float, limits: ElementLimits = ELEMENTS) -> Box:
    """A line, and the sign that ends its row: an arrow, a plus; with nothing between."""
    row = Box(line.right, line.y, round(limits.row * scale), line.height)
    right = lines_in(image, grow(row, 0, round(6 * scale)), scale)
    nearest = min(right, key=lambda one: one.x, default=None)
    if nearest is None or max(nearest.width, nearest.height) > limits.sign * scale:
        return line
    is_far = nearest.x - line.right > 2 * limits.sign * scale
    return bounds([line, nearest]) if is_far and len(right) == 1 else line


def _is_within(one: Box, other: Box) -> bool:
    return one.contains(other) or other.contains(one)


def _is_in_column(one: Box, line: Box, scale: float) -> bool:
    left, middle = abs(one.x - line.x), abs(one.x + one.width / 2 - line.x - line.width / 2)
    return min(left, middle) <= 4 * scale and abs(one.y - line.y) > line.height


def _is_in_row(one: Box, line: Box) -> bool:
    return abs(one.y + one.height / 2 - line.y - line.height / 2) <= line.height / 2


def _pitch(places: Sequence[float], middle: float) -> float:
    return min((abs(one - middle) for one in places), default=np.inf)


def _around_middle(middle: tuple[float, float], width: float, height: float) -> Box:
    left, top = round(middle[0] - width / 2), round(middle[1] - height / 2)
    return Box(left, top, round(width), round(height))


def _level_span(image: Image, line: Box, limits: ElementLimits) -> tuple[int, int]:
    """From where to where what a line stands on goes on at its sides."""
    row = min(image.shape[0] - 1, line.y + line.height // 2)
    levels = image[row].astype(np.int16)
    left, right = max(0, line.x - 4), min(image.shape[1] - 1, line.right + 4)
    for start, by in ((left, -1), (right, 1)):
        at = start
        while 0 <= at + by < len(levels) and (
            np.abs(levels[at + by] - levels[start]).max() <= 2 * limits.level
        ):
            at += by
        left, right = (at, right) if by < 0 else (left, at)
    return left, right + 1


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
