"""Containers whose width is known: what they hold fills the room it is given.

A part of a page is as wide as what it is in, as boxes are in CSS, and has a width of its own only
where it is narrower. So a column says no width that its holder gives, what is in its middle is
`min()` of its width and the room, and parts side by side are the tracks of a grid.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from workers.drafting.compose.merging import Declarations
from workers.drafting.compose.placement import (
    Arrangement,
    before,
    is_centred,
    px,
    shorthand,
    spaced,
)
from workers.drafting.compose.roles import is_badge, is_button
from workers.drafting.page import Check, Container, Divider, Field, Items, Node, Table, Text
from workers.imaging import Box

# How a thing's width comes about: `own`, from its words or its picture; `hug`, from what it holds
# and would fill the room otherwise; `block`, from the room, or less; `group`, from the room.
Kind = Literal["own", "hug", "block", "group"]

IN_THE_MIDDLE = ("margin-inline", "auto")


@dataclass(frozen=True)
class RoomThresholds:
    """When a thing fills its room. Px are CSS pixels."""

    fills: float = 2  # px that a thing as wide as its room may lack: both are measured to one
    small: int = 64  # px of a panel's width: smaller ones are dots and icons, of a fixed size
    level: float = 1.5  # px between the tops or middles of parts side by side that are level
    step: int = 4  # px between the columns of a grid whose things begin at even distances
    gives: float = 14  # px that texts of lines may be narrower than they are written
    apart: float = 40  # px from where a thing is pushed to the end of its row
    tracks: int = 6  # of a grid at most: more things side by side are a row
    shrinks: int = 240  # px of a track: what is wider gives way where there is less room
    edge: float = 16  # px left at the sides of a narrow window by what is in its middle
    beside: int = 80  # px left at the right of what is side by side that are a padding
    left_over: int = 160  # px below the last thing in a panel that are no padding but its height
    framed: int = 48  # px from which what a part is set in by at its left is left at its right too…
    frame: int = 640  # …in a room as wide as that of a page


ROOMS = RoomThresholds()


@dataclass(frozen=True)
class Placed:
    """An arrangement, and the box that each child will have, None where its own width decides."""

    arrangement: Arrangement
    rooms: tuple[Box | None, ...]


def holds_blocks(node: Node, limits: RoomThresholds = ROOMS) -> bool:
    """Whether the width of a thing is that of more than words."""
    if isinstance(node, Divider):
        return node.box.width > max(node.box.height, limits.small)
    if isinstance(node, Table | Items):
        return True
    if isinstance(node, Field):
        return node.box.width > limits.small
    if isinstance(node, Text):
        return node.paragraph.wrap_width is not None
    if not isinstance(node, Container) or node.flow == "layers" or hugs(node):
        return False
    if node.panel is not None or node.picture:
        return node.box.width > limits.small
    if node.flow == "row" and node.box.width >= limits.frame:
        gaps = [after.box.x - one.box.right for one, after in pairwise(node.children)]
        if max(gaps, default=0) >= limits.apart:
            return True
    return any(holds_blocks(child, limits) for child in node.children)


def hugs(node: Node) -> bool:
    """Whether a panel is as wide as the words on it and what is around them: a button, a badge."""
    return isinstance(node, Container) and (is_button(node) or is_badge(node))


def kind_of(node: Node, limits: RoomThresholds = ROOMS) -> Kind:
    if hugs(node):
        return "hug"
    if isinstance(node, Text | Check):
        return "own"
    if isinstance(node, Container) and node.flow == "layers":
        return "own"
    if isinstance(node, Container) and node.panel is None and not node.picture:
        return "group"
    return "block" if holds_blocks(node, limits) else "own"


def column_in_room(
    area: Box,
    nodes: Sequence[Node],
    kinds: Sequence[Kind],
    *,
    padded: bool,
    banded: bool = False,
    limits: RoomThresholds = ROOMS,
) -> Placed:
    """Things under one another in `area`, which is as wide as it says. `banded`: groups reach to
    what is above them, and to a panel below."""
    boxes = _bands(nodes, kinds) if banded else [node.box for node in nodes]
    gap, more = spaced([after.y - above.bottom for above, after in pairwise(boxes)])
    room, padding = room_within(area, boxes, padded=padded, limits=limits)
    middle = [is_centred(room, box) and not _fills(box, room, limits) for box in boxes]
    all_middle = all(middle)
    children, rooms = [], []
    for index, (node, kind) in enumerate(zip(nodes, kinds, strict=True)):
        own: list[tuple[str, str]] = []
        above = before(more, index, boxes[0].y - area.y)
        if middle[index]:
            across, inner = _in_the_middle(node, kind, room, alone=all_middle, limits=limits)
        else:
            across, inner = _from_the_left(node, kind, room, limits)
        if banded and inner is not None:
            inner = Box(inner.x, boxes[index].y, inner.width, boxes[index].height)
        if inner is None:  # has no padding that reaches to what is around it
            above += node.box.y - boxes[index].y
            below = boxes[index].bottom - node.box.bottom
            across = (*across, ("margin-bottom", px(below))) if below else across
        if above:
            own.append(("margin-top", px(above)))
        if padded and index == len(boxes) - 1 and boxes[index].bottom > area.bottom:
            across = (*across, ("margin-bottom", px(area.bottom - boxes[index].bottom)))
        children.append((*own, *across))
        rooms.append(inner)
    container = [("display", "flex"), ("flex-direction", "column")]
    container += [("align-items", "center")] if all_middle else []
    container += [("gap", px(gap))] if gap else []
    container += padding
    return Placed(Arrangement(tuple(container), tuple(children)), tuple(rooms))


def _bands(nodes: Sequence[Node], kinds: Sequence[Kind]) -> list[Box]:
    """The boxes of things, those of groups up to the things around them."""
    boxes = [node.box for node in nodes]
    for at, kind in enumerate(kinds):
        if kind != "group":
            continue
        box = boxes[at]
        top = boxes[at - 1].bottom if at else box.y
        is_last = at + 1 == len(nodes)
        bottom = nodes[at + 1].box.y if not is_last and kinds[at + 1] == "block" else box.bottom
        if top <= box.y and box.bottom <= bottom:
            boxes[at] = Box(box.x, top, box.width, bottom - top)
    return boxes


def room_within(
    area: Box, boxes: Sequence[Box], *, padded: bool, limits: RoomThresholds
) -> tuple[Box, list[tuple[str, str]]]:
    """What is inside the paddings of a column or a row, and these. At the right there is as much
    as at the left, if what is inside leaves it."""
    if not padded:
        return area, []
    left = max(0, min(box.x for box in boxes) - area.x)
    rest = max(0, area.right - max(box.right for box in boxes))
    if all(is_centred(area, box) for box in boxes):
        left = right = 0
    else:
        right = left if rest >= left - limits.fills else rest
    top = max(0, min(box.y for box in boxes) - area.y)
    bottom = max(0, area.bottom - max(box.bottom for box in boxes))
    if bottom > limits.left_over:
        bottom = 0
    room = Box(area.x + left, area.y, area.width - left - right, area.height)
    sides = [top, right, bottom, left]
    return room, [("padding", shorthand([px(side) for side in sides]))] if any(sides) else []


def framed(band: Box, part: Container, limits: RoomThresholds = ROOMS) -> tuple[Declarations, Box]:
    """Where a part of the page stands in a `band` across it, and the box that it has: what is in
    the middle has a frame there, what is bare and not is as wide as the page and set in."""
    box, off = part.box, part.box.x - band.x
    frame = Box(box.x, band.y, band.width - 2 * off, band.height)
    fits = box.right <= frame.right + limits.fills
    if part.panel is not None or part.picture:
        if off <= limits.fills and fits and band.right - box.right <= limits.fills:
            return (), box
        middle = is_centred(band, box)
        own = (within(box.width, limits.edge), IN_THE_MIDDLE) if middle else (
            ("margin-left", px(off)), ("max-width", px(box.width)))  # fmt: skip
        return own, box
    if fits and off >= limits.framed:
        return (within(frame.width, limits.edge), IN_THE_MIDDLE), frame
    return (), band


def within(width: float, edge: float) -> tuple[str, str]:
    """So wide, or as wide as there is room for but for an edge at both sides, CSS pixels."""
    return "width", f"min({px(width)}, 100%{f' - {px(2 * edge)}' if edge else ''})"


def _fills(box: Box, room: Box, limits: RoomThresholds) -> bool:
    return room.width - box.width <= limits.fills


def _in_the_middle(
    node: Node, kind: Kind, room: Box, *, alone: bool, limits: RoomThresholds
) -> tuple[Declarations, Box | None]:
    if kind == "block" or (kind == "group" and holds_blocks(node)):
        rest = kind == "group" and room.width >= limits.frame
        width = within(node.box.width, limits.edge if rest else 0)
        return (width,) if alone else (width, IN_THE_MIDDLE), node.box
    inner = room if isinstance(node, Text) else None
    return () if alone else (("align-self", "center"),), inner


def _from_the_left(
    node: Node, kind: Kind, room: Box, limits: RoomThresholds
) -> tuple[Declarations, Box | None]:
    box = node.box
    own: list[tuple[str, str]] = []
    at_end = abs(room.right - box.right) <= 1 and box.x - room.x >= limits.apart
    if at_end and (kind == "hug" or (kind == "own" and not isinstance(node, Text))):
        return (("align-self", "flex-end"),), None
    off = box.x - room.x
    frame = Box(box.x, box.y, room.width - 2 * off, box.height)
    flows = kind == "group" or isinstance(node, Text)
    wide = off >= limits.framed and room.width >= limits.frame
    if flows and wide and box.right <= frame.right + limits.fills:
        return (within(frame.width, limits.edge), IN_THE_MIDDLE), frame
    if abs(off) > (0 if kind == "block" else 1):  # a panel's side is seen where it is
        own.append(("margin-left", px(off)))
    rest = Box(box.x, box.y, max(box.width, room.right - box.x), box.height)
    if _fills(box, rest, limits):
        return tuple(own), rest
    if kind == "hug" or (kind == "group" and _has_middle(node)):
        return (*own, ("align-self", "flex-start")), None
    if kind == "block":
        return (*own, ("max-width", px(box.width))), box
    return tuple(own), rest if kind == "group" or isinstance(node, Text) else None


def _has_middle(node: Node) -> bool:
    """Whether something in a group is in its middle, or at its right: which is no room's."""
    if not isinstance(node, Container):
        return False
    off = (child for child in node.children if abs(child.box.x - node.box.x) > 1)
    return node.flow != "row" and not all(map(holds_blocks, off))


