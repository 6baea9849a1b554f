"""Lists as HTML has them: items of one class, whatever stands in each."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import fmean, median

from workers.drafting.compose.leaves import Leaves, Scope
from workers.drafting.compose.markup import Element
from workers.drafting.compose.merging import Declarations
from workers.drafting.compose.placement import Arrangement, px, shorthand
from workers.drafting.compose.rooms import Placed, column_in_room, kind_of
from workers.drafting.page import Container, Items, Node
from workers.imaging import Box

NEAR = 2  # CSS pixels: sides that differ by less are one
APART = 12  # CSS pixels left between a text whose column is given a width and the next

WriteNode = Callable[[Node, Declarations, Scope, str | None], Element]


@dataclass(frozen=True)
class ListWriter:
    """Writes lists; `write` is asked for what is in an item."""

    leaves: Leaves
    write: WriteNode

    def items(self, node: Items, place: Declarations, scope: Scope) -> Element:
        """A list, or of names and values a description list."""
        sheet = self.leaves.sheet
        base = f"{scope.name}-{'details' if node.terms else 'list'}"
        gaps = [b.box.y - a.box.bottom for a, b in pairwise(node.items)]
        gap = (("gap", px(fmean(gaps))),) if any(gaps) else ()
        stack = (("display", "flex"), ("flex-direction", "column"), *gap)
        classes = (sheet.name(base, (*stack, *place)),)
        arranged = _arrangement(node)
        between = node.rule is not None and not node.ruled[-1]
        under = self._line("border-bottom", node) if node.rule and not between else ()
        kind = "row" if between else "item"  # a class of its own: lines between are no lines under
        height = _height(node)
        first = _first_height(node) if between else height
        item = sheet.name(f"{base}-{kind}", (*arranged.container, *first, *under))
        if between:
            line = self._line("border-top", node)
            sheet.add(f".{item} + .{item}", (*height, *line))
        inner = Scope(item, item=True)
        rooms = [_rooms(each) for each in node.items]
        tags = ("dt", "dd") if node.terms else None
        children = tuple(
            Element(
                "div" if tags else "li",
                (item,),
                (),
                tuple(
                    self.write(
                        child,
                        where,
                        replace(inner, area=room),
                        tags[min(at, 1)] if tags else None,
                    )
                    for at, (child, where, room) in enumerate(
                        zip(each.children, arranged.children, own, strict=True)
                    )
                ),
            )
            for each, own in zip(node.items, rooms, strict=True)
        )
        return Element("dl" if node.terms else "ul", classes, (), children)

    def _line(self, side: str, node: Items) -> Declarations:
        if node.rule is None:
            return ()
        return ((side, f"{px(node.thick)} solid {self.leaves.styles.colour(node.rule)}"),)


def _pitch(node: Items) -> float:
    """From line to line, CSS pixels; 0 where it differs."""
    ends = zip(node.items, node.ruled, strict=True)
    heights = [item.box.height for item, ruled in ends if ruled]
    return fmean(heights) if heights and _spread(heights) <= NEAR else 0


def _height(node: Items) -> Declarations:
    """The height of the items, where they have one."""
    pitch = _pitch(node)
    return (("min-height", px(pitch)),) if pitch else ()


def _first_height(node: Items) -> Declarations:
    """That of an item with no line over it: what the others leave of the list."""
    pitch = _pitch(node)
    rest = node.box.height - pitch * (len(node.items) - 1)
    return (("min-height", px(rest)),) if pitch else ()


def _arrangement(node: Items) -> Arrangement:
    """How most of the items are laid out."""
    items = node.items
    if items[0].flow == "column":
        line = node.thick if node.rule else 0
        made = Counter(_column(item, line=line).arrangement for item in items)
        return made.most_common(1)[0][0]
    return _row(items, line=node.thick if node.rule else 0)


def _column(item: Container, *, line: int) -> Placed:
    box = item.box
    room = Box(box.x, box.y, box.width, box.height - line)
    kinds = [kind_of(child) for child in item.children]
    return column_in_room(room, item.children, kinds, padded=True)


def _rooms(item: Container) -> tuple[Box | None, ...]:
    """The boxes that what is in an item will have, as far as they are known."""
    if item.flow != "column":
        return (None,) * len(item.children)
    return _column(item, line=0).rooms


def _row(items: Sequence[Container], *, line: int) -> Arrangement:
    """What is in a row stands where it stands in all of them: its left side, or its right one
    where that is the common one."""
    rows = [[(child.box, item.box) for child in item.children] for item in items]
    columns = list(zip(*rows, strict=True))
    lefts = [[box.x - room.x for box, room in each] for each in columns]
    rights = [[room.right - box.right for box, room in each] for each in columns]
    tops = [[box.y - room.y for box, room in each] for each in columns]
    bottoms = [[room.bottom - line - box.bottom for box, room in each] for each in columns]
    flush_left = [_spread(right) > NEAR or (_spread(left) <= NEAR and median(right) > NEAR)
                  for left, right in zip(lefts, rights, strict=True)]  # fmt: skip
    flush_left[0] |= _spread(lefts[0]) <= NEAR
    children: list[list[tuple[str, str]]] = [[] for _ in lefts]
    for at in range(1, len(lefts)):
        if not flush_left[at] and flush_left[at - 1]:
            children[at].append(("margin-left", "auto"))
            continue
        gaps = [item.children[at].box.x - item.children[at - 1].box.right for item in items]
        gap = round(median(gaps))
        if _spread(gaps) > NEAR and flush_left[at]:
            step = round(median(lefts[at]) - median(lefts[at - 1]))
            gap = min(APART, max(0, min(gaps)))
            children[at - 1].append(("width", px(step - gap)))
        if gap:
            children[at].append(("margin-left", px(gap)))
    top, bottom = min(map(median, tops)), min(map(median, bottoms))
    middles = [median(t) - median(b) for t, b in zip(tops, bottoms, strict=True)]
    level = max(middles) - min(middles) <= NEAR
    if not level:
        for at, each in enumerate(tops):
            if drop := round(median(each) - top):
                children[at].append(("margin-top", px(drop)))
    right = 0 if all(flush_left) else max(0, round(median(rights[-1])))
    sides = [max(0.0, top), right, max(0.0, bottom), max(0, round(median(lefts[0])))]
    container = [("display", "flex"), ("align-items", "center" if level else "flex-start")]
    if any(sides):
        container.append(("padding", shorthand([px(side) for side in sides])))
    return Arrangement(tuple(container), tuple(map(tuple, children)))


def _spread(of: Sequence[float]) -> float:
    return max(of) - min(of)
