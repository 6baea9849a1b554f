"""How far a page was scrolled between two pictures, and the long picture made of them."""

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.imaging import Image

_COLUMNS = 128
_COARSE = 4  # rows: searched first by every so many
_REACH = 0.75  # of the height: how far is searched
_TOP, _BOTTOM = 0.2, 0.85  # of the height: a page that is scrolled moves from and to there
_ALIKE = 5.0  # levels, the mean of rows that are the same
_TRIED = 8  # of the best by coarse rows, that are looked at row by row
_AS_CHEAP = 1.1  # times what the best costs, that a shorter way may cost
_GAIN = 0.3  # of the difference unmoved, at most that of the difference moved
_GOING_ON = 0.6  # …while the page is being scrolled


def vertical_shift(before: Image, after: Image, *, goes_on: bool = False) -> int:
    """Image pixels by which what is seen moved up (down is negative); 0 where it did not move.
    While scrolling `goes_on` rows may come to lie where others that look alike were."""
    rows_before, rows_after = _profile(before), _profile(after)
    moved = np.abs(rows_before - rows_after).mean(1) > 1.0
    found = np.flatnonzero(moved)
    if len(found) < 0.1 * len(moved):
        return 0
    top, bottom = int(found[0]), int(found[-1]) + 1  # what is fixed above and below stays out
    if top > _TOP * len(moved) or bottom < _BOTTOM * len(moved):
        return 0  # what opens in the middle of a page moves what is below it, and scrolls nothing
    gain = _GOING_ON if goes_on else _GAIN
    return _best(rows_before[top:bottom], rows_after[top:bottom], gain)


def pushed_by(before: Image, after: Image, top: int) -> int:
    """Image pixels by which all below a row moved up (down is negative), as where something folds
    or unfolds; 0 where it did not."""
    if before.shape != after.shape or len(before) - top < 4 * _COARSE:
        return 0
    return _best(_profile(before)[top:], _profile(after)[top:])


def _profile(image: Image) -> NDArray[np.float32]:
    """(H, columns) mean brightness: what is told of a row by where it is dark."""
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, (_COLUMNS, image.shape[0]), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32)


def _best(before: NDArray[np.float32], after: NDArray[np.float32], gain: float = _GAIN) -> int:
    still = float(np.abs(before - after).mean())
    structure = float(np.abs(np.diff(after, axis=0)).mean())
    if still < 0.5 or structure < 0.05:
        return 0
    coarse_before, coarse_after = _coarse(before), _coarse(after)
    far = int(len(coarse_before) * _REACH)
    ways = [one for one in range(-far, far + 1) if one]
    rough = sorted((_cost(coarse_before, coarse_after, by), by) for by in ways)
    costs = [
        (_cost(before, after, by), by)
        for near in dict.fromkeys(by for _, by in rough[:_TRIED])
        for by in range(_COARSE * (near - 1), _COARSE * (near + 1) + 1)
    ]
    cost, by = _nearest(costs)
    return by if cost <= min(_ALIKE, gain * still) else 0


def _nearest(costs: list[tuple[float, int]]) -> tuple[float, int]:
    """The shortest way of those that cost the least: the rows of a list look alike."""
    least = min(costs)[0]
    return min((one for one in costs if one[0] <= _AS_CHEAP * least), key=lambda one: abs(one[1]))


def _coarse(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    kept = len(rows) // _COARSE * _COARSE
    return np.asarray(rows[:kept].reshape(-1, _COARSE, rows.shape[1]).mean(1), np.float32)


def _cost(before: NDArray[np.float32], after: NDArray[np.float32], by: int) -> float:
    """Mean levels by which the rows differ that both show, when `after` is `by` rows lower down."""
    height = len(before)
    if by >= 0:
        return float(np.abs(before[by:] - after[: height - by]).mean())
    return float(np.abs(before[: height + by] - after[-by:]).mean())


def fixed_rows(before: Image, after: Image) -> tuple[int, int]:
    """Rows at the top and at the bottom that stayed where they were while the page moved."""
    still = np.abs(_profile(before) - _profile(after)).mean(1) < 1.0
    moved = np.flatnonzero(~still)
    if not len(moved):
        return 0, 0
    return int(moved[0]), int(len(still) - 1 - moved[-1])


class LongPicture:
    """What a person saw while scrolling, as one picture. `offset` is where the last view begins."""

    def __init__(self, first: Image) -> None:
        self.image = first
        self.offset = 0
        self._last = first

    def scroll(self, view: Image, by: int) -> None:
        """The next view, `by` image pixels further down."""
        height = len(view)
        top, bottom = fixed_rows(self._last, view)
        # a page of one colour at the edge looks fixed: only what is left of a true bar counts
        top, bottom = min(top, height // 4), min(bottom, height // 4)
        self.offset += by
        if self.offset < 0:
            more = -self.offset
            self.image = np.concatenate(
                [self.image[:top], view[top : top + more], self.image[top:]]
            )
            self.offset = 0
        below = self.offset + height - len(self.image)
        if below > 0:
            body = self.image[: len(self.image) - bottom] if bottom else self.image
            self.image = np.concatenate([body, view[height - bottom - below :]])
        self._last = view
