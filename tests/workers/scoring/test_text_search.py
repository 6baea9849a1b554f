"""Where a line of the render stands on the mockup, on ink drawn by hand."""

import numpy as np
import pytest

from tests.workers.drafting.perceive.thresholds import off_by_two, varied
from workers.imaging import Box, Image
from workers.scoring.glyphs import Look, look_of
from workers.scoring.page_view import PageView
from workers.scoring.text_search import (
    SEARCH,
    Found,
    SearchLimits,
    find_line,
    same_pixels,
    stretches,
)

HOME = Box(60, 60, 120, 14)


def letters(seed: int = 1, scale: int = 1) -> Image:
    """A line of twelve blots, no two alike, as (14, 120) levels times scale."""
    dice = np.random.default_rng(seed)
    cells = (dice.random((7, 60)) < 0.5).astype(np.uint8)
    cells[:, 4::5] = 0
    cells[[0, -1], 0] = cells[:, -2] = 1
    return np.asarray(cells.repeat(2 * scale, 0).repeat(2 * scale, 1))


def page(
    ink: Image, x: int = HOME.x, y: int = HOME.y, colour: tuple[int, ...] = (0, 0, 0)
) -> Image:
    image = np.full((160, 260, 3), 255, np.uint8)
    image[y : y + ink.shape[0], x : x + ink.shape[1]][ink > 0] = colour
    return image


def spoilt(ink: Image, cells: int, at: int = 60) -> Image:
    """The ink with a stretch of `cells` columns turned upside down."""
    other = ink.copy()
    other[:, at : at + cells] = ink[::-1, at : at + cells]
    return other


def look(image: Image, box: Box = HOME) -> Look:
    found = look_of(image, box)
    assert found is not None
    return found


def find(mockup: Image, limits: SearchLimits = SEARCH, scale: float = 1.0) -> Found:
    drawn = look(page(letters()))
    return find_line(PageView(mockup, scale, ()), drawn, look(mockup), limits)


def test_the_very_pixels_are_found_at_once() -> None:
    assert find(page(letters())) == Found(1.0, 1.0, (0, 0))


@pytest.mark.parametrize("shift", [(3, 0), (-6, 2), (0, -6), (6, 6)])
def test_a_line_that_moved_a_little_is_found_where_it_is(shift: tuple[int, int]) -> None:
    found = find(page(letters(), HOME.x + shift[0], HOME.y + shift[1]))
    assert found.worst == pytest.approx(1) and found.shift == shift


@pytest.mark.parametrize(("shift", "seen"), [((28, 0), True), ((-20, 28), True), ((0, 34), False)])
def test_a_line_is_looked_for_twenty_eight_pixels_away(shift: tuple[int, int], seen: bool) -> None:
    found = find(page(letters(), HOME.x + shift[0], HOME.y + shift[1]))
    assert (found.worst > 0.99 and found.shift == shift) is seen


def test_lengths_are_css_pixels() -> None:
    found = find(page(letters(), HOME.x, HOME.y + 40), scale=2.0)
    assert found.shift == (0, 40)


@pytest.mark.parametrize("colour", [(200, 30, 30), (120, 120, 120)])
def test_a_line_in_another_colour_is_found_by_its_shape(colour: tuple[int, int, int]) -> None:
    found = find(page(letters(), HOME.x, HOME.y, colour))
    assert found.worst > SEARCH.same + 0.05
    assert found.shift == (0, 0)


def test_of_two_alike_the_nearer_is_taken() -> None:
    mockup = page(letters())
    mockup[HOME.y + 16 : HOME.y + 30] = mockup[HOME.y : HOME.y + 14]
    mockup[HOME.y : HOME.y + 14] = 255
    mockup[HOME.y - 25 : HOME.y - 11] = mockup[HOME.y + 16 : HOME.y + 30]
    assert find(mockup).shift == (0, 16)


def test_one_other_letter_is_seen_and_the_rest_is_alike() -> None:
    found = find(page(spoilt(letters(), 12)))
    assert found.worst < SEARCH.same
    assert 0.5 < found.share < 1
    assert find(page(letters(2))).worst < 0.8


def test_an_empty_place_or_no_ink_is_not_found() -> None:
    drawn = look(page(letters()))
    empty = np.full((160, 260, 3), 255, np.uint8)
    assert find_line(PageView(empty, 1.0, ()), drawn, drawn, SEARCH).worst < 0.3
    assert find_line(PageView(empty, 1.0, ()), look(empty), drawn, SEARCH).worst == 0
    small = PageView(empty[:10, :50], 1.0, ())
    assert find_line(small, drawn, drawn, SEARCH) == Found(0.0, 0.0, (0, 0))


def test_stretches_are_nine_tenths_of_a_line_high_and_overlap_by_half() -> None:
    one = np.ones((20, 100), np.float32)
    other = one.copy()
    other[:, 40:49] = 0  # of 18 columns each, every 9
    assert stretches(one, one, SEARCH) == [1.0] * 11
    found = stretches(one, other, SEARCH)
    assert [i for i, alike in enumerate(found) if alike < 1] == [3, 4, 5]


@pytest.mark.parametrize(("off", "same"), [(0, True), (16, True), (17, False)])
def test_the_very_pixels_may_differ_in_a_fiftieth(off: int, same: bool) -> None:
    one = page(letters())
    other = one.copy()
    rows, columns = np.divmod(np.arange(off), HOME.width // 2)
    other[HOME.y + rows, HOME.x + 2 * columns] ^= 255
    box = Box(HOME.x, HOME.y, 120, 7)  # 840 pixels
    assert same_pixels(one, other, box) is same


def test_pixels_a_little_off_are_the_same_and_places_outside_are_not() -> None:
    one = page(letters())
    assert same_pixels(one, np.clip(one, 24, 255).astype(np.uint8), HOME)
    assert not same_pixels(one, np.clip(one, 25, 255).astype(np.uint8), HOME)
    assert not same_pixels(one, one, Box(250, 60, 20, 10))
    assert not same_pixels(one, one[:70], HOME)


def everything_found(limits: SearchLimits) -> list[Found]:
    ink = letters()
    found = [find(page(spoilt(ink, cells)), limits) for cells in (4, 8, 16, 40)]
    for near, far in ((4, 20), (10, 20), (4, 50)):  # a worse one is nearer
        for cells in (2, 16):
            mockup = page(spoilt(ink, cells), HOME.x + near)
            mockup[100:114] = 255
            mockup[HOME.y + far : HOME.y + far + 14] = np.minimum(
                mockup[HOME.y + far : HOME.y + far + 14], page(ink)[HOME.y : HOME.y + 14]
            )
            found.append(find(mockup, limits))
    return found


@off_by_two(SEARCH)
def test_each_threshold_of_the_search_off_by_two_finds_another(name: str, factor: float) -> None:
    assert everything_found(varied(SEARCH, name, factor)) != everything_found(SEARCH)
