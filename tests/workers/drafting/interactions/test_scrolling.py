"""One picture of a page that was seen through a window."""

import numpy as np
import pytest

from tests.workers.browser.test_replay import board
from workers.drafting.interactions.scrolling import stitched
from workers.imaging import Image

WINDOW = 200


def long_page(height: int) -> Image:
    """Rows of bars, no two alike."""
    lengths = np.random.default_rng(3).integers(20, 300, height // 10)
    image = np.full((height, 300, 3), 255, np.uint8)
    for index, length in enumerate(lengths):
        image[10 * index : 10 * index + 6, :length] = (index * 7 % 200, 60, 90)
    return image


def seen(page: Image, down: int, header: int = 0) -> Image:
    window = page[down : down + WINDOW].copy()
    window[:header] = (10, 20, 30)
    return window


@pytest.mark.parametrize("header", [0, 24])
def test_the_page_is_put_together_as_far_as_it_was_seen(header: int) -> None:
    page = long_page(420)
    page[:header] = (10, 20, 30)
    told = board({"kind": "scroll", "scroll_by": 120}, {"kind": "scroll", "scroll_by": 150})
    # the second time the page ends before
    pictures = {"a": seen(page, 0), "b": seen(page, 120, header), "c": seen(page, 220, header)}
    whole, down = stitched(told, pictures)
    assert down == {"a": 0, "b": 120, "c": 220}
    assert whole.shape == page.shape
    assert (whole == page).all()


def test_what_was_clicked_is_no_scrolling() -> None:
    page = long_page(400)
    told = board({"kind": "click"})
    whole, down = stitched(told, {"a": seen(page, 0), "b": seen(page, 100)})
    assert down == {"a": 0}
    assert (whole == seen(page, 0)).all()
