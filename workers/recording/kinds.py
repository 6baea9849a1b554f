"""What a person did, by what changed, when, and where the cursor was."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from webapp.studio.storyboard import ActionKind
from workers.imaging import Box, Image, bounds, crop, grow
from workers.recording.cursor import at, hot_spot
from workers.recording.difference import compare, is_small
from workers.recording.elements import patch_at
from workers.recording.letters import is_written, typed_strip
from workers.recording.steps import Step, is_same
from workers.recording.toggles import TOGGLES, toggle_of
from workers.recording.tracking import touch


@dataclass(frozen=True)
class KindLimits:
    """CSS pixels and seconds."""

    pressed_after: float = 0.09  # seconds of rest before a click; what comes sooner is a hover
    dragged: float = 40.0  # the way of what is dragged, at least
    carried_alike: float = 0.85  # correlation of what was taken with what lies elsewhere now
    steady: float = 0.7  # correlation of time and place of what is carried
    level: float = 3.0  # that a cursor goes up or down on its way along a slider
    knob: float = 44.0  # height of what a slider changes
    far: float = 120.0  # from the cursor: nothing that a click there opens or closes
    curtain: float = 4.0  # levels, on the mean, that a curtain takes off the page's edges
    through: float = 0.75  # correlation of what is seen through a curtain with the page
    page_share: float = 0.2  # of the picture: another page
    unseen_share: float = 0.6  # of it where no cursor tells that nothing was clicked


KINDS = KindLimits()


def kind_of(step: Step, previous: Step | None, previous_kind: ActionKind | None) -> ActionKind:
    """The likeliest kind of `step`, given the step before."""
    if step.shift:
        return "scroll"
    if slid(step) is not None:
        return "drag"
    if toggle_of(step) is not None:
        return "check"
    if typed_strip(step) is not None:
        return "type"
    if carried(step) is not None:
        return "drag"
    if _hovered(step):
        return "hover"
    if previous is not None and _stayed(previous, step):
        return _without_a_move(step, previous, previous_kind)
    return "click"


def carried(step: Step, limits: KindLimits = KINDS) -> tuple[Box, Box] | None:
    """The element that was taken and the place where it lies now; image pixels."""
    scale = step.scale
    begun = [one.box for one in step.path if one.time < step.first_change]
    from_box = begun[-1] if begun else step.before.cursor
    way = carried_way(step)
    if way is None or from_box is None:
        return None
    element = patch_at(step.before.image, *hot_spot(from_box, scale), scale)
    if element is None or min(element.width, element.height) < TOGGLES.least * scale:
        return None
    before, after = (
        cv2.cvtColor(one.image, cv2.COLOR_RGB2GRAY) for one in (step.before, step.after)
    )
    found = cv2.matchTemplate(after, crop(before, element), cv2.TM_CCOEFF_NORMED)
    _, alike, _, (x, y) = cv2.minMaxLoc(found)
    far = abs(x - element.x) + abs(y - element.y)
    if alike < limits.carried_alike or far < limits.dragged * scale:
        return None
    return element, Box(x, y, element.width, element.height)


def carried_way(step: Step) -> tuple[float, float] | None:
    """Image pixels, right and down, that the middle of what moves went, from place to place;
    None where nothing is carried."""
    boxes: list[Box] = []
    for motion in step.motions:
        large = [box for box in motion.boxes if not is_small(box, step.scale)]
        if boxes:
            large = [box for box in large if touch(box, boxes[-1])]
        if large and not motion.shift:
            boxes.append(large[0])
    if len(boxes) < 4:
        return None
    middles = np.array([[box.x + box.width / 2, box.y + box.height / 2] for box in boxes])
    way = middles[-1] - middles[0]
    axis = int(np.abs(way).argmax())
    if not middles[:, axis].std():
        return None
    steady = abs(float(np.corrcoef(np.arange(len(boxes)), middles[:, axis])[0, 1]))
    return (float(way[0]), float(way[1])) if steady > KINDS.steady else None


@dataclass(frozen=True)
class Slide:
    """A knob on its way along a `line`: when it began, and where the cursor was then; image
    pixels."""

    began: float
    start: Box
    line: Box


def slid(step: Step) -> Slide | None:
    """The way of a slider's knob that the cursor took along."""
    scale = step.scale
    for blob in step.changed:
        line = grow(blob.box, round(6 * scale))
        if blob.box.height > KINDS.knob * scale or blob.box.width < KINDS.dragged * scale:
            continue
        if is_written(step, blob.box):
            continue
        knobs = [
            (motion.time, box)
            for motion in step.events
            for box in motion.boxes
            if touch(box, line) and box.height <= 2 * KINDS.knob * scale
            and box.width < 0.6 * blob.box.width
            and (motion.cursor is None or touch(box, motion.cursor))
        ]  # fmt: skip
        began = next((time for time, _ in knobs if time >= _reached(step, line)), None)
        middles = [box.x + box.width / 2 for time, box in knobs if began and time >= began]
        if began is None or len(middles) < 4 or abs(middles[-1] - middles[0]) < limits_way(scale):
            continue
        passed = [one.box for one in step.path if one.time <= began]
        start = passed[-1] if passed else step.before.cursor
        if start is None or not touch(line, start):
            continue
        if abs(float(np.corrcoef(np.arange(len(middles)), middles)[0, 1])) > 0.9:
            return Slide(began, start, blob.box)
    return None


