"""How far a page was scrolled, where its rows look alike."""

import numpy as np
import pytest

from workers.imaging import Image
from workers.recording.shift import pushed_by, vertical_shift

PITCH = 69


def cards(count: int = 30) -> Image:
    """A long list of cards that differ in the length of their words alone."""
    dice = np.random.default_rng(4)
    image = np.full((count * PITCH, 600, 3), 225, np.uint8)
    for number in range(count):
        top = number * PITCH
        image[top + 8 : top + 62, 40:560] = 255
        image[top + 18 : top + 28, 60 : 60 + int(dice.integers(60, 200))] = 40
        image[top + 40 : top + 48, 60 : 60 + int(dice.integers(100, 400))] = 130
    return image


@pytest.mark.parametrize("by", [20, 82, 116, 150, -82])
def test_a_list_is_scrolled_by_what_its_words_tell(by: int) -> None:
    page, top = cards(), 400
    before, after = page[top : top + 560], page[top + by : top + by + 560]
    assert vertical_shift(before, after) == by


def test_scrolling_by_a_whole_row_is_seen_while_it_goes_on() -> None:
    page = cards()
    before, after = page[400:960], page[400 + 2 * PITCH : 960 + 2 * PITCH]
    assert vertical_shift(before, after, goes_on=True) == 2 * PITCH


def test_what_unfolds_pushes_all_below_it_down() -> None:
    page = cards()[:560]
    after = page.copy()
    after[200:] = 225
    after[200 + 48 :] = page[200:-48]
    assert pushed_by(page, after, 200) == -48
    assert pushed_by(after, page, 200) == 48
    assert pushed_by(page, page, 200) == 0
