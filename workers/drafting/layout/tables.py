"""Tables: rows one above the other whose cells stand in common columns."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from workers.drafting.layout.bands import (
    Band,
    alignment_of,
    are_entries,
    cells_of,
    has_digit,
    has_header,
    shared_borders,
    tracks_of,
)
from workers.drafting.layout.grids import Grid, content, grid_of
from workers.drafting.page import (
    Border,
    Column,
    Container,
    Divider,
    Gradient,
    Node,
    Row,
    Table,
)
from workers.imaging import Box, Colour, bounds, grow


@dataclass(frozen=True)
class TableThresholds:
    """What is a table and not a list or a row of cards. Px are CSS pixels."""

    rows: int = 3  # at least, the header among them: two things alike are one by chance
    columns: int = 3  # at least: two are a list of names and values…
    titled: int = 2  # …where no header says what is in them
    tallest: int = 96  # px of a cell, or between two rows: what is taller is a card
    filled: float = 0.5  # share of the columns that a row has a cell in
    level: int = 1  # px by which cells are flush left rather than right: each is measured to one
    ruled: float = 0.5  # share of the rows with a rule below, or a ground, that say "table"
    numeric: float = 0.6  # share of a column's cells with a digit that make it one of numbers
    spaced: int = 16  # px between rows that are a panel each: farther apart they are cards
    adjoins: int = 2  # px between two outlined rows of a table, whose outlines are one line
    broad: float = 0.6  # share of the rows' width that a rule between them has
    uneven: float = 1.8  # times the least pitch of two rows that the largest may be
    mark: int = 26  # px of a box to mark, which may stand over a column of such
    entries: float = 0.5  # share of the rows with a cell of two lines that say "list" of no header
    nearly: int = 3  # px from a row to the end of its room: its text is not quite in its middle
    outline: int = 4  # px between a grid of cells and a panel that is its outline


TABLES = TableThresholds()


def with_tables(tree: Container, limits: TableThresholds = TABLES) -> Container:
    """The tree with each run of rows that is a table made one."""
    children = _of_rows(tree, limits) if tree.flow == "column" else list(tree.children)
    return replace(tree, children=tuple(_tabulated(child, limits) for child in children))


def _tabulated(node: Node, limits: TableThresholds) -> Node:
    if not isinstance(node, Container):
        return node
    grid = grid_of(node.children) if node.flow != "layers" else None
    if grid is not None:
        node = replace(node, flow="column", children=(_of_grid(grid, limits),))
    elif node.flow == "row" and (table := _of_columns(node, limits)) is not None:
        return table
    found = with_tables(node, limits)
    only = found.children[0] if len(found.children) == 1 else None
    return only if isinstance(only, Table) and _is_but(found, only, limits) else found


def _is_but(holder: Container, table: Table, limits: TableThresholds) -> bool:
    """Whether a container is nothing else than the table in it: bare, or the outline that the
    table's own lines are."""
    if holder.picture:
        return False
    return holder.panel is None or (table.grid and _is_near(holder.box, table.box, limits.outline))


def _is_near(one: Box, other: Box, slack: int) -> bool:
    return one.contains(other, slack) and other.contains(one, slack)


def _of_grid(grid: Grid, limits: TableThresholds) -> Table:
    """The table that outlined cells are."""
    contents = [[content(cell) for cell in row] for row in grid.cells]
    bands = [
        Band(tuple(cell for cell in cells if cell is not None), row[0].box)
        for row, cells in zip(grid.cells, contents, strict=True)
    ]
    fills = [_one_of([cell.panel.fill for cell in row if cell.panel]) for row in grid.cells]
    alone = len(set(fills)) > 1 and fills[0] not in fills[1:] and fills[0] is not None
    header = alone or has_header(bands, limits.mark)
    panel = grid.cells[0][0].panel
    rule = panel.border if panel else None
    rows = tuple(
        Row(top, bottom, tuple(cells), fill, rule)
        for (top, bottom), cells, fill in zip(pairwise(grid.down), contents, fills, strict=True)
    )
    columns = tuple(
        _column_of(left, right, [cells[at] for cells in contents], limits)
        for at, (left, right) in enumerate(pairwise(grid.across))
    )
    return Table(grid.box, columns, rows, header, grid=True)


