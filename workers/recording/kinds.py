"""What a person did, by what changed, when, and where the cursor was."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from webapp.studio.storyboard import ActionKind
from workers.imaging import Box, bounds, crop, grow
from workers.recording.cursor import hot_spot, touch
from workers.recording.difference import is_small
from workers.recording.elements import patch_at
from workers.recording.steps import Step, is_same


@dataclass(frozen=True)
class KindLimits:
    """CSS pixels and seconds."""

    pressed_after: float = 0.09  # seconds of rest before a click; what comes sooner is a hover
    letters: int = 2  # that appear one after the other, at least
    letter_gap: float = 30.0  # between one and the next
    letter_edge: float = 14.0  # between upright edges, at most
    line_height: float = 40.0
    dragged: float = 40.0  # the way of what is dragged, at least
    carried_alike: float = 0.85  # correlation of what was taken with what lies elsewhere now
    steady: float = 0.7  # correlation of time and place of what is carried
    knob: float = 44.0  # height of what a slider changes
    toggle_least: float = 14.0  # a check box's or a switch's side
    toggle_width: float = 66.0
    toggle_height: float = 38.0
    toggle_filled: float = 0.5  # of what changed that is one patch: of a word it is less
    far: float = 120.0  # from the cursor: nothing that a click there opens or closes
    page_share: float = 0.2  # of the picture: another page


KINDS = KindLimits()


def kind_of(step: Step, previous: Step | None, previous_kind: ActionKind | None) -> ActionKind:
    """The likeliest kind of `step`, given the step before."""
    if step.shift:
        return "scroll"
    if slid(step) is not None:
        return "drag"
    if toggle_of(step) is not None and not _arrived(step):
        return "check"
    if typed_strip(step) is not None:
        return "type"
    if carried(step) is not None:
        return "drag"
    if step.path and _hovered(step):
        return "hover"
    if toggle_of(step) is not None:
        return "check"
    if previous is not None and _stayed(previous, step):
        return _without_a_move(step, previous, previous_kind)
    return "click"


def typed_strip(step: Step, limits: KindLimits = KINDS) -> Box | None:
    """The line that letters appeared on, one after the other; image pixels."""
    scale = step.scale
    rows: list[list[tuple[float, Box]]] = []
    for motion in step.motions:
        for box in motion.boxes:
            if box.height > limits.line_height * scale or box.height < 4 * scale:
                continue
            row = next((row for row in rows if _goes_on(row[-1], motion.time, box, scale)), None)
            if row is not None:
                row.append((motion.time, box))
            else:
                rows.append([(motion.time, box)])
    for row in sorted(rows, key=lambda row: -len(row)):
        if len(row) < limits.letters:
            break
        strip = bounds(box for _, box in row)
        kept = [blob.box for blob in step.changed if _same_line(blob.box, strip)]
        if kept and _covered(strip, kept) >= 0.6 and _written(step, strip):
            return bounds([box for box in kept if touch(box, strip)])
    return None


def _goes_on(before: tuple[float, Box], time: float, box: Box, scale: float) -> bool:
    last = before[1]
    if time <= before[0]:
        return False
    level = abs((last.y + last.bottom) - (box.y + box.bottom)) < 24 * scale
    grows = last.x < box.x and last.right < box.right and box.width <= 48 * scale
    return level and grows and box.x <= last.right + KINDS.letter_gap * scale


def _written(step: Step, strip: Box) -> bool:
    """Whether it has the many upright edges of letters."""
    grey = crop(step.after.image, strip).mean(2)
    edges = np.abs(np.diff(grey, axis=1)) > 20
    begun = edges[:, 1:] & ~edges[:, :-1]  # an edge is as wide as it is soft
    least = max(3.0, strip.width / (KINDS.letter_edge * step.scale))
    return bool(begun.size) and int(begun.sum(1).max()) >= least


def _same_line(box: Box, strip: Box) -> bool:
    middle = strip.y + strip.height / 2
    return box.y <= middle <= box.bottom and touch(box, strip) and box.height < 2.2 * strip.height


def _covered(strip: Box, boxes: Sequence[Box]) -> float:
    columns = np.zeros(strip.width, bool)
    for box in boxes:
        columns[max(0, box.x - strip.x) : max(0, box.right - strip.x)] = True
    return float(columns.mean())


def carried(step: Step, limits: KindLimits = KINDS) -> tuple[Box, Box] | None:
    """The element that was taken and the place where it lies now; image pixels."""
    scale = step.scale
    begun = [one.box for one in step.path if one.time < step.first_change]
    from_box = begun[-1] if begun else step.before.cursor
    way = carried_way(step)
    if way is None or from_box is None:
        return None
    element = patch_at(step.before.image, *hot_spot(from_box, scale), scale)
    if element is None or min(element.width, element.height) < limits.toggle_least * scale:
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


def slid(step: Step) -> Box | None:
    """Where the knob of a slider lies now, that the cursor had when the change began."""
    scale, point = step.scale, step.point
    if point is None:
        return None
    for blob in step.changed:
        line = grow(blob.box, round(6 * scale))
        if blob.box.height > KINDS.knob * scale or blob.box.width < KINDS.dragged * scale:
            continue
        if not touch(line, _at(point)) or _written(step, blob.box):
            continue
        boxes = [box for one in step.motions for box in one.boxes if line.contains(box)]
        middles = [box.x + box.width / 2 for box in boxes if box.width < 0.6 * blob.box.width]
        if len(middles) < 4 or abs(middles[-1] - middles[0]) < limits_way(scale):
            continue
        if abs(float(np.corrcoef(np.arange(len(middles)), middles)[0, 1])) > 0.9:
            return boxes[-1]
    return None


def limits_way(scale: float) -> float:
    return 0.5 * KINDS.dragged * scale


def _hovered(step: Step) -> bool:
    """Whether it changed as the cursor came, not when it had come to rest."""
    cursor = step.after.cursor
    if cursor is None or not _arrived(step):
        return False
    near = [one.time for one in step.path if one.time <= step.first_change]
    if not near or step.first_change - max(near) > KINDS.pressed_after:
        return False
    reach = grow(cursor, round(40 * step.scale))
    left = step.before.cursor
    return any(
        touch(blob.box, reach) or (left is not None and touch(blob.box, left))
        for blob in step.changed
    )


def toggle_of(step: Step, limits: KindLimits = KINDS) -> Box | None:
    """The check box or switch that changed below the cursor; without one, the only one."""
    scale, point = step.scale, step.point
    fitting = [
        blob.box for blob in step.changed if is_toggle(blob.box, scale) and _faced(step, blob.box)
    ]
    if point is None:
        return fitting[0] if len(fitting) == 1 else None
    under = [box for box in fitting if touch(grow(box, round(6 * scale)), _at(point))]
    if under:
        return under[0]
    patch = patch_at(step.before.image, *point, scale)
    if patch is None or not is_toggle(patch, scale):
        return None
    if not any(touch(patch, blob.box) for blob in step.changed):
        return None
    return patch if _reshaped(step, grow(patch, round(2 * scale))) else None


def _faced(step: Step, box: Box) -> bool:
    """Whether a patch of one colour fills it, as no word does."""
    x, y = box.x + box.width / 2, box.y + box.height / 2
    patches = [patch_at(one.image, x, y, step.scale) for one in (step.before, step.after)]
    return any(
        patch is not None
        and KINDS.toggle_filled * box.area <= patch.area <= 2 * box.area
        and touch(patch, box)
        for patch in patches
    )


def is_toggle(box: Box, scale: float, limits: KindLimits = KINDS) -> bool:
    """Whether it is as large as a check box, a radio button or a switch."""
    least = limits.toggle_least * scale
    wide = least <= box.width <= limits.toggle_width * scale
    high = 0.9 * least <= box.height <= limits.toggle_height * scale
    return wide and high and 0.8 <= box.width / box.height <= 1.95


def _reshaped(step: Step, box: Box) -> bool:
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
    if a.std() < 1 or b.std() < 1:
        return bool(abs(float(a.std() - b.std())) > 4)
    return abs(float(np.corrcoef(a, b)[0, 1])) < 0.8


def _at(point: tuple[float, float]) -> Box:
    return Box(int(point[0]), int(point[1]), 1, 1)


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
    if previous_kind == "scroll" or not is_same(previous.before, step.after, step.scale):
        return "click" if previous_kind != "scroll" else "wait"
    height, width = step.after.image.shape[:2]
    whole = bounds(blob.box for blob in step.changed)
    share = whole.area / (width * height)
    point = previous.point
    near = grow(_at(point), round(KINDS.far * step.scale)) if point else None
    if near is not None and not any(touch(blob.box, near) for blob in step.changed):
        return "wait"
    return "back" if share > KINDS.page_share and len(step.changed) > 2 else "click"


def _dimmed(step: Step) -> bool:
    """Whether a curtain over the whole page was taken away."""
    before, after = step.before.image, step.after.image
    edge = max(4, len(after) // 40)
    return abs(float(after[-edge:].mean()) - float(before[-edge:].mean())) > 4.0
