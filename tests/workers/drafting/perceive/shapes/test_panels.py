"""Panels, borders, rules and pictures, found in drawn pictures without text."""

import numpy as np
import pytest

from tests.workers.drafting.perceive.shapes.drawing import BLUE, DARK, GREY, WHITE, Canvas
from workers.drafting.page import Border, Gradient, Panel
from workers.drafting.perceive.pipeline import perceive
from workers.drafting.perceive.shapes.borders import with_borders, without_edges
from workers.drafting.perceive.shapes.bullets import find_bullets
from workers.drafting.perceive.shapes.panels import Shapes, find_shapes
from workers.drafting.perceive.shapes.pictures import find_pictures, without_photo_parts
from workers.imaging import Box, Image, TextRun


def shapes_of(image: Image) -> Shapes:
    return find_shapes(image, np.zeros(image.shape[:2], bool))


def panels_of(image: Image) -> tuple[Panel, ...]:
    shapes = shapes_of(image)
    return with_borders(shapes.panels, shapes.hollow, image)


def smaller_than_page(panels: tuple[Panel, ...], image: Image) -> list[Panel]:
    return [panel for panel in panels if panel.box.area < 0.9 * image.shape[0] * image.shape[1]]


def test_a_rectangle_is_found_to_the_pixel() -> None:
    image = Canvas(300, 200).box(Box(40, 30, 120, 60), BLUE).pixels()
    assert smaller_than_page(panels_of(image), image) == [Panel(Box(40, 30, 120, 60), BLUE)]


@pytest.mark.parametrize("radius", [4, 8, 16, 30])
def test_a_radius_is_measured_from_what_the_corners_lack(radius: int) -> None:
    image = Canvas(300, 200).box(Box(40, 30, 160, 80), BLUE, radius).pixels()
    [panel] = smaller_than_page(panels_of(image), image)
    assert abs(panel.radius - radius) <= 1


def test_a_circle_is_a_panel_of_half_its_width_in_radius() -> None:
    image = Canvas(200, 200).box(Box(50, 50, 64, 64), BLUE, 32).pixels()
    [panel] = smaller_than_page(panels_of(image), image)
    assert abs(panel.radius - 32) <= 2


@pytest.mark.parametrize("radius", [0, 6, 12])
def test_a_border_belongs_to_the_panel_it_surrounds(radius: int) -> None:
    outer, inner = Box(40, 30, 160, 90), Box(41, 31, 158, 88)
    canvas = Canvas(300, 200, (244, 246, 250)).box(outer, GREY, radius)
    image = canvas.box(inner, WHITE, max(0, radius - 1)).pixels()
    [panel] = smaller_than_page(panels_of(image), image)
    assert panel.box == outer
    assert panel.fill == WHITE
    assert panel.border == Border(1, GREY)


def test_the_sides_of_a_border_are_no_rules() -> None:
    canvas = Canvas(300, 200, (244, 246, 250)).box(Box(40, 30, 160, 90), GREY, 10)
    image = canvas.box(Box(41, 31, 158, 88), WHITE, 9).pixels()
    assert without_edges(shapes_of(image).rules, panels_of(image)) == ()


def test_a_ring_wider_than_a_border_stays_a_panel() -> None:
    canvas = Canvas(400, 300).box(Box(0, 40, 400, 260), DARK)
    image = canvas.box(Box(60, 70, 280, 190), BLUE).pixels()
    found = smaller_than_page(panels_of(image), image)
    assert {(panel.box, panel.fill) for panel in found} >= {
        (Box(0, 40, 400, 260), DARK),
        (Box(60, 70, 280, 190), BLUE),
    }


def test_a_thin_line_is_a_rule() -> None:
    image = Canvas(300, 200).box(Box(20, 100, 260, 1), GREY).pixels()
    [rule] = shapes_of(image).rules
    assert (rule.box, rule.colour) == (Box(20, 100, 260, 1), GREY)