def is_grid(node: Container, limits: RoomThresholds = ROOMS) -> bool:
    """Whether what is side by side are parts of a page."""
    few = 1 < len(node.children) <= limits.tracks
    parts = any(map(holds_blocks, node.children)) or (
        all(isinstance(child, Container) and child.flow == "column" for child in node.children)
        and _step([child.box for child in node.children], limits) > 0
    )
    return few and node.flow == "row" and parts


def _step(boxes: Sequence[Box], limits: RoomThresholds) -> float:
    """How far the columns of a grid are from each other, CSS pixels; 0 where that differs."""
    steps = [after.x - one.x for one, after in pairwise(boxes)]
    even = len(steps) > 1 and max(steps) - min(steps) <= limits.step
    return sum(steps) / len(steps) if even else 0.0


def grid_in_room(
    area: Box,
    nodes: Sequence[Node],
    kinds: Sequence[Kind],
    *,
    padded: bool,
    known: bool,
    limits: RoomThresholds = ROOMS,
) -> Placed:
    """Parts side by side as the tracks of a grid. `known`: the width of `area` is."""
    boxes = [node.box for node in nodes]
    gap = max(0, min(after.x - one.right for one, after in pairwise(boxes)))
    room, padding = room_within(area, boxes, padded=padded, limits=limits)
    beside = room.right - boxes[-1].right
    if known and not padded and limits.fills < beside <= limits.beside:
        room = replace(room, width=room.width - beside)
        padding = [("padding", f"0 {px(beside)} 0 0")]
    even = _even_tracks(room, boxes, gap, limits) if known else None
    if even is not None:
        boxes, gap = even
    tracks = [
        Box(box.x, box.y, after.x - gap - box.x, box.height) for box, after in pairwise(boxes)
    ]
    flush = room.right - boxes[-1].right <= limits.fills
    last = boxes[-1]
    end = max(last.right, room.right) if known else last.right
    tracks.append(Box(last.x, last.y, end - last.x, last.height))
    widths = [box.width for box in (boxes if even else tracks)]
    template = _template(nodes, widths, limits, flush=flush or bool(even))
    container = [("display", "grid"), ("grid-template-columns", template)]
    top = min(box.y for box in boxes)
    drops = [box.y - top for box in boxes]
    tall = max(box.bottom for box in boxes) - top
    level = all(
        abs(2 * drop + box.height - tall) <= limits.level
        for drop, box in zip(drops, boxes, strict=True)
    )
    stretched = all(b.height >= tall - limits.fills for b in boxes)
    if not stretched:
        container.append(("align-items", "center" if level else "start"))
    if gap:
        container.append(("gap", px(gap)))
    container += padding
    children, rooms = [], []
    for node, kind, track, drop in zip(nodes, kinds, tracks, drops, strict=True):
        own, inner = _from_the_left(node, kind, track, limits)
        own = tuple(("justify-self", "start") if each[0] == "align-self" else each for each in own)
        if not (level or stretched) and drop > limits.level:
            own = (("margin-top", px(drop)), *own)
        children.append(own)
        rooms.append(inner)
    return Placed(Arrangement(tuple(container), tuple(children)), tuple(rooms))


