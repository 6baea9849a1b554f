"""What is changed on a page, and when a comparison has named it rightly."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

import bench.score_naming
from bench.distortions import Edit, pages, spoilt
from bench.page_items import Item
from bench.score_naming import Named, differences_of, judge, report, same_place, sources_of
from bench.single_changes import NAMES, Change, Source, draw, rgb, shows_alone
from webapp.studio.events import Rect
from workers.shot import Shot

BOX = Rect(x=40, y=60, width=100, height=20)
TITLE = Item(
    "text", "body > h1", BOX, "Orders today", 1, "", 28, "35px", 700, "rgb(29, 36, 51)", 0, "", ""
)  # fmt: skip


def named(kind: str, expected: str = "", got: str = "", box: Rect = BOX) -> list[Named]:
    return [Named(kind, expected, got, box, "h1", 0.04)]


def change(kind: str, expected: str = "", got: str = "") -> Change:
    return Change("table", kind, TITLE, Edit(), expected, got)


@pytest.fixture(scope="module")
def sources() -> Sequence[Source]:
    return asyncio.run(sources_of(pages("table")))


@pytest.mark.parametrize("kind", NAMES)
def test_every_kind_of_change_can_be_drawn_and_made(kind: str, sources: Sequence[Source]) -> None:
    (source,) = sources
    css = (source.page.folder / "style.css").read_text()
    chance = random.Random(1)
    for _ in range(20):
        drawn = draw(sources, kind, chance)
        assert drawn.item.box.width > 0
        assert spoilt(source.html, css, drawn.edit) != spoilt(source.html, css, Edit())
    assert draw(sources, kind, random.Random(3)) == draw(sources, kind, random.Random(3))


def test_items_are_where_and_what_they_are(sources: Sequence[Source]) -> None:
    (source,) = sources
    title = next(it for it in source.items if it.text == "Orders" and it.size == 28)
    button = next(it for it in source.items if it.what == "box" and it.shadow and it.radius == 8)

    assert (title.weight, title.lines) == (700, 1)
    assert 80 < title.box.y < 130
    assert rgb(title.colour) == (29, 36, 51)
    assert button.box.height == 40
    assert len([it for it in source.items if it.what == "icon"]) >= 10


def test_a_change_that_cannot_be_seen_or_moves_others_is_told_apart() -> None:
    mockup = np.full((200, 300, 3), 255, dtype=np.uint8)
    here, both = mockup.copy(), mockup.copy()
    here[60:80, 40:140] = 0
    both[60:80, 40:140] = 0
    both[120:140, 40:140] = 0

    assert shows_alone(change("removed"), mockup, here, 1.0)
    assert not shows_alone(change("removed"), mockup, mockup, 1.0)
    assert not shows_alone(change("removed"), mockup, both, 1.0)
    assert not shows_alone(change("removed"), mockup, here[:100], 1.0)


@pytest.mark.parametrize(
    ("made", "first", "values"),
    [
        (change("size", "28", "21"), named("size", "28 px", "21.4 px"), True),
        (change("size", "28", "21"), named("size", "28 px", "25 px"), False),
        (change("weight", "700", "400"), named("weight", "600", "400"), True),
        (change("radius", "8", "0"), named("radius", "8 px", "none"), True),
        (
            change("colour", "rgb(29, 36, 51)", "rgb(214, 40, 57)"),
            named("colour", "#1e2634", "#d62839"),
            True,
        ),
        (
            change("colour", "rgb(0, 0, 0)", "rgb(214, 40, 57)"),
            named("colour", "dark", "red"),
            False,
        ),
        (
            change("word", "Orders", "Utgitv"),
            named("letters", "ORDERS TODAY", "UTGITV TODAY"),
            True,
        ),
        (change("moved"), named("offset", "", "10 px right"), None),
    ],
)
def test_values_are_right_within_a_twentieth(
    made: Change, first: list[Named], values: bool | None
) -> None:
    verdict = judge(made, first)

    assert verdict.right
    assert verdict.values is values


def test_another_place_or_kind_is_wrong() -> None:
    elsewhere = Rect(x=400, y=60, width=100, height=20)
    swapped = replace(change("swapped", "a", "b"), other=elsewhere)

    assert not judge(change("removed"), named("missing", box=elsewhere)).item
    assert not judge(change("removed"), named("offset")).kind
    assert judge(swapped, named("letters", box=elsewhere)).right
    assert not judge(change("removed"), []).right


def test_an_icon_that_is_gone_may_be_called_an_icon() -> None:
    icon = replace(TITLE, what="icon")

    assert judge(replace(change("removed"), item=icon), named("icon")).right
    assert not judge(change("removed"), named("icon")).right


def test_differences_are_taken_as_the_comparison_gives_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shot = Shot(b"", 1.0)
    (one,) = named("size", "28", "21")
    made = SimpleNamespace(differences=[SimpleNamespace(**vars(one), rect=one.box)])
    monkeypatch.setattr(bench.score_naming, "mockup_of", lambda png, scale: None)
    monkeypatch.setattr(bench.score_naming, "view_of_render", lambda shot: None)
    monkeypatch.setattr(bench.score_naming, "compare", lambda mockup, render: made)
    assert differences_of(b"", shot) == named("size", "28", "21")


def test_boxes_are_of_one_place_from_half_of_the_smaller() -> None:
    assert same_place(BOX, Rect(x=90, y=60, width=100, height=20))
    assert not same_place(BOX, Rect(x=91, y=60, width=100, height=20))
    assert same_place(BOX, Rect(x=0, y=0, width=1000, height=1000))


def test_the_report_counts_and_tells_what_was_wrong() -> None:
    told = report(
        [
            judge(change("size", "28", "21"), named("size", "28", "21")),
            judge(change("size", "28", "21"), named("weight", "700", "400")),
        ]
    )

    assert "size           2   100%    50%    50%    100%" in told
    assert "size 28 → 21 of 'Orders today': named weight 700 → 400" in told
