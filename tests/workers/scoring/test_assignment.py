"""Which text is taken for which, on plain pages where no pixel proves anything."""

import numpy as np
import pytest
from workers.scoring.match import match_text

from workers.imaging import Box, Colour, Image, TextRun
from workers.scoring.page_view import PageView

BLACK, WHITE = (0, 0, 0), (255, 255, 255)


def run(text: str, box: Box, colour: Colour = BLACK) -> TextRun:
    return TextRun(text, box, colour, WHITE)


def view(*runs: TextRun, pictures: tuple[Box, ...] = (), image: Image | None = None) -> PageView:
    plain = np.full((200, 300, 3), 255, np.uint8)
    return PageView(plain if image is None else image, 1.0, runs, pictures)


def noise() -> Image:
    """A page that shows nothing of a plain one."""
    return np.random.default_rng(1).integers(0, 255, (200, 300, 3), np.uint8)


def striped() -> Image:
    image = np.full((200, 300, 3), 255, np.uint8)
    image[20:30, 20:60:3] = 0
    return image


def test_text_that_moved_is_as_far_off_as_its_farthest_edge() -> None:
    here, there = run("Home", Box(10, 10, 40, 10)), run("Home", Box(100, 70, 50, 12), (9, 9, 9))
    (match,) = match_text(view(here), view(there)).matches
    assert (match.mockup, match.render) == (here.ink, there.ink)
    assert (match.area, match.similarity, match.shift) == (400 + 600, 1.0, 100.0)
    assert match.colours == ((BLACK, (9, 9, 9)),)
    (back,) = match_text(view(there), view(here)).matches
    assert back.shift == 100.0
    lower = run("Home", Box(12, 150, 40, 20))
    assert match_text(view(here), view(lower)).matches[0].shift == 150.0


def test_of_equal_texts_the_nearest_is_taken() -> None:
    first, second = run("Home", Box(10, 10, 40, 10)), run("Home", Box(10, 170, 40, 10))
    upper, lower = run("Home", Box(60, 50, 40, 10)), run("Home", Box(60, 130, 40, 10))
    matches = match_text(view(second, first), view(upper, lower)).matches
    assert {(m.mockup, m.render) for m in matches} == {
        (first.ink, upper.ink),
        (second.ink, lower.ink),
    }


@pytest.mark.parametrize(("text", "alike"), [("abxy", 0.5), ("axyz", 0.25)])
def test_half_of_the_letters_are_enough_in_place_and_not_elsewhere(text: str, alike: float) -> None:
    here, there = Box(10, 10, 40, 10), Box(10, 100, 40, 10)
    in_place = match_text(view(run("abcd", here)), view(run(text, here)))
    assert [match.similarity for match in in_place.matches] == ([alike] if alike >= 0.5 else [])
    moved = match_text(view(run("abcd", here)), view(run(text, there), image=noise()))
    assert (moved.matches, len(moved.missing), len(moved.surplus)) == ((), 1, 1)


def test_what_is_left_over_stays_missing_and_surplus() -> None:
    home, prices = run("Home", Box(10, 10, 40, 10)), run("Prices", Box(10, 60, 40, 10))
    there, other = run("Home", Box(200, 150, 40, 10)), run("xyzzy", Box(200, 90, 40, 10))
    found = match_text(view(prices, home), view(other, there, image=noise()))
    assert (len(found.matches), found.missing, found.surplus) == (1, (prices,), (other,))


def test_a_text_in_two_runs_has_the_mean_of_their_colours_by_area() -> None:
    left = run("Read", Box(10, 10, 10, 10), (0, 0, 0))
    right = run("more", Box(22, 10, 30, 10), (100, 60, 40))
    whole = run("Read more", Box(10, 10, 42, 10), (1, 2, 3))
    (match,) = match_text(view(left, right), view(whole)).matches
    assert match.colours == (((75, 45, 30), (1, 2, 3)),)
    assert (match.mockup, match.area, match.shift) == (whole.ink, 400 + 420, 0.0)


@pytest.mark.parametrize(("width", "in_picture"), [(20, 0), (21, 1)])
def test_text_of_which_a_picture_shows_more_than_half_is_rasterised(
    width: int, in_picture: int
) -> None:
    words = run("Words", Box(20, 20, 40, 10))
    render = view(pictures=(Box(20, 20, width, 10),), image=striped())
    found = match_text(view(words, image=striped()), render)
    assert (len(found.rasterised), found.missing) == (in_picture, ())


def test_text_of_the_render_that_the_mockup_shows_unread_is_matched_with_itself() -> None:
    words = run("Words", Box(20, 20, 40, 10), (5, 5, 5))
    (match,) = match_text(view(image=striped()), view(words, image=striped())).matches
    assert (match.mockup, match.render, match.area) == (words.ink, words.ink, 800)
    assert (match.similarity, match.shift, match.colours) == (1.0, 0.0, ((BLACK, (5, 5, 5)),))
