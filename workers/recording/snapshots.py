"""The moments at which the page rests, and what moved between them; one pass over the frames."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.imaging import Box, Image, Mask, bounds, decode_png, encode_png, grow
from workers.recording.decoding import Sample
from workers.recording.difference import (
    blobs,
    changed_cells,
    difference,
    is_small,
)
from workers.recording.limits import SAMPLING, Sampling
from workers.recording.shift import vertical_shift
from workers.recording.tracking import CursorTracker

BESIDE = 5.0  # CSS pixels around a cursor's way that change with it


@dataclass(frozen=True)
class Motion:
    """What changed from one sample to the next: boxes of image pixels, and by how many of them the
    page moved up, where it was scrolled. `cursor` is where it is afterwards, `left` where it is now
    known to have stood until then; None where that is not known."""

    time: float
    boxes: tuple[Box, ...]
    shift: int = 0
    cursor: Box | None = None
    left: Box | None = None


@dataclass(frozen=True)
class Snapshot:
    """The page at rest from `began` to `ended`, and the `motions` since the snapshot before.
    `restless` boxes never rest: a spinner, a video. `cursor` is where it is, if that is known."""

    png: bytes
    began: float
    ended: float
    motions: tuple[Motion, ...] = ()
    restless: tuple[Box, ...] = ()
    cursor: Box | None = None

    @property
    def image(self) -> Image:
        return decode_png(self.png)


@dataclass
class _Rest:
    """The page as it may be about to rest."""

    sample: Sample
    still_since: float
    quiet_since: float
    told: bool = False
    motions: list[Motion] = field(default_factory=list)


class Watch:
    """Follows the samples. `scale` is image pixels a CSS pixel."""

    def __init__(self, scale: float, limits: Sampling = SAMPLING) -> None:
        self._scale, self._limits = scale, limits
        self._activity: NDArray[np.float32] | None = None
        self._still = np.zeros((0, 0), np.float32)  # seconds since a cell changed
        self._tracker = CursorTracker(scale)
        self._cursor: Box | None = None
        self._is_scrolling = False

    def snapshots(self, samples: Iterable[Sample]) -> Iterator[Snapshot]:
        rest: _Rest | None = None
        for sample in samples:
            if rest is None:
                rest = _Rest(sample, sample.time, sample.time)
                continue
            ready = self._resting(rest, sample.time)  # as the sample before shows it
            motion = self._motion(rest.sample, sample)
            if motion.boxes or motion.shift:
                if ready is not None:
                    yield ready
                    self._tracker.rest(rest.sample.image)
                    rest.told, rest.motions = True, []
                self._moved(rest, self._with_cursor(motion, rest.sample, sample))
            rest.sample = sample
        if rest is not None:
            yield self._snapshot(rest, rest.sample.time)

    def _resting(self, rest: _Rest, now: float) -> Snapshot | None:
        still = now - rest.still_since >= self._limits.settled
        quiet = now - rest.quiet_since >= self._limits.quiet and not rest.told
        return self._snapshot(rest, now) if still or quiet else None

    def _snapshot(self, rest: _Rest, now: float) -> Snapshot:
        began = min(rest.still_since, now)
        png, restless = encode_png(rest.sample.image), tuple(self._restless_boxes())
        motions = tuple(rest.motions)
        return Snapshot(png, began, now, motions, restless, self._tracker.cursor)

    def _moved(self, rest: _Rest, motion: Motion) -> None:
        rest.motions.append(motion)
        rest.still_since = motion.time
        small = len(motion.boxes) <= 2 and all(is_small(one, self._scale) for one in motion.boxes)
        came_from, self._cursor = self._cursor, motion.cursor
        if came_from is not None and motion.cursor is not None:
            way = grow(bounds((came_from, motion.cursor)), round(BESIDE * self._scale))
            small = all(way.contains(box) for box in motion.boxes)
        if not small or motion.shift:
            rest.quiet_since, rest.told = motion.time, False

    def _motion(self, before: Sample, after: Sample) -> Motion:
        if before.image.shape != after.image.shape:
            height, width = after.image.shape[:2]
            return Motion(after.time, (Box(0, 0, width, height),))
        levels = difference(before.image, after.image)
        cells = changed_cells(levels, self._scale)
        passed = min(after.time - before.time, 2 / self._limits.per_second)
        shift = 0
        if cells.mean() > self._limits.scrolled or self._is_scrolling:
            shift = vertical_shift(before.image, after.image, goes_on=self._is_scrolling)
        self._is_scrolling = bool(shift)
        restless = self._remember(cells, passed, counts=shift == 0)
        cells &= ~restless
        found = tuple(blob.box for blob in blobs(levels, cells, self._scale))
        return Motion(after.time, found, shift)

    def _with_cursor(self, motion: Motion, before: Sample, after: Sample) -> Motion:
        seen = self._tracker.follow(before.image, after.image, motion.boxes, self._restless())
        return replace(motion, cursor=seen.cursor, left=seen.left)

    def _remember(self, cells: Mask, passed: float, counts: bool) -> Mask:
        """Which cells are restless, by a mean of their changes that forgets."""
        if self._activity is None or self._activity.shape != cells.shape:
            self._activity = np.zeros(cells.shape, np.float32)
            self._still = np.full(cells.shape, np.inf, np.float32)
        share = np.float32(passed / self._limits.restless_memory)
        if counts:
            self._activity += share * (cells.astype(np.float32) - self._activity)
        self._still = np.where(cells, np.float32(0), self._still + np.float32(passed))
        return self._restless()

    def _restless(self) -> Mask:
        assert self._activity is not None
        found = self._activity > self._limits.restless_share
        found &= self._still < self._limits.restless_pause
        found = cv2.dilate(found.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        if found.mean() > self._limits.restless_area:
            return np.zeros_like(found)
        return np.asarray(found)

    def _restless_boxes(self) -> list[Box]:
        if self._activity is None:
            return []
        side = round(8 * self._scale)
        levels = np.kron(self._restless().astype(np.uint8) * 255, np.ones((side, side), np.uint8))
        return [blob.box for blob in blobs(levels, self._restless(), self._scale)]
