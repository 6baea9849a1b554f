"""How a difference is drawn, in colours computed by hand."""

import numpy as np
import pytest

from workers.imaging import Box, Image
from workers.scoring.canvas import Canvas
from workers.scoring.heat_map import NOTICED, delta_e, heat_map, triptych
from workers.scoring.item import Finding, Item
from workers.scoring.page_view import PageView


def plain(level: int, size: int = 80) -> Image:
    return np.full((size, size, 3), level, np.uint8)


def heat_of(mockup: Image, render: Image, scale: float = 1.0, severity: float = NOTICED) -> Image:
    """The heat of two pictures that are one item each, by default one that everybody notices."""
    height, width = mockup.shape[:2]
    page = Box(0, 0, width, height)
    canvas = Canvas(PageView(mockup, scale, ()), PageView(render, scale, ()), page)
    whole = Box(0, 0, round(width / scale), round(height / scale))
    items = [Item("picture", whole, 1.0, (Finding("picture", "", "", severity),))]
    return heat_map(canvas, items, width, height)


def test_equal_pages_are_pale_grey() -> None:
    assert (heat_of(plain(100), plain(100)) == int(150 + 100 * 105 / 255)).all()


@pytest.mark.parametrize("other", [110, 125, 150, 250])
@pytest.mark.parametrize("severity", [0.1, 0.3, NOTICED, 1.0])
def test_a_difference_covers_the_more_the_larger_it_is_and_is_the_redder_the_more_it_is_noticed(
    other: int, severity: float
) -> None:
    delta = float(delta_e(plain(100, 1), plain(other, 1))[0, 0])
    heat = min(1.0, (delta - 2) / 60)
    cover = min(1.0, 1.6 * heat**0.5) * 0.9
    red = min(1.0, severity / NOTICED)
    drawn = np.array([255, 178, 0]) + (np.array([214, 0, 28]) - np.array([255, 178, 0])) * red
    expected = int(150 + 100 * 105 / 255) * (1 - cover) + drawn * cover
    assert np.abs(heat_of(plain(100), plain(other), 1.0, severity) - expected).max() <= 1.5


def test_pixels_that_no_item_counts_are_not_hot() -> None:
    assert np.ptp(heat_of(plain(100), plain(250), 1.0, 0.0)[0, 0]) == 0


def test_what_nobody_sees_is_not_hot() -> None:
    assert np.ptp(heat_of(plain(100), plain(102))[0, 0]) == 0


@pytest.mark.parametrize("scale", [1.0, 4.0])
def test_a_thin_line_is_spread_by_two_samples_of_two_css_pixels(scale: float) -> None:
    size, middle, unit = round(80 * scale), round(40 * scale), round(2 * scale)
    spoilt = plain(250, size)
    spoilt[:, middle : middle + unit] = 0
    hot = np.ptp(heat_of(plain(250, size), spoilt, scale)[size // 2].astype(int), axis=1) > 20
    assert hot[middle - unit] and hot[middle + 2 * unit - 1]
    assert not hot[: middle - 4 * unit].any() and not hot[middle + 5 * unit :].any()


def test_three_pictures_stand_side_by_side_sixteen_pixels_apart() -> None:
    sheet = triptych(plain(10, 20)[:5], plain(20, 20), plain(30, 20)[:9])
    assert sheet.shape == (20, 92, 3)
    expected = np.full((20, 92), 128)
    expected[:5, :20], expected[:, 36:56], expected[:9, 72:] = 10, 20, 30
    assert (sheet == expected[:, :, None]).all()
