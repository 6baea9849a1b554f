"""Where things go: a container's children as padding, gap and margin."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from workers.drafting.compose.merging import Declarations
from workers.imaging import Box


@dataclass(frozen=True)
class PlacementThresholds:
    """How much may be off before a simpler way of placing things is given up."""

    even: float = 1  # CSS pixels by which an even gap may put things off…
    ends: float = 0.5  # …and the last of them, and so what is below all of them
    level: float = 1  # CSS pixels by which twice the middles of a level row may differ
    centred: float = 1.5  # CSS pixels a centre may be off
    apart: float = 40  # CSS pixels between two things that stand at a row's two ends
    broad: float = 0.9  # share of its container from which a child is not centred but wide


PLACEMENT = PlacementThresholds()


@dataclass(frozen=True)
class Arrangement:
    """Declarations for the container and, in order, for each child."""

    container: Declarations
    children: tuple[Declarations, ...]


def px(length: float) -> str:
    """A length as CSS writes it, to a hundredth of a pixel."""
    value = round(length, 2)
    return "0" if value == 0 else f"{value:g}px"


def column(
    area: Box,
    boxes: Sequence[Box],
    *,
    padded: bool,
    thresholds: PlacementThresholds = PLACEMENT,
) -> Arrangement:
    """Boxes under one another in `area`; `padded` says that the container's edges are its own, so
    that distances to them are padding."""
    gaps = [after.y - before.bottom for before, after in pairwise(boxes)]
    gap, more = spaced(gaps, thresholds)
    centred = [is_centred(area, box, thresholds) for box in boxes]
    lefts = [box.x - area.x for box, middle in zip(boxes, centred, strict=True) if not middle]
    inset = max(0, min(lefts)) if lefts else 0
    at_end = not padded and not all(centred) and _end_together(area, boxes, thresholds)
    children = []
    for index, box in enumerate(boxes):
        own: list[tuple[str, str]] = []
        above = before(more, index, boxes[0].y - area.y)
        if above:
            own.append(("margin-top", px(above)))
        if at_end:
            pass
        elif centred[index] and not all(centred):
            own.append(("align-self", "center"))
        elif not centred[index] and box.x - area.x != inset:
            own.append(("margin-left", px(box.x - area.x - inset)))
        if padded and index == len(boxes) - 1 and box.bottom > area.bottom:
            own.append(("margin-bottom", px(area.bottom - box.bottom)))
        children.append(tuple(own))
    container = [("display", "flex"), ("flex-direction", "column")]
    side = "center" if all(centred) else "flex-end" if at_end else "flex-start"
    container.append(("align-items", side))
    if gap:
        container.append(("gap", px(gap)))
    if padded:
        container += _padding(area, boxes, inset, any(centred))
    return Arrangement(tuple(container), tuple(children))


def row(
    area: Box,
    boxes: Sequence[Box],
    *,
    padded: bool,
    thresholds: PlacementThresholds = PLACEMENT,
) -> Arrangement:
    """Boxes beside one another in `area`: two that lie far apart are pushed to its ends."""
    gaps = [after.x - before.right for before, after in pairwise(boxes)]
    apart = not padded and len(boxes) == 2 and gaps[0] >= thresholds.apart
    gap, more = (0.0, (0.0,)) if apart else spaced(gaps, thresholds)
    top, bottom = min(box.y for box in boxes), max(box.bottom for box in boxes)
    level = all(abs(box.y + box.bottom - top - bottom) <= thresholds.level for box in boxes)
    low = all(box.bottom == bottom for box in boxes)  # to the pixel: else the row is too low
    children = []
    for index, box in enumerate(boxes):
        own: list[tuple[str, str]] = []
        start = before(more, index, boxes[0].x - area.x)
        if start:
            own.append(("margin-left", px(start)))
        drop = min(0, top - area.y) + (0 if level or low else box.y - top)
        if drop:
            own.append(("margin-top", px(drop)))
        children.append(tuple(own))
    across = "center" if level else "flex-end" if low else "flex-start"
    container = [("display", "flex"), ("align-items", across)]
    if apart:
        container += [("justify-content", "space-between"), ("width", px(area.width))]
    if gap:
        container.append(("gap", px(gap)))
    if padded:
        container += _padding(area, boxes, max(0, boxes[0].x - area.x), False)
    elif level and max(box.height for box in boxes) < bottom - top:
        container.append(("min-height", px(bottom - top)))
    return Arrangement(tuple(container), tuple(children))


def layers(area: Box, boxes: Sequence[Box], *, border: int) -> Arrangement:
    """Boxes over one another, each at its own place."""
    children = tuple(
        (
            ("position", "absolute"),
            ("left", px(box.x - area.x - border)),
            ("top", px(box.y - area.y - border)),
        )
        for box in boxes
    )
    container = (("position", "relative"), ("width", px(area.width)))
    return Arrangement((*container, ("height", px(area.height))), children)


def before(more: Sequence[float], index: int, start: int) -> float:
    """The margin before a child: what its gap is wider by; or how far the first sticks out."""
    return more[index - 1] if index else min(0, start)


def spaced(
    gaps: Sequence[int], thresholds: PlacementThresholds = PLACEMENT
) -> tuple[float, tuple[float, ...]]:
    """The gap that all children have, and how much wider each is: by nothing where that puts no
    child farther off than nobody sees. The gap is the one that leaves the fewest."""
    if not gaps:
        return 0.0, ()
    mean = round(2 * sum(gaps) / len(gaps)) / 2
    found = [(gap, *_beyond(gaps, gap, thresholds)) for gap in (0.0, *sorted(set(gaps)), mean)]
    fits = [
        (gap, more)
        for gap, more, off in found
        if gap >= 0 and all(each >= 0 for each in more) and abs(off) <= thresholds.ends
    ]
    exact = (0.0, tuple(float(gap) for gap in gaps))
    return min(fits or [exact], key=lambda each: sum(more != 0 for more in each[1]))


def _beyond(
    gaps: Sequence[int], gap: float, thresholds: PlacementThresholds
) -> tuple[tuple[float, ...], float]:
    """How much wider than `gap` each is: what would be off by less is left out, and made up for
    once it is more. And how far off the last child is."""
    more, adrift = [], 0.0
    for each in gaps:
        adrift += each - gap
        more.append(0.0 if abs(adrift) <= thresholds.even else adrift)
        adrift -= more[-1]
    return tuple(more), adrift


def is_centred(area: Box, box: Box, thresholds: PlacementThresholds = PLACEMENT) -> bool:
    """Whether a box is in the middle of an area and narrower."""
    off = abs(2 * box.x + box.width - 2 * area.x - area.width) / 2
    return off <= thresholds.centred and box.width < thresholds.broad * area.width


def _end_together(area: Box, boxes: Sequence[Box], thresholds: PlacementThresholds) -> bool:
    """Whether boxes of several widths all end where their group does."""
    ends = all(abs(area.right - box.right) <= thresholds.even for box in boxes)
    return ends and any(box.x - area.x > thresholds.even for box in boxes)


def _padding(area: Box, boxes: Sequence[Box], left: int, symmetric: bool) -> list[tuple[str, str]]:
    top = boxes[0].y if len(boxes) == 1 else min(box.y for box in boxes)
    bottom = max(box.bottom for box in boxes)
    right = left if symmetric else 0
    sides = [max(0, top - area.y), right, max(0, area.bottom - bottom), left]
    if not any(sides):
        return []
    return [("padding", shorthand([px(side) for side in sides]))]


def shorthand(sides: Sequence[str]) -> str:
    """Four sides in the fewest words CSS allows."""
    top, right, bottom, left = sides
    if left != right:
        return " ".join(sides)
    if top != bottom:
        return f"{top} {right} {bottom}"
    return top if top == right else f"{top} {right}"
