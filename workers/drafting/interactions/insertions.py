"""What pushed all that is below it down: an answer that unfolds under its question."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.drafting.interactions.changes import changed_boxes, changed_mask
from workers.imaging import Box, Image, bounds

Rows = NDArray[np.float32]
COLUMNS = 64  # places across at which two rows are compared


@dataclass(frozen=True)
class InsertionLimits:
    """When something was inserted. Px are CSS pixels, levels those of a channel."""

    least: int = 14  # px that it is high: a line of small text
    most: float = 0.7  # share of the window that it may be high
    alike: float = 3.0  # levels that a row may be off the one that it was before, on the mean
    edge: int = 2  # rows that may be off by more: a line drawn between two pixels
    told: int = 3  # rows below it that show something, without which nothing was pushed
    level: float = 4.0  # levels that such a row varies by
    sign: int = 40  # px that a plus or an arrow beside what was clicked is wide and high
    near: int = 24  # px below what was clicked that it begins, at most
    share: float = 0.4  # of all that is to be seen below, that was pushed: the rest left the window
    step: int = 4  # px by which two places where it may begin are the same


LIMITS = InsertionLimits()


@dataclass(frozen=True)
class Insertion:
    """What pushed all that was below `box.y` down by its height: it lies above `bottom`. What else
    has changed is `beside` what was clicked. CSS pixels of the window."""

    box: Box
    bottom: int
    beside: tuple[Box, ...] = ()


def insertion(
    before: Image, after: Image, target: Box, limits: InsertionLimits = LIMITS
) -> Insertion | None:
    """What came to lie below a target and pushed the rest down; None where nothing did."""
    if before.shape != after.shape:
        return None
    places = changed_boxes(changed_mask(before, after))
    below = [box for box in places if box.bottom > target.y]
    if not below or len(below) < len(places):
        return None
    around = bounds(below)
    across = slice(around.x, around.right)
    old, new = _rows(before[:, across]), _rows(after[:, across])
    first = max(target.y + target.height // 2, 0)
    height = len(old)
    best: tuple[int, float, int, int] | None = None
    for down in range(limits.least, int(limits.most * height)):
        off = _off(old, new, down)[first:]
        start = _start(off <= limits.alike, limits)
        if start is None or first + start > target.bottom + limits.near:
            continue
        if not _is_pushed(old, new, first + start, down, limits):
            continue
        found = start // limits.step, float(off[start:].mean()), down, start
        best = min(best or found, found)
    if best is None:
        return None
    box = Box(around.x, first + best[3], around.width, best[2])
    signs = [
        one for one in places if one.height <= limits.sign and one.bottom < box.y + limits.sign
    ]
    begins = [one.y for one in places if one.bottom > box.y and one not in signs]
    bottom = max(box.bottom, min(begins, default=box.y) + box.height - limits.step)
    return Insertion(box, bottom, tuple(one for one in signs if one.width <= limits.sign))


def _off(old: Rows, new: Rows, down: int) -> NDArray[np.float32]:
    """(H - down,): levels that each row is off the one `down` below, or a pixel above or below
    that: half a pixel of a height is drawn up or down."""
    length = len(old) - down
    apart = [
        np.abs(old[:length] - np.roll(new, by, axis=0)[down:]).mean(axis=(1, 2))
        for by in (0, -1, 1)
    ]
    return np.asarray(np.minimum.reduce(apart), np.float32)


def _rows(image: Image) -> Rows:
    """(H, COLUMNS, 3): the mean colours of each row's parts."""
    small = cv2.resize(image, (COLUMNS, image.shape[0]), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32)


def _start(same: NDArray[np.bool_], limits: InsertionLimits) -> int | None:
    """The row from which all are the same, but for a few; None where that is none."""
    off = np.flatnonzero(~same)[::-1]
    if len(off) <= limits.edge:
        return 0
    start = int(off[limits.edge]) + 1
    return start if start < len(same) else None


def _is_pushed(old: Rows, new: Rows, start: int, down: int, limits: InsertionLimits) -> bool:
    """Whether most of what is to be seen below is no longer where it was, but further down."""
    left = slice(start, len(old) - down)
    varied = old.std(axis=1).max(axis=1) > limits.level
    gone = np.abs(old[left] - new[left]).mean(axis=(1, 2))
    there = _off(old, new, down)[start:]
    moved = varied[left] & (gone > limits.alike) & (there <= limits.share * gone)
    below = max(1, int(varied[start:].sum()))
    return int(moved.sum()) >= max(limits.told, limits.share * below)
