"""The share of a page that is a picture without need, in areas counted by hand."""

import numpy as np
import pytest

from workers.imaging import Box, TextRun
from workers.scoring.canvas import Canvas
from workers.scoring.page_view import PageView
from workers.scoring.pictures import picture_penalty

SIDE = 640  # pixels of the page, and 64 of the detail in its corner
NOTHING: tuple[TextRun, ...] = ()


def words(x: int, width: int, height: int = 10) -> TextRun:
    return TextRun("Words", Box(x, 20, width, height), (0, 0, 0), (255, 255, 255))


def canvas(*pictures: Box, runs: tuple[TextRun, ...] = (), detail: int = 64) -> Canvas:
    image = np.full((SIDE, SIDE, 3), 250, np.uint8)
    image[:detail:2, :detail:2] = 0
    page = Box(0, 0, SIDE, SIDE)
    return Canvas(PageView(image, 1.0, runs), PageView(image, 1.0, (), pictures), page)


def test_flat_ground_far_from_detail_is_free_for_half_of_a_picture() -> None:
    picture = Box(0, 0, 320, 320)
    far = 1 - (104**2 - (1 - np.pi / 4) * 40**2) / 320**2  # more than 40 pixels from the detail
    assert picture_penalty(canvas(picture), NOTHING) == pytest.approx((far - 0.5) / 4, abs=0.004)
    assert picture_penalty(canvas(Box(0, 0, 128, 128)), NOTHING) == 0.0


def test_a_page_of_two_pixels_per_css_pixel_loses_the_same_share() -> None:
    image = np.full((2 * SIDE, 2 * SIDE, 3), 250, np.uint8)
    image[:128:2, :128:2] = 0
    render = PageView(image, 2.0, (), (Box(0, 0, 640, 640),))
    found = Canvas(PageView(image, 2.0, ()), render, Box(0, 0, 2 * SIDE, 2 * SIDE))
    small = picture_penalty(canvas(Box(0, 0, 320, 320)), NOTHING)
    assert picture_penalty(found, NOTHING) == pytest.approx(small, abs=0.004)


def test_in_a_picture_of_the_page_all_flat_ground_counts() -> None:
    near = (72 / SIDE) ** 2
    found = picture_penalty(canvas(Box(0, 0, SIDE, SIDE)), NOTHING)
    assert found == pytest.approx(1 - near, abs=0.006)


def test_what_two_pictures_share_counts_once_and_a_plain_one_not_at_all() -> None:
    picture = Box(0, 0, 320, 320)
    once = picture_penalty(canvas(picture), NOTHING)
    assert picture_penalty(canvas(picture, picture), NOTHING) == once
    assert picture_penalty(canvas(Box(320, 320, 320, 320)), NOTHING) == 0.0
    assert picture_penalty(canvas(), NOTHING) == 0.0


def test_text_in_pictures_beyond_a_twentieth_counts_with_half_a_line_around_it() -> None:
    inked, live = words(100, 40), words(300, 60)
    found = canvas(Box(90, 0, 100, 60), runs=(inked, live), detail=0)
    assert picture_penalty(found, (inked,)) == pytest.approx(50 * 20 * 350 / 400 / SIDE**2)
    assert picture_penalty(found, NOTHING) == 0
