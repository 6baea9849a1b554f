"""What is drawn finer and averaged down is found as at one pixel per CSS pixel."""

import numpy as np
import pytest

from tests.workers.drafting.perceive.shapes.drawing import BLUE, DARK, GREY, WHITE, Canvas
from workers.drafting.page import Border, Panel
from workers.drafting.perceive.shapes.borders import with_borders, without_edges
from workers.drafting.perceive.shapes.panels import find_shapes
from workers.imaging import Box

RED = (200, 60, 60)
BOXES = ((WHITE, 1, GREY, 0), (WHITE, 2, BLUE, 8), (GREY, 1, RED, 6), (GREY, 3, DARK, 12))


def cards(scale: float) -> list[Panel]:
    canvas = Canvas(420, 230, (244, 246, 250), scale)
    for index, (fill, width, colour, radius) in enumerate(BOXES):
        box = Box(21 + index % 2 * 197, 13 + index // 2 * 103, 173, 85)
        canvas.card(box, fill, (width, colour), radius)
    image = canvas.pixels()
    shapes = find_shapes(image, np.zeros(image.shape[:2], bool))
    panels = with_borders(shapes.panels, shapes.hollow, image)
    assert without_edges(shapes.rules, panels) == ()
    return sorted(panels, key=lambda panel: (panel.box.y // 50, panel.box.x // 50))


@pytest.mark.parametrize("scale", [2, 3, 2.625])
def test_bordered_boxes_are_the_same_at_every_scale(scale: float) -> None:
    found, once = cards(scale), cards(1)
    assert len(found) == len(once) == 5
    for panel, other in zip(found, once, strict=True):
        assert panel.box.contains(other.box, 1) and other.box.contains(panel.box, 1)
        assert panel.fill == other.fill
        assert abs(panel.radius - other.radius) <= 1
        assert (panel.border is None) == (other.border is None)
        if panel.border and other.border:
            assert panel.border.width == other.border.width


@pytest.mark.parametrize(("radius", "grown"), [(9, 12), (0, 0)])
def test_a_grown_borders_radius_grows_with_it_and_a_square_stays_one(
    radius: int, grown: int
) -> None:
    canvas = Canvas(200, 140).box(Box(20, 20, 140, 90), BLUE, grown)
    image = canvas.box(Box(23, 23, 134, 84), GREY, radius)
    inner = Panel(Box(23, 23, 134, 84), GREY, radius=radius)
    [panel] = with_borders([inner], (), image.pixels())
    assert (panel.border, panel.radius) == (Border(3, BLUE), grown)


@pytest.mark.parametrize("scale", [2, 3])
def test_a_hairline_is_a_line_of_one_blended_pixel(scale: int) -> None:
    image = Canvas(200, 100, WHITE, scale)
    left, top = 20 * scale * 4, 40 * scale * 4
    image._draw.rectangle((left, top, 180 * scale * 4 - 1, top + 3), fill=DARK)
    pixels = image.pixels()
    [rule] = find_shapes(pixels, np.zeros(pixels.shape[:2], bool)).rules
    assert rule.box == Box(20, 40, 160, 1)
    assert rule.colour == tuple(int(level) for level in pixels[40, 100])


@pytest.mark.parametrize("radii", [(9, 4), (4, 9)])
def test_of_a_panel_and_the_outline_around_it_the_larger_radius_counts(
    radii: tuple[int, int],
) -> None:
    image = Canvas(200, 140, GREY).pixels()
    inner = Panel(Box(23, 23, 134, 84), GREY, radius=radii[0])
    outline = Panel(Box(20, 20, 140, 90), None, radius=radii[1], border=Border(1, BLUE))
    [panel] = with_borders([inner], [outline], image)
    assert (panel.border, panel.radius, panel.fill) == (Border(1, BLUE), 9, GREY)
