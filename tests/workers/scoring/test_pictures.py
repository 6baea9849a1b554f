"""What delivering pixels as pictures costs."""

from dataclasses import replace

import numpy as np
import pytest

from tests.workers.scoring.conftest import Gallery
from workers.imaging import Box
from workers.scoring import compare
from workers.scoring.page_view import PageView

PHOTO = Box(700, 96, 236, 182)


def penalty(gallery: Gallery, *pictures: Box) -> float:
    """Of the mockup's own pixels, with the text inside `pictures` dead."""
    live = tuple(
        run for run in gallery.own.runs if not any(box.contains(run.ink) for box in pictures)
    )
    render = replace(gallery.own, runs=live, pictures=pictures)
    return compare(gallery.mockup, render).score.picture_penalty


def test_a_photograph_costs_nothing(gallery: Gallery) -> None:
    assert penalty(gallery, PHOTO) == 0


def test_more_text_in_pictures_costs_more(gallery: Gallery) -> None:
    costs = [penalty(gallery, Box(0, 300, 960, height)) for height in (0, 70, 200, 420)]

    assert costs[0] == 0
    assert costs == sorted(costs)
    assert costs[-1] > 0.03


def test_the_whole_page_as_a_picture_costs_most_of_the_score(gallery: Gallery) -> None:
    assert penalty(gallery, Box(0, 0, 960, 720)) > 0.6


def test_a_background_picture_under_live_text_costs_nothing(gallery: Gallery) -> None:
    render = replace(gallery.own, pictures=(Box(0, 0, 960, 720),))

    assert compare(gallery.mockup, render).score.picture_penalty == 0


def test_one_picture_of_a_mockup_without_text_costs_its_flat_ground() -> None:
    image = np.full((400, 600, 3), 245, dtype=np.uint8)
    image[40:120, 40:560] = (40, 60, 120)
    mockup = PageView(image, 1.0, ())
    own, cheat = PageView(image, 1.0, ()), PageView(image, 1.0, (), (Box(0, 0, 600, 400),))

    assert compare(mockup, own).score.total == 1
    assert compare(mockup, cheat).score.total < 0.4


def test_a_logo_with_a_little_text_is_free(gallery: Gallery) -> None:
    logo = next(run.ink for run in gallery.own.runs if run.text == "Billing")

    assert penalty(gallery, logo) == pytest.approx(0, abs=1e-4)
