"""The layout tree of a mockup: who contains whom, then rows and columns by recursive cuts.

The cuts are Nagy and Seth's XY-cut ("Hierarchical representation of optically scanned
documents", 1984), taken on ink boxes, with gaps choosing the axis.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from workers.drafting.layout.controls import with_controls
from workers.drafting.layout.icons import with_even_icons
from workers.drafting.layout.lists import with_lists
from workers.drafting.layout.paragraphs import read_paragraphs
from workers.drafting.layout.snapping import flush
from workers.drafting.layout.spacing import on_spacing
from workers.drafting.layout.tables import with_tables
from workers.drafting.layout.underlines import with_underlines
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


@dataclass(frozen=True)
class TreeThresholds:
    """What lies in what, and which way a page is cut. Px are CSS pixels."""

    bullet: int = 20  # px: a round panel no taller may be the bullet of a list
    same_place: int = 4  # px: a grid's step; panels with corners in the same cells are one
    flush: int = 1  # px between lefts of one column: what a text's is measured to
    inside: int = 3  # px a panel may stick out of its holder: both have blended edges…
    leaf_inside: int = 2  # …and a text or line, whose edges are sharper
    overlap: int = 2  # px two neighbours may share and still be apart: descenders, blended edges
    wider: float = 1.6  # times the gaps between rows that those between columns must be
    gutter: int = 12  # px between two columns: narrower gaps are between words
    level: int = 3  # px between the tops, middles or bottoms of two things on one line
    taller: float = 6  # times as tall as a line beside it that a part of the page is
    lines: int = 4  # things in a column with others beside them: fewer are a row by chance
    chance: float = 0.5  # share of them that may be level with one of those nonetheless
    step: int = 6  # px between the widths of two columns of a grid: each is measured at its words
    digits: float = 0.1  # share of the letters in the columns of a grid: a table has more
    most_columns: int = 4  # beyond, things side by side are rows of a table


TREE = TreeThresholds()


@dataclass
class _Item:
    """A node before it is placed. `solid` is what it must not overlap: ink, for text."""

    solid: Box
    node: Text | Crop | Divider | Panel | Picture
    children: list["_Item"] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return isinstance(self.node, Panel | Picture)


def lay_out(
    perception: Perception, offsets: Offsets | None = None, thresholds: TreeThresholds = TREE
) -> Container:
    """The root of the page: a container as large as the mockup."""
    page = Box(0, 0, perception.width, perception.height)
    root = _Item(page, Panel(page, perception.background))
    bullets = [p.box for p in perception.panels if p.radius and p.box.height <= thresholds.bullet]
    holders = _holders(perception, thresholds.same_place)
    grounds = [holder.solid for holder in holders]
    rules = [rule.box for rule in perception.rules if rule.box.width > rule.box.height]
    found = read_paragraphs(perception.runs, offsets, bullets, grounds, rules)
    found, dividers = with_underlines(found, perception.rules)
    edges = [p.box.x for p in perception.panels] + [rule.box.x for rule in dividers]
    moved = [ink for ink, offset in (offsets or {}).items() if offset.dx]
    texts = flush(found, edges, moved, thresholds.flush)
    for holder in holders:
        _parent(holder, holders, root, thresholds.inside).children.append(holder)
    live = _without_invisible(root)
    items = [_Item(text.paragraph.ink, text) for text in texts]
    items += [_Item(rule.box, Divider(rule.box, rule.colour)) for rule in dividers]
    for item in items:
        _parent(item, live, root, thresholds.leaf_inside).children.append(item)
    tree = with_even_icons(with_controls(with_tables(_container(root, thresholds))))
    return on_spacing(with_lists(tree))


def _holders(perception: Perception, step: int) -> list[_Item]:
    """Panels and pictures, smallest first, each place once."""
    seen: set[tuple[int, int, int, int]] = set()
    found = []
    nodes: list[Panel | Picture] = [*perception.panels, *perception.pictures]
    for node in sorted(nodes, key=lambda each: each.box.area):
        box = node.box
        place = (box.x // step, box.y // step, box.right // step, box.bottom // step)
        if place not in seen:
            seen.add(place)
            found.append(_Item(box, node))
    return found


def _parent(item: _Item, holders: Sequence[_Item], root: _Item, slack: int) -> _Item:
    """The smallest holder around an item; `holders` go from small to large. A line set against a
    side of one is outside."""
    for holder in holders:
        if (
            holder is not item
            and holder.solid.area > item.solid.area
            and holder.solid.contains(item.solid, slack)
            and not _adjoins(item.solid, holder.solid)
        ):
            return holder
    return root


def _adjoins(box: Box, other: Box) -> bool:
    """Whether a box has no pixel in another."""
    across = min(box.right, other.right) > max(box.x, other.x)
    return not (across and min(box.bottom, other.bottom) > max(box.y, other.y))


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


def _container(item: _Item, thresholds: TreeThresholds) -> Container:
    """The container of a panel or picture, its children arranged."""
    picture = isinstance(item.node, Picture)
    panel = item.node if isinstance(item.node, Panel) else None
    if not item.children:
        return Container(item.solid, "column", (), panel, picture)
    inner = _arrange(item.children, thresholds)
    if isinstance(inner, Container) and inner.panel is None and not inner.picture:
        return Container(item.solid, inner.flow, inner.children, panel, picture)
    return Container(item.solid, "column", (inner,), panel, picture)


def _leaf(item: _Item, thresholds: TreeThresholds) -> Node:
    node = item.node
    if isinstance(node, Panel):
        return _container(item, thresholds)
    if isinstance(node, Picture):
        return _container(item, thresholds) if item.children else Crop(node.box)
    return node


def _arrange(items: list[_Item], thresholds: TreeThresholds) -> Node:
    if len(items) == 1:
        return _leaf(items[0], thresholds)
    rows, across = (_cut(items, thresholds.overlap, vertical=way) for way in (True, False))
    if len(rows.groups) > 1 and not _columns_first(items, rows, across, thresholds):
        groups = _with_columns(rows.groups, thresholds)
        if len(groups) == 1:
            return _bare("row", [_arrange(group, thresholds) for group in across.groups])
        return _bare("column", [_arrange(group, thresholds) for group in groups])
    if len(across.groups) > 1:
        return _bare("row", [_arrange(group, thresholds) for group in across.groups])
    back_to_front = sorted(items, key=lambda item: (not item.holds, -item.solid.area))
    return _bare("layers", [_leaf(item, thresholds) for item in back_to_front])


@dataclass(frozen=True)
class _Cut:
    groups: list[list[_Item]]
    gaps: list[int]


def _cut(items: list[_Item], overlap: int, *, vertical: bool) -> _Cut:
    """Groups that an empty line across the page (or down it) separates."""

    def span(item: _Item) -> tuple[int, int]:
        box = item.solid
        return (box.y, box.bottom) if vertical else (box.x, box.right)

    ordered = sorted(items, key=span)
    groups, gaps, end = [[ordered[0]]], [], span(ordered[0])[1]
    for item in ordered[1:]:
        start, stop = span(item)
        if start >= end - overlap:
            gaps.append(start - end)
            groups.append([item])
        else:
            groups[-1].append(item)
        end = max(end, stop)
    return _Cut(groups, gaps)


def _columns_first(
    items: list[_Item], rows: _Cut, across: _Cut, thresholds: TreeThresholds
) -> bool:
    """Whether the page reads as columns: wide gutters, few of them, several things in one; or
    things in them that are on no common lines."""
    if len(items) < 3 or not 1 < len(across.groups) <= thresholds.most_columns:
        return False
    wide = max(across.gaps) > thresholds.wider * max(rows.gaps)
    several = max(len(group) for group in across.groups) > 1
    return (wide and several) or _are_columns(across, thresholds)


def _are_columns(across: _Cut, thresholds: TreeThresholds) -> bool:
    """Whether two things side by side go down the page each on lines of its own, as an article and
    what is beside it do, and the cells of a table do not."""
    if len(across.groups) != 2 or across.gaps[0] < thresholds.gutter:
        return False
    one, other = across.groups
    return _go_apart(one, other, thresholds) or _go_apart(other, one, thresholds)


def _go_apart(few: list[_Item], many: list[_Item], thresholds: TreeThresholds) -> bool:
    """Whether things of one column are on lines of their own."""
    beside = [[o for o in many if _share_line(one.solid, o.solid)] for one in few]
    met = [(one, others) for one, others in zip(few, beside, strict=True) if others]
    level = sum(
        any(_are_level(one.solid, other.solid, thresholds) for other in others)
        for one, others in met
    )
    return len(met) >= thresholds.lines and level <= thresholds.chance * len(met)


def _is_grid(rows: Sequence[list[_Item]], across: _Cut, thresholds: TreeThresholds) -> bool:
    """Whether rows are cuts through columns of one width, as the parts of a footer are, and their
    things closer to those below than to those beside them."""
    boxes = [bounds(item.solid for item in row) for row in rows]
    down = [below.y - above.bottom for above, below in pairwise(boxes)]
    lefts = [min(item.solid.x for item in group) for group in across.groups]
    steps = [right - left for left, right in pairwise(lefts)]
    even = 1 < len(steps) < thresholds.most_columns and max(steps) - min(steps) <= thresholds.step
    full = all(len(group) > 1 for group in across.groups[:-1])
    words = [item.node for row in rows for item in row if isinstance(item.node, Text)]
    letters = "".join(word.paragraph.text for word in words)
    prose = sum(map(str.isdigit, letters)) <= thresholds.digits * len(letters)
    plain = len(words) == sum(map(len, rows))
    close = min(across.gaps) > thresholds.wider * max(down)
    return plain and even and full and prose and close


def _share_line(box: Box, other: Box) -> bool:
    return min(box.bottom, other.bottom) > max(box.y, other.y)


def _are_level(box: Box, other: Box, thresholds: TreeThresholds) -> bool:
    """Whether two boxes have their tops, middles or bottoms at one height, and are no line beside
    a part of the page."""
    short, tall = sorted((box.height, other.height))
    if tall > thresholds.taller * short:
        return False
    tops, bottoms = abs(box.y - other.y), abs(box.bottom - other.bottom)
    middles = abs(box.y + box.bottom - other.y - other.bottom) / 2
    return min(tops, bottoms, middles) <= thresholds.level


def _with_columns(rows: Sequence[list[_Item]], thresholds: TreeThresholds) -> list[list[_Item]]:
    """The rows, those together that are cuts through columns."""
    found: list[list[_Item]] = []
    at = 0
    while at < len(rows):
        most = at + 1
        together, best = list(rows[at]), list(rows[at])
        for end in range(at + 1, len(rows)):
            together = [*together, *rows[end]]
            across = _cut(together, thresholds.overlap, vertical=False)
            if len(across.groups) < 2:
                break
            if _are_columns(across, thresholds) or _is_grid(rows[at : end + 1], across, thresholds):
                best, most = together, end + 1
        found.append(best)
        at = most
    return found


def _bare(flow: Flow, children: Iterable[Node]) -> Container:
    kept = tuple(children)
    return Container(bounds(child.box for child in kept), flow, kept)
