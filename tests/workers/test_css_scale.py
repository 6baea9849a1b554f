"""From image pixels to CSS pixels and back."""

import numpy as np
import pytest

from workers.imaging import Box, at_css_scale, box_at_css_scale, box_at_image_scale


def test_at_scale_one_a_picture_is_the_very_same() -> None:
    image = np.zeros((3, 5, 3), np.uint8)
    assert at_css_scale(image, 1.0) is image


def test_a_hairline_of_half_a_css_pixel_is_a_line_of_the_blended_colour() -> None:
    image = np.full((40, 40, 3), 255, np.uint8)
    image[20] = (55, 155, 255)
    assert at_css_scale(image, 2.0)[9:12, 4].tolist() == [[255] * 3, [155, 205, 255], [255] * 3]


@pytest.mark.parametrize("scale", [1.5, 2.0, 2.625, 3.0])
def test_edges_keep_their_place_down_to_the_foot_of_a_tall_page(scale: float) -> None:
    edge_px = round(2000 * scale)
    image = np.zeros((round(2103 * scale) + 1, 7, 3), np.uint8)
    image[edge_px:] = 250
    column = at_css_scale(image, scale)[:, 0, 0].astype(float)
    assert abs((len(column) - column.sum() / 250) - edge_px / scale) <= 0.01


@pytest.mark.parametrize(
    ("side_px", "scale", "side"),
    [(825, 2.0, 412), (827, 2.0, 414), (1081, 2.625, 412), (1, 3.0, 1)],
)
def test_a_side_is_what_a_browser_window_gets_for_it(side_px: int, scale: float, side: int) -> None:
    assert at_css_scale(np.full((side_px, side_px, 3), 9, np.uint8), scale).shape == (
        side, side, 3,
    )  # fmt: skip


def test_a_last_pixel_in_part_is_filled_up_from_the_edge() -> None:
    assert int(at_css_scale(np.full((827, 827, 3), 90, np.uint8), 2.0).min()) == 90


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0, 2.625, 3.0])
def test_a_box_in_image_pixels_covers_the_one_in_css_pixels_and_comes_back(scale: float) -> None:
    box = Box(7, 11, 33, 21)
    wide = box_at_image_scale(box, scale)
    assert wide.x <= box.x * scale and wide.right >= box.right * scale
    assert wide.width < box.width * scale + 2
    assert box_at_css_scale(wide, scale).contains(box)
    assert Box(6, 10, 35, 23).contains(box_at_css_scale(wide, scale))
