"""Where the cursor is: what is small, moves, and leaves everything as it was."""

from collections.abc import Sequence
from dataclasses import dataclass

from workers.imaging import Box, grow
from workers.recording.difference import Blob, is_small
from workers.recording.limits import DIFFERENCING
from workers.recording.snapshots import Motion


@dataclass(frozen=True)
class CursorLimits:
    """CSS pixels, and samples."""

    travel: float = 30.0  # what moves less is no cursor on its way
    positions: int = 3  # on the way, at least
    touching: float = 3.0  # between boxes that are one place
    reach: float = 60.0  # of one step, while other things move
    pause: float = 0.15  # seconds after which it has come to rest
    alike: float = 0.65  # the height of one cursor to that of another
    width: float = 22.0  # of a cursor, with its edge
    height: float = 28.0


@dataclass(frozen=True)
class Position:
    """The cursor's box at a time, image pixels."""

    time: float
    box: Box


LIMITS = CursorLimits()


def touch(a: Box, b: Box, slack: float = 0.0) -> bool:
    """Whether they share a pixel, or are no more than `slack` apart."""
    return (
        a.x - slack < b.right
        and b.x - slack < a.right
        and a.y - slack < b.bottom
        and b.y - slack < a.bottom
    )


def path_of(motions: Sequence[Motion], scale: float, start: Box | None = None) -> list[Position]:
    """The places that something small moved to, in order; of the two places that each step
    changes, the one it leaves and the one it comes to, it is the latter. `start` is where the
    cursor stood: what moves elsewhere is none. Where more than a cursor moves, it is followed as
    long as it goes on from where it was."""
    slack = LIMITS.touching * scale
    found: list[Position] = []
    for index, motion in enumerate(motions):
        left = found[-1].box if found else start
        boxes = [box for box in motion.boxes if is_small(box, scale)]
        if left is not None:
            moving = bool(found) and motion.time - found[-1].time < LIMITS.pause
            goes_on = any(touch(box, left, slack) for box in motion.boxes)
            reach = round(LIMITS.reach * scale * (2 if is_pure(motion, scale) else 1))
            near = [box for box in boxes if touch(box, grow(left, reach))]
            if is_pure(motion, scale):
                boxes = boxes if goes_on else near if moving else []
            else:
                boxes = [box for box in near if not touch(box, left)] or near if moving else []
        elif not is_pure(motion, scale):
            continue
        if not boxes:
            continue
        following = motions[index + 1].boxes if index + 1 < len(motions) else ()
        stays = [box for box in boxes if any(touch(box, other, slack) for other in following)]
        fresh = [box for box in boxes if left is None or not touch(box, left)]
        chosen = (stays or fresh or boxes) if following else (fresh or boxes)
        if left is not None and len(chosen) > 1:
            chosen = [box for box in chosen if box in fresh] or chosen
        found.append(Position(motion.time, chosen[0]))
    return found


def is_pure(motion: Motion, scale: float) -> bool:
    """Whether nothing but a cursor need have moved."""
    small = all(is_small(box, scale) for box in motion.boxes)
    return small and len(motion.boxes) <= 2 and not motion.shift


def travels(path: Sequence[Position], changed: Sequence[Blob], scale: float) -> bool:
    """Whether it is a cursor's way: long enough, and in the middle all is as it was before."""
    if len(path) < LIMITS.positions:
        return False
    ends = (path[0].box, path[-1].box)
    far = abs(ends[0].x - ends[1].x) + abs(ends[0].y - ends[1].y)
    if far < LIMITS.travel * scale:
        return False
    middle = [one.box for one in path[1:-1] if not any(touch(one.box, end) for end in ends)]
    large = [blob.box for blob in changed if min(blob.box.width, blob.box.height) > _side(scale)]
    known = [box for box in middle if not any(touch(box, other) for other in large)]
    restored = [box for box in known if not any(touch(box, blob.box) for blob in changed)]
    return len(restored) * 2 > len(known) or not known


def _side(scale: float) -> float:
    return DIFFERENCING.small * scale


def start_of(motions: Sequence[Motion], scale: float) -> Box | None:
    """Where it stood before it first moved."""
    first = [box for box in motions[0].boxes if is_small(box, scale)]
    if len(first) == 2 and len(motions) > 1:
        slack = LIMITS.touching * scale
        left = [box for box in first if not any(touch(box, b, slack) for b in motions[1].boxes)]
        return left[0] if left else first[0]
    return first[0] if first else None


def refine(rough: Box, changed: Sequence[Blob], scale: float) -> Box:
    """The cursor's own outline, where the difference of two pictures shows it alone."""
    near = [
        blob.box
        for blob in changed
        if is_small(blob.box, scale) and touch(blob.box, grow(rough, round(4 * scale)))
    ]
    return min(near, key=lambda box: abs(box.x - rough.x) + abs(box.y - rough.y), default=rough)


def arrived(
    cursor: Box, changed: Sequence[Blob], path: Sequence[Position], scale: float
) -> Box | None:
    """Where something of the cursor's size appeared that is gone where the cursor stood."""
    if not any(touch(blob.box, cursor) and is_small(blob.box, scale) for blob in changed):
        return None
    alike = [
        blob.box
        for blob in changed
        if not touch(blob.box, cursor)
        and is_small(blob.box, scale)
        and LIMITS.alike <= blob.box.height / cursor.height <= 1 / LIMITS.alike
    ]
    end = path[-1].box if path else cursor
    reach = grow(end, round(LIMITS.reach * scale))
    alike = [box for box in alike if not path or touch(box, reach)]
    return min(alike, key=lambda box: abs(box.x - end.x) + abs(box.y - end.y), default=None)


def area(box: Box, scale: float) -> Box:
    """What a cursor of any shape may cover that stands where this one does."""
    around = grow(box, round(LIMITS.touching * scale))
    width = max(around.width, round(LIMITS.width * scale))
    height = max(around.height, round(LIMITS.height * scale))
    return Box(around.x, around.y, width, height)


def hot_spot(box: Box, scale: float) -> tuple[float, float]:
    """Image pixels: an arrow's tip, a hand's finger, the middle of the bar over a text."""
    if box.width <= 9 * scale:
        return box.x + box.width / 2, box.y + box.height / 2
    return box.x + 0.2 * box.width, box.y + 0.1 * box.height
