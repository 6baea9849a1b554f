"""What the browser says of a page, as differences."""

from dataclasses import replace

import numpy as np
import pytest

from webapp.studio.events import Difference, Rect
from workers.imaging import encode_png
from workers.scoring.problems import overflow_at, problems_of
from workers.shot import DomBox, DomText, Shot

HEIGHT, WIDTH = 100, 200


def shot_of(spots: int = 0, levels: int = 255, height: int = HEIGHT) -> Shot:
    """A grey page with as many pixels of another grey."""
    image = np.full((height, WIDTH, 3), 100, np.uint8)
    image.reshape(-1, 3)[:spots, 1] = min(255, 100 + levels)
    return Shot(encode_png(image), 1.0)


def told(shot: Shot, as_file: Shot | None = None) -> list[tuple[str, str]]:
    return [(one.kind, one.got) for one in problems_of(shot, as_file)]


def test_a_page_without_problems_has_none() -> None:
    assert told(shot_of()) == []
    assert told(shot_of(), shot_of()) == []


def test_complaints_are_named_and_cost_nothing() -> None:
    shot = replace(
        shot_of(), console_errors=("x is null",), failed_requests=("a.css",), overflow_px=40
    )
    assert told(shot) == [
        ("console_error", "x is null"),
        ("failed_request", "a.css"),
        ("overflow", "40 px wider than the window"),
    ]
    nowhere = Rect(x=0, y=0, width=0, height=0)
    assert problems_of(shot)[0] == Difference(
        item="page", kind="console_error", expected="", got="x is null", rect=nowhere,
        selector="", cost=0,
    )  # fmt: skip
    assert {(one.item, one.rect, one.cost) for one in problems_of(shot)} == {("page", nowhere, 0)}


def test_overflow_of_a_narrow_window_names_what_reaches_out_of_it() -> None:
    fits = shot_of()
    table = DomBox(Rect(x=20, y=0, width=500, height=10), "table")
    word = DomText("word", Rect(x=300, y=0, width=100, height=10), (0, 0, 0), 16, selector="p")
    wide = replace(fits, overflow_px=130, boxes=(table,), texts=(word,))
    unknown = replace(fits, overflow_px=7, texts=(word,))
    told = overflow_at([(390, wide), (500, unknown), (768, fits)])
    assert [(one.item, one.kind, one.got, one.selector, one.cost) for one in told] == [
        ("page at 390 px", "overflow", "130 px wider than the window", "table", 0),
        ("page at 500 px", "overflow", "7 px wider than the window", "", 0),
    ]


def test_of_a_page_opened_as_a_file_only_the_news_is_told() -> None:
    shot = replace(shot_of(), console_errors=("old",), failed_requests=("a.css",))
    as_file = replace(shot, console_errors=("old", "new"), failed_requests=("a.css", "m.js"))
    assert told(shot, as_file)[2:] == [("as_file", "m.js does not load"), ("as_file", "new")]
    assert told(shot, shot_of()) == told(shot)


FEW = HEIGHT * WIDTH // 2000
STEP = 24  # levels


@pytest.mark.parametrize(
    ("spots", "levels", "differs"),
    [
        (FEW, 255, False),
        (FEW + 1, 255, True),
        (FEW * 50, STEP, False),
        (FEW * 50, STEP + 1, True),
    ],
)
def test_a_picture_is_another_from_so_many_pixels_that_are_so_far_off(
    spots: int, levels: int, differs: bool
) -> None:
    changes = told(shot_of(), shot_of(spots, levels))
    assert bool(changes) is differs
    assert all(got.endswith("% of its pixels differ") for _, got in changes)


def test_a_page_of_another_size_differs_in_whole() -> None:
    assert told(shot_of(), shot_of(height=120)) == [("as_file", "100.0% of its pixels differ")]


def test_pixels_that_differ_are_told_as_a_share_in_tenths_of_a_percent() -> None:
    assert told(shot_of(), shot_of(FEW + 1)) == [("as_file", "0.1% of its pixels differ")]
    assert told(shot_of(), shot_of(246)) == [("as_file", "1.2% of its pixels differ")]
