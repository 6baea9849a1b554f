"""What is said of each line of text of the small page."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from tests.workers.drafting.perceive.thresholds import off_by_two, varied
from tests.workers.scoring.small import Small, shown
from webapp.studio.events import Rect
from workers.imaging import Box, TextRun
from workers.scoring import PageView, compare
from workers.scoring.item import Item
from workers.scoring.page_view import DrawnRun
from workers.scoring.text_items import (
    LIMITS,
    TextLimits,
    _corner_shift,
    quoted,
    text_items,
    weight_of,
)
from workers.shot import DomText


def faults(found: Sequence[Item]) -> list[tuple[str, str, str]]:
    return [(f.kind, f.expected, f.got) for item in found for f in item.findings]


def test_text_that_is_not_there_is_missing(small: Small) -> None:
    first = small.first("own", "no title")
    assert (first.kind, first.expected, first.got) == ("missing", "Quarterly revenue", "")
    assert first.selector == ""
    assert small.total("own", "no title") < 0.75


def test_text_that_only_the_render_has_is_extra(small: Small) -> None:
    first = small.first("own", "more text")
    assert (first.kind, first.expected, first.got) == ("extra", "", "Not there")
    assert first.selector.endswith("div.more")
    assert small.total("own", "more text") < 0.9


@pytest.mark.parametrize("back", [False, True])
@pytest.mark.parametrize(
    ("spoilt", "own", "other"),
    [
        ("other digit", "$29.50", "$28.50"),
        ("other case", "Quarterly revenue", "Quarterly Revenue"),
        ("other word", "Start now", "Start new"),
        ("other note", "Reviewed by Helen Marsh", "Nothing like those words"),
    ],
)
def test_every_letter_counts(small: Small, spoilt: str, own: str, other: str, back: bool) -> None:
    first = small.first(spoilt, "own") if back else small.first("own", spoilt)
    told = (first.expected, first.got)
    assert first.kind == "letters"
    assert told == ((other, own) if back else (own, other))
    assert first.cost > 0.03


def test_other_words_cost_more_than_another_letter(small: Small) -> None:
    assert small.total("own", "other note") < small.total("own", "other digit") - 0.1


@pytest.mark.parametrize("back", [False, True])
@pytest.mark.parametrize(
    ("spoilt", "across", "down"), [("label 8 px right", 8, 0), ("label far off", 20, -60)]
)
def test_text_that_moved_is_off_by_so_many_pixels(
    small: Small, spoilt: str, across: int, down: int, back: bool
) -> None:
    first = small.first(spoilt, "own") if back else small.first("own", spoilt)
    numbers = [int(word) for word in first.got.split() if word[0] in "+-"]
    sign = -1 if back else 1
    assert (first.kind, first.expected) == ("offset", "0 px")
    assert numbers == [pytest.approx(sign * across, abs=1), pytest.approx(sign * down, abs=1)]


def test_a_pixel_off_is_not_seen_and_further_off_costs_more(small: Small) -> None:
    totals = [
        small.total("own", name)
        for name in ("label 1 px right", "label 8 px right", "label far off")
    ]
    assert totals[0] == 1
    assert totals[0] > totals[1] > totals[2]


def test_a_paragraph_that_breaks_elsewhere_is_one_difference(small: Small) -> None:
    (only,) = small.compare("own", "narrow text").differences
    assert only.kind == "line_breaks"
    assert only.expected == "Every parcel leaves our northern"
    assert only.got == "Every parcel leaves our"
    assert only.rect.height > 44  # all three lines


def test_a_paragraph_that_breaks_elsewhere_for_its_size_says_both(small: Small) -> None:
    told = {one.kind: one for one in small.compare("own", "narrow large text").differences}
    assert set(told) >= {"line_breaks", "size"}
    assert float(told["size"].expected.split()[0]) == pytest.approx(15, rel=0.08)
    assert told["size"].got == "18 px"


def misread(view: PageView, **other: str | None) -> PageView:
    """The page as a mockup with some words read as others, or not at all."""
    words = {name.replace("_", " "): text for name, text in other.items()}
    runs = [
        replace(run, text=words.get(run.text, run.text) or "")
        for run in shown(view).runs
        if words.get(run.text, run.text) is not None
    ]
    return shown(view, runs)


def test_where_the_pixels_are_the_same_it_is_no_matter_what_was_read(small: Small) -> None:
    own = small.views["own"]
    slip = misread(own, Delivered="Deiivered", Start_now=None, per_month="X per month")
    assert compare(slip, own).score.total == 1


def test_text_that_nobody_could_read_is_found_by_its_pixels_a_little_off(small: Small) -> None:
    unread = misread(small.views["own"], Delivered=None)
    first, *rest = compare(unread, small.views["label 8 px right"]).differences
    assert (first.kind, first.got) == ("offset", "+8 px across, +0 px down")
    assert not rest


def test_text_that_nobody_could_read_and_that_is_not_drawn_still_counts(small: Small) -> None:
    """As a mark: letters are edges too."""
    unread = misread(small.views["own"], Delivered=None)
    gone = small.views["own"]
    image = gone.image.copy()
    run = small.run("own", "Delivered")
    image[run.ink.slices] = 255
    without = replace(gone, image=image, runs=tuple(r for r in gone.runs if r != run))
    assert compare(unread, without).score.total < 0.95


def test_text_that_a_picture_of_the_render_shows_is_missing(small: Small) -> None:
    own = small.views["own"]
    everything = replace(own, runs=(), pictures=(Box(0, 0, own.width, own.height),))
    found = text_items(shown(own), everything)
    assert len(found.rasterised) == len(own.runs)
    assert {kind for kind, *_ in faults(found.items)} == {"missing"}


def test_text_is_worth_more_the_larger_it_is_but_not_by_its_area() -> None:
    assert weight_of(Box(0, 0, 100, 10), 1.0) == pytest.approx(1000**0.7)
    assert weight_of(Box(0, 0, 200, 20), 2.0) == pytest.approx(1000**0.7)


def test_long_text_is_quoted_in_part() -> None:
    assert quoted("Short") == "‘Short’"
    assert quoted("x" * 40) == f"‘{'x' * 40}’"
    assert quoted("x" * 41) == f"‘{'x' * 39}…’"


def logo_in_a_picture(small: Small, text: str, limits: TextLimits) -> object:
    """What is said where some text stands in a picture of the render alone."""
    own = small.views["own"]
    run = small.run("own", text)
    render = replace(own, runs=tuple(r for r in own.runs if r != run), pictures=(run.ink,))
    return faults(text_items(shown(own), render, limits).items)


def blotted(view: PageView, run: TextRun, width: int) -> PageView:
    """The page with ink over a letter or two."""
    image = view.image.copy()
    image[run.ink.y : run.ink.bottom, run.ink.x + 60 : run.ink.x + 60 + width] = run.colour
    return replace(view, image=image)


def everything_said(small: Small, limits: TextLimits) -> list[object]:
    """On both sides of each limit."""
    own = small.views["own"]
    told: list[object] = []
    for text in ("per month", "Delivered", "Start now", "$29.50", "Quarterly"):
        told.append(logo_in_a_picture(small, text, limits))
    names = ("narrow text", "italic title", "label 8 px right")
    mockups = [small.views[name] for name in names]
    mockups += [blotted(own, small.run("own", "Quarterly"), width) for width in (4, 8, 12)]
    for mockup in mockups:
        slip = misread(mockup, Quarterly_revenue="Quarteriy rebenue", Delivered="Defivered")
        for read in (shown(mockup), slip):
            found = text_items(read, own, limits)
            told.append([(item.name, item.severity) for item in found.items if item.findings])
    told += [sign_of(letters, ink, limits) for letters in ("D", "DE", "DEF") for ink in (0, 9, 14)]
    return told


def sign_of(letters: str, ink: int, limits: TextLimits) -> object:
    """What is said of a drawn sign where the mockup has so many rows of it hollow."""
    place = Box(20, 20, 24, 18)
    solid = np.full((60, 80, 3), 255, np.uint8)
    solid[place.slices] = 0
    hollow = solid.copy()
    hollow[22 : 22 + ink, 22:42] = 255
    rect = Rect(x=20, y=20, width=24, height=18)
    dom = DomText(letters, rect, (0, 0, 0), 20, selector="b", paragraph="b")
    run = TextRun(letters, place, (0, 0, 0), (255, 255, 255))
    drawn = DrawnRun(letters, place, (0, 0, 0), (255, 255, 255), dom=dom)
    views = PageView(hollow, 1.0, (run,)), PageView(solid, 1.0, (drawn,))
    return faults(text_items(*views, limits).items)


@pytest.fixture(scope="module")
def as_it_is(small: Small) -> list[object]:
    return everything_said(small, LIMITS)


@off_by_two(LIMITS)
def test_each_limit_of_text_off_by_two_says_something_else(
    small: Small, as_it_is: list[object], name: str, factor: float
) -> None:
    assert everything_said(small, varied(LIMITS, name, factor)) != as_it_is


def moved(view: PageView, run: TextRun, right: int) -> PageView:
    """The page with one line further right, on white."""
    image, there = view.image.copy(), replace(run.ink, x=run.ink.x + right)
    image[run.ink.slices] = 255
    image[there.slices] = view.image[run.ink.slices]
    runs = tuple(replace(one, ink=there) if one is run else one for one in view.runs)
    return replace(view, image=image, runs=runs)


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("right", [1, 2, 4, 20])
def test_a_line_that_moved_costs_by_its_height_and_by_eight_pixels_at_least(
    small: Small, right: int, scale: float
) -> None:
    own, run = small.views["own"], small.run("own", "Delivered")
    render = moved(own, run, right)
    found = text_items(replace(shown(own), scale=scale), replace(render, scale=scale))
    told = [finding for item in found.items for finding in item.findings]
    far = right / scale
    if far < 1.5:
        assert told == []
    else:
        high = max(8.0, run.ink.height / scale)
        (only,) = told
        assert (only.kind, only.got) == ("offset", f"+{far:.0f} px across, +0 px down")
        assert only.severity == pytest.approx(0.6 * min(1.0, (far - 1) / (3 * high)) ** 0.6)


def test_one_letter_of_six_costs_no_more_than_its_share(small: Small) -> None:
    found = text_items(shown(small.views["own"]), small.views["other digit"])
    ((severity,),) = [[f.severity for f in item.findings] for item in found.items if item.findings]
    assert 0.14 < severity <= 0.14 + 0.86 * (1 / 6) ** 1.1 + 1e-9


def test_faint_text_that_nobody_could_read_is_found_by_its_pixels(small: Small) -> None:
    faint = small.views["faint note"]
    assert compare(misread(faint, Reviewed_by_Helen_Marsh=None), faint).score.total == 1


@pytest.mark.parametrize(
    ("other", "shift"),
    [
        (Box(100, 50, 80, 20), (0, 0)),
        (Box(107, 45, 80, 20), (7, -5)),
        (Box(100, 50, 95, 30), (0, 0)),  # longer: its beginning stands where it stood
        (Box(85, 40, 95, 30), (0, 0)),  # its end does
        (Box(90, 50, 100, 20), (0, 0)),  # it is centred
        (Box(104, 53, 90, 25), (4, 3)),
        (Box(80, 30, 70, 30), (-20, -10)),
    ],
)
def test_a_line_of_another_length_has_moved_by_what_stays_nearest(
    other: Box, shift: tuple[int, int]
) -> None:
    assert _corner_shift(Box(100, 50, 80, 20), other) == shift
