"""Cuts a page into regions where a person would: along empty gutters."""

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.imaging import Box, Image

LEAST_HEIGHT = 60  # CSS pixels; nothing smaller is a region of its own
LEAST_WIDTH = 160
LARGEST_SHARE = 0.2  # of the page; a larger region is cut in two even without a gutter
STEP = 10  # grey levels between neighbours that count as an edge

Edges = NDArray[np.bool_]
Levels = NDArray[np.uint8]


def regions(mockup: Image, scale: float) -> list[Box]:
    """Boxes that tile the page, from a recursive XY cut (Nagy & Seth 1984) of the mockup.

    A cut goes through the middle of the widest run of rows without an edge, or of columns; a
    region that stays too large is halved along its longer side.
    """
    grey = cv2.cvtColor(mockup, cv2.COLOR_RGB2GRAY)
    levels = np.asarray(grey, np.uint8)
    along_rows = _apart(levels[:, 1:], levels[:, :-1]) > STEP
    down_columns = _apart(levels[1:], levels[:-1]) > STEP
    page = Box(0, 0, grey.shape[1], grey.shape[0])
    return _cut(page, along_rows, down_columns, scale, page.area)


def _apart(one: Levels, other: Levels) -> Levels:
    return np.maximum(one, other) - np.minimum(one, other)


def place_name(box: Box, page: Box) -> str:
    """Where on the page, in words: "header", "top left", "middle", "bottom right"."""
    wide = box.width > 0.7 * page.width
    if wide and box.y <= page.y + 1 and box.height < 0.2 * page.height:
        return "header"
    if wide and box.bottom >= page.bottom - 1 and box.height < 0.2 * page.height:
        return "footer"
    vertical = _third(box.y + box.height / 2, page.height, ("top", "middle", "bottom"))
    if wide:
        return vertical
    return f"{vertical} {_third(box.x + box.width / 2, page.width, ('left', 'centre', 'right'))}"


def _third(at: float, length: int, names: tuple[str, str, str]) -> str:
    return names[min(2, int(3 * at / length))]


def _cut(box: Box, along_rows: Edges, down_columns: Edges, scale: float, page: int) -> list[Box]:
    least = round(LEAST_HEIGHT * scale), round(LEAST_WIDTH * scale)
    view = slice(box.y, box.bottom), slice(box.x, box.right)
    row, row_gap = _gutter(np.asarray(along_rows[view].any(axis=1)), least[0])
    column, column_gap = _gutter(np.asarray(down_columns[view].any(axis=0)), least[1])
    if max(row_gap, column_gap) < 8 * scale:
        if box.area <= LARGEST_SHARE * page:
            return [box]
        row, column = box.height // 2, box.width // 2
        row_gap, column_gap = box.height, box.width
        if row < least[0] and column < least[1]:
            return [box]
    halves = _split_rows(box, row) if row_gap >= column_gap else _split_columns(box, column)
    return [part for half in halves for part in _cut(half, along_rows, down_columns, scale, page)]


def _split_rows(box: Box, at: int) -> tuple[Box, Box]:
    return (
        Box(box.x, box.y, box.width, at),
        Box(box.x, box.y + at, box.width, box.height - at),
    )


def _split_columns(box: Box, at: int) -> tuple[Box, Box]:
    return (
        Box(box.x, box.y, at, box.height),
        Box(box.x + at, box.y, box.width - at, box.height),
    )


def _gutter(busy: NDArray[np.bool_], least: int) -> tuple[int, int]:
    """Middle and width of the widest empty run that leaves `least` on both sides, else (0, 0)."""
    empty = np.concatenate([[0], (~busy).astype(np.int8), [0]])
    steps = np.diff(empty)
    starts, ends = np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)
    best = (0, 0)
    for start, end in zip(starts, ends, strict=True):
        middle = (int(start) + int(end)) // 2
        if least <= middle <= busy.size - least and end - start > best[1]:
            best = (middle, int(end - start))
    return best
