"""What is on or off by itself: a check box, a radio button, a switch."""

from dataclasses import dataclass

import numpy as np

from workers.imaging import Box, crop, grow
from workers.recording.cursor import at
from workers.recording.elements import patch_at
from workers.recording.letters import is_lettered
from workers.recording.steps import Step
from workers.recording.tracking import touch


@dataclass(frozen=True)
class ToggleLimits:
    """CSS pixels and levels."""

    least: float = 14.0  # px of its side
    width: float = 66.0  # px, at most
    height: float = 38.0  # px, at most
    faced: float = 0.5  # of what changed that is one patch: of a word it is less
    as_high: float = 0.2  # of a height, that two things of one kind are off at most
    filled: float = 40.0  # levels that a box changes by which is ticked


TOGGLES = ToggleLimits()


def toggle_of(step: Step) -> Box | None:
    """The check box or switch that changed below the cursor; without one, the only one."""
    found = _toggle(step)
    return None if found is None or _has_word(step, found) or _is_tab(step, found) else found


def _is_tab(step: Step, box: Box) -> bool:
    """Whether another thing of its height in its row has changed that is a word."""
    return any(
        abs(one.box.height - box.height) <= TOGGLES.as_high * box.height
        and one.box.y < box.y + box.height / 2 < one.box.bottom
        and not touch(one.box, box)
        and is_lettered(step.before.image, one.box, step.scale)
        for one in step.changed
    )


def _toggle(step: Step) -> Box | None:
    scale, point = step.scale, step.point
    fitting = [
        blob.box for blob in step.changed if is_toggle(blob.box, scale) and _faced(step, blob.box)
    ]
    if point is None:
        return fitting[0] if len(fitting) == 1 and _is_only(step, fitting[0]) else None
    under = [box for box in fitting if touch(grow(box, round(6 * scale)), at(point))]
    if under:
        return _whole(step, under[0])
    level = [box for box in fitting if box.y <= point[1] <= box.bottom]
    if len(level) == len(fitting) == 1:
        return _whole(step, level[0])  # its label was clicked
    patch = patch_at(step.before.image, *point, scale)
    if patch is None or not is_toggle(patch, scale):
        return None
    return _whole(step, patch) if _reshaped(step, grow(patch, round(2 * scale))) else None


def _whole(step: Step, box: Box) -> Box:
    """A switch where only its knob was told."""
    scale = step.scale
    middle = box.y + box.height / 2
    for image in (step.before.image, step.after.image):
        for x in (box.x - 0.4 * box.height, box.right + 0.4 * box.height):
            track = patch_at(image, x, middle, scale)
            if track is None or not is_toggle(track, scale) or track.area >= 4 * box.area:
                continue
            if grow(track, round(4 * scale)).contains(box):
                return track
    return box


def _is_only(step: Step, box: Box) -> bool:
    """Whether nothing else of its size has changed, as where another dot is the brighter one."""
    alike = [
        one.box
        for one in step.changed
        if abs(one.box.width - box.width) <= TOGGLES.as_high * box.width
        and abs(one.box.height - box.height) <= TOGGLES.as_high * box.height
    ]
    return len(alike) == 1


def _has_word(step: Step, box: Box) -> bool:
    return any(is_lettered(one.image, box, step.scale) for one in (step.before, step.after))


def _faced(step: Step, box: Box) -> bool:
    """Whether a patch of one colour fills it, as no word does."""
    x, y = box.x + box.width / 2, box.y + box.height / 2
    patches = [patch_at(one.image, x, y, step.scale) for one in (step.before, step.after)]
    return any(
        patch is not None
        and TOGGLES.faced * box.area <= patch.area <= 2 * box.area
        and touch(patch, box)
        for patch in patches
    )


def is_toggle(box: Box, scale: float, limits: ToggleLimits = TOGGLES) -> bool:
    """Whether it is as large as a check box, a radio button or a switch."""
    least = limits.least * scale
    wide = least <= box.width <= limits.width * scale
    high = 0.9 * least <= box.height <= limits.height * scale
    return wide and high and 0.8 <= box.width / box.height <= 1.95


def _reshaped(step: Step, box: Box, limits: ToggleLimits = TOGGLES) -> bool:
    """Whether more than its colours changed: the knob is elsewhere, the tick is there."""
    cursor = step.after.cursor
    before, after = (crop(one.image, box).mean(2) for one in (step.before, step.after))
    kept = np.ones(before.shape, bool)
    if cursor is not None:
        hidden = Box(cursor.x - box.x, cursor.y - box.y, cursor.width, cursor.height)
        kept[hidden.slices] = False
    if before.shape != after.shape or kept.sum() < 40:
        return False
    a, b = before[kept], after[kept]
    if abs(a - b).mean() > limits.filled:
        return True
    if a.std() < 1 or b.std() < 1:
        return bool(abs(float(a.std() - b.std())) > 4)
    return abs(float(np.corrcoef(a, b)[0, 1])) < 0.8
