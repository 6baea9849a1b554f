"""Lines under words, on letters that are blocks; each threshold off by two finds others."""

import numpy as np

from tests.workers.drafting.perceive.thresholds import off_by_two, varied
from workers.drafting.perceive.text.underlines import SEARCH, UnderlineSearch, find_underlines
from workers.imaging import Box, Image, TextRun

PAPER, INK = (255, 255, 255), (0, 0, 0)
LETTERS = Box(20, 20, 80, 20)  # ten letters, three pixels wide


def letters() -> Image:
    image = np.full((80, 120, 3), 255, np.uint8)
    for x in range(LETTERS.x, LETTERS.right, 8):
        image[LETTERS.y : LETTERS.bottom, x : x + 3] = 0
    return image


def line(
    y: int, thick: int = 1, grey: int = 0, short: int = 0, gaps: tuple[int, ...] = ()
) -> Image:
    """Letters with a line, `short` of both ends, with gaps so wide in it."""
    image = letters()
    image[y : y + thick, LETTERS.x + short : LETTERS.right - short] = grey
    for number, gap in enumerate(gaps):
        at = LETTERS.x + 10 + (70 // (len(gaps) + 1)) * number
        image[y : y + thick, at : at + gap] = 255
    return image


def wide_letters() -> Image:
    """Letters of seven pixels, in bold, whose feet are an almost unbroken line."""
    image = letters()
    for x in range(LETTERS.x, LETTERS.right, 8):
        image[[LETTERS.y + 5, LETTERS.bottom - 2], x : x + 7] = 0
    return image


CASES: dict[str, tuple[Image, str]] = {
    "none": (letters(), "aaaaaaaaaa"),
    "under": (line(42), "aaaaaaaaaa"),
    "farther": (line(46), "aaaaaaaaaa"),
    "far": (line(50), "aaaaaaaaaa"),
    "through hanging letters": (line(37), "gggggggggg"),
    "through the middle": (line(28), "gggggggggg"),
    "higher": (line(34), "gggggggggg"),
    "two thick": (line(42, 2), "aaaaaaaaaa"),
    "three thick": (line(41, 3), "aaaaaaaaaa"),
    "five thick": (line(41, 5), "aaaaaaaaaa"),
    "an area": (line(44, 20), "aaaaaaaaaa"),
    "pale": (line(42, grey=150), "aaaaaaaaaa"),
    "paler": (line(42, grey=180), "aaaaaaaaaa"),
    "short": (line(42, short=2), "aaaaaaaaaa"),
    "shorter": (line(42, short=4), "aaaaaaaaaa"),
    "interrupted by a letter": (line(42, gaps=(6,)), "aaaagaaaaa"),
    "interrupted by no letter": (line(42, gaps=(6,)), "aaaaaaaaaa"),
    "interrupted widely": (line(42, gaps=(10,)), "aaaagaaaaa"),
    "interrupted more widely": (line(42, gaps=(16,)), "aaaagaaaaa"),
    "interrupted by an open g": (line(42, gaps=(2, 2, 2)), "aaaagaaaaa"),
    "interrupted five times": (line(42, gaps=(2,) * 5), "aaaagaaaaa"),
    "interrupted often": (line(42, gaps=(12, 12, 12)), "aaagagagaa"),
    "three letters": (line(42), "aaa"),
    "five letters": (line(42), "aaaaa"),
    "feet of wide letters": (wide_letters(), "gggggggggg"),
    "interrupted by every letter": (line(42, gaps=(4,) * 9), "gggggggggg"),
}


def found(limits: UnderlineSearch) -> dict[str, tuple[int, int] | None]:
    """Where each line begins, and how thick it is."""
    result: dict[str, tuple[int, int] | None] = {}
    for name, (image, text) in CASES.items():
        _, lines = find_underlines(image, [TextRun(text, LETTERS, INK, PAPER)], limits)
        result[name] = (lines[0].box.y, lines[0].box.height) if lines else None
    return result


FOUND: dict[str, tuple[int, int] | None] = {
    "none": None,
    "under": (42, 1),
    "farther": (46, 1),
    "far": None,
    "through hanging letters": (37, 1),
    "through the middle": None,
    "higher": (34, 1),
    "two thick": (42, 2),
    "three thick": (41, 3),
    "five thick": None,
    "an area": None,
    "pale": (42, 1),
    "paler": None,
    "short": (42, 1),
    "shorter": None,
    "interrupted by a letter": (42, 1),
    "interrupted by no letter": None,
    "interrupted widely": (42, 1),
    "interrupted more widely": None,
    "interrupted by an open g": (42, 1),
    "interrupted five times": None,
    "interrupted often": None,
    "three letters": None,
    "five letters": (42, 1),
    "feet of wide letters": None,
    "interrupted by every letter": None,
}


def test_a_line_from_end_to_end_just_under_words_is_theirs() -> None:
    assert found(SEARCH) == FOUND


@off_by_two(SEARCH, {"between": 2})
def test_each_threshold_of_underlines_matters(name: str, factor: float) -> None:
    assert found(varied(SEARCH, name, factor)) != FOUND


def test_ink_that_took_the_line_in_ends_above_it() -> None:
    image = line(42)
    run = TextRun("aaaaaaaaaa", Box(20, 20, 80, 23), INK, PAPER)
    ((kept,), (rule,)) = find_underlines(image, [run])
    assert kept.ink == Box(20, 20, 75, 20)
    assert rule.box == Box(20, 42, 80, 1)
    assert rule.colour == INK
