"""Two pages of different size and scale side by side, by hand."""

import numpy as np
import pytest

from workers.imaging import Box, Image, TextRun
from workers.scoring.canvas import on_one_canvas, resized
from workers.scoring.page_view import PageView

GREY = 90


def view(width: int, height: int, scale: float = 1.0, *boxes: Box) -> PageView:
    image: Image = np.full((height, width, 3), GREY, dtype=np.uint8)
    runs = tuple(TextRun("Words", box, (0, 0, 0), (255, 255, 255)) for box in boxes)
    return PageView(image, scale, runs, boxes)


def striped(width: int, height: int) -> PageView:
    """Another level in each place, so that what goes on can be told from what is repeated."""
    levels = np.add.outer(np.arange(height) * 3, np.arange(width)).astype(np.uint8)
    return PageView(np.repeat(levels[..., None], 3, axis=2), 1.0, ())


def test_both_get_the_larger_width_and_height_and_go_on_as_they_end() -> None:
    canvas = on_one_canvas(striped(40, 30), striped(20, 50))
    assert canvas.mockup.image.shape == canvas.render.image.shape == (50, 40, 3)
    assert canvas.shared == Box(0, 0, 20, 30)
    assert (canvas.mockup.image[:30] == striped(40, 30).image).all()
    assert (canvas.mockup.image[30:] == canvas.mockup.image[29]).all()
    assert (canvas.render.image[:, :20] == striped(20, 50).image).all()
    assert (canvas.render.image[:, 20:] == canvas.render.image[:, 19:20]).all()


def test_pages_of_one_size_are_left_as_they_are() -> None:
    mockup, render = view(40, 30), view(40, 30)
    canvas = on_one_canvas(mockup, render)
    assert canvas.mockup is mockup
    assert canvas.render is render


@pytest.mark.parametrize("scale", [1, 2, 4])
def test_a_render_is_brought_to_the_mockups_scale(scale: int) -> None:
    box = Box(5 * scale, 2 * scale, 15 * scale, 3 * scale)
    render = view(50 * scale, 20 * scale, scale, box)
    canvas = on_one_canvas(view(100, 40, 2.0), render)
    assert (canvas.render.width, canvas.render.height, canvas.render.scale) == (100, 40, 2.0)
    assert canvas.render.runs[0].ink == canvas.render.pictures[0] == Box(10, 4, 30, 6)


def test_what_shrinks_to_nothing_keeps_a_pixel_inside() -> None:
    render = view(100, 40, 4.0, Box(99, 39, 1, 1), Box(0, 0, 1, 1))
    boxes = on_one_canvas(view(25, 10, 1.0), render).render.pictures
    assert boxes == (Box(24, 9, 1, 1), Box(0, 0, 1, 1))


def test_a_smaller_picture_is_the_mean_of_its_areas() -> None:
    stripes = np.zeros((4, 8, 3), dtype=np.uint8)
    stripes[:, ::2] = 200
    assert (resized(stripes, 4, 2) == 100).all()
