"""What was typed: letters that appear on a line one after the other."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workers.imaging import Box, Image, bounds, crop
from workers.recording.difference import difference
from workers.recording.elements import read_line
from workers.recording.limits import DIFFERENCING
from workers.recording.snapshots import Motion
from workers.recording.steps import Step
from workers.recording.tracking import touch


@dataclass(frozen=True)
class LetterLimits:
    """CSS pixels and seconds."""

    least: int = 2  # letters that appear one after the other
    pause: float = 0.8  # seconds between one and the next, at most
    gap: float = 30.0  # px between one and the next, at most
    share: float = 0.6  # of a strip's columns, and of what changes there, that letters explain
    edge: float = 14.0  # px between upright edges, at most
    line_height: float = 40.0  # px


LETTERS = LetterLimits()


def typed_strip(step: Step, limits: LetterLimits = LETTERS) -> Box | None:
    """The line that letters appeared on, one after the other; image pixels."""
    rows: list[list[tuple[float, Box]]] = []
    for motion in step.events:
        for box in motion.boxes:
            if not 4 * step.scale <= box.height <= limits.line_height * step.scale:
                continue
            row = next((row for row in rows if _goes_on(row[-1], motion.time, box, step)), None)
            if row is not None:
                row.append((motion.time, box))
            else:
                rows.append([(motion.time, box)])
    for row in sorted(rows, key=lambda row: -len(row)):
        if len(row) < limits.least:
            break
        strip = bounds(box for _, box in row)
        if _covered(step, strip) < limits.share or not is_written(step, strip):
            continue
        if _steadily(row, step.events, strip) and is_lettered(step.after.image, strip, step.scale):
            return _line_of(step, strip)
    return None


def _line_of(step: Step, strip: Box) -> Box:
    """The letters, and what else of their line has changed."""
    kept = [one.box for one in step.changed if _same_line(one.box, strip)]
    return bounds([strip, *(box for box in kept if touch(box, strip))])


def _goes_on(before: tuple[float, Box], time: float, box: Box, step: Step) -> bool:
    last, scale = before[1], step.scale
    if not 0 < time - before[0] <= LETTERS.pause:
        return False
    level = abs((last.y + last.bottom) - (box.y + box.bottom)) < 24 * scale
    grows = last.x < box.x and last.right < box.right and box.width <= 48 * scale
    return level and grows and box.x <= last.right + LETTERS.gap * scale


def _steadily(row: Sequence[tuple[float, Box]], events: Sequence[Motion], strip: Box) -> bool:
    """Whether what was written stays: numbers that count change back and forth."""
    others = [
        box
        for motion in events
        if row[0][0] < motion.time <= row[-1][0]
        for box in motion.boxes
        if touch(box, strip) and box.height < 2 * strip.height
    ]
    return len(row) - 1 >= LETTERS.share * len(others)


def is_written(step: Step, strip: Box) -> bool:
    """Whether it has the many upright edges of letters."""
    grey = crop(step.after.image, strip).mean(2)
    edges = np.abs(np.diff(grey, axis=1)) > 20
    begun = edges[:, 1:] & ~edges[:, :-1]  # an edge is as wide as it is soft
    least = max(3.0, strip.width / (LETTERS.edge * step.scale))
    return bool(begun.size) and int(begun.sum(1).max()) >= least


def is_lettered(image: Image, box: Box, scale: float) -> bool:
    """Whether a word can be read there."""
    return sum(one.isalnum() for one in read_line(image, box, scale)) >= 2


def _same_line(box: Box, strip: Box) -> bool:
    middle = strip.y + strip.height / 2
    return box.y <= middle <= box.bottom and touch(box, strip) and box.height < 2.2 * strip.height


def _covered(step: Step, strip: Box) -> float:
    """Share of a strip's columns in which something is other than before."""
    before, after = (crop(one.image, strip) for one in (step.before, step.after))
    if before.shape != after.shape:
        return 0.0
    levels = difference(np.ascontiguousarray(before), np.ascontiguousarray(after))
    return float((levels > DIFFERENCING.pixel).any(0).mean())