def _one_of(fills: Sequence[Colour | Gradient | None]) -> Colour | Gradient | None:
    return fills[0] if len(set(fills)) == 1 else None


def _column_of(
    left: int, right: int, cells: Sequence[Node | None], limits: TableThresholds
) -> Column:
    alignment = alignment_of(cells, limits.level)
    boxes = [cell.box for cell in cells if cell is not None]
    room = [box.x - left if alignment == "left" else right - box.right for box in boxes]
    inset = 0 if alignment == "center" else max(0, min(room, default=0))
    return Column(left, right, inset, alignment)


def _of_rows(tree: Container, limits: TableThresholds) -> list[Node]:
    """What a column holds, each run of rows and rules that is a table in one."""
    children, room = tree.children, _room(tree)
    done: list[Node] = []
    at = 0
    while at < len(children):
        end = at
        while end < len(children) and _is_row_or_rule(children[end], limits):
            end += 1
        grid = grid_of(children[at:end])
        if grid is not None:
            done.append(_of_grid(grid, limits))
            at = end
            continue
        table = _table_of(children[at:end], limits) if _band(children[at], limits) else None
        if table is not None and not table.spacing:
            floor = done[-1].box.bottom if done else room.y if room else None
            below = room.bottom if room else None
            ceiling = children[end].box.y if end < len(children) else below
            table = _between(table, floor, ceiling, limits)
        done.append(children[at] if table is None else table)
        at = at + 1 if table is None else end
    return done


def _room(tree: Container) -> Box | None:
    """What of a panel is inside of its outline; None where nothing says where it ends."""
    if tree.panel is None:
        return None
    return grow(tree.box, -tree.panel.border.width) if tree.panel.border else tree.box


def _between(
    table: Table, floor: int | None, ceiling: int | None, limits: TableThresholds
) -> Table:
    """The table, its first row begun and its last ended where what is around it leaves room, and
    at the very end of that where they are nearly."""
    rows = list(table.rows)
    if floor is not None and rows[0].top - floor <= limits.nearly:
        rows[0] = replace(rows[0], top=floor)
    if ceiling is not None and ceiling - rows[-1].bottom <= limits.nearly:
        rows[-1] = replace(rows[-1], bottom=ceiling)
    box = table.box
    box = Box(box.x, rows[0].top, box.width, rows[-1].bottom - rows[0].top)
    return replace(table, box=box, rows=tuple(rows))


def _is_row_or_rule(node: Node, limits: TableThresholds) -> bool:
    return _band(node, limits) is not None or (
        isinstance(node, Divider) and node.box.width > node.box.height
    )


def _band(node: Node, limits: TableThresholds) -> Band | None:
    """A row of things low enough to be cells, bare or on a ground."""
    if not isinstance(node, Container) or node.picture or node.box.height > limits.tallest:
        return None
    inner = node.children[0] if len(node.children) == 1 else node
    row = inner if isinstance(inner, Container) and inner.panel is None else node
    border = node.panel.border.width if node.panel and node.panel.border else 0
    box = grow(node.box, -border)
    return Band(row.children, box, node.panel) if row.flow == "row" else None


def _of_columns(row: Container, limits: TableThresholds) -> Table | None:
    """A table that was cut down its gutters first: columns with as many things at like heights."""
    if row.panel is not None or len(row.children) < limits.columns:
        return None
    columns = [
        child.children if isinstance(child, Container) and child.panel is None else ()
        for child in row.children
    ]
    if len({len(column) for column in columns}) != 1:
        return None
    bands = []
    for cells in zip(*columns, strict=True):
        if any(isinstance(cell, Divider) for cell in cells):
            return None
        bands.append(Band(tuple(cells), bounds(cell.box for cell in cells)))
    apart = all(above.box.bottom <= below.box.y for above, below in pairwise(bands))
    low = all(band.box.height <= limits.tallest for band in bands)
    return _table(bands, (), limits) if apart and low else None


