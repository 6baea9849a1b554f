"""What is seen of a mockup and of a render, on pictures drawn by hand."""

import numpy as np
import pytest

from webapp.studio.events import Rect
from workers.imaging import Box, Image, TextRun, encode_png
from workers.scoring import view_of_mockup, view_of_render
from workers.scoring.page_view import DrawnRun
from workers.shot import DomBox, DomText, Shot

LINE = Box(20, 20, 92, 12)
INK, GROUND = (20, 40, 200), (240, 240, 250)


def page(scale: int = 1) -> Image:
    """Letters on a ground, each twelve pixels high."""
    image = np.full((80, 200, 3), GROUND, np.uint8)
    for x in range(20, 112, 8):
        image[20:32, x : x + 4] = INK
    return image.repeat(scale, axis=0).repeat(scale, axis=1)


def read(text: str = "Words", ink: Box = LINE, confidence: float = 1.0) -> TextRun:
    return TextRun(text, ink, (1, 2, 3), (4, 5, 6), confidence)


def test_the_colours_of_what_was_read_are_measured_anew() -> None:
    (run,) = view_of_mockup(page(), 1.0, (read(),)).runs
    assert (run.text, run.ink, run.colour, run.background) == ("Words", LINE, INK, GROUND)


def test_what_was_read_beyond_the_page_or_is_no_word_is_not_there() -> None:
    view = view_of_mockup(page(), 1.0, (read(ink=Box(300, 20, 40, 12)), read("  "), read("")))
    assert (view.runs, view.unread) == ((), ())


@pytest.mark.parametrize("text", ["Words", ""])
def test_a_line_that_was_read_without_being_sure_is_unread(text: str) -> None:
    view = view_of_mockup(page(), 1.0, (read(text, confidence=0.79),))
    assert (view.runs, view.unread) == ((), (LINE,))
    assert view_of_mockup(page(), 1.0, (read("Words", confidence=0.8),)).unread == ()


def test_what_was_read_without_being_sure_and_is_no_line_is_as_read() -> None:
    view = view_of_mockup(page(), 1.0, (read("-", Box(20, 20, 4, 12), confidence=0.1),))
    assert [run.text for run in view.runs] == ["-"]
    assert view.unread == ()


def dom(text: str, rect: Rect, colour: tuple[int, int, int] = INK) -> DomText:
    return DomText(text, rect, colour, 16.0)


@pytest.mark.parametrize("scale", [1, 2])
def test_a_line_of_a_render_is_the_ink_that_it_left(scale: int) -> None:
    texts = (
        dom(" Many\n  words ", Rect(x=15, y=16, width=110, height=20)),
        dom("   ", Rect(x=15, y=16, width=110, height=20)),
        dom("nowhere", Rect(x=15, y=50, width=110, height=20)),
        dom("outside", Rect(x=300, y=16, width=110, height=20)),
    )
    boxes = (DomBox(Rect(x=0, y=0, width=9, height=9), "#one"),)
    pictures = (Rect(x=150, y=60, width=100, height=100), Rect(x=900, y=0, width=9, height=9))
    shot = Shot(
        encode_png(page(scale)), float(scale), texts, pictures, boxes, console_errors=("wrong",)
    )
    view = view_of_render(shot)
    (run,) = view.runs
    assert isinstance(run, DrawnRun)
    assert (run.text, run.colour, run.background, run.dom) == ("Many words", INK, GROUND, texts[0])
    assert run.ink == Box(20 * scale, 20 * scale, 92 * scale, 12 * scale)
    assert view.pictures == (Box(150 * scale, 60 * scale, 50 * scale, 20 * scale),)
    assert (view.width, view.height, view.scale) == (200 * scale, 80 * scale, scale)
    assert (view.boxes, [one.kind for one in view.problems]) == (boxes, ["console_error"])
