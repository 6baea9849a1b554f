"""Icons of one column as large as one another: each is cut out to its own ink, but was drawn in a
square that all have."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from workers.drafting.page import Container, Crop, Node, Text
from workers.imaging import Box, bounds


@dataclass(frozen=True)
class IconThresholds:
    """Which pictures are icons before the labels of one column. Px are CSS pixels."""

    largest: int = 32  # px of a side: larger ones are pictures
    labels: int = 2  # px that the left sides of the labels may differ: they are measured
    icons: int = 3  # rows with an icon that are a column: fewer are so by chance


ICONS = IconThresholds()


def with_even_icons(root: Container, thresholds: IconThresholds = ICONS) -> Container:
    """The page with the icons of each column in it cut out to one size."""
    held = (
        with_even_icons(child, thresholds) if isinstance(child, Container) else child
        for child in root.children
    )
    children = tuple(held)
    if root.flow == "column":
        children = _even(children, thresholds)
    return replace(root, children=children)


def _even(children: tuple[Node, ...], thresholds: IconThresholds) -> tuple[Node, ...]:
    """The children, those that are rows of an icon and a label with icons of one size."""
    rows = [row for child in children if (row := _row(child, thresholds)) is not None]
    found = {id(row): row for row in rows}
    for group in _by_label(rows, thresholds):
        boxes = [row.children[0].box for row in group]
        left, right = min(box.x for box in boxes), max(box.right for box in boxes)
        high = max(box.height for box in boxes)
        fits = right - left <= thresholds.largest and right <= group[0].children[1].box.x
        if len(group) < thresholds.icons or not fits:
            continue
        for row in group:
            middle = row.children[0].box.y + row.children[0].box.height // 2
            found[id(row)] = _with_icon(row, Box(left, middle - high // 2, right - left, high))
    made = tuple(found.get(id(child), child) for child in children)
    clear = all(below.box.y >= above.box.bottom for above, below in pairwise(made))
    return made if clear else children


def _row(node: Node, thresholds: IconThresholds) -> Container | None:
    """The node if it is a row that begins with an icon and its label."""
    if not isinstance(node, Container) or node.flow != "row" or len(node.children) < 2:
        return None
    icon, label = node.children[:2]
    small = max(icon.box.width, icon.box.height) <= thresholds.largest
    return node if isinstance(icon, Crop) and isinstance(label, Text) and small else None


def _by_label(rows: Sequence[Container], thresholds: IconThresholds) -> list[list[Container]]:
    """The rows whose labels begin at one place."""
    groups: list[list[Container]] = []
    for row in rows:
        left = row.children[1].box.x
        near = (g for g in groups if abs(g[0].children[1].box.x - left) <= thresholds.labels)
        home = next(near, None)
        if home is None:
            groups.append([row])
        else:
            home.append(row)
    return groups


def _with_icon(row: Container, box: Box) -> Container:
    children = (Crop(box), *row.children[1:])
    whole = bounds(child.box for child in children)
    return replace(row, children=children, box=row.box if row.panel else whole)
