"""The parts of a score, from matches alone."""

import pytest

from workers.imaging import Box
from workers.scoring.match import Match
from workers.scoring.parts import TextFacts, score_parts

LINE = Box(100, 100, 200, 20)
INK = ((0, 0, 0), (0, 0, 0))


@pytest.mark.parametrize(
    ("shift", "position"),
    [
        (0, 1.0),
        (40, 1 - (40 / 1000 + 40 / 80) / 2),  # two lines of 20 pixels, on a page 1000 wide
        (80, 1 - (80 / 1000 + 1) / 2),
        (160, 1 - (160 / 1000 + 1) / 2),
    ],
)
def test_text_four_lines_off_has_lost_the_half_for_nearness(shift: float, position: float) -> None:
    match = Match(LINE, LINE, LINE.area, 1.0, shift, (INK,))
    parts = score_parts(TextFacts([match], 0, 0), None, 1000, 2000)
    assert parts["position"] == pytest.approx(position)
