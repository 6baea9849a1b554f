"""What a score must say about pages that a person would call right or wrong."""

from dataclasses import replace

import numpy as np
import pytest

from tests.workers.scoring.conftest import CHEATS, HIDINGS, SEEDED, STRENGTHS, Gallery
from tests.workers.scoring.small import Small, shown
from webapp.studio.events import PartName
from workers.scoring import compare, mean_score
from workers.scoring.page_view import PageView


def test_the_mockups_own_page_scores_nearly_one(gallery: Gallery) -> None:
    score = compare(gallery.mockup, gallery.own).score

    assert score.total >= 0.99
    assert score.picture_penalty == 0
    assert all(part is not None and part >= 0.99 for part in score.parts.values())


@pytest.mark.parametrize("cheat", CHEATS)
def test_a_page_that_is_no_answer_scores_under_two_fifths(gallery: Gallery, cheat: str) -> None:
    assert compare(gallery.mockup, gallery.cheats[cheat]).score.total < 0.4


@pytest.mark.parametrize("hiding", HIDINGS)
def test_text_that_nobody_can_see_does_not_count(gallery: Gallery, hiding: str) -> None:
    render = gallery.cheats[hiding]

    assert render.runs == ()
    assert compare(gallery.mockup, render).score.total < 0.4


@pytest.mark.parametrize(("kind", "seed"), SEEDED)
def test_the_score_falls_as_a_distortion_grows(gallery: Gallery, kind: str, seed: int) -> None:
    totals = [gallery.compared(kind, seed, strength).score.total for strength in STRENGTHS]

    assert 0.99 > totals[0] > totals[1] > totals[2]


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        ("shift", "position"),
        ("recolour", "colour"),
        ("drop", "block"),
        ("reword", "text"),
        ("resize", "text"),
        ("repaint", "structure"),
    ],
)
def test_a_distortion_shows_in_the_part_that_is_about_it(
    gallery: Gallery, kind: str, part: PartName
) -> None:
    parts = gallery.compared(kind, 0, 3).score.parts

    worth = {name: value for name, value in parts.items() if value is not None}
    assert worth[part] == min(worth.values()) < 0.98


def test_comparing_twice_gives_the_same_result(gallery: Gallery) -> None:
    first, second = (
        compare(gallery.mockup, gallery.distorted["shift", 1, 2]),
        gallery.compared("shift", 1, 2),
    )

    assert first.score == second.score
    assert np.array_equal(first.heat_map, second.heat_map)


@pytest.mark.parametrize("kind", ["shift", "recolour", "drop", "resize"])
def test_exchanging_the_sides_hardly_changes_the_score(gallery: Gallery, kind: str) -> None:
    there = gallery.distorted[kind, 0, 2]
    forth, back = compare(gallery.own, there), compare(there, gallery.own)

    assert forth.score.total == pytest.approx(back.score.total, abs=0.03)


@pytest.mark.parametrize("blank", [True, False])
def test_a_page_that_goes_on_costs_by_how_much(small: Small, blank: bool) -> None:
    own = small.views["own"]
    more = np.tile(own.image[90:190], (5, 1, 1))  # text and a card
    more = np.full_like(more, 255) if blank else more

    def taller(by: int) -> PageView:
        return replace(own, image=np.concatenate([own.image, more[:by]]))

    totals = [compare(shown(own), taller(by)).score.total for by in (0, 30, 100, 300)]

    assert totals == sorted(totals, reverse=True)
    assert len(set(totals)) == 4


def test_a_page_that_is_cut_off_costs_its_missing_text(gallery: Gallery) -> None:
    half = gallery.own.height // 2
    runs = tuple(run for run in gallery.own.runs if run.ink.bottom <= half)
    cut = replace(gallery.own, image=gallery.own.image[:half], runs=runs)

    score = compare(gallery.mockup, cut).score

    missing = {one.expected for one in score.differences if one.kind == "missing"}
    assert missing >= {"Copenhagen lab", "Edinburgh depot", "63 people"}
    assert not missing & {"Monthly summary", "48,210", "Billing"}
    assert 0.2 < score.total < 0.6


def test_a_mockup_without_text_is_scored_on_structure_alone(gallery: Gallery) -> None:
    photo = gallery.own.image[100:276, 704:932]
    score = compare(PageView(photo, 1.0, ()), PageView(photo, 1.0, ())).score

    assert score.total == 1
    assert score.parts == {
        "block": None,
        "text": None,
        "position": None,
        "colour": None,
        "structure": 1,
    }


def test_regions_are_worst_first_and_name_a_place(gallery: Gallery) -> None:
    regions = gallery.compared("drop", 0, 3).score.regions

    assert 1 <= len(regions) <= 8
    assert [r.score for r in regions] == sorted(r.score for r in regions)
    assert len({r.name for r in regions}) == len(regions)


def test_a_perfect_page_has_no_worst_region(gallery: Gallery) -> None:
    assert compare(gallery.own, gallery.own).score.regions == ()


def test_the_heat_map_is_of_the_mockups_size_and_red_where_a_text_is_missing(
    gallery: Gallery,
) -> None:
    heat = compare(gallery.mockup, gallery.cheats["blank page"]).heat_map

    assert heat.shape == gallery.mockup.image.shape
    red, green, blue = heat[30, 480].astype(int)  # the dark bar at the top
    assert red > green + 80
    assert red > blue + 80
    assert np.ptp(heat[704, 10]) == 0  # grey where both are blank


def test_the_mean_of_scores_is_over_pages_and_over_parts_that_exist(gallery: Gallery) -> None:
    photo = gallery.own.image[100:276, 704:932]
    wordless = compare(PageView(photo, 1.0, ()), PageView(photo, 1.0, ())).score
    spoilt = gallery.compared("reword", 0, 3).score

    mean = mean_score([wordless, spoilt])

    assert mean.total == pytest.approx((1 + spoilt.total) / 2, abs=1e-4)
    assert mean.parts["block"] == spoilt.parts["block"]