def _table_of(nodes: Sequence[Node], limits: TableThresholds) -> Table | None:
    bands = [band for node in nodes if (band := _band(node, limits)) is not None]
    rules = tuple(node for node in nodes if isinstance(node, Divider))
    return _table(bands, rules, limits)


def _table(
    bands: Sequence[Band], rules: tuple[Divider, ...], limits: TableThresholds
) -> Table | None:
    """The table of these rows, or None where they are none."""
    if len(bands) < limits.rows or any(
        isinstance(cell, Divider) for band in bands for cell in band.cells
    ):
        return None
    width = bounds(band.box for band in bands).width
    spacing = _spacing(bands, limits)
    if not spacing and _are_cards(bands, limits):
        return None
    rules = tuple(rule for rule in rules if rule.box.width >= limits.broad * width)
    rules += shared_borders(bands)
    tracks = tracks_of(bands)
    rows = [cells_of(band, tracks) for band in bands]
    filled = min(sum(cell is not None for cell in cells) for cells in rows)
    header = has_header(bands, limits.mark)
    least = limits.titled if header else limits.columns
    if len(tracks) < least or filled < limits.filled * len(tracks):
        return None
    if not header and are_entries(rows, limits.entries):
        return None
    if not _says_table(bands, rules, rows, limits, header=header):
        return None
    if _are_apart(bands, limits, header=header):
        return None
    if spacing:
        return _of_panels(bands, tracks, rows, spacing, limits)
    box = bounds([*(band.box for band in bands), *(rule.box for rule in rules)])
    tops = _edges(bands, rules)
    lines = {rule.box.bottom: Border(rule.box.height, rule.colour) for rule in reversed(rules)}
    made = tuple(
        Row(top, bottom, cells, band.fill, lines.get(bottom))
        for (top, bottom), cells, band in zip(pairwise(tops), rows, bands, strict=True)
    )
    box = Box(box.x, tops[0], box.width, tops[-1] - tops[0])
    columns = _columns(box, tracks, rows, limits)
    return Table(box, columns, made, header)


def _spacing(bands: Sequence[Band], limits: TableThresholds) -> int:
    """The distance between rows that are a panel of one look each, below a header perhaps; 0 where
    they are none: cards have less in common, and more room around them."""
    body = bands[1:] if bands[0].panel is None else bands
    panels = [band.panel for band in body if band.panel is not None]
    if len(panels) != len(body) or len(body) < limits.rows:
        return 0
    first = panels[0]
    alike = first.border is None and all(
        (one.fill, one.border, one.radius) == (first.fill, first.border, first.radius)
        and abs(one.box.x - first.box.x) <= limits.adjoins
        and abs(one.box.right - first.box.right) <= limits.adjoins
        for one in panels
    )
    gaps = [below.box.y - above.box.bottom for above, below in pairwise(panels)]
    even = max(gaps) - min(gaps) <= limits.adjoins and 0 < max(gaps) <= limits.spaced
    full = len({len(band.cells) for band in bands}) == 1 and len(body[0].cells) >= limits.columns
    return round(median(gaps)) if alike and even and full else 0


def _of_panels(
    bands: Sequence[Band],
    tracks: Sequence[tuple[int, int]],
    rows: Sequence[tuple[Node | None, ...]],
    spacing: int,
    limits: TableThresholds,
) -> Table:
    """The table whose rows are panels, its box with the room that is before and after them."""
    panels = [band.panel for band in bands if band.panel is not None]
    header = len(panels) < len(bands)
    ends = [(band.box.y, band.box.bottom) for band in bands]
    if header:
        ends[0] = (ends[0][0], ends[1][0] - spacing)
    made = tuple(
        Row(top, bottom, cells, band.fill)
        for (top, bottom), cells, band in zip(ends, rows, bands, strict=True)
    )
    across = bounds(panel.box for panel in panels)
    box = Box(across.x, ends[0][0], across.width, ends[-1][1] - ends[0][0])
    columns = _columns(box, tracks, rows, limits)
    around = replace(box, y=box.y - spacing, height=box.height + 2 * spacing)
    radius = panels[0].radius
    return Table(around, columns, made, header, spacing=spacing, radius=radius)


