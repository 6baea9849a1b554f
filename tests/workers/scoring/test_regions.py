"""How a page is cut up and how its parts are called."""

import numpy as np
import pytest

from tests.workers.scoring.conftest import Gallery
from workers.imaging import Box
from workers.scoring.regions import place_name, regions

PAGE = Box(0, 0, 1000, 2000)


def test_regions_tile_the_page(gallery: Gallery) -> None:
    cover = np.zeros(gallery.own.image.shape[:2], dtype=int)
    for box in regions(gallery.own.image, 1.0):
        cover[box.y : box.bottom, box.x : box.right] += 1

    assert (cover == 1).all()


def test_a_gutter_between_two_columns_is_where_the_cut_goes() -> None:
    image = np.full((300, 900, 3), 255, dtype=np.uint8)
    image[::7, 20:400] = 0
    image[::7, 500:880] = 0

    boxes = regions(image, 1.0)

    assert not any(box.x < 400 and box.right > 500 for box in boxes)


def test_a_page_without_any_gutter_is_still_cut() -> None:
    noise = np.random.default_rng(3).integers(0, 255, (800, 1200, 3), dtype=np.uint8)

    assert 4 <= len(regions(noise, 1.0)) <= 16


@pytest.mark.parametrize("size", [(1, 1), (1, 50), (50, 1)])
def test_a_page_one_pixel_thin_is_one_region(size: tuple[int, int]) -> None:
    assert regions(np.zeros((*size, 3), np.uint8), 1.0) == [Box(0, 0, size[1], size[0])]


@pytest.mark.parametrize(
    ("box", "name"),
    [
        (Box(0, 0, 1000, 100), "header"),
        (Box(0, 1900, 1000, 100), "footer"),
        (Box(0, 100, 300, 300), "top left"),
        (Box(350, 800, 300, 300), "middle centre"),
        (Box(0, 800, 1000, 300), "middle"),
        (Box(700, 1500, 300, 300), "bottom right"),
    ],
)
def test_a_region_is_called_by_its_place(box: Box, name: str) -> None:
    assert place_name(box, PAGE) == name
