"""What text and page stand on, and what is read off icons: each threshold, off by two, shows."""

import numpy as np
import pytest

from tests.workers.drafting.perceive.thresholds import off_by_two, varied
from workers.drafting.page import Panel, Picture
from workers.drafting.perceive.pipeline import (
    BACKGROUNDS,
    GLYPHS,
    BackgroundThresholds,
    GlyphThresholds,
    _at_css_scale,
    is_icon,
    is_text,
    is_unread_line,
    on_its_background,
    painted_over,
    take_background,
)
from workers.imaging import Box, Colour, Image, Mask, TextRun, at_css_scale

WHITE, BADGE, DARK, CARD = (255, 255, 255), (20, 60, 200), (10, 10, 30), (250, 240, 230)


def drawn(width: int, height: int, colour: Colour, *patches: tuple[Box, Colour]) -> Image:
    image = np.full((height, width, 3), colour, np.uint8)
    for box, fill in patches:
        image[box.slices] = fill
    return image


def read(
    ink: Box, colour: Colour = DARK, background: Colour = WHITE, text: str = "Sale"
) -> TextRun:
    return TextRun(text, ink, colour, background)


def shares(ground: float, old: float) -> Image:
    """A text's box of 1000 px, `ground` of it in the badge's colour, `old` in white, the rest of
    many colours."""
    count = 1000
    pixels = np.stack([np.arange(count) % 90 + 100, np.arange(count) % 97 + 50, np.zeros(count)], 1)
    pixels[: round(ground * count)] = BADGE
    pixels[count - round(old * count) :] = WHITE
    return pixels.astype(np.uint8).reshape(20, 50, 3)


INSIDE = Box(2, 2, 46, 16)  # its margin of 2 px reaches the edges of `shares`


def backgrounds(limits: BackgroundThresholds = BACKGROUNDS) -> list[Colour]:
    """Of texts whose background was read wrong, and the colour of one that was read in its own."""
    pictures = [
        *(shares(ground, 0.0) for ground in (0.2, 0.4, 0.7)),
        *(shares(0.7, old) for old in (0.015, 0.03)),
        *(drawn(50, 20, (255 - levels,) * 3) for levels in (3, 5)),
    ]
    found = [on_its_background(image, read(INSIDE), limits) for image in pictures]
    badge = drawn(60, 40, WHITE, (Box(16, 16, 28, 8), BADGE), (Box(18, 18, 24, 4), WHITE))
    found.append(on_its_background(badge, read(Box(18, 18, 24, 4), WHITE, (1, 2, 3)), limits))
    strokes = (Box(5, 5, 20, 10), (100, 100, 120)), (Box(30, 5, 6, 10), (200, 200, 200))
    found.append(on_its_background(drawn(50, 20, DARK, *strokes), read(INSIDE), limits))
    return [*(run.background for run in found), found[-1].colour]


def test_a_text_stands_on_the_colour_that_is_under_it() -> None:
    assert backgrounds() == [
        WHITE,  # too little of any colour
        BADGE,
        BADGE,
        BADGE,
        WHITE,  # enough of what was read
        WHITE,  # all but white
        (250, 250, 250),
        BADGE,  # nearer the text it is the text's own, farther off the page's
        DARK,
        (200, 200, 200),  # dark on dark cannot be: the strongest of what is there
    ]


def painted(limits: BackgroundThresholds = BACKGROUNDS) -> str:
    """A column through a text below a card, row by row: card, white, or a stroke that is left."""
    image = drawn(100, 50, WHITE, (Box(0, 0, 100, 25), CARD), (Box(40, 22, 20, 20), DARK))
    image[:25, 40:60] = CARD
    image[24, :10] = DARK  # a row of the card that is not of one colour
    text: Mask = np.ones(image.shape[:2], np.bool_)
    column = painted_over(image, (read(Box(0, 26, 100, 10)),), text, limits)[20:45, 50]
    names = {CARD: "c", WHITE: ".", DARK: "#"}
    return "".join(names[int(red), int(green), int(blue)] for red, green, blue in column)


def test_a_text_is_painted_over_up_to_the_edge_of_its_panel() -> None:
    assert painted() == "cccc..............." + "###..."


def fills(limits: BackgroundThresholds = BACKGROUNDS) -> list[object]:
    """The background of pages with a panel of half, nearly all and all of their area, and of one
    whose sides are of different colours."""
    page = drawn(100, 100, WHITE)
    found = [
        take_background(page, (Panel(Box(0, 0, 100, height), CARD),), limits)[0]
        for height in (50, 85, 100)
    ]
    sides = drawn(
        100, 100, (90, 90, 90), (Box(0, 0, 6, 100), BADGE), (Box(94, 0, 6, 100), (95,) * 3)
    )
    sides[:4] = BADGE
    return [*found, take_background(sides, (), limits)[0]]


def test_a_panel_as_large_as_the_page_is_its_background() -> None:
    assert fills() == [WHITE, WHITE, CARD, (90, 90, 90)]


@off_by_two(BACKGROUNDS, one_way={"strongest": 0.5})  # nothing stands off by more than the most
def test_each_threshold_of_a_background_off_by_two_finds_another(name: str, factor: float) -> None:
    limits = varied(BACKGROUNDS, name, factor)
    assert (backgrounds(limits), painted(limits), fills(limits)) != (
        backgrounds(),
        painted(),
        fills(),
    )


def glyphs(limits: GlyphThresholds = GLYPHS) -> list[bool]:
    icons = [Picture(Box(0, 0, side, side)) for side in (60, 70, 90, 120)]
    found = [is_icon(read(Box(5, 5, 9, 9), text="8"), (icon,), limits) for icon in icons]
    found += [
        is_icon(read(Box(5, 5, 9, 9), text="8" * letters), (icons[0],), limits)
        for letters in (1, 2, 3, 4, 6)
    ]
    for out in (1, 2, 3, 4):
        found.append(is_icon(read(Box(-out, 5, 9, 9), text="8"), (icons[0],), limits))
        found.append(
            is_text(Picture(Box(10 - out, 10, 6, 6)), (read(Box(10, 10, 40, 12)),), limits)
        )
    for wide in (20, 30, 60, 100):
        found.append(is_unread_line(Box(0, 0, wide, 10), (), limits))
    for tall in (10, 20, 40, 80):
        around = Picture(Box(0, 0, 100, tall))
        found.append(is_unread_line(Box(0, 0, 100, 10), (around,), limits))
    return found


def test_what_is_read_off_a_small_picture_is_an_icon_and_a_rest_of_a_word_no_picture() -> None:
    assert glyphs() == [
        *(True, True, False, False),
        *(True, True, True, False, False),
        *(True, True, True, True, False, False, False, False),
        *(False, False, True, True),
        *(True, True, False, False),
    ]


@off_by_two(GLYPHS)
def test_each_threshold_of_glyphs_off_by_two_tells_others(name: str, factor: float) -> None:
    assert glyphs(varied(GLYPHS, name, factor)) != glyphs()


@pytest.mark.parametrize("scale", [4, 5])
def test_ink_is_what_is_seen_of_a_text_in_css_pixels(scale: int) -> None:
    """Not the box of its image pixels: an edge that covers a part of a pixel is faint there."""
    ink = Box(20 * scale, 21 * scale - 1, 20 * scale, 10 * scale)
    picture = drawn(100 * scale, 60 * scale, WHITE, (ink, (155, 155, 155)))
    seen = _at_css_scale(read(ink), at_css_scale(picture, scale), scale).ink
    assert (seen.y, seen.height) == (21, 10)
