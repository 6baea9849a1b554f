"""What a state shows in a place, as a tree of its own, and what of the page gives way to it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from workers.drafting.interactions.changes import around, joined, overlap
from workers.drafting.interactions.values import Backdrop, NodeKey, Part, PartKind, key_of
from workers.drafting.layout.tree import lay_out
from workers.drafting.page import (
    Border,
    Container,
    Field,
    Items,
    Node,
    Panel,
    Perception,
    Rule,
    Text,
    parts,
    walk,
)
from workers.imaging import Box, Image, bounds, grow

COVERS = 0.85  # share of a place that a ground of its own has, which covers what is under it
TOUCHED = 0.15  # share of a thing within a place from which it belongs there whole
GROUND = 0.45  # share of a change that a panel has which came to lie there: the rest is shadow
LEAST_GROUND = 20  # CSS pixels that such a panel is wide and high
INSIDE = 6  # CSS pixels from a panel's side at which its fill is looked at, for its round corners
EDGE = 6  # CSS pixels between a panel's fill and a line along it that is its border
ALONG = 0.6  # of a panel's side that such a line is long, at least
EVEN = 2  # levels that a fill may be off itself
LINE = 60  # CSS pixels that a line of text is high, at most
NEAR = 60  # CSS pixels between two changes that may be one
SLACK = 3  # CSS pixels that a thing may stick out of the place it belongs to


@dataclass(frozen=True)
class Region:
    """A place in the window, and what lies over all that is around it."""

    box: Box
    backdrop: Backdrop | None = None


@dataclass(frozen=True)
class Content:
    """What a page shows at first, and what is perceived in one of its states, `down` CSS pixels
    below its top."""

    root: Container
    perception: Perception
    down: int


def regions_of(
    boxes: Sequence[Box], root: Container, perception: Perception, down: int
) -> tuple[Region, ...]:
    """The places that changed, each grown to whole things: no line of text is cut in two."""
    old = [_moved(extent(node), -down) for node in walk(root) if _is_leaf(node)]
    leaves = [*old, *(run.run.ink for run in perception.runs)]
    leaves += [picture.box for picture in perception.pictures]
    leaves += [rule.box for rule in perception.rules]
    page = perception.width * perception.height
    leaves = [leaf for leaf in leaves if leaf.area < page / 4]
    grounds = [ground for box in boxes if (ground := _ground(perception, box, old)) is not None]
    grown = [box for box in boxes if not any(overlap(box, ground) for ground in grounds)]
    for _ in range(3):  # what is taken in may touch another
        grown = _near_joined([_grown(box, leaves) for box in joined(grown)], leaves)
    return tuple(Region(box) for box in (*joined(grounds), *joined(grown)))


def _ground(perception: Perception, box: Box, leaves: Sequence[Box]) -> Box | None:
    """A panel that came to lie over the page, with the shadow around it, is what has changed: but
    for what is left of the `leaves` that were there there is nothing beside it."""
    place = grow(box, SLACK)
    panels = [p.box for p in perception.panels if p.fill is not None and place.contains(p.box)]
    largest = max(panels, key=lambda panel: panel.area, default=None)
    if largest is None or min(largest.width, largest.height) < LEAST_GROUND:
        return None
    beside = [run.run.ink for run in perception.runs] + [p.box for p in perception.pictures]
    beside = [one for one in beside if place.contains(one) and not largest.contains(one, SLACK)]
    if not all(any(overlap(one, leaf) for leaf in leaves) for one in beside):
        return None
    return largest if largest.area >= GROUND * box.area else None


def whole_panels(perception: Perception, boxes: Sequence[Box], image: Image) -> Perception:
    """The perception with the panels that changed as tall as their fill goes on at both sides:
    where one lies over another of its colour it is seen in pieces."""

    def changed(panel: Panel) -> bool:
        return any(grow(box, SLACK).contains(panel.box) for box in boxes)

    grown = {one.box: whole for one in perception.panels if changed(whole := _whole(one, image))}
    edges: list[Rule] = []
    for box, whole in grown.items():
        grown[box], own = _framed(whole, perception.rules)
        edges += own
    panels = tuple(grown.get(one.box, one) for one in perception.panels)
    rules = tuple(rule for rule in perception.rules if rule not in edges)
    return replace(perception, panels=panels, rules=rules)


def _framed(panel: Panel, rules: Sequence[Rule]) -> tuple[Panel, list[Rule]]:
    """A panel with the border that was seen as lines along three of its sides or more, and those
    lines: over a page of its own colour nothing closes them to a frame."""
    box, near = panel.box, []
    if panel.border is not None or min(box.width, box.height) < LEAST_GROUND:
        return panel, []
    for side in ("x", "y", "right", "bottom"):
        down = side in ("x", "right")
        for rule in rules:
            line = rule.box
            length, most = (line.height, box.height) if down else (line.width, box.width)
            is_along = overlap(grow(box, EDGE), line) > 0 and length >= ALONG * most
            if (
                not is_along
                or min(line.width, line.height) > EDGE
                or (length == line.width) == down
            ):
                continue
            if abs(getattr(line, side) - getattr(box, side)) <= EDGE:
                near.append(rule)
                break
    if len(near) < 3:
        return panel, []
    whole = bounds([box, *(rule.box for rule in near)])
    round_by = [rule.box.x - whole.x for rule in near if rule.box.width > rule.box.height]
    border = Border(min(min(rule.box.width, rule.box.height) for rule in near), near[0].colour)
    radius = max(panel.radius, *round_by, 0)
    return replace(panel, box=whole, border=border, radius=radius), near


def _whole(panel: Panel, image: Image) -> Panel:
    box = panel.box
    if not isinstance(panel.fill, tuple) or min(box.width, box.height) < LEAST_GROUND:
        return panel
    sides = image[:, [max(0, box.x + INSIDE), min(image.shape[1], box.right - INSIDE) - 1]]
    same = (np.abs(sides.astype(np.int16) - panel.fill).max(axis=2) <= EVEN).all(axis=1)
    top, bottom = box.y + INSIDE, box.bottom - INSIDE
    while bottom < len(same) and same[bottom]:
        bottom += 1
    while top > 0 and same[top - 1]:
        top -= 1
    if bottom - top <= box.height or bottom == len(same) or top == 0:
        return panel
    return replace(panel, box=Box(box.x, min(top, box.y), box.width, bottom - min(top, box.y)))


def _near_joined(boxes: Sequence[Box], leaves: Sequence[Box]) -> list[Box]:
    """The places, those near one another as one where nothing that stays is between them."""
    waiting, apart = sorted(boxes, key=lambda box: (box.y, box.x)), list[Box]()
    while waiting:
        box = waiting.pop(0)
        for other in waiting:
            both = around(box, other)
            gap = max(both.width - box.width - other.width, both.height - box.height - other.height)
            held = [leaf for leaf in leaves if overlap(leaf, both) > TOUCHED * leaf.area]
            stays = any(not (overlap(leaf, box) or overlap(leaf, other)) for leaf in held)
            if gap <= NEAR and not stays:
                waiting.remove(other)
                waiting.insert(0, both)
                break
        else:
            apart.append(box)
    return apart


def _grown(box: Box, leaves: Iterable[Box]) -> Box:
    for leaf in leaves:
        if _belongs(leaf, box) and not box.contains(leaf, SLACK):
            box = around(box, leaf)
    return box


def _belongs(leaf: Box, box: Box) -> bool:
    """Whether a place has much of a thing, or a letter or more of a line."""
    down = min(leaf.bottom, box.bottom) - max(leaf.y, box.y)
    is_line = leaf.height <= LINE and 2 * down >= leaf.height and overlap(leaf, box) > 0
    return is_line or overlap(leaf, box) > TOUCHED * leaf.area


def extent(node: Node) -> Box:
    """What there is to be seen of a node: of text its ink, not its lines."""
    if isinstance(node, Text):
        return node.paragraph.ink
    if isinstance(node, Container) and node.panel is None and not node.picture and node.children:
        return bounds(map(extent, node.children))
    return node.box


def _is_leaf(node: Node) -> bool:
    return isinstance(node, Text) or not (isinstance(node, Container) or parts(node))


def as_parts(
    content: Content, state: str, regions: Sequence[Region], shown: Sequence[Part], *, goes: bool
) -> Iterator[tuple[Part, Box]]:
    """Each region as a part, with its place on the page. `shown` are the parts already there;
    `goes` says that the state ends by itself."""
    for region in regions:
        tree = laid_out(content, region.box)
        if tree is None and region.backdrop is None:
            # nothing is there any more: what was is hidden
            tree = Container(region.box, "column")
        tree = tree if tree is not None else Container(region.box, "column")
        placed = moved(tree, content.down)
        covers = _covers(tree, region.box)
        kind: PartKind = "swap"
        if region.backdrop is not None:
            kind = "dialog"
        elif covers:
            kind = "status" if goes else "overlay"
        inside = next((p.id for p in shown if p.kind == "dialog"), "") if kind != "dialog" else ""
        hides = () if covers or kind == "dialog" else _hidden(content, region.box, shown)
        part = Part(kind, kind, state, placed, hides, inside, region.backdrop)
        if placed.children or placed.panel is not None or kind != "swap" or hides:
            yield part, _moved(region.box, content.down)


def laid_out(content: Content, box: Box) -> Container | None:
    """What is perceived in a place, laid out by itself; None where there is nothing."""
    place, perception = grow(box, SLACK), content.perception
    fields = [each.control for each in walk(content.root) if isinstance(each, Field)]

    def within(other: Box) -> bool:
        return place.contains(other)

    def outlined(panel: Panel) -> Panel:
        """A field stays the page's own: of it only the border is other."""
        at = _moved(panel.box, content.down)
        is_field = any(one.contains(at, SLACK) and at.contains(one, SLACK) for one in fields)
        return replace(panel, fill=None) if is_field and panel.border else panel

    inner = replace(
        perception,
        runs=tuple(run for run in perception.runs if within(run.run.ink)),
        panels=tuple(outlined(panel) for panel in perception.panels if within(panel.box)),
        rules=tuple(rule for rule in perception.rules if within(rule.box)),
        pictures=tuple(picture for picture in perception.pictures if within(picture.box)),
    )
    children = lay_out(inner).children
    if not children:
        return None
    if len(children) == 1 and isinstance(children[0], Container):
        return children[0]
    flow = lay_out(inner).flow
    box = children[0].box
    for child in children[1:]:
        box = around(box, child.box)
    return Container(box, flow, children)