def _even_tracks(
    room: Box, boxes: Sequence[Box], most: int, limits: RoomThresholds
) -> tuple[list[Box], int] | None:
    """The columns of a grid that fills its room, and the gap between them; None where things do
    not begin at even distances, or the columns would not fit."""
    step = _step(boxes, limits)
    gap = round(len(boxes) * step - room.width)
    if not step or not 0 <= gap <= most + limits.gives:
        return None
    wide = round(step) - gap
    made = [replace(b, x=round(room.x + at * step), width=wide) for at, b in enumerate(boxes)]
    return made, gap


def _template(
    nodes: Sequence[Node], widths: Sequence[int], limits: RoomThresholds, *, flush: bool
) -> str:
    """The tracks of a grid. The widest gives way where there is less room, and takes what there is
    more; or the last, where there is room left beside it."""
    same = max(widths) - min(widths) <= limits.fills
    if flush and same and all(holds_blocks(node) or isinstance(node, Container) for node in nodes):
        return f"repeat({len(widths)}, 1fr)"
    blocks = [width for node, width in zip(nodes, widths, strict=True) if holds_blocks(node)]
    takes = widths.index(max(blocks or widths)) if flush else len(widths) - 1
    return " ".join(
        "1fr" if at == takes else f"minmax(0, {width}px)" if width > limits.shrinks else px(width)
        for at, width in enumerate(widths)
    )