def _are_cards(bands: Sequence[Band], limits: TableThresholds) -> bool:
    """Whether any of the rows is a card by itself: outlined, or round, and not set against the
    next along all of its side, as the outlines of a table's rows are."""
    panels = [band.panel for band in bands]
    if all(panel is None or not (panel.border or panel.radius) for panel in panels):
        return False
    return not all(
        above is not None
        and below is not None
        and above.border is not None
        and below.border is not None
        and abs(below.box.y - above.box.bottom) <= limits.adjoins
        and abs(below.box.x - above.box.x) <= limits.adjoins
        and abs(below.box.right - above.box.right) <= limits.adjoins
        for above, below in pairwise(panels)
    )


def _says_table(
    bands: Sequence[Band],
    rules: Sequence[Divider],
    rows: Sequence[tuple[Node | None, ...]],
    limits: TableThresholds,
    *,
    header: bool,
) -> bool:
    """Whether anything but the columns says "table": rules, grounds, a header over numbers."""
    grounds = sum(band.fill is not None for band in bands)
    if max(len(rules), 2 * grounds) >= limits.ruled * len(bands):
        return True
    body = rows[1:]
    numeric = any(
        sum(has_digit(cells[at]) for cells in body) >= limits.numeric * len(body)
        for at in range(len(rows[0]))
    )
    return header and numeric


def _are_apart(bands: Sequence[Band], limits: TableThresholds, *, header: bool) -> bool:
    """Whether rows stand apart like things that are not of one table. The header may be farther
    from the next than others."""
    body = bands[1:] if header else bands
    steps = [below.box.y - above.box.y for above, below in pairwise(body)]
    gaps = [below.box.y - above.box.bottom for above, below in pairwise(bands)]
    far = max(gaps) > limits.tallest
    return far or (bool(steps) and max(steps) > limits.uneven * min(steps))


def _edges(bands: Sequence[Band], rules: Sequence[Divider]) -> list[int]:
    """The tops of the rows and the bottom of the last. A row ends below its rule, or with its
    ground, or where the next one's begins, or half way to it; the first and the last are as far
    out as in."""
    edges = []
    for above, below in pairwise(bands):
        under = [r.box.bottom for r in rules if above.box.bottom <= r.box.y < below.box.y]
        edge = round((above.box.bottom + below.box.y) / 2)
        if (above.fill is None) != (below.fill is None):
            edge = below.box.y if above.fill is None else above.box.bottom
        edges.append(under[0] if under else edge)
    first, last = bands[0].box, bands[-1].box
    over = [r.box.bottom for r in rules if r.box.bottom <= first.y]
    under = [r.box.bottom for r in rules if r.box.y >= last.bottom]
    top = max(over) if over else first.y - (0 if bands[0].fill else edges[0] - first.bottom)
    bottom = min(under) if under else last.bottom + (0 if bands[-1].fill else last.y - edges[-1])
    return [top, *edges, bottom]


def _columns(
    box: Box,
    tracks: Sequence[tuple[int, int]],
    rows: Sequence[tuple[Node | None, ...]],
    limits: TableThresholds,
) -> tuple[Column, ...]:
    """The columns side by side. Each begins an inset left of its leftmost cell, or where the one
    before, whose cells are flush right, has the same inset behind them."""
    alignments = [
        alignment_of([cells[at] for cells in rows], limits.level) for at in range(len(tracks))
    ]
    inset = max(0, tracks[0][0] - box.x)
    edges = [box.x]
    for (_, before), (left, _), sides in zip(
        tracks, tracks[1:], pairwise(alignments), strict=False
    ):
        middle = round((before + left) / 2)
        wanted = before + inset if sides[0] == "right" else left - inset
        clear = sides != ("right", "left") and "center" not in sides
        edges.append(wanted if clear and before <= wanted <= left else middle)
    edges.append(box.right)
    made = []
    for (left, right), (start, end), alignment in zip(
        tracks, pairwise(edges), alignments, strict=True
    ):
        room = left - start if alignment == "left" else end - right
        made.append(Column(start, end, 0 if alignment == "center" else max(0, room), alignment))
    return tuple(made)
