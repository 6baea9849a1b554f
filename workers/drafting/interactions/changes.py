"""What of a picture is other than on another: pixels alone. Pictures have one pixel a CSS pixel."""

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.drafting.interactions.values import Backdrop
from workers.imaging import Box, Image, Mask, channel_max, commonest, to_colour


@dataclass(frozen=True)
class ChangeThresholds:
    """What counts as changed. Px are CSS pixels, levels those of a channel."""

    level: int = 7  # levels: less is noise of compression
    apart: int = 12  # px between two changes: nearer ones are one
    least: int = 6  # px² that have changed: less is an edge drawn otherwise
    dimmed: float = 0.95  # of a level that is left under a backdrop, at most
    even: float = 6.0  # levels that a dimmed pixel may be off
    varied: float = 4.0  # levels that a page has about its mean: on a blank one nothing dims
    least_dimmed: float = 4.0  # levels that a backdrop takes off, on the mean
    covered: float = 0.6  # share of the page that a backdrop lies over, at least


CHANGES = ChangeThresholds()
SAMPLED = 7  # every so manieth pixel tells what became of a page's colours
APART = 24.0  # levels between two colours of which a line can be drawn


def changed_mask(before: Image, after: Image, limits: ChangeThresholds = CHANGES) -> Mask:
    """Where one differs from the other, (H, W) of what both have."""
    height, width = _common(before, after)
    difference = cv2.absdiff(before[:height, :width], after[:height, :width])
    return np.asarray(channel_max(np.asarray(difference, np.uint8)) > limits.level, np.bool_)


def _common(one: Image, other: Image) -> tuple[int, int]:
    return min(one.shape[0], other.shape[0]), min(one.shape[1], other.shape[1])


def changed_boxes(mask: Mask, limits: ChangeThresholds = CHANGES) -> tuple[Box, ...]:
    """The places of changes, what is near together as one."""
    kernel = np.ones((limits.apart + 1, limits.apart + 1), np.uint8)
    near = cv2.dilate(mask.astype(np.uint8), kernel)
    count, labels = cv2.connectedComponents(near)
    found = []
    labels = np.where(mask, labels, 0)
    for label in range(1, count):
        rows, columns = np.nonzero(labels == label)
        if rows.size >= limits.least:
            found.append(_box(rows, columns))
    return joined(found)


def _box(rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Box:
    top, left = int(rows.min()), int(columns.min())
    return Box(left, top, int(columns.max()) + 1 - left, int(rows.max()) + 1 - top)


def joined(boxes: Iterable[Box]) -> tuple[Box, ...]:
    """The boxes, those that overlap as one, in reading order."""
    waiting, apart = list(boxes), []
    while waiting:
        box = waiting.pop()
        other = next((one for one in waiting if overlap(one, box)), None)
        if other is None:
            apart.append(box)
        else:
            waiting.remove(other)
            waiting.append(around(box, other))
    return tuple(sorted(apart, key=lambda one: (one.y, one.x)))


def overlap(one: Box, other: Box) -> int:
    """The area that two boxes share."""
    across = min(one.right, other.right) - max(one.x, other.x)
    down = min(one.bottom, other.bottom) - max(one.y, other.y)
    return max(0, across) * max(0, down)


def around(one: Box, other: Box) -> Box:
    left, top = min(one.x, other.x), min(one.y, other.y)
    right, bottom = max(one.right, other.right), max(one.bottom, other.bottom)
    return Box(left, top, right - left, bottom - top)


def dimming(
    before: Image, after: Image, limits: ChangeThresholds = CHANGES
) -> tuple[Backdrop, Box] | None:
    """The backdrop that lies over the page, and the box that stands out of it; None where none."""
    height, width = _common(before, after)
    old = before[:height, :width].reshape(-1, 3).astype(np.float32)
    new = after[:height, :width].reshape(-1, 3).astype(np.float32)
    line = _dimmed_line(old, new)
    if line is None:
        return None
    share, offset = line
    inside = np.abs(share * old + offset - new).max(axis=1) <= limits.even
    if not 0 < share <= limits.dimmed:
        return None
    if inside.mean() < limits.covered:
        return None
    if old[inside].std(axis=0).max() < limits.varied:
        return None
    if np.abs(old[inside] - new[inside]).mean() < limits.least_dimmed:
        return None
    out = changed_boxes(~inside.reshape(height, width))
    if not out:
        return None
    alpha = 1 - share
    return Backdrop(to_colour(offset / alpha), round(alpha, 3)), max(out, key=lambda box: box.area)


def _dimmed_line(
    old: NDArray[np.float32], new: NDArray[np.float32]
) -> tuple[float, NDArray[np.float32]] | None:
    """What became of levels, `share` of each and an offset, told by the page's two commonest
    colours (n, 3); None for a page of one colour."""
    old, new = old[::SAMPLED], new[::SAMPLED]
    ground = commonest(old, 4)
    level = old[ground].mean(axis=0)
    others = np.abs(old - level).max(axis=1) > APART
    if not others.any():
        return None
    second = np.flatnonzero(others)[commonest(old[others], 4)]
    one, other = new[ground][commonest(new[ground])][0], new[second][commonest(new[second])][0]
    across = level - old[second].mean(axis=0)
    share = float((one - other) @ across / (across @ across))
    return share, np.asarray(one - share * level, np.float32)
