"""Rows before they are a table: what stands in them, and what they say of columns and header."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from workers.drafting.page import (
    Alignment,
    Border,
    Container,
    Crop,
    Divider,
    Gradient,
    Node,
    Panel,
    Paragraph,
    Text,
)
from workers.imaging import Box, Colour, bounds


@dataclass(frozen=True)
class Band:
    """A row before the columns are known, perhaps on a panel of its own: `box` is inside of its
    outline."""

    cells: tuple[Node, ...]
    box: Box
    panel: Panel | None = None

    @property
    def fill(self) -> Colour | Gradient | None:
        return self.panel.fill if self.panel is not None else None

    @property
    def border(self) -> Border | None:
        return self.panel.border if self.panel is not None else None


def are_entries(rows: Sequence[tuple[Node | None, ...]], share: float) -> bool:
    """Whether most rows have a cell with a line under another, as the entries of a list have."""
    lined = sum(
        any(
            isinstance(cell, Container)
            and cell.flow == "column"
            and not cell.panel
            and sum(isinstance(part, Text) for part in cell.children) > 1
            for cell in cells
        )
        for cells in rows
    )
    return lined > share * len(rows)


def has_header(bands: Sequence[Band], mark: int) -> bool:
    """Whether the first row looks like no other: all texts of one colour, on a ground that no other
    row has or in looks that the next has not. The sizes and weights of short texts are not read
    alike."""
    first, second = (
        {_look(cell.paragraph) for cell in band.cells if isinstance(cell, Text)}
        for band in bands[:2]
    )
    plain = all(isinstance(cell, Text) or _is_mark(cell, mark) for cell in bands[0].cells)
    alone = bands[0].fill is not None and bands[0].fill not in [band.fill for band in bands[1:]]
    return plain and len({colour for *_, colour in first}) == 1 and (alone or not first & second)


def _is_mark(cell: Node, mark: int) -> bool:
    """Whether a thing is so small that it may stand over a column: a box to mark, an arrow."""
    small = max(cell.box.width, cell.box.height) <= mark
    return small and (isinstance(cell, Crop) or (isinstance(cell, Container) and not cell.children))


def _look(text: Paragraph) -> tuple[float, int, Colour]:
    return round(text.font.size), text.font.weight, text.colour


def alignment_of(cells: Sequence[Node | None], level: int) -> Alignment:
    """Which edges of a column's cells agree best: those of the body, where it has any; where its
    cells are as wide as each other, and so agree on all sides, those of the header with them."""
    body = [cell.box for cell in cells[1:] if cell is not None]
    if not body:
        return "left"
    spreads = _spreads(body)
    if max(spreads.values()) <= level:
        spreads = _spreads([cell.box for cell in cells if cell is not None])
        if min(spreads.values()) > 2 * level:  # the header stands elsewhere, and says nothing
            numbers = all(has_digit(cell) for cell in cells[1:] if cell is not None)
            return "right" if numbers else "left"
    best = min(spreads, key=lambda side: spreads[side])
    return best if spreads["left"] > spreads[best] + level else "left"


def has_digit(cell: Node | None) -> bool:
    return isinstance(cell, Text) and any(letter.isdigit() for letter in cell.paragraph.text)


def _spreads(boxes: Sequence[Box]) -> dict[Alignment, float]:
    """How far the edges and middles of boxes lie apart, in CSS pixels from their median."""

    def spread(of: Sequence[float]) -> float:
        middle = median(of)
        return max(abs(each - middle) for each in of)

    return {
        "left": spread([box.x for box in boxes]),
        "right": spread([box.right for box in boxes]),
        "center": spread([box.x + box.width / 2 for box in boxes]),
    }


def tracks_of(bands: Sequence[Band]) -> list[tuple[int, int]]:
    """The columns' extents, from left to right: what overlaps across the rows is in one. Beside a
    column that only the header has, at one side of the numbers under it, stands none."""
    spans = sorted((c.box.x, c.box.right) for band in bands for c in band.cells)
    tracks = [spans[0]]
    for left, right in spans[1:]:
        if left < tracks[-1][1]:
            tracks[-1] = (tracks[-1][0], max(tracks[-1][1], right))
        else:
            tracks.append((left, right))
    users = [{i for i, band in enumerate(bands) if _in(band, track)} for track in tracks]
    for at in range(len(tracks) - 2, -1, -1):
        one, other = users[at], users[at + 1]
        if not one & other and {0} in (one, other):
            tracks[at : at + 2] = [(tracks[at][0], tracks[at + 1][1])]
            users[at : at + 2] = [one | other]
    return tracks


def _in(band: Band, track: tuple[int, int]) -> tuple[Node, ...]:
    return tuple(cell for cell in band.cells if track[0] <= cell.box.x < track[1])


def cells_of(band: Band, tracks: Sequence[tuple[int, int]]) -> tuple[Node | None, ...]:
    found: list[Node | None] = []
    for track in tracks:
        nodes = _in(band, track)
        together = Container(bounds(n.box for n in nodes), "row", nodes) if nodes else None
        found.append(nodes[0] if len(nodes) == 1 else together)
    return tuple(found)


def shared_borders(bands: Sequence[Band]) -> tuple[Divider, ...]:
    """The lines between rows that have an outline each: those under the upper ones."""
    return tuple(
        Divider(Box(above.box.x, above.box.bottom, above.box.width, border.width), border.colour)
        for above, below in pairwise(bands)
        if (border := above.border) is not None
    )
