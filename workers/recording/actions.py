"""Actions: each link with its target, the words on it, and how sure all that is."""

from collections.abc import Sequence

from webapp.studio.storyboard import Action
from webapp.studio.values import Rect
from workers.imaging import Box, Image, grow, to_rect
from workers.recording.chain import Link
from workers.recording.cursor import hot_spot
from workers.recording.elements import (
    ELEMENTS,
    element_at,
    item_at,
    patch_at,
    read_line,
    row_at,
    words_beside,
    words_of,
)
from workers.recording.states import Visit, without_cursor
from workers.recording.steps import Moment
from workers.recording.targets import inferred, unfolding_row
from workers.recording.toggles import toggle_of

SEEN = 0.9  # the cursor was seen to do it
INFERRED = 0.5  # it was not
LINE = 64.0  # CSS pixels that a tinted entry of a menu is high, at most
SURENESS = {"scroll": 0.98, "type": 0.9, "key": 0.5, "back": 0.6, "wait": 0.6}


def actions_of(
    moments: Sequence[Moment], links: Sequence[Link], visits: Sequence[Visit], scale: float
) -> tuple[Action, ...]:
    """In order of time. What leads from a state to itself, and is no scrolling, is left out."""
    found: list[Action] = []
    seen: list[str] = []
    opener: tuple[Visit, Box | None] | None = None
    for link, visit in zip(links, visits, strict=True):
        if link.kind == "scroll" or visit.from_state != visit.to_state:
            image = without_cursor(link.step.before, moments, scale)
            takes_back = opener is not None and opener[0].from_state == visit.to_state
            last = opener[1] if opener is not None and takes_back else None
            target = target_of(link, image, is_back=visit.to_state in seen, opener=last)
            found.append(_action(f"a{len(found) + 1}", link, visit, image, target))
            seen.append(visit.from_state)
            opener = visit, target
    return tuple(found)


def _action(name: str, link: Link, visit: Visit, image: Image, target: Box | None) -> Action:
    """`image` is the picture before, without the cursor."""
    scale = link.step.scale
    words, text = "", ""
    if target is not None and link.kind not in ("scroll", "wait"):
        reader = words_beside if link.kind == "check" else words_of
        words = reader(image, target, scale)
    if link.kind == "type" and link.strip is not None:
        read = read_line(link.step.after.image, link.strip, scale)
        text = read.rstrip("|").rstrip()  # the caret
    elif link.kind == "key":
        text = "Enter" if link.step.before.snapshot.motions and target else "Escape"
    below = 0 if target is None else visit.offset
    return Action(
        id=name,
        from_state=visit.from_state,
        to_state=visit.to_state,
        kind=link.kind,
        target=_rect(target, below, scale),
        words=words,
        text=text,
        to=_dropped(link, visit.offset, scale),
        scroll_by=link.step.shift / scale,
        begins=link.begins,
        seconds=max(0.0, link.step.after.snapshot.began - link.begins),
        confidence=_sureness(link),
    )


def target_of(link: Link, image: Image, *, is_back: bool, opener: Box | None) -> Box | None:
    """Image pixels of the picture before; None where the whole page is meant. `is_back`: the state
    was seen before; `opener` was used last, where the action takes back what that did."""
    scale = link.step.scale
    if link.kind in ("scroll", "key", "back", "wait"):
        return None
    if link.kind == "type" and link.strip is not None:
        return field_around(image, link, scale)
    if link.kind == "check" and (toggle := toggle_of(link.step)) is not None:
        return toggle
    if link.point is None:
        return inferred(link.step, is_back=is_back, opener=opener)
    if link.knob:
        x, y = link.point
        half = link.knob / 2
        return Box(round(x - half), round(y - half), link.knob, link.knob)
    if link.kind == "hover" and (shown := hovered_box(link)) is not None:
        return shown
    return _pointed_at(link, image) or _around(link.point, scale)


def hovered_box(link: Link) -> Box | None:
    """What changed under the cursor, where that is one thing and not a part of the page."""
    assert link.point is not None
    at = Box(int(link.point[0]), int(link.point[1]), 1, 1)
    scale = link.step.scale
    under = [blob.box for blob in link.step.changed if blob.box.contains(at)]
    fitting = [
        box
        for box in under
        if box.width <= ELEMENTS.most_width * scale and box.height <= ELEMENTS.most_height * scale
    ]
    return min(fitting, key=lambda box: box.area, default=None)


def _pointed_at(link: Link, image: Image) -> Box | None:
    """The element under the cursor; of a menu's entry all that was tinted as the cursor came."""
    assert link.point is not None
    scale, step = link.step.scale, link.step
    found = element_at(image, *link.point, scale)
    if found is None:
        return None
    at = Box(int(link.point[0]), int(link.point[1]), 1, 1)
    tinted = [
        box
        for motion in step.events
        if motion.time < step.first_change
        for box in motion.boxes
        if box.contains(at) and box.contains(found) and box.height <= LINE * scale
    ]
    if tinted:
        return tinted[-1]
    row = unfolding_row(step)
    if row is not None and grow(row, 0, round(8 * scale)).contains(at):
        return row if row.contains(found) else found
    pressed = patch_at(step.after.image, *link.point, scale)
    if pressed is not None and found.contains(pressed, 2) and pressed.area < 0.6 * found.area:
        return pressed  # a tab of several on one ground, that stands out now
    item = item_at(image, found, *link.point, scale)
    return row_at(image, item, scale) if item == found and found.height < LINE * scale else item


def field_around(image: Image, link: Link, scale: float) -> Box:
    """The text field that the typed line stands in; the line itself where no field is seen."""
    strip = link.strip
    assert strip is not None
    middle = strip.y + strip.height / 2
    for x in (strip.right + 6 * scale, strip.x - 3 * scale, strip.x + strip.width / 2):
        found = element_at(image, x, middle, scale)
        if found is not None and found.height >= strip.height:
            return found
    return grow(strip, round(8 * scale))


def _around(point: tuple[float, float], scale: float) -> Box:
    side = round(24 * scale)
    return Box(round(point[0]) - side // 2, round(point[1]) - side // 2, side, side)


def _rect(box: Box | None, below: int, scale: float) -> Rect | None:
    if box is None:
        return None
    return to_rect(Box(box.x, box.y + below, box.width, box.height), scale)


def _dropped(link: Link, offset: int, scale: float) -> Rect | None:
    if link.kind != "drag" or link.step.after.cursor is None:
        return None
    x, y = hot_spot(link.step.after.cursor, scale)
    return Rect(x=x / scale - 1, y=(y + offset) / scale - 1, width=2, height=2)


def _sureness(link: Link) -> float:
    if link.kind in SURENESS:
        return SURENESS[link.kind]
    return SEEN if link.point is not None else INFERRED
