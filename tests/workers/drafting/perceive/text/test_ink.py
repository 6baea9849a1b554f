"""Ink: what is text, pixel by pixel."""

import numpy as np
import pytest

from tests.workers.drafting.perceive.typeset import Page, Typeset, typeset
from workers.drafting.perceive.text.ink import find_ink, text_mask
from workers.imaging import Box, TextRun

BODY = (
    '<div style="top:30px;font:20px Arial,sans-serif">Plain words on white</div>'
    '<div style="top:80px;font:20px Arial,sans-serif"><u>underlined oven</u></div>'
    '<div style="top:120px;width:300px;height:60px;'
    'background:linear-gradient(180deg,#20409a,#7a1fa2)"></div>'
    '<div style="top:138px;left:60px;font:20px Arial,sans-serif;color:#ffd43b">Gold on blue</div>'
)
PLAIN = Box(38, 24, 240, 34)
GRADIENT = Box(56, 134, 160, 32)


@pytest.fixture(scope="module")
def page() -> Typeset:
    return typeset([Page(BODY, height=220)])[0]


def run_in(page: Typeset, box: Box) -> TextRun:
    ink = find_ink(page.image, box)
    assert ink is not None
    return TextRun("", ink.box, ink.colour, ink.background)


def test_the_mask_covers_all_that_differs_from_the_ground(page: Typeset) -> None:
    mask = text_mask(page.image, [run_in(page, PLAIN)])
    dark = page.image.min(axis=2) < 200
    area = slice(24, 58)
    assert mask[area][dark[area]].all()
    assert mask[area].mean() < 0.3
    assert not mask[60:].any()


def test_gold_on_a_gradient_has_its_colour(page: Typeset) -> None:
    colour = np.array(run_in(page, GRADIENT).colour)
    assert np.abs(colour - (0xFF, 0xD4, 0x3B)).max() <= 16


def test_an_underline_is_not_ink(page: Typeset) -> None:
    ink = find_ink(page.image, Box(38, 76, 200, 32))
    assert ink is not None
    line = page.text("underlined oven").rect
    baseline_to_top = 20 * 0.73  # capital height of the face
    assert ink.box.height <= baseline_to_top + 2
    assert ink.box.bottom <= line.y + line.height


def test_an_even_area_has_no_ink(page: Typeset) -> None:
    assert find_ink(page.image, Box(400, 20, 100, 40)) is None


def test_a_box_off_the_picture_has_no_ink(page: Typeset) -> None:
    assert find_ink(page.image, Box(5000, 5000, 30, 30)) is None
