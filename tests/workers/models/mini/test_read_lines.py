"""What Kimi mini is told of text that a reader takes in parts, or with what stands around it."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from workers.imaging import Box
from workers.imaging import Image as Pixels
from workers.models.mini.read_lines import bare_ink
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
