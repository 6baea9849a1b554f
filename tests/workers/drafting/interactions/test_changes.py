"""What differs between two pictures of a page."""

import numpy as np

from workers.drafting.interactions.changes import changed_boxes, changed_mask, dimming, joined
from workers.imaging import Box, Image


def page() -> Image:
    """200 × 100: grey lines on white, a dark bar at the top."""
    image = np.full((100, 200, 3), 255, np.uint8)
    image[:20] = (30, 40, 60)
    for top in range(30, 90, 10):
        image[top : top + 4, 10:150] = 120
    return image


def with_box(image: Image, box: Box, colour: tuple[int, int, int]) -> Image:
    changed = image.copy()
    changed[box.slices] = colour
    return changed


def test_changes_near_one_another_are_one_place_and_others_their_own() -> None:
    before = page()
    after = with_box(
        with_box(before, Box(160, 30, 5, 5), (255, 0, 0)), Box(170, 30, 5, 5), (9, 9, 9)
    )
    after = with_box(after, Box(10, 92, 6, 6), (0, 99, 0))
    assert changed_boxes(changed_mask(before, after)) == (Box(160, 30, 15, 5), Box(10, 92, 6, 6))


def test_noise_of_compression_is_no_change() -> None:
    before = page()
    noise = np.random.default_rng(1).integers(-3, 4, before.shape)
    after = np.clip(before.astype(int) + noise, 0, 255).astype(np.uint8)
    assert changed_boxes(changed_mask(before, after)) == ()


def test_a_backdrop_is_told_with_its_colour_and_what_stands_out_of_it() -> None:
    before = page()
    dimmed = np.rint(before * 0.4 + np.array([10, 20, 30]) * 0.6).astype(np.uint8)
    after = with_box(dimmed, Box(60, 30, 80, 40), (250, 250, 250))
    found = dimming(before, after)
    assert found is not None
    backdrop, box = found
    assert box == Box(60, 30, 80, 40)
    assert abs(backdrop.alpha - 0.6) < 0.02
    assert max(abs(a - b) for a, b in zip(backdrop.colour, (10, 20, 30), strict=True)) <= 3


def test_neither_an_other_page_nor_a_menu_is_a_backdrop() -> None:
    before = page()
    other = before[::-1].copy()
    menu = with_box(before, Box(60, 30, 80, 40), (250, 250, 0))
    blank = np.full_like(before, 255)
    assert [dimming(before, after) for after in (other, menu, blank)] == [None, None, None]
    assert dimming(blank, with_box(blank, Box(5, 5, 20, 20), (0, 0, 0))) is None


def test_boxes_that_overlap_are_joined() -> None:
    boxes = [Box(0, 0, 10, 10), Box(5, 5, 10, 10), Box(40, 0, 5, 5)]
    assert joined(boxes) == (Box(0, 0, 15, 15), Box(40, 0, 5, 5))
