"""Which element was used where no cursor tells it: the one that explains what changed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workers.imaging import Box, Image, bounds, commonest, crop, grow
from workers.recording.elements import element_at, lines_in, patch_at
from workers.recording.shift import pushed_by
from workers.recording.steps import Step
from workers.recording.tracking import touch


@dataclass(frozen=True)
class TargetLimits:
    """CSS pixels and levels."""

    width: float = 320.0  # px of a tab, a button, a menu's entry, at most
    height: float = 70.0
    least: float = 18.0  # px that a button is high, at least
    near: float = 160.0  # px above or below what it changes that a button is, at most
    beside: float = 300.0  # px at its side
    above: float = 60.0  # px between a button and the panel that it opens, at most
    panel: float = 0.6  # of all that changed, that a panel is which lay over the page
    sign: float = 40.0  # px that a plus or an arrow in a row is wide and high, at most
    dot: float = 16.0  # px that a carousel's dot is wide, at most
    look: float = 40.0  # levels between two colours of one look, at most
    kept: float = 0.7  # of a button's place before and after, that both share


TARGETS = TargetLimits()


@dataclass(frozen=True)
class _Look:
    """The colours of an element: what it stands on, and what is drawn on that; (3,) levels."""

    ground: NDArray[np.float32]
    ink: NDArray[np.float32]

    def off(self, other: "_Look") -> float:
        """Levels, the larger of two."""
        return float(
            max(np.abs(self.ground - other.ground).max(), np.abs(self.ink - other.ink).max())
        )


def inferred(step: Step, *, is_back: bool, opener: Box | None) -> Box | None:
    """Image pixels of the picture before; None where nothing explains it. `is_back`: it leads to
    what was shown already; `opener` was used last, where this takes back what that did."""
    boxes = [blob.box for blob in step.changed]
    if not boxes:
        return None
    scale = step.scale
    small, large = _by_size(step)
    row = unfolding_row(step)
    if row is not None:
        return row
    taken = _activated(step, small)
    if taken is not None and (
        len(large) == 0 or max(taken.width, taken.height) > TARGETS.dot * scale
    ):
        return taken
    panel = bounds(large or boxes)
    is_panel = boxes[0].area >= TARGETS.panel * bounds(boxes).area
    if is_back and opener is not None and taken is None and is_panel and not _held(step, panel):
        return opener
    controls = [box for box in _controls(step, panel) if box != taken]
    if controls and (large or len(small) > 1):
        return (min if is_back else max)(controls, key=lambda box: box.x)
    if taken is not None or (small and not large):
        return taken or element_at(step.before.image, *_middle(small[0]), scale) or small[0]
    return _above(step, panel) or (small[0] if small else None)


def _middle(box: Box) -> tuple[float, float]:
    return box.x + box.width / 2, box.y + box.height / 2


def _by_size(step: Step) -> tuple[list[Box], list[Box]]:
    """What changed and may be one thing that is used, and what is larger."""
    boxes, scale = [blob.box for blob in step.changed], step.scale
    small = [
        box
        for box in boxes
        if box.width <= TARGETS.width * scale and box.height <= TARGETS.height * scale
    ]
    return small, [box for box in boxes if box not in small]


def unfolding_row(step: Step) -> Box | None:
    """The row under which something unfolded, or folded: all below it was pushed."""
    scale = step.scale
    small, large = _by_size(step)
    if not large:
        return None
    side = TARGETS.sign * scale
    signs = [box for box in small if max(box.width, box.height) <= side]
    panel = bounds(large)
    above = [sign for sign in signs if sign.bottom < panel.y + side / 4]
    above = sorted(above, key=lambda box: box.y)[:1]  # what is below it was pushed
    top = above[0].bottom if above else panel.y
    if not pushed_by(step.before.image, step.after.image, top):
        return None
    place = Box(panel.x, round(top - side), panel.width, round(side))
    if above:
        sign = above[0]
        place = Box(panel.x, sign.y - round(4 * scale), panel.width, sign.height + round(8 * scale))
    lines = lines_in(step.before.image, grow(place, round(4 * scale)), scale)
    if not lines:
        return None
    lowest = max(lines, key=lambda box: box.bottom)
    level = [one for one in lines if touch(Box(lowest.x, one.y, 1, one.height), lowest)]
    row = bounds([*level, *(above[-1:] if above else [])])
    patch = patch_at(step.before.image, *_middle(lowest), scale)
    if patch is not None and patch.height <= TARGETS.height * scale and patch.contains(row):
        return patch
    return bounds([row, Box(panel.x, row.y, panel.width, row.height)])


def _activated(step: Step, small: Sequence[Box]) -> Box | None:
    """Of two that change places, a tab and the one before, the one that stands out now."""
    found = _elements(step, small)
    looks = {box: (_look(step.before.image, box), _look(step.after.image, box)) for box in found}
    for one in found:
        for other in found:
            (was, now), (old, new) = looks[one], looks[other]
            swapped = now.off(old) <= TARGETS.look and new.off(was) <= TARGETS.look
            if one is other or was.off(now) <= TARGETS.look or not swapped:
                continue
            siblings = [_look(step.before.image, box) for box in _siblings(step, one, other, found)]
            plain = sum(look.off(was) < look.off(now) for look in siblings)
            if siblings and 2 * plain > len(siblings):
                return one
            if not siblings and _stands_out(step.after.image, one, now) > _stands_out(
                step.after.image, other, new
            ):
                return one
    return None


def _elements(step: Step, small: Sequence[Box]) -> list[Box]:
    """What is used as one thing among places that changed: two tabs may have changed as one."""
    found: list[Box] = []
    for box in small:
        for share in (0.5, 0.25, 0.75):
            x, y = box.x + share * box.width, box.y + box.height / 2
            for image in (step.before.image, step.after.image):
                element = element_at(image, x, y, step.scale)
                if element is None or element.width > TARGETS.width * step.scale:
                    continue
                if element.height > TARGETS.height * step.scale or not touch(element, box):
                    continue
                if not any(touch(element, other) for other in found):
                    found.append(element)
    return found


def _siblings(step: Step, one: Box, other: Box, found: Sequence[Box]) -> list[Box]:
    """Elements of the same row that stayed as they were."""
    row = bounds([one, other])
    wide = Box(0, row.y, step.before.image.shape[1], row.height)
    lines = lines_in(step.before.image, wide, step.scale)
    if max(one.width, one.height) <= TARGETS.dot * step.scale:
        lines = [box for box in lines if box.width <= 2 * one.width]
    elements = [element_at(step.before.image, *_middle(line), step.scale) for line in lines]
    return [
        box
        for box in elements
        if box is not None
        and abs(box.height - one.height) <= 0.4 * one.height
        and not any(touch(box, each) for each in found)
    ]


def _look(image: Image, box: Box) -> _Look:
    pixels = crop(image, box).reshape(-1, 3).astype(np.float32)
    ground = pixels[commonest(pixels)][0]
    apart = np.abs(pixels - ground).max(1)
    far = apart >= np.quantile(apart, 0.95)
    ink = pixels[far].mean(0) if apart.max() > TARGETS.look else ground
    return _Look(ground, np.asarray(ink, np.float32))


def _stands_out(image: Image, box: Box, look: _Look) -> float:
    """Levels between an element and what is around it."""
    around = crop(image, grow(box, 6)).reshape(-1, 3).astype(np.float32)
    ground = around[commonest(around)][0]
    return float(np.abs(look.ground - ground).max() + np.abs(look.ink - look.ground).max() / 4)


def _controls(step: Step, panel: Box) -> list[Box]:
    """Buttons in and around what changed, that stay as they are."""
    scale = step.scale
    place = grow(panel, round(TARGETS.beside * scale), round(TARGETS.near * scale))
    found: list[Box] = []
    for line in lines_in(step.before.image, place, scale):
        patch = patch_at(step.before.image, *_middle(line), scale)
        if patch is None or not patch.contains(line, round(2 * scale)):
            continue
        if patch.width > TARGETS.width * scale or patch.height > TARGETS.height * scale:
            continue
        if patch.height < TARGETS.least * scale or patch in found:
            continue
        other = patch_at(step.after.image, *_middle(patch), scale)
        if other is not None and _is_alike(patch, other):
            found.append(patch)
    return found


def _held(step: Step, panel: Box) -> bool:
    """Whether a panel that is gone has buttons of its own."""
    image, scale = step.before.image, step.scale
    for line in lines_in(image, panel, scale):
        patch = patch_at(image, *_middle(line), scale)
        if patch is None or not panel.contains(patch) or patch.area > panel.area / 3:
            continue
        if TARGETS.least * scale <= patch.height <= TARGETS.height * scale:
            return True
    return False


def _is_alike(one: Box, other: Box) -> bool:
    both = bounds([one, other])
    return TARGETS.kept * both.area <= min(one.area, other.area)


def _above(step: Step, panel: Box) -> Box | None:
    """What is right above a panel that opened, along one of its sides."""
    scale, image = step.scale, step.before.image
    far, high = round(TARGETS.above * scale), round(TARGETS.above * scale)
    place = Box(panel.x - far, panel.y - high, panel.width + 2 * far, high)
    lines = lines_in(image, place, scale)
    if not lines:
        return None

    def off(line: Box) -> float:
        sides = abs(line.x - panel.x), abs(line.right - panel.right)
        return panel.y - line.bottom + min(sides)

    nearest = min(lines, key=off)
    return element_at(image, *_middle(nearest), scale) or nearest
