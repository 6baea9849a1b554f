"""Rectangles cut out of a picture whose every pixel is told from its neighbours."""

import numpy as np
import pytest

from workers.agent.tools.crop import cut, cut_without_text
from workers.imaging import Box, Image, TextRun

HEIGHT, WIDTH = 90, 120


def picture() -> Image:
    rows, columns = np.indices((HEIGHT, WIDTH), np.uint8)
    return np.stack([rows, columns, rows + columns], axis=2)


@pytest.mark.parametrize(
    "box", [Box(0, 0, 20, 10), Box(50, 40, 20, 10), Box(100, 80, 20, 10), Box(24, 25, 9, 9)]
)
def test_pixels_without_text_are_cut_as_they_are(box: Box) -> None:
    found = cut_without_text(picture(), (), box)
    assert np.array_equal(found, cut(picture(), box))
    assert np.array_equal(found, picture()[box.y : box.bottom, box.x : box.right])


def test_ink_and_two_pixels_around_it_are_painted_over() -> None:
    image: Image = np.full((HEIGHT, WIDTH, 3), 250, np.uint8)
    image[38:52, 48:72] = 10
    run = TextRun("Words", Box(50, 40, 20, 10), (10, 10, 10), (250, 250, 250))
    assert cut_without_text(image, (run,), Box(40, 30, 40, 30)).min() >= 245
    image[37, 60] = 10  # three pixels above the ink: no part of the text
    assert cut_without_text(image, (run,), Box(40, 30, 40, 30))[7, 20].max() == 10
