"""Colours and contrasts as standards compute them."""

import pytest

from workers.imaging import Colour
from workers.scoring.colour import contrast, delta, hex_of


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((0, 0, 0), (255, 255, 255), 100.0),
        ((255, 0, 0), (0, 255, 0), 86.6),  # published examples of CIEDE2000
        ((255, 0, 0), (0, 0, 255), 52.9),
        ((119, 119, 119), (119, 119, 119), 0.0),
        ((119, 119, 119), (120, 120, 120), 0.4),
    ],
)
def test_how_far_two_colours_are_apart(one: Colour, other: Colour, expected: float) -> None:
    assert delta(one, other) == pytest.approx(expected, abs=0.1)
    assert delta(other, one) == pytest.approx(delta(one, other))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((0, 0, 0), (255, 255, 255), 21.0),
        ((119, 119, 119), (255, 255, 255), 4.48),  # #777 just fails WCAG AA
        ((118, 118, 118), (255, 255, 255), 4.54),
        ((255, 0, 0), (255, 255, 255), 4.0),
        ((5, 5, 5), (5, 5, 5), 1.0),
        ((10, 10, 10), (0, 0, 0), 1.06),  # dark levels are linear
    ],
)
def test_contrast_is_that_of_the_guidelines(one: Colour, other: Colour, expected: float) -> None:
    assert contrast(one, other) == pytest.approx(expected, abs=0.01)
    assert contrast(other, one) == contrast(one, other)


def test_a_colour_is_written_as_in_css() -> None:
    assert hex_of((0, 10, 255)) == "#000aff"
