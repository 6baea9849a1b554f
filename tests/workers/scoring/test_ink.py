"""Where ink is, and its colour, on pictures drawn by hand."""

import numpy as np

from workers.imaging import Box, Image
from workers.scoring.ink import background_of, ink_colours, tighten, without_cut


def canvas(colour: tuple[int, int, int] = (255, 255, 255)) -> Image:
    return np.full((60, 200, 3), colour, dtype=np.uint8)


def test_a_line_box_shrinks_to_the_ink_inside() -> None:
    image = canvas()
    image[25:35, 40:90] = (20, 20, 20)

    assert tighten(image, Box(30, 10, 100, 40), (20, 20, 20)) == Box(40, 25, 50, 10)


def test_a_rule_of_another_colour_in_the_line_box_is_not_ink() -> None:
    image = canvas()
    image[25:35, 40:90] = (20, 20, 200)
    image[45:47, 30:130] = (220, 90, 20)

    assert tighten(image, Box(30, 10, 100, 40), (20, 20, 200)) == Box(40, 25, 50, 10)


def test_text_in_the_colour_of_its_ground_leaves_no_ink() -> None:
    assert tighten(canvas((10, 40, 80)), Box(30, 10, 100, 40), (12, 42, 82)) is None


def test_text_outside_the_picture_leaves_no_ink() -> None:
    assert tighten(canvas(), Box(300, 10, 100, 40), (0, 0, 0)) is None


def test_ink_of_no_known_colour_is_what_stands_out() -> None:
    image = canvas((0, 0, 0))
    image[25:35, 40:60] = (250, 200, 40)  # an emoji under black text colour

    assert tighten(image, Box(30, 10, 100, 40), (0, 0, 0)) == Box(40, 25, 20, 10)


def test_colours_are_those_of_the_strokes_not_of_their_soft_edges() -> None:
    image = canvas((240, 240, 250))
    image[20:40, 40:80:4] = (30, 60, 120)
    image[20:40, 41:80:4] = (135, 150, 185)

    assert ink_colours(image, Box(40, 20, 38, 20)) == ((30, 60, 120), (240, 240, 250))


def test_the_ground_is_what_lies_around_a_box_and_not_what_fills_it() -> None:
    image = canvas()
    image[20:40, 20:70] = (10, 20, 30)
    assert background_of(image, Box(20, 20, 50, 20)).tolist() == [255, 255, 255]
    assert background_of(image, Box(20, 20, 50, 19)).tolist() == [255, 255, 255]


def test_a_box_as_large_as_the_page_has_its_rim_for_a_ground() -> None:
    image = canvas((10, 20, 30))
    image[[0, -1], :] = image[:, [0, -1]] = (200, 210, 220)
    assert background_of(image, Box(0, 0, 200, 60)).tolist() == [200, 210, 220]


def line(image: Image, top: int) -> None:
    """Letters, 14 pixels high, with ground between them."""
    for left in range(42, 120, 9):
        image[top : top + 14, left : left + 5] = (20, 20, 20)


def test_what_the_next_line_reaches_into_a_box_is_none_of_its_ink() -> None:
    image = canvas()
    line(image, 20)
    image[30:37, 42:44] = (20, 20, 20)  # a descender of its own
    image[39:60, 60:64] = image[0:17, 80:84] = (20, 20, 20)  # of the lines below and above

    assert without_cut(image, Box(42, 20, 77, 22), (20, 20, 20)) == Box(42, 20, 77, 17)
    assert without_cut(image, Box(42, 14, 77, 28), (20, 20, 20)) == Box(42, 20, 77, 17)


def test_the_border_of_a_button_is_no_ink_of_its_label() -> None:
    image = canvas()
    line(image, 24)
    image[[14, 15, 46, 47], 20:140] = (20, 20, 20)

    assert without_cut(image, Box(42, 14, 77, 24), (20, 20, 20)) == Box(42, 24, 77, 14)
    assert without_cut(image, Box(42, 14, 77, 34), (20, 20, 20)) == Box(42, 24, 77, 14)


def test_a_box_that_cuts_its_own_letters_stays_and_so_does_an_underline() -> None:
    image = canvas()
    line(image, 20)
    for cut in (Box(42, 21, 77, 13), Box(42, 20, 77, 12), Box(44, 20, 70, 14)):
        assert without_cut(image, cut, (20, 20, 20)) == cut
    image[36, 42:119] = (20, 20, 20)
    assert without_cut(image, Box(42, 20, 77, 17), (20, 20, 20)) == Box(42, 20, 77, 17)
