"""The service and the training data tell the model the same of the same text."""

import random

import pytest

from modelserver.mini import lines as training
from modelserver.mini import pages, vocabulary
from tests.workers.drafting.perceive.thresholds import off_by_two, varied
from workers.models.mini import text_lines
from workers.models.mini.text_lines import (
    JOINING,
    JoiningThresholds,
    TextLine,
    describe,
    in_reading_order,
    joined,
    mark,
)


def boxes(seed: int) -> list[training.LineBox]:
    """Boxes on and around the page, many of them side by side."""
    dice = random.Random(seed)
    return [
        training.LineBox(
            dice.uniform(-20, 500), 40 * dice.randrange(18) + dice.gauss(0, 3),
            dice.uniform(0, 500), dice.uniform(1, 60),
        )
        for _ in range(dice.randint(1, 48))
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(20))
def test_a_request_is_written_as_in_training(seed: int) -> None:
    given = boxes(seed)
    order = training.reading_order(given)
    trained = [
        token
        for number, index in enumerate(order)
        for token in training.line_tokens(number, given[index])
    ]
    lines = [TextLine(str(at), b.x, b.y, b.width, b.height) for at, b in enumerate(given)]
    ordered = in_reading_order(lines)
    assert [line.words for line in ordered] == [str(index) for index in order]
    assert describe(ordered) == "".join(trained)
    assert set(trained) <= set(vocabulary.TOKENS)


def test_both_sides_know_the_same_page_and_as_many_lines() -> None:
    assert (text_lines.WIDTH, text_lines.HEIGHT) == (pages.WIDTH, pages.HEIGHT)
    assert text_lines.LINES == vocabulary.LINES
    assert mark(7) == vocabulary.line(7)


def test_a_line_off_the_page_is_told_at_its_edge() -> None:
    line = TextLine("far out", -9.0, 5000.0, 4000.0, 900.0)
    assert describe([line]) == "{{0}} x0 y43 w32 h23\n"


def told(thresholds: JoiningThresholds = JOINING) -> list[str]:
    """The words of two lines, the left one lower by a share of its height, or some px before the
    other; small and large."""
    pairs = [(10.0, lower, 4.0) for lower in (0.2, 0.35, 0.65)]
    pairs += [(10.0, 0.0, gap) for gap in (9, 18)] + [(40.0, 0.0, gap) for gap in (30, 50)]
    found = []
    for height, lower, gap in pairs:
        left = TextLine("left", 20, 50 + lower * height, 60, height)
        right = TextLine("right", 80 + gap, 50, 60, height)
        lines = joined(in_reading_order([left, right], thresholds), thresholds)
        found.append(", ".join(line.words for line in lines))
    return found


def test_lines_are_told_by_rows_and_those_read_in_parts_as_one() -> None:
    assert told() == [
        *("left right", "left right", "right, left"),
        *("left right", "left, right"),
        *("left right", "left, right"),
    ]


@off_by_two(JOINING)
def test_each_threshold_of_lines_off_by_two_tells_others(name: str, factor: float) -> None:
    assert told(varied(JOINING, name, factor)) != told()
