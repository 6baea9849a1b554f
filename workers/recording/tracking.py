"""Follow the cursor through the frames: what stands out of the page and moves over it."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.imaging import Box, Image, Mask, channel_max, clip, crop, grow
from workers.recording.difference import (
    Blob,
    blobs,
    changed_cells,
    difference,
    is_small,
)
from workers.recording.limits import DIFFERENCING


@dataclass(frozen=True)
class TrackingLimits:
    """CSS pixels, levels and counts."""

    near: float = 4.0  # px between two boxes that are one place
    travel: float = 24.0  # px that what moves has to go before it is a cursor
    alike: float = 57.0  # levels, root of the mean square: a look that is known, found again
    as_high: float = 0.65  # the height of one cursor to that of another, at least
    larger: float = 2.0  # times one look that another is wide or high, at most
    size: float = 34.0  # px that a cursor is wide and high, at most
    level: int = 40  # levels that a pixel of it differs by from the page below
    looks: int = 4  # that are remembered: an arrow, a hand, a bar
    searched: int = 400_000  # image pixels of a place that a look is searched in, at most


LIMITS = TrackingLimits()


def touch(a: Box, b: Box, slack: float = 0.0) -> bool:
    """Whether they share a pixel, or are no more than `slack` apart."""
    return (
        a.x - slack < b.right
        and b.x - slack < a.right
        and a.y - slack < b.bottom
        and b.y - slack < a.bottom
    )


@dataclass(frozen=True)
class Sighting:
    """The cursor after a frame, and where it is now known to have stood all the time before;
    image pixels, None where that is not known."""

    cursor: Box | None = None
    left: Box | None = None


@dataclass(frozen=True)
class _Look:
    """A cursor's picture (H, W, 3), and which of it is the cursor's own."""

    image: Image
    mask: NDArray[np.uint8]


class CursorTracker:
    """Holds each frame to the page without the cursor, as far as that was seen.

    Where the cursor has stood since the page was last other, the page below it is not known: it is
    `baked` in, and leaves a ghost there when it moves on.
    """

    def __init__(self, scale: float, limits: TrackingLimits = LIMITS) -> None:
        self._scale, self._limits = scale, limits
        self._page: Image | None = None
        self._baked: Box | None = None
        self._is_baked = True  # somewhere, where `_baked` is None
        self._rivals: list[Box] = []  # small things that stand out; one of them may be a cursor
        self._looks: list[_Look] = []
        self._is_sure = True  # whether the cursor was seen since the page changed where it is
        self.cursor: Box | None = None

    def follow(self, before: Image, after: Image, moved: Sequence[Box], restless: Mask) -> Sighting:
        """`moved` are the boxes that changed from `before` to `after`, `restless` the cells that
        never rest."""
        if self._page is None or self._page.shape != after.shape:
            self._page, self._baked, self._is_baked = before.copy(), None, True
        levels = difference(self._page, after)
        cells = changed_cells(levels, self._scale)
        if cells.shape == restless.shape:
            cells &= ~restless
        out = [one.box for one in blobs(levels, cells, self._scale)]
        small = [box for box in out if is_small(box, self._scale)]
        was = self.cursor
        if was is not None and self._is_sure and not any(touch(box, was) for box in moved):
            return Sighting(was)
        if len(small) == len(out) <= 2 and small:
            left = self._seen_alone(after, small)
            if self.cursor is not None and self.cursor != was and not self._is_baked:
                self._learn(after, self.cursor)
            return Sighting(self.cursor, left)
        self._rivals = []
        if was is not None:
            likes = [box for box in small if self._is_like(box, was) and not touch(box, was)]
            found = self._found(after, [was, *moved])
            found = found or (likes[0] if len(likes) == 1 else None)
            self.cursor, self._is_sure = found or was, found is not None
        return Sighting(self.cursor)

    def rest(self, image: Image) -> None:
        """The page has come to rest as `image` shows it."""
        if self._page is None or self._page.shape != image.shape:
            self._page, self._baked, self._is_baked = image.copy(), self.cursor, True
            return
        page, cursor = image.copy(), self.cursor if self._is_sure else None
        place = self._around(cursor, image) if cursor is not None else None
        if place is not None and cursor is not None:
            changed = self._others(image, cursor)
            is_clean = not self._is_baked or not (
                self._baked is None or touch(self._baked, cursor, self._slack)
            )
            if is_clean and not any(touch(one.box, place) for one in changed):
                page[place.slices] = self._page[place.slices]
                self._baked, self._is_baked = None, False
            else:
                self._baked, self._is_baked = cursor, True
        elif self._looks:
            self._baked, self._is_baked = None, True
        self._page = page

    @property
    def _slack(self) -> float:
        return self._limits.near * self._scale

    def _around(self, box: Box, image: Image) -> Box | None:
        return clip(grow(box, round(self._slack)), image.shape[1], image.shape[0])

    def _others(self, image: Image, cursor: Box) -> list[Blob]:
        assert self._page is not None
        levels = difference(self._page, image)
        found = blobs(levels, changed_cells(levels, self._scale), self._scale)
        return [one for one in found if not grow(cursor, round(self._slack)).contains(one.box)]

    def _seen_alone(self, after: Image, small: list[Box]) -> Box | None:
        """Of what little stands out of the page one is the cursor; returns the place that it left,
        where that is told only now."""
        if not self._is_baked:
            if self.cursor is None or not any(self._is_more(box) for box in small):
                self._see(self._nearest(after, small))
            return None
        known = self._found(after, small)
        baked = self._baked
        ghosts = [box for box in small if baked is not None and touch(box, baked, self._slack)]
        fresh = [box for box in small if box not in ghosts]
        if known is not None and len(small) == 2:
            ghosts = [box for box in small if not touch(box, known)]
            fresh = [known]
        if fresh and ghosts:
            self._clean(after, ghosts[0])
            self._see(fresh[0])
            return ghosts[0]
        if ghosts or known is not None:
            self._see(known or ghosts[0])
            return None
        return self._told_apart(after, small)

    def _is_more(self, box: Box) -> bool:
        """Whether the page has changed under the cursor, and both stand out as one."""
        cursor = self.cursor
        return cursor is not None and box.contains(cursor, 2) and box.area > 1.5 * cursor.area

    def _see(self, box: Box) -> None:
        if self.cursor is None or self._is_fitting(box):
            self.cursor, self._is_sure = box, True

    def _is_fitting(self, box: Box) -> bool:
        """Whether it is as large as a cursor, of the size of those that were seen."""
        shapes = [look.mask.shape for look in self._looks]
        most, larger = self._limits.size * self._scale, self._limits.larger
        high = min(most, larger * max((side for side, _ in shapes), default=most))
        wide = min(most, larger * max((side for _, side in shapes), default=most))
        return box.width <= wide and box.height <= high

    def _told_apart(self, after: Image, small: list[Box]) -> Box | None:
        """Which of two is the ghost of the cursor: the one that stays."""
        before, self._rivals = self._rivals, small
        for ghost in small:
            for other in small:
                gone = [
                    box for box in before
                    if box != ghost and not touch(box, ghost, self._slack)
                    and self._far(box, other) >= self._limits.travel * self._scale
                ]  # fmt: skip
                stays = any(touch(box, ghost) for box in before)
                if other is not ghost and stays and gone and self._is_moving(gone, small):
                    self._clean(after, ghost)
                    self._see(other)
                    return ghost
        return None

    def _is_moving(self, gone: Sequence[Box], small: Sequence[Box]) -> bool:
        return all(not any(touch(box, one) for one in small) for box in gone)

    @staticmethod
    def _far(one: Box, other: Box) -> int:
        return abs(one.x - other.x) + abs(one.y - other.y)

    def _clean(self, after: Image, ghost: Box) -> None:
        assert self._page is not None
        place = self._around(ghost, after)
        if place is not None:
            self._page[place.slices] = after[place.slices]
        self._baked, self._is_baked, self._rivals = None, False, []

    def _nearest(self, after: Image, small: list[Box]) -> Box:
        if len(small) == 1 and self._is_fitting(small[0]):
            return small[0]  # whatever its shape is now
        known = self._found(after, small)
        if known is not None:
            return known
        last = self.cursor or small[0]
        return min(small, key=lambda box: self._far(box, last))

    def _is_like(self, box: Box, cursor: Box) -> bool:
        least = self._limits.as_high
        return least <= box.height / cursor.height <= 1 / least

    def _learn(self, after: Image, box: Box) -> None:
        assert self._page is not None
        if max(box.width, box.height) > self._limits.size * self._scale:
            return  # more than the cursor
        shown = np.ascontiguousarray(crop(after, box))
        apart = channel_max(np.asarray(cv2.absdiff(crop(self._page, box), shown), np.uint8))
        mask = (apart > self._limits.level).astype(np.uint8)
        if mask.sum() < DIFFERENCING.least_pixels * self._scale**2:
            return
        others = [one for one in self._looks if one.mask.shape != mask.shape]
        self._looks = [_Look(shown, mask), *others][: self._limits.looks]

    def _found(self, after: Image, places: Sequence[Box]) -> Box | None:
        """Where a look that is known is to be seen in one of the places."""
        best: tuple[float, Box] | None = None
        height, width = after.shape[:2]
        for place in places:
            for look in self._looks:
                high, wide = look.mask.shape
                inside = clip(grow(place, wide, high), width, height)
                if inside is None or inside.width < wide or inside.height < high:
                    continue
                if inside.area > self._limits.searched * self._scale**2:
                    continue
                off, x, y = _match(crop(after, inside), look)
                if off <= self._limits.alike and (best is None or off < best[0]):
                    best = off, Box(inside.x + x, inside.y + y, wide, high)
        return best[1] if best is not None else None


def _match(image: Image, look: _Look) -> tuple[float, int, int]:
    """By how many levels a look is off where it fits best, and where that is."""
    mask = np.repeat(look.mask[..., None], 3, axis=2)
    off = cv2.matchTemplate(np.ascontiguousarray(image), look.image, cv2.TM_SQDIFF, mask=mask)
    off = np.where(np.isfinite(off), off, np.inf)
    y, x = np.unravel_index(int(np.argmin(off)), off.shape)
    return float(np.sqrt(max(0.0, off[y, x]) / max(1, mask.sum()))), int(x), int(y)
