"""How a page is cut up and how its parts are called."""

import numpy as np
import pytest

from tests.workers.scoring.conftest import Gallery
from workers.imaging import Box, Image
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


@pytest.mark.parametrize(
    ("height", "width", "count"), [(119, 200, 1), (120, 200, 4), (40, 319, 1), (40, 320, 2)]
)
def test_a_page_is_halved_down_to_sixty_by_a_hundred_and_sixty(
    height: int, width: int, count: int
) -> None:
    noise = np.random.default_rng(3).integers(0, 255, (height, width, 3), dtype=np.uint8)
    assert len(regions(noise, 1.0)) == count
    doubled = noise.repeat(2, axis=0).repeat(2, axis=1)
    assert len(regions(doubled, 2.0)) == count


@pytest.mark.parametrize(("step", "is_cut"), [(10, False), (11, True)])
def test_an_edge_is_eleven_grey_levels(step: int, is_cut: bool) -> None:
    image = np.full((400, 100, 3), 100, dtype=np.uint8)
    image[:120:2, ::2] = 100 + step
    image[300::2, ::2] = 100 + step
    assert any(box.y in (209, 210) for box in regions(image, 1.0)) is is_cut


@pytest.mark.parametrize(
    ("box", "name"),
    [
        (Box(0, 0, 700, 100), "top centre"),
        (Box(0, 0, 701, 100), "header"),
        (Box(0, 1, 1000, 100), "header"),
        (Box(0, 2, 1000, 100), "top"),
        (Box(0, 0, 1000, 399), "header"),
        (Box(0, 0, 1000, 400), "top"),
        (Box(0, 1601, 1000, 398), "footer"),
        (Box(0, 1600, 1000, 398), "bottom"),
        (Box(0, 1600, 1000, 400), "bottom"),
        (Box(0, 1000, 668, 1000), "bottom centre"),
    ],
)
def test_wide_and_low_at_an_edge_is_header_or_footer(box: Box, name: str) -> None:
    assert place_name(box, PAGE) == name


def noise(height: int, width: int) -> Image:
    return np.random.default_rng(3).integers(0, 255, (height, width, 3), dtype=np.uint8)


@pytest.mark.parametrize("scale", [1, 2])
@pytest.mark.parametrize(("gap", "cut"), [(7, 200), (8, 154)])
def test_a_gutter_is_eight_css_pixels_wide_and_else_a_large_page_is_halved(
    gap: int, cut: int, scale: int
) -> None:
    image = noise(400, 150)
    image[150 : 150 + gap] = 255
    image = image.repeat(scale, axis=0).repeat(scale, axis=1)
    tops = {box.y for box in regions(image, float(scale))}
    assert cut * scale in tops
    assert len(tops & {154 * scale, 200 * scale}) == 1


def test_a_page_is_halved_until_no_part_is_a_fifth_of_it() -> None:
    parts = regions(noise(1280, 1280), 1.0)
    assert sorted((box.width, box.height) for box in parts) == [(640, 320)] * 8
