"""What a draft leaves unexplained: missing panels and pictures."""

from dataclasses import replace

import numpy as np

from tests.workers.drafting.perceive.kit import perception
from tests.workers.drafting.perceive.thresholds import off_by_two, varied
from workers.drafting.page import Panel, Picture
from workers.drafting.repair.residual import RESIDUAL, ResidualThresholds, explain_rest, unexplained
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


def grey(levels: int) -> tuple[int, int, int]:
    return levels, levels, levels


def missing(*boxes: Box, colour: tuple[int, int, int] = (30, 90, 200)) -> Image:
    mockup = blank()
    for box in boxes:
        mockup[box.slices] = colour
    return mockup


def one(x: int, width: int, height: int) -> Image:
    return missing(Box(x, 20, width, height))


def speckled(share: float, levels: int) -> Image:
    """A panel some of whose pixels, in rows of their own, are a little paler."""
    mockup = missing(Box(100, 60, 100, 100))
    mockup[60 : 60 + round(100 * share), 100:200] = np.array((30, 90, 200)) + levels
    return mockup


CASES: dict[str, Image] = {
    "pale": missing(Box(100, 20, 60, 60), colour=grey(255 - 48)),
    "paler": missing(Box(100, 20, 60, 60), colour=grey(255 - 24)),
    "beside text": missing(Box(54, 150, 60, 10)),
    "close to text": missing(Box(51, 150, 13, 8)),
    "near": missing(Box(100, 20, 30, 30), Box(142, 20, 30, 30)),
    "far": missing(Box(100, 20, 30, 30), Box(154, 20, 30, 30)),
    "thin": one(100, 60, 4),
    "thick": one(100, 60, 8),
    "short": one(100, 9, 9),
    "long": one(100, 16, 9),
    "sparse": missing(Box(100, 20, 5, 6), Box(110, 20, 2, 2)),
    "hardly filled": missing(Box(100, 20, 5, 6), Box(109, 20, 5, 6)),
    "a fifth of the page": one(20, 200, 60),
    "a quarter of the page": one(20, 200, 75),
    "half of the page": one(20, 200, 150),
    "two areas of a fifth": missing(Box(10, 10, 120, 100), Box(160, 10, 120, 100)),
    "three areas of a fifth": missing(
        Box(5, 5, 80, 180), Box(105, 5, 82, 180), Box(210, 5, 84, 180)
    ),
    "of two hardly different colours": speckled(0.04, 8),
    "of two colours": speckled(0.04, 18),
}


def explained(thresholds: ResidualThresholds) -> dict[str, tuple[object, ...]]:
    text = NO_TEXT.copy()
    text[145:165, 40:50] = True
    bare = perception(
        size=(300, 200),
        pictures=(Picture(Box(99, 60, 40, 40)), Picture(Box(98, 120, 40, 40))),
    )
    found: dict[str, tuple[object, ...]] = {}
    for name, mockup in CASES.items():
        result = explain_rest(replace(bare, text_mask=text), mockup, mockup, blank(), thresholds)
        found[name] = result.panels, result.pictures
    textured = blank()
    textured[60:160, 100:200] = np.random.default_rng(5).integers(0, 200, (100, 100, 3))
    found["a picture"] = (explain_rest(bare, textured, textured, blank(), thresholds).pictures,)
    return found


EXPLAINED = explained(RESIDUAL)


@off_by_two(RESIDUAL)
def test_each_threshold_of_what_is_unexplained_matters(name: str, factor: float) -> None:
    assert explained(varied(RESIDUAL, name, factor)) != EXPLAINED
