"""The parts of a score, from matches alone."""

import pytest
from workers.scoring.match import Match
from workers.scoring.parts import Parts, TextFacts, score_parts, total

from workers.imaging import Box

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


def test_parts_are_means_over_matched_text_by_its_area() -> None:
    near = Match(LINE, LINE, 300, 1.0, 0, (INK,))
    far = Match(LINE, LINE, 100, 0.6, 1000, (((0, 0, 0), (255, 255, 255)), INK))
    parts = score_parts(TextFacts([near, far], 50, 150), 0.5, 1000, 2000)
    assert parts == {
        "block": pytest.approx(400 / 600),
        "text": pytest.approx(0.9),
        "position": pytest.approx(0.75),
        "colour": pytest.approx(1 - 0.5 / 4, abs=1e-4),  # black on white is all there can be
        "structure": 0.5,
    }


def test_the_lower_of_two_lines_is_the_measure_of_nearness() -> None:
    high = Box(100, 100, 200, 40)
    match = Match(high, LINE, LINE.area, 1.0, 40, (INK,))
    parts = score_parts(TextFacts([match], 0, 0), None, 2000, 1000)
    assert parts["position"] == pytest.approx(1 - (40 / 1000 + 40 / 80) / 2)


def test_without_text_there_is_structure_alone_and_text_of_one_side_is_worth_nothing() -> None:
    none = {"block": None, "text": None, "position": None, "colour": None, "structure": 0.5}
    assert score_parts(TextFacts([], 0, 0), 0.5, 9, 9) == none
    for missing, surplus in ((1, 0), (0, 1)):
        parts = score_parts(TextFacts([], missing, surplus), 0.5, 9, 9)
        assert parts == {**dict.fromkeys(none, 0.0), "structure": 0.5}


def parts_of(block: float | None, structure: float | None) -> Parts:
    rest = None if block is None else 0.5
    return {
        "block": block, "text": rest, "position": rest, "colour": 0.25 if rest else None,
        "structure": structure,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("block", "structure", "penalty", "expected"),
    [
        (0.8, 0.4, 0.0, 0.25 * 0.4 + 0.75 * 0.8 * 2.25 / 4),
        (0.8, 0.4, 0.5, (0.25 * 0.4 + 0.75 * 0.8 * 2.25 / 4) / 2),
        (0.8, None, 0.25, 0.8 * 2.25 / 4 * 0.75),
        (0.0, 0.4, 0.0, 0.1),
        (None, 0.4, 0.25, 0.3),
        (None, None, 0.25, 0.75),
    ],
)
def test_the_total_is_a_quarter_structure_and_the_rest_block_times_quality(
    block: float | None, structure: float | None, penalty: float, expected: float
) -> None:
    assert total(parts_of(block, structure), penalty) == pytest.approx(expected)