@pytest.mark.parametrize("angle", [90.0, 180.0, 135.0])
def test_a_gradient_keeps_its_angle_and_ends(angle: float) -> None:
    ys, xs = np.mgrid[0:100, 0:100] / 99
    share = {90.0: xs, 180.0: ys, 135.0: (xs + ys) / 2}[angle]
    start, end = np.array((250, 240, 230)), np.array((90, 120, 200))
    image = np.full((160, 200, 3), 255, np.uint8)
    image[30:130, 50:150] = np.rint(start + share[..., None] * (end - start)).astype(np.uint8)
    [panel] = smaller_than_page(panels_of(image), image)
    assert isinstance(panel.fill, Gradient)
    assert abs(panel.fill.angle - angle) <= 2
    assert np.abs(np.array(panel.fill.start) - start).max() <= 6
    assert np.abs(np.array(panel.fill.end) - end).max() <= 6


def noise(width: int, height: int) -> Image:
    return np.random.default_rng(7).integers(0, 255, (height, width, 3), np.uint8)


def test_a_photo_is_one_picture_and_its_flat_parts_are_no_panels() -> None:
    image = np.full((300, 400, 3), 255, np.uint8)
    image[50:250, 60:300] = noise(240, 200)
    image[80:120, 100:200] = (120, 180, 240)
    shapes = shapes_of(image)
    pictures = find_pictures(shapes, shapes.panels, ())
    assert [picture.box for picture in pictures] == [Box(60, 50, 240, 200)]
    assert all(panel.box.area > 100_000 for panel in without_photo_parts(shapes.panels, pictures))


def test_the_antialiased_rim_of_a_panel_is_no_picture() -> None:
    image = Canvas(300, 200).box(Box(40, 30, 160, 80), BLUE, 16).pixels()
    shapes = shapes_of(image)
    assert find_pictures(shapes, shapes.panels, ()) == ()


def bullets_of(gap: int) -> tuple[Panel, ...]:
    """What is found of a six-pixel dot `gap` pixels left of a line of text."""
    image = Canvas(300, 100).box(Box(40, 47, 6, 6), DARK, 3).pixels()
    item = TextRun("Glass jars", Box(46 + gap, 44, 80, 12), DARK, WHITE)
    return find_bullets(image, shapes_of(image).crumbs, [item])


def test_a_dot_before_a_text_is_a_bullet() -> None:
    [bullet] = bullets_of(gap=12)
    assert bullet.box == Box(40, 47, 6, 6)
    assert bullet.fill == DARK


def test_a_dot_far_from_any_text_is_none() -> None:
    assert bullets_of(gap=60) == ()


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (40, 1), (3, 3)])
def test_a_tiny_picture_is_no_trouble(shape: tuple[int, int]) -> None:
    image = np.full((*shape, 3), 200, np.uint8)
    assert shapes_of(image).hollow == ()


def test_a_rounded_card_of_almost_the_grounds_colour_is_a_panel_of_its_own() -> None:
    ground, card = (18, 22, 30), (27, 33, 43)
    image = Canvas(300, 200, ground).box(Box(40, 30, 160, 80), card, 16).pixels()
    [panel] = smaller_than_page(panels_of(image), image)
    assert (panel.box, panel.fill) == (Box(40, 30, 160, 80), card)


def test_a_pill_has_the_border_that_its_straight_sides_show() -> None:
    ground, line = (18, 22, 30), (52, 64, 84)
    canvas = Canvas(300, 120, ground).box(Box(40, 30, 160, 60), line, 30)
    image = canvas.box(Box(42, 32, 156, 56), ground, 28).pixels()
    [panel] = smaller_than_page(panels_of(image), image)
    assert panel.border == Border(2, line)
    assert panel.box == Box(40, 30, 160, 60)


def test_the_page_is_of_the_larger_ground_and_not_of_its_sidebar() -> None:
    image = Canvas(400, 200, WHITE).box(Box(0, 0, 90, 200), DARK).pixels()
    assert perceive(image, 1.0).background == WHITE


def test_a_gap_that_ends_on_two_sides_only_is_no_border() -> None:
    canvas = Canvas(400, 300).box(Box(100, 100, 120, 80), BLUE)
    canvas.box(Box(60, 60, 36, 160), DARK)
    image = canvas.box(Box(100, 60, 120, 36), DARK).pixels()
    [panel] = [panel for panel in panels_of(image) if panel.fill == BLUE]
    assert panel == Panel(Box(100, 100, 120, 80), BLUE)
