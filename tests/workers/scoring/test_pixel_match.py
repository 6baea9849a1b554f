"""Where the same pixels stand, on noise that stands for letters."""

import numpy as np
import pytest
from workers.scoring.pixel_match import find_same, same_pixels

from workers.imaging import Box, Image

LETTERS = Box(40, 30, 60, 14)


def page(x: int = LETTERS.x, y: int = LETTERS.y) -> Image:
    """White, with a patch of strokes two pixels wide at a place."""
    image = np.full((80, 160, 3), 255, np.uint8)
    strokes = np.random.default_rng(5).integers(0, 2, (7, 30)) * 200
    patch = strokes.repeat(2, axis=0).repeat(2, axis=1)[:, :, None]
    image[y : y + 14, x : x + 60] = patch
    return image


def checks(deviation: int) -> Image:
    """Squares of two pixels, `deviation` grey levels above and below 100."""
    squares = np.indices((40, 80)).sum(axis=0) // 2 % 2 * 2 - 1
    return np.repeat((100 + deviation * squares)[:, :, None], 3, axis=2).astype(np.uint8)


@pytest.mark.parametrize("scale", [1, 2])
def test_text_is_found_up_to_six_css_pixels_away(scale: int) -> None:
    for dx, dy in ((0, 0), (3, -2), (-6 * scale, 0), (1, 6 * scale), (6 * scale, -6 * scale)):
        found = find_same(page(), LETTERS, page(LETTERS.x + dx, LETTERS.y + dy), scale)
        assert found is not None
        assert found.box == Box(LETTERS.x + dx, LETTERS.y + dy, LETTERS.width, LETTERS.height)
        assert found.shift == max(abs(dx), abs(dy))
    assert find_same(page(), LETTERS, page(LETTERS.x + 6 * scale + 3, LETTERS.y), scale) is None


def test_text_is_found_in_another_colour_and_at_the_edge_of_a_smaller_page() -> None:
    assert find_same(page(), LETTERS, page() // 2, 1.0) is not None
    assert find_same(page(), LETTERS, page()[:, :130], 1.0) is not None
    assert find_same(page(), LETTERS, page()[:20], 1.0) is None
    corner = Box(0, 0, LETTERS.width, LETTERS.height)
    found = find_same(page(0, 0), corner, page(2, 3), 1.0)
    assert found is not None and found.box == Box(2, 3, LETTERS.width, LETTERS.height)


def test_half_of_the_text_is_not_the_text() -> None:
    half = page()
    half[LETTERS.y : LETTERS.bottom, 70:100] = half[LETTERS.y : LETTERS.bottom, 70:100][:, ::-1]
    assert find_same(page(), LETTERS, half, 1.0) is None


@pytest.mark.parametrize(("deviation", "shows"), [(5, False), (7, True)])
def test_a_patch_that_hardly_varies_shows_nothing(deviation: int, shows: bool) -> None:
    found = find_same(checks(deviation), Box(10, 10, 40, 12), checks(deviation), 1.0)
    assert (found is not None) is shows


@pytest.mark.parametrize(("deviation", "found"), [(2, False), (4, True)])
def test_a_ghost_of_the_text_counts_from_three_levels(deviation: int, found: bool) -> None:
    match = find_same(checks(20), Box(10, 10, 40, 12), checks(deviation), 1.0)
    assert (match is not None and match.shift == 0) is found


@pytest.mark.parametrize("box", [Box(10, 10, 1, 9), Box(10, 10, 9, 1)])
def test_three_pixels_with_a_pixel_around_are_enough_to_look_for(box: Box) -> None:
    assert find_same(checks(20), box, checks(20), 1.0) is not None


@pytest.mark.parametrize(
    ("pixels", "levels", "same"), [(1, 255, True), (2, 255, False), (9, 24, True), (9, 25, False)]
)
def test_two_pixels_of_a_hundred_are_too_many_to_differ(
    pixels: int, levels: int, same: bool
) -> None:
    one = np.zeros((30, 40, 3), np.uint8)
    other = one.copy()
    other[5, 5 : 5 + pixels, 1] = levels
    assert same_pixels(one, other, Box(5, 5, 10, 10)) is same


def test_what_reaches_beyond_either_page_is_not_the_same() -> None:
    one, other = np.zeros((30, 40, 3), np.uint8), np.zeros((40, 30, 3), np.uint8)
    assert same_pixels(one, other, Box(20, 20, 10, 10))
    assert not same_pixels(one, other, Box(21, 20, 10, 10))
    assert not same_pixels(one, other, Box(20, 21, 10, 10))
    assert not same_pixels(one, other, Box(50, 50, 10, 10))
