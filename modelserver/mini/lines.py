"""How the text lines of a mockup are told to Kimi mini: where each stands, not what it says.

Layout does not depend on the words, so any text in any language is within reach. Standard library
only; the service writes the same lines.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from modelserver.mini.vocabulary import COLUMNS, HEIGHTS, ROWS, WIDTHS, line

CELL = 14  # CSS px of a step of x, y and w
STEP = 2  # CSS px of a step of h


@dataclass(frozen=True)
class LineBox:
    """The ink of one line of text, in CSS px."""

    x: float
    y: float
    width: float
    height: float


def reading_order(boxes: Sequence[LineBox]) -> list[int]:
    """Indices by rows from the top, within a row from the left.

    A line belongs to the row whose first line it overlaps by half of the smaller height: the ink of
    words on one baseline begins and ends at different heights.
    """
    rows: list[list[int]] = []
    for index in sorted(range(len(boxes)), key=lambda index: boxes[index].y):
        if rows and _share_row(boxes[rows[-1][0]], boxes[index]):
            rows[-1].append(index)
        else:
            rows.append([index])
    return [index for row in rows for index in sorted(row, key=lambda index: boxes[index].x)]


def _share_row(first: LineBox, second: LineBox) -> bool:
    bottom = min(first.y + first.height, second.y + second.height)
    return bottom - max(first.y, second.y) > 0.5 * min(first.height, second.height)


def line_tokens(number: int, box: LineBox) -> tuple[str, ...]:
    """The tokens of one prompt line: `{{0}} x3 y2 w5 h9` and a line break."""
    return (
        line(number),
        f" x{_cell(box.x, CELL, COLUMNS)}",
        f" y{_cell(box.y, CELL, ROWS)}",
        f" w{_cell(box.width, CELL, WIDTHS)}",
        f" h{_cell(box.height, STEP, HEIGHTS)}",
        "\n",
    )


def _cell(pixels: float, step: int, count: int) -> int:
    return min(max(int(pixels // step), 0), count - 1)
