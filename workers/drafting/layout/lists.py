"""Lists: things of one kind under one another, a line or an even gap between them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from workers.drafting.layout.regular import regular, spread
from workers.drafting.page import Container, Crop, Divider, Flow, Items, Node, Text
from workers.drafting.perceive.shapes.fills import distance
from workers.imaging import Box, bounds


@dataclass(frozen=True)
class ListThresholds:
    """What is a list and not things that stand under one another by chance. Px are CSS pixels."""

    items: int = 3  # at least: two things alike are so by chance
    tallest: int = 130  # px of an item: taller things are sections and cards
    size: float = 0.13  # share by which the sizes of two texts alike differ: they are measured…
    picture: int = 6  # px by which the sides of two pictures or panels alike differ
    panel: int = 120  # px of a panel's width, that of a badge or a button, up to which words set it
    edge: int = 3  # px between the sides of things under one another: each is measured to a pixel
    rule: int = 2  # px between the ends of two rules of one list
    room: int = 4  # px by which the distances from two items to the rules around them differ
    uneven: float = 1.15  # times the least pitch of two rows without rules that the largest may be
    level: int = 4  # px between the middles of a name and its value
    quieter: int = 24  # levels less off its ground that a name is than its value…
    lighter: int = 150  # …or CSS weight less


LISTS = ListThresholds()


@dataclass(frozen=True)
class _Unit:
    """What may be an item: its nodes, and the rules over and under it."""

    nodes: tuple[Node, ...]
    above: Divider | None = None
    below: Divider | None = None

    @property
    def box(self) -> Box:
        return bounds(node.box for node in self.nodes)

    @property
    def over(self) -> int | None:
        """How far the rule above is, CSS pixels; None where there is none."""
        return self.box.y - self.above.box.bottom if self.above is not None else None

    @property
    def under(self) -> int | None:
        return self.below.box.y - self.box.bottom if self.below is not None else None


def with_lists(tree: Container, limits: ListThresholds = LISTS) -> Container:
    """The tree with each run of things alike made a list."""
    tree = _read_across(tree, limits)
    children = tuple(
        with_lists(child, limits) if isinstance(child, Container) else child
        for child in tree.children
    )
    if tree.flow == "column":
        children = tuple(_bare_if_only(child) for child in _listed(children, limits))
    return replace(tree, children=children)


def _bare_if_only(node: Node) -> Node:
    """A list in place of a group that holds nothing else."""
    if not isinstance(node, Container) or node.panel or node.picture or len(node.children) != 1:
        return node
    return node.children[0] if isinstance(node.children[0], Items) else node


def _listed(children: Sequence[Node], limits: ListThresholds) -> list[Node]:
    done: list[Node] = []
    at = 0
    while at < len(children):
        units = max((_ruled(children, at, limits), _bare(children, at, limits)), key=len)
        made = _items(units, limits, done[-1].box.bottom if done else None)
        if made is None:
            done.append(children[at])
            at += 1
            continue
        done.append(made)
        at += sum(len(unit.nodes) for unit in units)
        at += sum(unit.below is not None for unit in units)
    return done


def _ruled(children: Sequence[Node], at: int, limits: ListThresholds) -> list[_Unit]:
    """Units from `at` on that rules of one kind divide."""
    first = next((i for i in range(at, len(children)) if isinstance(children[i], Divider)), None)
    if first is None or first == at:
        return []
    rule, length = children[first], first - at
    assert isinstance(rule, Divider)
    over = children[at - 1] if at else None
    above = over if isinstance(over, Divider) and _same_rule(over, rule, limits) else None
    units: list[_Unit] = []
    while at + length <= len(children):
        nodes = tuple(children[at : at + length])
        if any(isinstance(node, Divider) for node in nodes):
            break
        end = at + length
        under = children[end] if end < len(children) else None
        same = under if isinstance(under, Divider) and _same_rule(under, rule, limits) else None
        units.append(_Unit(nodes, units[-1].below if units else above, same))
        if same is None:
            break
        at = end + 1
    apart = [replace(units[0], above=None), *units[1:]]  # the line over the first may be another's
    return max((_alike_from_start(each, limits) for each in (units, apart)), key=len)


def _bare(children: Sequence[Node], at: int, limits: ListThresholds) -> list[_Unit]:
    """Rows from `at` on with nothing between them."""
    units: list[_Unit] = []
    for child in children[at:]:
        bare = isinstance(child, Container) and child.panel is None and not child.picture
        if not isinstance(child, Container) or not bare or child.flow != "row":
            break
        units.append(_Unit((child,)))
    return _alike_from_start(units, limits)


def _same_rule(one: Divider, other: Divider, limits: ListThresholds) -> bool:
    a, b = one.box, other.box
    flat = a.width > a.height and b.width > b.height
    return flat and max(abs(a.x - b.x), abs(a.right - b.right)) <= limits.rule


def _alike_from_start(units: list[_Unit], limits: ListThresholds) -> list[_Unit]:
    """The units up to the first that is unlike the ones before, each read the same way."""
    best: list[_Unit] = []
    for read in (_as_cut, _in_lines):
        kept: list[_Unit] = []
        for unit in units:
            read_unit = read(unit)
            if read_unit is None or (kept and not _alike(kept[0], read_unit, limits)):
                break
            kept.append(read_unit)
        best = max(best, kept, key=len)
    return best


def _as_cut(unit: _Unit) -> _Unit | None:
    return unit


def _in_lines(unit: _Unit) -> _Unit | None:
    """A row as what leads it and, beside that, the lines of all the rest."""
    (row, *more) = unit.nodes
    if more or not isinstance(row, Container) or row.flow != "row" or row.panel:
        return None
    lead, *rest = row.children
    if isinstance(lead, Text) or not rest:
        return None
    lines: list[list[Node]] = []
    for leaf in sorted(_leaves(rest), key=lambda node: node.box.y):
        if lines and leaf.box.y < max(node.box.bottom for node in lines[-1]):
            lines[-1].append(leaf)
        else:
            lines.append([leaf])
    made: list[Node] = []
    for line in lines:
        line.sort(key=lambda node: node.box.x)
        if any(one.box.right > other.box.x for one, other in pairwise(line)):
            return None
        made.append(line[0] if len(line) == 1 else _group("row", line))
    body = made if len(made) == 1 else [_group("column", made)]
    return replace(unit, nodes=(_group("row", [lead, *body]),))


def _leaves(nodes: Sequence[Node]) -> list[Node]:
    found: list[Node] = []
    for node in nodes:
        bare = isinstance(node, Container) and not (node.panel or node.picture)
        found += _leaves(node.children) if isinstance(node, Container) and bare else [node]
    return found


def _group(flow: Flow, nodes: Sequence[Node]) -> Container:
    return Container(bounds(node.box for node in nodes), flow, tuple(nodes))


def _alike(one: _Unit, other: _Unit, limits: ListThresholds) -> bool:
    same = len(one.nodes) == len(other.nodes)
    rooms = (one.over, other.over), (one.under, other.under)
    even = all(a is None or b is None or abs(a - b) <= limits.room for a, b in rooms)
    return (
        same
        and even
        and all(
            _same_kind(a, b, limits) and _aligned(a.box, b.box, limits)
            for a, b in zip(one.nodes, other.nodes, strict=True)
        )
    )


def _same_kind(one: Node, other: Node, limits: ListThresholds) -> bool:
    """Whether two things have one structure, and about one size where words do not set it."""
    if isinstance(one, Text) and isinstance(other, Text):
        sizes = one.paragraph.font.size, other.paragraph.font.size
        return abs(sizes[0] - sizes[1]) <= limits.size * max(sizes)
    solid = [isinstance(node, Crop) or _is_solid(node) for node in (one, other)]
    if all(solid):
        worded = max(one.box.width, other.box.width) <= limits.panel and all(
            isinstance(node, Container) for node in (one, other)
        )
        wide = worded or abs(one.box.width - other.box.width) <= limits.picture
        return wide and abs(one.box.height - other.box.height) <= limits.picture
    if any(solid) or not isinstance(one, Container) or not isinstance(other, Container):
        return False
    same = one.flow == other.flow != "layers" and len(one.children) == len(other.children)
    return same and all(
        _same_kind(a, b, limits) and _aligned(a.box, b.box, limits)
        for a, b in zip(one.children, other.children, strict=True)
    )


def _is_solid(node: Node) -> bool:
    return isinstance(node, Container) and (node.panel is not None or node.picture)


def _aligned(one: Box, other: Box, limits: ListThresholds) -> bool:
    """Whether two things under one another share a side or a middle."""
    middles = abs(2 * one.x + one.width - 2 * other.x - other.width) / 2
    return min(abs(one.x - other.x), abs(one.right - other.right), middles) <= limits.edge


def _items(units: Sequence[_Unit], limits: ListThresholds, top: int | None) -> Items | None:
    """The list of these units, or None where they are none; it begins below `top`."""
    if len(units) < limits.items or any(unit.box.height > limits.tallest for unit in units):
        return None
    ruled = [unit for unit in units if unit.below is not None]
    if not ruled and not all(_is_entry(unit) for unit in units):
        return None
    steps = [below.box.y - above.box.y for above, below in pairwise(units)]
    if not ruled and max(steps) > limits.uneven * min(steps):
        return None
    boxes = _boxes(units, top)
    items = regular([_item(unit, box) for unit, box in zip(units, boxes, strict=True)], limits.edge)
    rule = next((unit.below for unit in ruled if unit.below), None)
    return Items(
        bounds(boxes),
        items,
        tuple(unit.below is not None for unit in units),
        rule.colour if rule else None,
        rule.box.height if rule else 1,
        terms=_are_terms(items, limits),
    )


def _is_entry(unit: _Unit) -> bool:
    """Whether a row without rules is more than words beside one another: it has a picture or a
    panel, or is a name and its value. Cards beside one another are a row of their own."""
    (row,) = unit.nodes
    leaves = _leaves([row])
    if all(isinstance(leaf, Container) and leaf.children for leaf in leaves):
        return False
    return any(not isinstance(leaf, Text) for leaf in leaves) or len(leaves) == 2


def _item(unit: _Unit, box: Box) -> Container:
    only = unit.nodes[0] if len(unit.nodes) == 1 else None
    if isinstance(only, Container) and not only.panel and not only.picture:
        return replace(only, box=box)
    return Container(box, "column", unit.nodes)


def _boxes(units: Sequence[_Unit], top: int | None) -> list[Box]:
    """The room of each item: from rule to rule, the lower included; else just what is in it."""
    whole = bounds(unit.box for unit in units)
    rules = [rule for unit in units for rule in (unit.above, unit.below) if rule is not None]
    if not rules:
        return [Box(whole.x, unit.box.y, whole.width, unit.box.height) for unit in units]
    whole = bounds([whole, *(Box(r.box.x, whole.y, r.box.width, 1) for r in rules)])
    over = [unit.over for unit in units if unit.over is not None]
    under = [unit.under for unit in units if unit.under is not None]
    found = []
    for unit in units:
        start = unit.box.y - round(median(over)) if over else unit.box.y
        start = unit.above.box.bottom if unit.above is not None else max(start, top or 0)
        end = unit.box.bottom + (round(median(under)) if under else 0)
        end = unit.below.box.bottom if unit.below is not None else end
        found.append(Box(whole.x, start, whole.width, end - start))
    return found


def _are_terms(items: Sequence[Container], limits: ListThresholds) -> bool:
    """Whether each item is a name and, louder, its value."""
    pairs = [
        (item.children[0], item.children[1])
        for item in items
        if item.flow == "row" and len(item.children) == 2
    ]
    return len(pairs) == len(items) and _are_quieter(pairs, limits)


def _are_quieter(pairs: Sequence[tuple[Node, Node]], limits: ListThresholds) -> bool:
    """Whether of each pair the first is a text quieter than the second, or ends in a colon."""
    texts = [(a, b) for a, b in pairs if isinstance(a, Text) and isinstance(b, Text)]
    if len(texts) < len(pairs) or not pairs:
        return False
    if all(name.paragraph.text.endswith(":") for name, _ in texts):
        return True
    fainter = median(_contrast(value) - _contrast(name) for name, value in texts)
    weight: Callable[[Text], int] = lambda text: text.paragraph.font.weight  # noqa: E731
    lighter = median(weight(value) - weight(name) for name, value in texts)
    return fainter >= limits.quieter or (fainter >= 0 and lighter >= limits.lighter)


def _contrast(text: Text) -> float:
    run = text.paragraph.lines[0].runs[0].run
    return distance(text.paragraph.colour, run.background)


def _read_across(tree: Container, limits: ListThresholds) -> Container:
    """A column of names beside one of their values as rows of both, what stands over the names
    before them."""
    if tree.flow != "row" or len(tree.children) != 2:
        return tree
    left, right = (
        child.children if isinstance(child, Container) and not _is_solid(child) else ()
        for child in tree.children
    )
    if len(right) < limits.items or not all(isinstance(node, Text) for node in (*left, *right)):
        return tree
    rows: list[Node] = []
    pairs: list[tuple[Node, Node]] = []
    values = list(right)
    for name in left:
        value = next((node for node in values if _is_level(name.box, node.box, limits)), None)
        if value is None:
            rows.append(name)
            continue
        values.remove(value)
        pairs.append((name, value))
        rows.append(_group("row", (name, value)))
    lefts = spread([name.box.x for name, _ in pairs])
    if values or lefts > limits.edge or not _are_quieter(pairs, limits):
        return tree
    return replace(tree, flow="column", children=tuple(rows))


def _is_level(one: Box, other: Box, limits: ListThresholds) -> bool:
    return abs(2 * one.y + one.height - 2 * other.y - other.height) <= 2 * limits.level
