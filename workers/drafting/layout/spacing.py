"""A spacing scale: the few distances that a page's things stand apart by.

Each thing is measured to a pixel, so a gap of 24 is found as 23, 24 and 25. A thing that may be
moved stands where the gap before it is one that the page has often. Nothing ends up more than
`moved` from where it was found, however many gaps lie above it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from workers.drafting.page import (
    Check,
    Container,
    Crop,
    Field,
    Items,
    Node,
    Panel,
    Table,
    Text,
    walk,
)
from workers.imaging import Box, bounds


@dataclass(frozen=True)
class SpacingThresholds:
    """How far things are moved for a common distance. Px are CSS pixels."""

    moved: int = 1  # px that a thing may be moved: what it is measured to, and nobody sees
    widest: int = 96  # px of a gap that may be common: wider ones are what is left


SPACING = SpacingThresholds()


def on_spacing(root: Container, thresholds: SpacingThresholds = SPACING) -> Container:
    """The page with its things at common distances."""
    return _Spacer(_votes(root, thresholds), thresholds).container(root, 0, 0)


def _votes(root: Node, thresholds: SpacingThresholds) -> Counter[int]:
    """How often things stand apart by each number of CSS pixels."""
    votes: Counter[int] = Counter()
    for node in walk(root):
        if isinstance(node, Container) and node.flow != "layers":
            boxes = [child.box for child in node.children]
            votes.update(gap for gap in _gaps(node, boxes) if 0 < gap <= thresholds.widest)
    return votes


def _gaps(node: Container, boxes: Sequence[Box]) -> Iterable[int]:
    if node.flow == "column":
        return [after.y - before.bottom for before, after in pairwise(boxes)]
    return [after.x - before.right for before, after in pairwise(boxes)]


@dataclass(frozen=True)
class _Spacer:
    votes: Counter[int]
    thresholds: SpacingThresholds

    def settled(self, node: Node, across: int, down: int) -> Node:
        """A node moved by as many pixels, and what it holds moved to common distances: each thing
        by no more than it may be in all."""
        if not isinstance(node, Container) or node.flow == "layers" or not node.children:
            return _moved(node, across, down)
        return self.container(node, across, down)

    def container(self, node: Container, across: int, down: int) -> Container:
        side = _common(child.box.x for child in node.children) + across
        children: list[Node] = []
        for child in node.children:
            before = children[-1].box if children else None
            if not is_movable(child):
                by = (0, 0)
            elif node.flow == "column":
                by = self._aligned(child, side, across), self._below(child.box, before, down)
            else:
                by = self._beside(child.box, before, across), down
            children.append(self.settled(child, *by))
        if children and node.panel is None and not node.picture:
            box = bounds(child.box for child in children)
            return replace(node, box=box, children=tuple(children))
        outer = _moved(replace(node, children=()), across, down)
        return replace(node, box=outer.box, panel=_panel_of(outer), children=tuple(children))

    def _aligned(self, child: Node, side: int, across: int) -> int:
        """How far right to move a thing for it to begin where most of its column do."""
        off = side - child.box.x
        begins = not isinstance(child, Text) or child.paragraph.alignment == "left"
        return off if begins and abs(off) <= self.thresholds.moved else across

    def _below(self, box: Box, before: Box | None, down: int) -> int:
        return down if before is None else self._by(box.y - before.bottom)

    def _beside(self, box: Box, before: Box | None, across: int) -> int:
        return across if before is None else self._by(box.x - before.right)

    def _by(self, gap: int) -> int:
        """How far to move a thing that is `gap` from the one before for that to be common."""
        if not 0 < gap <= self.thresholds.widest:
            return 0
        most = self.thresholds.moved
        near = range(max(1, gap - most), gap + most + 1)
        return max(near, key=lambda each: (self.votes[each], each == gap)) - gap


def _common(lefts: Iterable[int]) -> int:
    return max(Counter(lefts).most_common(1), default=(0, 0))[0]


def is_movable(node: Node) -> bool:
    """Whether no pixels of the mockup are shown in a thing: they are cut out where they are."""
    return not any(
        isinstance(each, Crop | Table | Items | Field | Check)
        or (isinstance(each, Container) and each.picture)
        for each in walk(node)
    )


def _moved(node: Node, across: int, down: int) -> Node:
    """A thing, and all in it, elsewhere."""
    if not (across or down):
        return node
    box = replace(node.box, x=node.box.x + across, y=node.box.y + down)
    if not isinstance(node, Container):
        return replace(node, box=box)
    panel = node.panel and replace(node.panel, box=box)
    children = tuple(_moved(child, across, down) for child in node.children)
    return replace(node, box=box, panel=panel, children=children)


def _panel_of(node: Node) -> Panel | None:
    return node.panel if isinstance(node, Container) else None
