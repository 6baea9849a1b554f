"""Tables that are drawn as a grid: outlined cells, each set against the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from workers.drafting.page import Container, Node, Text
from workers.imaging import Box, bounds


@dataclass(frozen=True)
class GridThresholds:
    """What is a grid of cells and not buttons or fields that adjoin. Px are CSS pixels."""

    cells: int = 6  # at least, in two rows and two columns: fewer are tiles or joined buttons
    tallest: int = 96  # px of a cell: what is taller is a tile
    adjoins: int = 2  # px between two cells, whose outlines are one line
    flush: int = 2  # px between the sides of cells under one another
    worded: float = 0.5  # share of the cells that have a text


GRIDS = GridThresholds()


@dataclass(frozen=True)
class Grid:
    """Cells by row, and where the columns' and the rows' lines are: one more than there are."""

    cells: tuple[tuple[Container, ...], ...]
    across: tuple[int, ...]
    down: tuple[int, ...]

    @property
    def box(self) -> Box:
        return bounds(cell.box for row in self.cells for cell in row)


def grid_of(nodes: Sequence[Node], limits: GridThresholds = GRIDS) -> Grid | None:
    """The grid that nodes are, its rows or its columns; None where they are none."""
    held = [_held(node) for node in nodes]
    if not held or len({len(cells) for cells in held}) != 1:
        return None
    rows = _from_above(held)
    lowest = min(len(rows), len(rows[0]) if rows else 0)
    if lowest < 2 or len(rows) * len(rows[0]) < limits.cells or not _fits(rows, limits):
        return None
    if not _has_words(rows, limits):
        return None
    lefts = [round(median(cell.box.x for cell in column)) for column in zip(*rows, strict=True)]
    right = round(median(row[-1].box.right for row in rows))
    tops = [round(median(cell.box.y for cell in row)) for row in rows]
    bottom = round(median(cell.box.bottom for cell in rows[-1]))
    return Grid(tuple(tuple(row) for row in rows), (*lefts, right), (*tops, bottom))


def is_cell(node: Node) -> bool:
    """Whether a thing may be a cell of a grid: it has an outline with square corners."""
    panel = node.panel if isinstance(node, Container) else None
    return panel is not None and panel.border is not None and not panel.radius


def content(cell: Container) -> Node | None:
    """What stands in a cell."""
    if len(cell.children) == 1:
        return cell.children[0]
    if not cell.children:
        return None
    return Container(bounds(child.box for child in cell.children), cell.flow, cell.children)


def _held(node: Node) -> list[Container]:
    if not isinstance(node, Container) or node.panel or node.picture or node.flow == "layers":
        return []
    cells = [child for child in node.children if isinstance(child, Container) and is_cell(child)]
    return cells if len(cells) == len(node.children) else []


def _from_above(held: Sequence[Sequence[Container]]) -> list[list[Container]]:
    """The cells by row, whether they came by row or by column."""
    first = held[0]
    by_row = len(first) < 2 or first[0].box.x < first[1].box.x
    return [list(each) for each in (held if by_row else zip(*held, strict=True))]


def _fits(rows: Sequence[Sequence[Container]], limits: GridThresholds) -> bool:
    low = all(cell.box.height <= limits.tallest for row in rows for cell in row)
    beside = all(
        abs(right.box.x - left.box.right) <= limits.adjoins
        and abs(right.box.y - left.box.y) <= limits.flush
        for row in rows
        for left, right in pairwise(row)
    )
    under = all(
        abs(below.box.y - above.box.bottom) <= limits.adjoins
        and abs(below.box.x - above.box.x) <= limits.flush
        for column in zip(*rows, strict=True)
        for above, below in pairwise(column)
    )
    return low and beside and under


def _has_words(rows: Sequence[Sequence[Container]], limits: GridThresholds) -> bool:
    cells = [cell for row in rows for cell in row]
    worded = sum(any(isinstance(part, Text) for part in cell.children) for cell in cells)
    return worded >= limits.worded * len(cells)
