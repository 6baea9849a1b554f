"""What happened between two moments of rest: the cursor's way, and what changed beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from math import inf

from workers.imaging import Box, Image, bounds, decode_png, grow
from workers.recording.cursor import Position, area, hot_spot, path_of
from workers.recording.difference import Blob, compare, difference, is_small, without
from workers.recording.shift import vertical_shift
from workers.recording.snapshots import BESIDE, Motion, Snapshot
from workers.recording.tracking import touch

RUN = 0.13  # seconds between two changes of one transition, at most
MOST = 0.4  # of what changed, that changes at once: before, a tint came to what was pointed at
ALIKE = 0.65  # the height of one cursor to that of another
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

    @cached_property
    def events(self) -> tuple[Motion, ...]:
        """The motions without what the cursor's own way explains."""
        found = []
        last, is_seen = self.before.cursor, False
        for motion in self.motions:
            place = motion.cursor or last
            boxes = motion.boxes
            if last is not None and place is not None and (place != last or not is_seen):
                way = grow(bounds((last, place)), round(BESIDE * self.scale))
                is_seen = is_seen or motion.cursor is not None
                is_first = not is_seen and is_little(motion, self.scale)
                boxes = tuple(box for box in boxes if not (is_first or way.contains(box)))
            last = place
            if boxes or motion.shift:
                found.append(replace(motion, boxes=boxes))
        return tuple(found)

    @cached_property
    def main(self) -> tuple[Box, ...]:
        """What changed beside the tint of what the cursor is over, if more than that did."""
        blobs = without_hover(self.before, self.after, self.changed, self.scale) or self.changed
        return tuple(blob.box for blob in blobs)

    @cached_property
    def first_change(self) -> float:
        """Seconds: when that began to change which is another afterwards."""
        began: float | None = None
        last = -inf
        for motion in self.events:
            touched = [box for box in motion.boxes if any(touch(box, one) for one in self.main)]
            if not touched:
                continue
            if began is None or motion.time - last > RUN:
                began = motion.time
            last = motion.time
            if any(_shared(box, self.main[0]) >= MOST * self.main[0].area for box in touched):
                return began
        if began is not None:
            return next(
                motion.time
                for motion in self.events
                if any(touch(box, one) for box in motion.boxes for one in self.main)
            )
        return self.motions[-1].time if self.motions else self.after.snapshot.began

    @property
    def rested(self) -> float:
        """Seconds: when the cursor had come to where it is afterwards."""
        return self.path[-1].time if self.path else -inf

    @property
    def point(self) -> tuple[float, float] | None:
        """The cursor's hot spot when the change began; image pixels."""
        begun = [one.box for one in self.path if one.time <= self.first_change]
        if self.after.cursor is not None and (not begun or touch(begun[-1], self.after.cursor, 8)):
            return hot_spot(self.after.cursor, self.scale)
        box = begun[-1] if begun else self.before.cursor
        return hot_spot(box, self.scale) if box is not None else None


def is_little(motion: Motion, scale: float) -> bool:
    """Whether nothing but a cursor need have moved."""
    small = all(is_small(box, scale) for box in motion.boxes)
    return small and len(motion.boxes) <= 2 and not motion.shift


def _shared(one: Box, other: Box) -> int:
    across = min(one.right, other.right) - max(one.x, other.x)
    down = min(one.bottom, other.bottom) - max(one.y, other.y)
    return max(0, across) * max(0, down)


@lru_cache(maxsize=6)
def _decoded(png: bytes) -> Image:
    return decode_png(png)


def moments_of(snapshots: Sequence[Snapshot], scale: float) -> list[Moment]:
    """Each snapshot with its cursor, also where that was told only when it moved on."""
    found = [Moment(one, one.cursor) for one in snapshots]
    for index in range(len(found) - 1, 0, -1):
        left = next((one.left for one in found[index].snapshot.motions if one.left), None)
        before, after = found[index - 1], found[index]
        if left is not None and (before.cursor is None or not touch(left, before.cursor)):
            found[index - 1] = replace(before, cursor=left)
        elif before.cursor is None and after.cursor is not None:
            found[index - 1] = replace(before, cursor=_came_from(before, after, scale))
    return found


def _came_from(before: Moment, after: Moment, scale: float) -> Box | None:
    """Where something of the cursor's size is gone that came to stand elsewhere; where it stands
    if it has not moved."""
    cursor = after.cursor
    assert cursor is not None
    if before.image.shape != after.image.shape:
        return None
    changed = compare(before.image, after.image, scale)
    if not any(touch(one, cursor) for motion in after.snapshot.motions for one in motion.boxes):
        return cursor
    gone = [
        one.box
        for one in changed
        if is_small(one.box, scale)
        and not touch(one.box, cursor)
        and ALIKE <= one.box.height / cursor.height <= 1 / ALIKE
    ]
    return gone[0] if len(gone) == 1 else None


def step_between(before: Moment, after: Moment, motions: Sequence[Motion], scale: float) -> Step:
    """All that happened from `before` to `after`."""
    path = tuple(_whole_path(path_of(motions, before.cursor, scale), motions, before, after))
    shift = sum(one.shift for one in motions)
    if shift:
        told = vertical_shift(before.image, after.image)
        shift = told if abs(told - shift) <= 8 * scale else shift
        shift = 0 if abs(shift) < 4 * scale else shift
    changed = tuple(differences(before, after, scale))
    return Step(before, after, tuple(motions), path, changed, shift, scale)


def _whole_path(
    path: list[Position], motions: Sequence[Motion], before: Moment, after: Moment
) -> list[Position]:
    """The cursor's way to where it rests, also if it was not seen to arrive there."""
    end = after.cursor
    last = path[-1].box if path else before.cursor
    if end is None or last is None or touch(end, last):
        return path
    since = path[-1].time if path else -inf
    come = (
        one.time for one in motions if one.time > since and any(touch(b, end) for b in one.boxes)
    )
    time = next(come, None)
    return path if time is None else [*path, Position(time, end)]


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