def _reached(step: Step, line: Box) -> float:
    """Seconds: when the cursor had come to a line, and rested on it or went along it."""
    times = [one.time for one in step.path]
    boxes = [one.box for one in step.path]
    for index, box in enumerate(boxes):
        if all(touch(one, line) for one in boxes[index:]):
            level = abs(box.y - boxes[-1].y) <= KINDS.level * step.scale
            if level:
                return times[index]
    return -np.inf if not step.path else np.inf


def limits_way(scale: float) -> float:
    return 0.5 * KINDS.dragged * scale


def _hovered(step: Step) -> bool:
    """Whether it changed as the cursor came, not when it had come to rest."""
    cursor = step.after.cursor
    if cursor is None or not step.path or not _arrived(step):
        return False
    if step.first_change - step.rested > KINDS.pressed_after:
        return False
    reach = grow(cursor, round(40 * step.scale))
    left = step.before.cursor
    return any(touch(box, reach) or (left is not None and touch(box, left)) for box in step.main)


def _arrived(step: Step) -> bool:
    """Whether the cursor rests elsewhere than before."""
    before, after = step.before.cursor, step.after.cursor
    return before is not None and after is not None and not touch(before, after)


def _cursor_moved(step: Step) -> bool:
    if _arrived(step):
        return True
    if len(step.path) < 3:
        return False
    first, last = step.path[0].box, step.path[-1].box
    return abs(first.x - last.x) + abs(first.y - last.y) > 30 * step.scale


def _stayed(previous: Step, step: Step) -> bool:
    """Whether the cursor is where it was when the step before had ended."""
    was, now = previous.after.cursor, step.before.cursor
    if was is not None and now is not None and not touch(was, now):
        return False
    return not _cursor_moved(step)


def _without_a_move(step: Step, previous: Step, previous_kind: ActionKind | None) -> ActionKind:
    """The cursor stands where it stood: a key, a click more, going back, or nobody's doing."""
    if previous_kind == "type":
        return "key"
    if previous_kind != "scroll" and _dimmed(step) and _dimmed(previous):
        return "key"
    if previous_kind != "scroll" and _is_undone(previous, step):
        return "wait"
    if previous_kind == "scroll" or not is_same(previous.before, step.after, step.scale):
        return "click" if previous_kind != "scroll" else "wait"
    height, width = step.after.image.shape[:2]
    whole = bounds(blob.box for blob in step.changed)
    share = whole.area / (width * height)
    point = previous.point
    near = grow(at(point), round(KINDS.far * step.scale)) if point else None
    if near is not None and not any(touch(blob.box, near) for blob in step.changed):
        return "wait"
    is_seen = step.after.cursor is not None
    least = KINDS.page_share if is_seen else KINDS.unseen_share
    return "back" if share > least and len(step.changed) > 2 else "click"


def _is_undone(previous: Step, step: Step) -> bool:
    """Whether what the step before had brought is gone, far from the cursor."""
    if previous.point is None or step.before.image.shape != previous.before.image.shape:
        return False
    near = grow(at(previous.point), round(KINDS.far * step.scale))
    boxes = [blob.box for blob in step.changed]
    if any(touch(box, near) for box in boxes):
        return False
    was, now = previous.before.image, step.after.image
    return all(
        not compare(
            np.ascontiguousarray(crop(was, box)), np.ascontiguousarray(crop(now, box)), step.scale
        )
        for box in boxes
    )


def _dimmed(step: Step) -> bool:
    """Whether a curtain over the whole page came or went: at its edges the page is to be seen as
    before, but for its light."""
    before, after = (_edges(one.image) for one in (step.before, step.after))
    if before.shape != after.shape or abs(float(after.mean() - before.mean())) <= KINDS.curtain:
        return False
    if min(before.std(), after.std()) < 1:
        return True
    return float(np.corrcoef(before, after)[0, 1]) > KINDS.through


def _edges(image: Image) -> NDArray[np.float64]:
    """Levels of the picture's outermost twelfths."""
    down, across = len(image) // 12, image.shape[1] // 12
    grey = image[::3, ::3].mean(2)
    down, across = max(1, down // 3), max(1, across // 3)
    sides = grey[:down], grey[-down:], grey[:, :across], grey[:, -across:]
    return np.concatenate([one.ravel() for one in sides])
