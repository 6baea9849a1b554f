"""What was read of each line is told apart by measure."""

from bench.eyes.lines import Line, lines_of, row
from webapp.studio.events import Rect
from workers.drafting.page import Font, StyledRun
from workers.imaging import Box, TextRun
from workers.shot import DomText

BLACK, WHITE = (0, 0, 0), (255, 255, 255)
TRUTH = DomText("Two words", Rect(x=10, y=10, width=100, height=20), BLACK, 16, family="Inter")


def run(text: str, x: int, font: Font) -> StyledRun:
    return StyledRun(TextRun(text, Box(x, 12, 40, 12), BLACK, WHITE), font, 24, x)


def line(*runs: StyledRun) -> Line:
    (found,) = lines_of("page", [TRUTH], runs)
    return found


def test_a_line_is_right_whose_runs_say_and_look_as_it_does() -> None:
    found = line(run("words", 60, Font("Inter", 400, 16)), run("Two", 12, Font("Inter", 500, 16.5)))
    assert set(found.right.values()) == {True}
    assert row("page", [found]).split() == ["page", "1", *["1.000"] * 5]


def test_each_measure_is_wrong_by_itself() -> None:
    wrong = {
        "words": run("Two word", 12, Font("Inter", 400, 16)),
        "size": run("Two words", 12, Font("Inter", 400, 17)),
        "weight": run("Two words", 12, Font("Inter", 600, 16)),
        "slant": run("Two words", 12, Font("Inter", 400, 16, italic=True)),
        "family": run("Two words", 12, Font("Liberation Serif", 400, 16)),
    }
    for measure, one in wrong.items():
        assert [name for name, right in line(one).right.items() if not right] == [measure]


def test_a_line_that_is_lost_is_wrong_in_all() -> None:
    far = run("Two words", 300, Font("Inter", 400, 16))
    assert set(line(far).right.values()) == {False}
