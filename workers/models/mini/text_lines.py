"""How Kimi mini is told where the text of a mockup stands: one line of cells for each.

The words stay here. `modelserver.mini.lines` writes the same lines for training, and a test holds
the two together.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

WIDTH, HEIGHT = 448, 616  # px of the mockups that the model knows
LINES = 48  # the most it is told of
CELL, STEP = 14, 2  # px to a cell of x, y and w, and of h
COLUMNS, ROWS, WIDTHS, HEIGHTS = 32, 44, 33, 24  # cells


@dataclass(frozen=True)
class JoiningThresholds:
    """Which lines share a row, and which of these are one, on the pages of training."""

    shared: float = 0.5  # of the smaller height that they have in common
    apart: float = 12  # px of a mockup that is WIDTH wide: two texts are at least as far apart…
    space: float = 0.9  # …and large ones as much of their height, which a space may take


JOINING = JoiningThresholds()


@dataclass(frozen=True)
class TextLine:
    """Words and their ink, in px of a mockup that is WIDTH wide."""

    words: str
    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height


def in_reading_order(
    lines: Sequence[TextLine], thresholds: JoiningThresholds = JOINING
) -> list[TextLine]:
    """By rows from the top, in a row from the left.

    A line is in the row whose first line it overlaps by half of the smaller height: ink on one
    baseline begins and ends at different heights.
    """
    rows: list[list[TextLine]] = []
    for line in sorted(lines, key=lambda line: line.y):
        if rows and _is_beside(rows[-1][0], line, thresholds):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda line: line.x)]


def joined(lines: Sequence[TextLine], thresholds: JoiningThresholds = JOINING) -> list[TextLine]:
    """Lines in reading order with those made one that were read in parts: they stand in a row,
    closer than two texts do."""
    whole: list[TextLine] = []
    for line in lines:
        last = whole[-1] if whole else None
        if last and _is_beside(last, line, thresholds) and _are_close(last, line, thresholds):
            whole[-1] = _join(last, line)
        else:
            whole.append(line)
    return whole


def describe(lines: Sequence[TextLine]) -> str:
    """The text of a request: `{{0}} x3 y2 w5 h9` and a line break for each line, numbered."""
    return "".join(f"{mark(number)}{_place(line)}\n" for number, line in enumerate(lines))


def mark(number: int) -> str:
    """What stands for the words of a line."""
    return "{{" + str(number) + "}}"


def _place(line: TextLine) -> str:
    x, y = _cell(line.x, CELL, COLUMNS), _cell(line.y, CELL, ROWS)
    width, height = _cell(line.width, CELL, WIDTHS), _cell(line.height, STEP, HEIGHTS)
    return f" x{x} y{y} w{width} h{height}"


def _cell(pixels: float, size: int, count: int) -> int:
    return min(max(int(pixels // size), 0), count - 1)


def _is_beside(first: TextLine, line: TextLine, thresholds: JoiningThresholds) -> bool:
    shared = min(first.bottom, line.bottom) - max(first.y, line.y)
    return shared > thresholds.shared * min(first.height, line.height)


def _are_close(left: TextLine, right: TextLine, thresholds: JoiningThresholds) -> bool:
    apart = max(thresholds.apart, thresholds.space * min(left.height, right.height))
    return abs(right.x - left.right) < apart


def _join(left: TextLine, right: TextLine) -> TextLine:
    top, bottom = min(left.y, right.y), max(left.bottom, right.bottom)
    return replace(
        left,
        words=f"{left.words} {right.words}",
        y=top,
        width=max(left.right, right.right) - left.x,
        height=bottom - top,
    )
