"""What happened between two moments of rest: the cursor's way, and what changed beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from workers.imaging import Box, Image, decode_png, grow
from workers.recording.cursor import (
    Position,
    area,
    arrived,
    hot_spot,
    path_of,
    refine,
    start_of,
    touch,
    travels,
)
from workers.recording.difference import Blob, compare, difference, is_small, without
from workers.recording.shift import vertical_shift
from workers.recording.snapshots import Motion, Snapshot

FAINT = 56  # levels: a hover's tint is fainter, a switch or a menu is not


@dataclass(frozen=True)
class Moment:
    """A snapshot with its cursor's box, None where none is to be seen."""

    snapshot: Snapshot
    cursor: Box | None = None

    @property
    def image(self) -> Image:
        return _decoded(self.snapshot.png)


@dataclass(frozen=True)
class Step:
    """From one moment to a later one. `changed` is largest first, without the cursor; `shift` is
    the image pixels that the page moved up."""

    before: Moment
    after: Moment
    motions: tuple[Motion, ...]
    path: tuple[Position, ...]
    changed: tuple[Blob, ...]
    shift: int
    scale: float

    @property
    def first_change(self) -> float:
        """Seconds: when that began to change which is another afterwards."""
        on_path = {one.time: one.box for one in self.path}
        for motion in self.motions:
            for box in motion.boxes:
                passing = is_small(box, self.scale) and (
                    motion.time in on_path and touch(box, on_path[motion.time], 8 * self.scale)
                )
                lasting = any(touch(box, blob.box) for blob in self.changed)
                if lasting and not passing and not self._leaving(box, motion.time):
                    return motion.time
        return self.motions[-1].time if self.motions else self.after.snapshot.began

    def _leaving(self, box: Box, time: float) -> bool:
        """Whether the cursor went from there just then."""
        if not is_small(box, self.scale):
            return False
        places = [one.box for one in self.path if one.time < time][-1:]
        places += [self.before.cursor] if self.before.cursor else []
        return any(touch(box, place, 8 * self.scale) for place in places)

    @property
    def point(self) -> tuple[float, float] | None:
        """The cursor's hot spot when the change began; image pixels."""
        begun = [one.box for one in self.path if one.time <= self.first_change]
        if self.after.cursor is not None and (not begun or touch(begun[-1], self.after.cursor, 8)):
            return hot_spot(self.after.cursor, self.scale)
        box = begun[-1] if begun else self.before.cursor
        return hot_spot(box, self.scale) if box is not None else None


@lru_cache(maxsize=6)
def _decoded(png: bytes) -> Image:
    return decode_png(png)


def moments_of(snapshots: Sequence[Snapshot], scale: float) -> list[Moment]:
    """Each snapshot with its cursor: found where it first moves, followed from there."""
    cursor: Box | None = None
    found = [Moment(snapshots[0])]
    for before, after in pairwise(snapshots):
        if before.image.shape == after.image.shape and after.motions:
            hidden = (*before.restless, *after.restless)
            changed = compare(_decoded(before.png), _decoded(after.png), scale, hidden)
            path = path_of(after.motions, scale, cursor)
            moved = travels(path, changed, scale)
            if not moved and cursor is not None:
                free = path_of(after.motions, scale)
                start = start_of(after.motions, scale)
                lost = start is not None and not touch(start, cursor, 8 * scale)
                if lost and travels(free, changed, scale):
                    cursor, path, moved = start, free, True
                    found[-1] = replace(found[-1], cursor=start)
            if moved and cursor is None:
                start = start_of(after.motions, scale)
                cursor = refine(start, changed, scale) if start else None
                found = [replace(one, cursor=cursor) for one in found]
            if cursor is not None:
                fresh = arrived(cursor, changed, path, scale)
                others = [one for one in changed if not touch(one.box, cursor)]
                if fresh is not None and (moved or len(path) > 1):
                    cursor = fresh
                elif moved:
                    cursor = refine(path[-1].box, others, scale)
        found.append(Moment(after, cursor))
    return found


def step_between(before: Moment, after: Moment, motions: Sequence[Motion], scale: float) -> Step:
    """All that happened from `before` to `after`."""
    path = tuple(path_of(motions, scale, before.cursor))
    shift = sum(one.shift for one in motions)
    if shift:
        told = vertical_shift(before.image, after.image)
        shift = told if abs(told - shift) <= 8 * scale else shift
        shift = 0 if abs(shift) < 4 * scale else shift
    changed = tuple(differences(before, after, scale))
    return Step(before, after, tuple(motions), path, changed, shift, scale)


def differences(before: Moment, after: Moment, scale: float) -> list[Blob]:
    """Where two moments differ, the cursor aside."""
    hidden = [*before.snapshot.restless, *after.snapshot.restless]
    cursors = [one.cursor for one in (before, after) if one.cursor is not None]
    still = len(cursors) == 2 and touch(cursors[0], cursors[1])
    if not still:
        hidden += cursors
    if before.image.shape != after.image.shape:
        height, width = after.image.shape[:2]
        return [Blob(Box(0, 0, width, height), width * height)]
    found = compare(before.image, after.image, scale, hidden)
    covered = [area(one, scale) for one in cursors]
    return [blob for blob in found if not any(one.contains(blob.box) for one in covered)]


def is_same(before: Moment, after: Moment, scale: float) -> bool:
    """Whether they show the same state: all that differs is the cursor, and the tint of what it
    is over."""
    return not without_hover(before, after, differences(before, after, scale), scale)


def without_hover(
    before: Moment, after: Moment, changed: Sequence[Blob], scale: float
) -> list[Blob]:
    """Of what changed, all but the faint tints below one of the two cursors."""
    cursors = [one.cursor for one in (before, after) if one.cursor is not None]
    return [
        blob
        for blob in changed
        if not (
            any(touch(grow(blob.box, round(2 * scale)), one) for one in cursors)
            and _faint(before.image, after.image, blob, cursors, scale)
        )
    ]


def _faint(before: Image, after: Image, blob: Blob, cursors: Sequence[Box], scale: float) -> bool:
    hidden = [area(one, scale) for one in cursors]
    levels = without(difference(before, after), hidden, 0)[blob.box.slices]
    return bool((levels > FAINT).mean() < 0.005)
