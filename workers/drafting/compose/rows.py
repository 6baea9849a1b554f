"""Words and small things side by side in a room whose width is known."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from workers.drafting.compose.merging import Declarations, padding_sides
from workers.drafting.compose.placement import Arrangement, is_centred, px, row, shorthand, spaced
from workers.drafting.compose.rooms import ROOMS, RoomThresholds, room_within
from workers.drafting.page import Node
from workers.imaging import Box, bounds


def row_in_room(
    area: Box, nodes: Sequence[Node], *, padded: bool, limits: RoomThresholds = ROOMS
) -> Arrangement:
    """Words and small things beside one another; those at the right end of the room are there
    however wide it is."""
    boxes = [node.box for node in nodes]
    placed = row(area, boxes, padded=padded)
    gaps = [after.x - one.right for one, after in pairwise(boxes)]
    room, padding = _row_room(area, boxes, padded=padded, limits=limits)
    dropped = ("padding", "width", "justify-content")
    own = tuple(pair for pair in placed.container if pair[0] not in dropped)
    if ("justify-content", "space-between") in placed.container:
        own = (*own, ("gap", px(gaps[0])))
    at_end = abs(room.right - boxes[-1].right) <= limits.fills
    if not gaps or max(gaps) < limits.apart or not at_end:
        middle = is_centred(room, bounds(boxes)) and not padded
        last = at_end and boxes[0].x - room.x >= limits.apart
        start = 0 if middle or last else boxes[0].x - room.x
        if middle or last:
            own = (*own, ("justify-content", "center" if middle else "flex-end"))
        first = tuple(p for p in placed.children[0] if p[0] != "margin-left")
        first = (*first, ("margin-left", px(start))) if abs(start) > 1 else first
        return Arrangement((*own, *padding), (first, *placed.children[1:]))
    if min(gaps) >= limits.apart and max(gaps) - min(gaps) <= 2 * limits.fills:
        return _spread_out(placed, own, padding, round(boxes[0].x - room.x))
    pushed = gaps.index(max(gaps)) + 1
    gap, more = spaced([each for index, each in enumerate(gaps, 1) if index != pushed])
    widths = [0.0, *more]
    widths.insert(pushed, 0.0)
    children = []
    for index, (said, wider) in enumerate(zip(placed.children, widths, strict=True)):
        kept = tuple(pair for pair in said if pair[0] != "margin-left")
        across = (("margin-left", px(wider)),) if wider else ()
        if index == pushed and len(boxes) > 2:
            across = (("margin-left", "auto"),)
        children.append((*kept, *across))
    own = tuple(pair for pair in own if pair[0] != "gap")
    between = (("justify-content", "space-between"),) if len(boxes) == 2 else ()
    gapped = (("gap", px(gap)),) if gap else ()
    return Arrangement((*own, *between, *gapped, *padding), tuple(children))


def _spread_out(
    placed: Arrangement, own: Declarations, padding: Sequence[tuple[str, str]], start: int
) -> Arrangement:
    """Things as far from one another as their row leaves room, the first `start` px into it."""
    own = tuple(pair for pair in own if pair[0] != "gap")
    bare = [tuple(p for p in said if p[0] != "margin-left") for said in placed.children]
    if abs(start) > 1:
        bare[0] = (*bare[0], ("margin-left", px(start)))
    return Arrangement((*own, ("justify-content", "space-between"), *padding), tuple(bare))


def _row_room(
    area: Box, boxes: Sequence[Box], *, padded: bool, limits: RoomThresholds
) -> tuple[Box, list[tuple[str, str]]]:
    """The room of a row and its paddings. What stands apart at its right, a little off the end, is
    at the end, and what is left there a padding."""
    room, padding = room_within(area, boxes, padded=padded, limits=limits)
    rest = room.right - boxes[-1].right
    gap = max((after.x - one.right for one, after in pairwise(boxes)), default=0)
    if not limits.fills < rest <= limits.beside or gap < max(limits.apart, rest):
        return room, padding
    top, _, bottom, left = padding_sides(dict(padding).get("padding", ""))
    sides = [top, area.right - boxes[-1].right, bottom, left]
    narrower = replace(room, width=room.width - rest)
    return narrower, [("padding", shorthand([px(side) for side in sides]))]


def around(area: Box, held: Box, *, fills: bool) -> Arrangement:
    """The padding of a panel around its words, which are in the middle of one that fills its
    room."""
    left, right = held.x - area.x, area.right - held.right
    side = "0" if fills else px((left + right) // 2)
    sides = [px(max(0, held.y - area.y)), side, px(max(0, area.bottom - held.bottom)), side]
    look = (("padding", shorthand(sides)),)
    return Arrangement((*look, ("text-align", "center")) if fills else look, ((),))
