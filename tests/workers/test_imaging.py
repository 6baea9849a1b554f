"""Pixels and boxes, as every room works with them."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from webapp.studio.events import Rect
from workers.imaging import (
    Box,
    bounds,
    box_at_image_scale,
    clip,
    commonest,
    crop,
    decode_png,
    encode_png,
    grow,
    nearest_box,
    png_size,
    read_image,
    resample,
    to_colour,
    to_rect,
)

RED = (255, 0, 0)


def test_a_png_is_read_in_the_order_red_green_blue(tmp_path: Path) -> None:
    path = tmp_path / "red.png"
    Pillow.new("RGB", (3, 2), RED).save(path)
    for image in (read_image(path), decode_png(path.read_bytes())):
        assert image.shape == (2, 3, 3)
        assert tuple(image[0, 0]) == RED


def test_transparency_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "clear.png"
    Pillow.new("RGBA", (3, 2), (10, 20, 30, 40)).save(path)
    assert tuple(read_image(path)[0, 0]) == (10, 20, 30)


def test_pixels_survive_being_written_as_a_png() -> None:
    image = np.arange(2 * 4 * 3, dtype=np.uint8).reshape(2, 4, 3)
    assert np.array_equal(decode_png(encode_png(image)), image)
    assert png_size(encode_png(image)) == (4, 2)


def test_a_picture_is_resampled_to_a_width_and_a_height() -> None:
    assert resample(np.zeros((2, 4, 3), np.uint8), 8, 2).shape == (2, 8, 3)


def test_a_box_is_clipped_to_a_picture() -> None:
    assert clip(Box(-5, 10, 20, 80), 100, 50) == Box(0, 10, 15, 40)
    assert clip(Box(90, -5, 20, 10), 100, 50) == Box(90, 0, 10, 5)


@pytest.mark.parametrize("box", [Box(100, 0, 5, 5), Box(-5, 0, 5, 5), Box(0, 50, 5, 5)])
def test_a_box_beside_a_picture_is_none_of_it(box: Box) -> None:
    assert clip(box, 100, 50) is None


def test_a_box_grows_alike_on_all_sides_or_by_two_measures() -> None:
    assert grow(Box(10, 20, 30, 40), 2) == Box(8, 18, 34, 44)
    assert grow(Box(10, 20, 30, 40), 2, 1) == Box(8, 19, 34, 42)
    assert grow(Box(10, 20, 30, 40), 2, 0) == Box(8, 20, 34, 40)
    assert grow(Box(10, 20, 30, 40), -2) == Box(12, 22, 26, 36)


def test_a_crop_is_what_of_the_picture_lies_in_the_box() -> None:
    rows = np.arange(6).reshape(3, 2)
    assert crop(rows, Box(1, 1, 1, 2)).tolist() == [[3], [5]]
    assert crop(rows, Box(-1, -1, 2, 2)).tolist() == [[0]]
    assert crop(rows, Box(0, -9, 2, 4)).size == 0
    assert crop(rows, Box(-9, 0, 4, 2)).size == 0


def test_bounds_are_the_smallest_box_around_all() -> None:
    assert bounds([Box(5, 1, 10, 2), Box(2, 8, 4, 9)]) == Box(2, 1, 13, 16)


def test_a_colour_is_rounded_and_kept_within_its_range() -> None:
    assert to_colour(np.array([-3.0, 12.6, 300.0])) == (0, 13, 255)


def test_the_commonest_colour_is_the_one_most_pixels_have() -> None:
    pixels = np.array([[[9, 9, 9], [1, 2, 3]], [[1, 2, 3], [8, 9, 9]]], np.uint8)
    assert commonest(pixels).tolist() == [[False, True], [True, False]]


def test_colours_of_one_cell_of_the_cube_count_as_one() -> None:
    pixels = np.array([[0, 0, 0], [0, 0, 0], [8, 8, 8], [12, 9, 15], [15, 15, 15]], np.float32)
    assert commonest(pixels, step=8).tolist() == [False, False, True, True, True]


def test_of_colours_as_common_the_darkest_counts() -> None:
    assert commonest(np.array([[1, 0, 0], [0, 255, 255]])).tolist() == [False, True]


def test_a_css_rectangle_takes_every_pixel_it_touches() -> None:
    assert box_at_image_scale(Rect(x=1.3, y=-0.2, width=2.0, height=1.0), 2.0) == Box(2, -1, 5, 3)


def test_a_box_is_a_css_rectangle_of_as_many_pixels_by_the_scale() -> None:
    assert to_rect(Box(2, 4, 6, 8), 2.0) == Rect(x=1, y=2, width=3, height=4)


def test_a_box_nearest_to_a_rectangle_has_its_corner_and_sides_rounded() -> None:
    assert nearest_box(Rect(x=1.4, y=-0.6, width=2.6, height=3.2)) == Box(1, -1, 3, 4)
    assert nearest_box(Rect(x=90, y=235, width=349.33, height=326.5)) == Box(90, 235, 349, 327)
