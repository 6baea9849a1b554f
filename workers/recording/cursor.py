"""Where the cursor is: its way, what it may cover, and where it points."""

from collections.abc import Sequence
from dataclasses import dataclass

from workers.imaging import Box, grow
from workers.recording.snapshots import Motion


@dataclass(frozen=True)
class CursorLimits:
    """CSS pixels."""

    touching: float = 3.0  # around a cursor, that it may cover as well
    width: float = 22.0  # of a cursor, with its edge
    height: float = 28.0
    still: float = 3.0  # that it seems to move as what is below it changes
    bar: float = 9.0  # width of the bar over a text, at most


@dataclass(frozen=True)
class Position:
    """The cursor's box at a time, image pixels."""

    time: float
    box: Box


LIMITS = CursorLimits()


def path_of(motions: Sequence[Motion], start: Box | None, scale: float) -> list[Position]:
    """The places that the cursor moved to, in order; `start` is where it stood."""
    found: list[Position] = []
    for motion in motions:
        last = found[-1].box if found else start
        place = motion.cursor
        if place is not None and (last is None or _apart(place, last) > LIMITS.still * scale):
            found.append(Position(motion.time, place))
    return found


def _apart(one: Box, other: Box) -> int:
    """How far the nearest of their corners are: its shape may be another now."""
    across = min(abs(one.x - other.x), abs(one.right - other.right))
    return max(across, min(abs(one.y - other.y), abs(one.bottom - other.bottom)))


def area(box: Box, scale: float) -> Box:
    """What a cursor of any shape may cover that stands where this one does."""
    around = grow(box, round(LIMITS.touching * scale))
    width = max(around.width, round(LIMITS.width * scale))
    height = max(around.height, round(LIMITS.height * scale))
    return Box(around.x, around.y, width, height)


def hot_spot(box: Box, scale: float) -> tuple[float, float]:
    """Image pixels: an arrow's tip, a hand's finger, the middle of the bar over a text."""
    if box.width <= LIMITS.bar * scale:
        return box.x + box.width / 2, box.y + box.height / 2
    return box.x + 0.2 * box.width, box.y + 0.1 * box.height


def at(point: tuple[float, float]) -> Box:
    """The pixel at a point."""
    return Box(int(point[0]), int(point[1]), 1, 1)
