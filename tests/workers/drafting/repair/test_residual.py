"""What a draft leaves unexplained: missing panels and pictures."""

import numpy as np

from tests.workers.drafting.perceive.kit import perception
from workers.drafting.page import Panel
from workers.drafting.repair.residual import explain_rest, unexplained
from workers.imaging import Box, Image

NO_TEXT = np.zeros((200, 300), bool)


def blank(height: int = 200, width: int = 300) -> Image:
    return np.full((height, width, 3), 255, np.uint8)


def test_equal_pictures_leave_nothing_unexplained() -> None:
    assert unexplained(blank(), blank(), NO_TEXT) == []


def test_a_flat_area_that_is_missing_becomes_a_panel() -> None:
    mockup = blank()
    mockup[40:90, 60:160] = (30, 90, 200)
    found = explain_rest(perception(size=(300, 200)), mockup, mockup, blank())
    assert found.panels == (Panel(Box(60, 40, 100, 50), (30, 90, 200)),)
    assert found.pictures == ()


def test_a_textured_area_that_is_missing_becomes_a_picture() -> None:
    mockup = blank()
    mockup[40:90, 60:160] = np.random.default_rng(5).integers(0, 200, (50, 100, 3))
    found = explain_rest(perception(size=(300, 200)), mockup, mockup, blank())
    assert [picture.box for picture in found.pictures] == [Box(60, 40, 100, 50)]


def test_text_is_never_made_a_picture() -> None:
    mockup, text = blank(), NO_TEXT.copy()
    mockup[40:60, 60:160] = 0
    text[40:60, 60:160] = True
    assert unexplained(mockup, blank(), text) == []


def test_most_of_a_page_is_never_made_a_picture() -> None:
    mockup = np.random.default_rng(5).integers(0, 200, (200, 300, 3)).astype(np.uint8)
    assert unexplained(mockup, blank(), NO_TEXT) == []


def test_a_render_of_another_height_is_compared_where_both_are() -> None:
    mockup = blank()
    mockup[40:90, 60:160] = 0
    assert unexplained(mockup, blank(120), NO_TEXT) == [Box(60, 40, 100, 50)]