def without(node: Node, place: Box) -> Node:
    """A node without what it holds in a place."""
    if not isinstance(node, Container):
        return node
    kept = [child for child in node.children if not grow(place, SLACK).contains(extent(child))]
    return replace(node, children=tuple(without(child, place) for child in kept))


def _covers(tree: Container, box: Box) -> bool:
    has_ground = (tree.panel is not None and tree.panel.fill is not None) or tree.picture
    return has_ground and overlap(tree.box, box) >= COVERS * box.area


def _hidden(content: Content, box: Box, shown: Sequence[Part]) -> tuple[NodeKey, ...]:
    """The outermost nodes of the page, and of the parts shown on it, that lie in a place."""
    place = grow(_moved(box, content.down), SLACK)

    def outermost(node: Node, inside: str = "") -> Iterator[NodeKey]:
        if place.contains(extent(node)):
            yield key_of(node, inside)
            return
        for child in parts(node):
            if isinstance(node, Items) and isinstance(child, Container):
                for held in child.children:  # an item is no element of its own
                    yield from outermost(held, inside)
            else:
                yield from outermost(child, inside)

    found = list(outermost(content.root))
    for part in shown:
        if not place.contains(extent(part.content)):
            found += outermost(part.content, part.id)
    return tuple(found)


def _moved(box: Box, down: int) -> Box:
    return replace(box, y=box.y + down)


def moved(tree: Container, down: int) -> Container:
    """A tree as it lies further down a page."""
    return _shifted(tree, down) if down else tree


def _shifted(tree: Container, down: int) -> Container:
    panel = tree.panel and replace(tree.panel, box=_moved(tree.panel.box, down))
    children = tuple(
        _shifted(child, down) if isinstance(child, Container) else _leaf(child, down)
        for child in tree.children
    )
    return replace(tree, box=_moved(tree.box, down), children=children, panel=panel)


def _leaf(node: Node, down: int) -> Node:
    return replace(node, box=_moved(node.box, down))
