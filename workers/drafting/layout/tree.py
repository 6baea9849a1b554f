"""The layout tree of a mockup: who contains whom, then rows and columns by recursive cuts.

The cuts are Nagy and Seth's XY-cut ("Hierarchical representation of optically scanned
documents", 1984), taken on ink boxes, with gaps choosing the axis.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from workers.drafting.layout.paragraphs import read_paragraphs
from workers.drafting.layout.snapping import flush
from workers.drafting.page import (
    Container,
    Crop,
    Divider,
    Flow,
    Node,
    Offsets,
    Panel,
    Perception,
    Picture,
    Text,
)
from workers.drafting.perceive.shapes.fills import indistinguishable
from workers.imaging import Box, bounds

OVERLAP = 2  # pixels two neighbours may share and still be apart
BULLET = 20  # pixels: a round panel no taller may be the bullet of a list
WIDER = 1.6  # how much wider the gaps between columns must be than those between rows
MOST_COLUMNS = 4  # beyond this, things side by side are rows of a table, not columns


@dataclass
class _Item:
    """A node before it is placed. `solid` is what it must not overlap: ink, for text."""

    solid: Box
    node: Text | Crop | Divider | Panel | Picture
    children: list["_Item"] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return isinstance(self.node, Panel | Picture)


def lay_out(perception: Perception, offsets: Offsets | None = None) -> Container:
    """The root of the page: a container as large as the mockup."""
    page = Box(0, 0, perception.width, perception.height)
    root = _Item(page, Panel(page, perception.background))
    bullets = [p.box for p in perception.panels if p.radius and p.box.height <= BULLET]
    holders = _holders(perception)
    grounds = [holder.solid for holder in holders]
    found = read_paragraphs(perception.runs, offsets, bullets, grounds)
    edges = [p.box.x for p in perception.panels] + [rule.box.x for rule in perception.rules]
    texts = flush(found, edges, [ink for ink, offset in (offsets or {}).items() if offset.dx])
    for holder in holders:
        _parent(holder, holders, root).children.append(holder)
    live = _without_invisible(root)
    items = [_Item(text.paragraph.ink, text) for text in texts]
    items += [_Item(rule.box, Divider(rule.box, rule.colour)) for rule in perception.rules]
    for item in items:
        _parent(item, live, root).children.append(item)
    return _container(root)


def _holders(perception: Perception) -> list[_Item]:
    """Panels and pictures, smallest first, each place once."""
    seen: set[tuple[int, int, int, int]] = set()
    found = []
    nodes: list[Panel | Picture] = [*perception.panels, *perception.pictures]
    for node in sorted(nodes, key=lambda each: each.box.area):
        box = node.box
        place = (box.x // 4, box.y // 4, box.right // 4, box.bottom // 4)
        if place not in seen:
            seen.add(place)
            found.append(_Item(box, node))
    return found


def _parent(item: _Item, holders: Sequence[_Item], root: _Item) -> _Item:
    """The smallest holder around an item; `holders` go from small to large."""
    for holder in holders:
        if (
            holder is not item
            and holder.solid.area > item.solid.area
            and holder.solid.contains(item.solid, 3 if item.holds else 2)
        ):
            return holder
    return root


def _without_invisible(root: _Item) -> list[_Item]:
    """Takes out panels that look like what they lie on; what is left, smallest first."""
    live: list[_Item] = []

    def visit(item: _Item) -> None:
        kept: list[_Item] = []
        waiting = list(item.children)
        while waiting:
            child = waiting.pop()
            if _invisible(child.node, item.node):
                waiting.extend(child.children)
            else:
                kept.append(child)
        item.children = kept
        for child in kept:
            live.append(child)
            visit(child)

    visit(root)
    return sorted(live, key=lambda item: item.solid.area)


def _invisible(node: object, ground: object) -> bool:
    return (
        isinstance(node, Panel)
        and isinstance(ground, Panel)
        and node.border is None
        and indistinguishable(node.fill, ground.fill)
    )


def _container(item: _Item) -> Container:
    """The container of a panel or picture, its children arranged."""
    picture = isinstance(item.node, Picture)
    panel = item.node if isinstance(item.node, Panel) else None
    if not item.children:
        return Container(item.solid, "column", (), panel, picture)
    inner = _arrange(item.children)
    if isinstance(inner, Container) and inner.panel is None and not inner.picture:
        return Container(item.solid, inner.flow, inner.children, panel, picture)
    return Container(item.solid, "column", (inner,), panel, picture)


def _leaf(item: _Item) -> Node:
    node = item.node
    if isinstance(node, Panel):
        return _container(item)
    if isinstance(node, Picture):
        return _container(item) if item.children else Crop(node.box)
    return node


def _arrange(items: list[_Item]) -> Node:
    if len(items) == 1:
        return _leaf(items[0])
    rows, across = _cut(items, vertical=True), _cut(items, vertical=False)
    if len(rows.groups) > 1 and not _columns_first(items, rows, across):
        return _bare("column", [_arrange(group) for group in rows.groups])
    if len(across.groups) > 1:
        return _bare("row", [_arrange(group) for group in across.groups])
    back_to_front = sorted(items, key=lambda item: (not item.holds, -item.solid.area))
    return _bare("layers", [_leaf(item) for item in back_to_front])


@dataclass(frozen=True)
class _Cut:
    groups: list[list[_Item]]
    gaps: list[int]


def _cut(items: list[_Item], *, vertical: bool) -> _Cut:
    """Groups that an empty line across the page (or down it) separates."""

    def span(item: _Item) -> tuple[int, int]:
        box = item.solid
        return (box.y, box.bottom) if vertical else (box.x, box.right)

    ordered = sorted(items, key=span)
    groups, gaps, end = [[ordered[0]]], [], span(ordered[0])[1]
    for item in ordered[1:]:
        start, stop = span(item)
        if start >= end - OVERLAP:
            gaps.append(start - end)
            groups.append([item])
        else:
            groups[-1].append(item)
        end = max(end, stop)
    return _Cut(groups, gaps)


def _columns_first(items: list[_Item], rows: _Cut, across: _Cut) -> bool:
    """Whether the page reads as columns: wide gutters, few of them, several things in one."""
    return (
        len(items) > 2
        and 1 < len(across.groups) <= MOST_COLUMNS
        and max(across.gaps) > WIDER * max(rows.gaps)
        and max(len(group) for group in across.groups) > 1
    )


def _bare(flow: Flow, children: Iterable[Node]) -> Container:
    kept = tuple(children)
    return Container(bounds(child.box for child in kept), flow, kept)
