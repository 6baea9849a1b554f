"""What is one line by its shape, at each scale."""

import numpy as np
import pytest

from workers.imaging import Box
from workers.scoring.line_shape import in_lines, is_line

WORD = Box(20, 20, 40, 12)


@pytest.mark.parametrize(
    ("other", "lines"),
    [
        (Box(62, 20, 40, 12), [Box(20, 20, 82, 12)]),
        (Box(65, 20, 40, 12), [Box(20, 20, 85, 12)]),
        (Box(66, 20, 40, 12), [WORD, Box(66, 20, 40, 12)]),  # half a height apart
        (Box(62, 25, 40, 12), [Box(20, 20, 82, 17)]),
        (Box(62, 26, 40, 12), [WORD, Box(62, 26, 40, 12)]),  # half a height lower
        (Box(62, 15, 40, 12), [Box(20, 15, 82, 17)]),
        (Box(62, 14, 40, 12), [Box(62, 14, 40, 12), WORD]),
        (Box(62, 22, 40, 6), [Box(20, 20, 82, 12)]),
        (Box(63, 22, 40, 6), [WORD, Box(63, 22, 40, 6)]),  # of the lower one's height
    ],
)
def test_parts_close_beside_each_other_are_one_line(other: Box, lines: list[Box]) -> None:
    assert in_lines([WORD, other]) == in_lines([other, WORD]) == tuple(lines)


def test_a_line_goes_on_from_part_to_part_and_lines_are_told_from_the_top() -> None:
    parts = [Box(100, 60, 40, 12), *(Box(20 + 42 * n, 20, 40, 12) for n in range(3))]
    assert in_lines(parts) == (Box(20, 20, 124, 12), Box(100, 60, 40, 12))
    assert in_lines([]) == ()


@pytest.mark.parametrize(
    ("height", "scale", "line"), [(5, 1.0, True), (4, 1.0, False), (10, 2.0, True), (9, 2.0, False)]
)
def test_a_line_is_five_css_pixels_high(height: int, scale: float, line: bool) -> None:
    image = np.full((60, 200, 3), 255, np.uint8)
    for x in range(20, 100, 8):
        image[20 : 20 + height, x : x + 4] = 0
    assert is_line(image, Box(20, 20, 76, height), scale) is line


def test_what_does_not_stand_out_is_no_line() -> None:
    assert not is_line(np.full((60, 200, 3), 255, np.uint8), Box(20, 20, 76, 12), 1.0)
