"""Runs as lines of text, on boxes by hand."""

import pytest

from workers.imaging import Box, TextRun
from workers.scoring.text_lines import covered, joined, overlap_groups, plain, similarity


def run(text: str, x: int, y: int, width: int = 40, height: int = 10) -> TextRun:
    return TextRun(text, Box(x, y, width, height), (0, 0, 0), (255, 255, 255))


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("", "", 1.0),
        ("", "abcd", 0.0),
        ("abcd", "abcd", 1.0),
        ("abcd", "abed", 0.75),
        ("a b c d", "abcd", 1.0),
        ("“It’s” – …", '"It\'s"-...', 1.0),
        ("ﬁne", "fine", 1.0),
    ],
)
def test_text_is_alike_by_its_letters(one: str, other: str, alike: float) -> None:
    assert similarity(one, other) == pytest.approx(alike)


def test_blanks_of_every_kind_do_not_count() -> None:
    assert plain("a b\u00a0c\td") == "abcd"


def test_text_is_joined_by_line_and_within_a_line_from_the_left() -> None:
    runs = [run("right", 60, 2), run("below", 0, 30), run("left", 0, 0, height=14)]
    assert joined(runs) == "left right below"
    assert joined([run("second", 0, 10), run("first", 50, 0)]) == "first second"
    assert joined([]) == ""


@pytest.mark.parametrize(
    ("boxes", "by", "share"),
    [
        ([], [Box(0, 0, 9, 9)], 0.0),
        ([Box(0, 0, 10, 10)], [], 0.0),
        ([Box(0, 0, 10, 10)], [Box(5, 0, 10, 10)], 0.5),
        ([Box(0, 0, 10, 10), Box(20, 0, 10, 10)], [Box(0, 5, 10, 10)], 0.25),
        ([Box(0, 0, 10, 10)], [Box(20, 20, 5, 5)], 0.0),  # apart both ways is no overlap
        ([Box(0, 0, 10, 10)], [Box(0, 0, 10, 10), Box(0, 0, 10, 10)], 1.0),
    ],
)
def test_boxes_are_covered_by_a_share_of_their_area(
    boxes: list[Box], by: list[Box], share: float
) -> None:
    assert covered(boxes, by) == pytest.approx(share)


def test_runs_that_overlap_on_one_line_are_one_group_through_each_other() -> None:
    mockup = [Box(0, 0, 100, 10), Box(0, 40, 50, 10)]
    render = [Box(0, 1, 45, 10), Box(55, 1, 45, 10), Box(200, 0, 10, 10)]
    assert sorted(overlap_groups(mockup, render)) == [([], [2]), ([0], [0, 1]), ([1], [])]
    assert overlap_groups([], []) == []


@pytest.mark.parametrize(
    ("other", "together"),
    [
        (Box(0, 5, 40, 10), True),  # half of the height
        (Box(0, 6, 40, 10), False),
        (Box(34, 0, 40, 10), True),  # six pixels: half the height and one
        (Box(35, 0, 40, 10), False),
        (Box(37, 0, 10, 10), True),  # three tenths of a short one
        (Box(38, 0, 10, 10), False),
        (Box(0, 8, 40, 4), True),  # half of the lower one
        (Box(0, 9, 40, 4), False),
    ],
)
def test_half_a_height_and_a_bit_of_width_make_one_line(other: Box, together: bool) -> None:
    assert (len(overlap_groups([Box(0, 0, 40, 10)], [other])) == 1) is together
