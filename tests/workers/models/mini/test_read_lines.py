"""What Kimi mini is told of text that a reader takes in parts, or with what stands around it."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from bench import mini_pages
from tests.workers.drafting.perceive.thresholds import off_by_two, varied
from workers.imaging import Box
from workers.imaging import Image as Pixels
from workers.models.mini.read_lines import BARE_INK, BareInkThresholds, bare_ink
from workers.models.mini.text_lines import TextLine, joined

BUTTON = (60, 40, 160, 80)  # left, top, right, bottom


def draw(*, outlined: bool = False, radius: int = 0, ground: str = "white") -> tuple[Pixels, Box]:
    """A button, and the ink of the word in it."""
    picture = Image.new("RGB", (240, 120), ground)
    pen = ImageDraw.Draw(picture)
    fill = None if outlined else "navy"
    pen.rounded_rectangle(BUTTON, radius, fill, "navy", 3)
    blank = np.asarray(picture).astype(int)
    pen.text((80, 48), "Harvest", fill="navy" if outlined else "white", font_size=16)
    image = np.asarray(picture)
    ys, xs = np.nonzero((abs(image - blank) > 40).any(axis=2))
    left, top = int(xs.min()), int(ys.min())
    return image, Box(left, top, int(xs.max()) - left + 1, int(ys.max()) - top + 1)


@pytest.mark.parametrize("outlined", [False, True])
@pytest.mark.parametrize("radius", [0, 20])
@pytest.mark.parametrize(
    ("left", "top", "right", "bottom"),
    [(0, 0, 0, 0), (20, 0, 20, 0), (20, 12, 0, 0), (20, 12, 20, 12), (22, 14, 22, 14)],
)
def test_the_edge_of_a_button_is_no_ink(
    outlined: bool, radius: int, left: int, top: int, right: int, bottom: int
) -> None:
    image, ink = draw(outlined=outlined, radius=radius)
    width, height = ink.width + left + right, ink.height + top + bottom
    assert bare_ink(image, Box(ink.x - left, ink.y - top, width, height)) == ink


def test_a_box_on_no_ground_is_left_as_it_is() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (60, 120, 3)).astype(np.uint8)
    assert bare_ink(noise, Box(10, 10, 60, 20)) == Box(10, 10, 60, 20)


def test_a_box_at_the_edge_of_the_picture_is_left_as_it_is() -> None:
    image, _ = draw()
    assert bare_ink(image, Box(0, 0, 100, 60)) == Box(0, 0, 100, 60)


def line(words: str, x: float, width: float, height: float = 12.0, y: float = 50.0) -> TextLine:
    return TextLine(words, x, y, width, height)


def test_a_line_that_was_read_in_parts_is_one_line() -> None:
    parts = [line("filter", 20, 70, 18), line("admin", 104, 60, 18), line("Home", 300, 40)]
    first, second = joined(parts)
    assert first == TextLine("filter admin", 20, 50, 144, 18)
    assert second.words == "Home"


@pytest.mark.parametrize(
    "second",
    [line("Docs", 74, 40), line("Docs", 62, 40, y=70), line("Docs", 20, 40, y=70)],
    ids=["apart", "a row below", "under it"],
)
def test_texts_that_stand_apart_stay_two(second: TextLine) -> None:
    assert joined([line("Home", 20, 40), second]) == [line("Home", 20, 40), second]


AROUND = Box(20, 10, 80, 20)
WORD = Box(30, 14, 40, 12)


def dark(*boxes: Box) -> Pixels:
    picture = np.full((40, 120, 3), 255, np.uint8)
    for box in boxes:
        picture[box.slices] = 0
    return picture


def faint(levels: int) -> Pixels:
    picture = dark()
    picture[WORD.slices] -= np.uint8(levels)
    return picture


def colourful(width: int) -> Pixels:
    """Columns of as many greys."""
    picture = dark()
    picture[10:30, 25 : 25 + width] = np.arange(0, 2 * width, 2)[:, None]
    return picture


def found(thresholds: BareInkThresholds = BARE_INK) -> dict[str, Box]:
    sides = Box(21, 10, 78, 1), Box(21, 29, 78, 1), Box(21, 10, 1, 20), Box(98, 10, 1, 20)
    pictures = {
        **{f"{levels} levels from the ground": faint(levels) for levels in (30, 60)},
        **{f"{out} px out": dark(WORD, Box(90, 14, 10 + out, 4)) for out in (1, 3)},
        **{f"{width} columns of many colours": colourful(width) for width in (70, 40)},
        "an outline": dark(WORD, *sides),
        **{f"{width} wide": dark(Box(30, 14, width, 12)) for width in (14, 30)},
    }
    return {name: bare_ink(each, AROUND, thresholds) for name, each in pictures.items()}


def test_the_ink_of_a_text_is_told_from_what_is_around() -> None:
    assert found() == {
        "30 levels from the ground": AROUND,
        "60 levels from the ground": WORD,
        "1 px out": Box(30, 14, 71, 12),
        "3 px out": WORD,
        "70 columns of many colours": AROUND,
        "40 columns of many colours": Box(25, 10, 40, 20),
        "an outline": WORD,
        "14 wide": AROUND,
        "30 wide": Box(30, 14, 30, 12),
    }


@off_by_two(BARE_INK)
def test_each_threshold_of_ink_off_by_two_finds_other_ink(name: str, factor: float) -> None:
    assert found(varied(BARE_INK, name, factor)) != found()


def test_ink_differs_from_its_ground_as_much_as_in_training() -> None:
    assert BARE_INK.contrast == mini_pages.INK
