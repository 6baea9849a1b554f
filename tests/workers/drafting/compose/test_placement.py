"""Every threshold of placement, told from half and from twice of it by what it decides."""

from dataclasses import fields, replace

import pytest

from workers.drafting.compose.placement import (
    PLACEMENT,
    Arrangement,
    PlacementThresholds,
    column,
    row,
)
from workers.imaging import Box

AREA = Box(0, 0, 400, 300)


def stacked(*gaps: int) -> list[Box]:
    boxes = [Box(0, 0, 100, 20)]
    for gap in gaps:
        boxes.append(Box(0, boxes[-1].bottom + gap, 100, 20))
    return boxes


COLUMNS = {
    "the last a quarter of a pixel off": stacked(10, 10, 10, 11),
    "the last half a pixel off": stacked(10, 11, 11, 10, 10, 11, 10, 11, 11),
    "the last a pixel off": stacked(10, 10, 11),
    "gaps a pixel off": stacked(10, 12),
    "gaps a pixel and a half off": stacked(10, 13),
    "a centre a pixel off": [Box(151, 0, 100, 20)],
    "a centre two pixels off": [Box(152, 0, 100, 20)],
    "a child of three quarters": [Box(50, 0, 300, 20)],
    "a child almost as wide": [Box(10, 0, 380, 20)],
}
ROWS = {
    "half a pixel lower": [Box(0, 0, 50, 20), Box(60, 0, 50, 19)],
    "a pixel lower": [Box(0, 0, 50, 20), Box(60, 0, 50, 18)],
    "near": [Box(0, 0, 50, 20), Box(80, 0, 50, 20)],
    "far": [Box(0, 0, 50, 20), Box(100, 0, 50, 20)],
}


def arranged(thresholds: PlacementThresholds) -> list[Arrangement]:
    return [
        *(column(AREA, boxes, padded=False, thresholds=thresholds) for boxes in COLUMNS.values()),
        *(row(AREA, boxes, padded=False, thresholds=thresholds) for boxes in ROWS.values()),
    ]


def test_things_are_placed_the_simplest_way_that_is_near_enough() -> None:
    by_name = dict(zip((*COLUMNS, *ROWS), arranged(PLACEMENT), strict=True))
    even = {name for name, each in by_name.items() if "gap" in dict(each.container)}
    middle = {n for n in COLUMNS if ("align-items", "center") in by_name[n].container}
    level = {n for n in ROWS if ("align-items", "center") in by_name[n].container}
    apart = {n for n in ROWS if "justify-content" in dict(by_name[n].container)}
    gaps = {name for name in COLUMNS if name.startswith(("gaps", "the last"))}
    assert even == gaps - {"the last a quarter of a pixel off"} | {
        "half a pixel lower",
        "a pixel lower",
        "near",
    }
    assert middle == {"a centre a pixel off", "a child of three quarters"}
    assert level == {"half a pixel lower", "near", "far"}
    assert apart == {"far"}


@pytest.mark.parametrize("factor", [0.5, 2])
@pytest.mark.parametrize("field", [field.name for field in fields(PlacementThresholds)])
def test_a_threshold_off_by_two_places_something_elsewhere(field: str, factor: float) -> None:
    off = replace(PLACEMENT, **{field: factor * getattr(PLACEMENT, field)})
    assert arranged(off) != arranged(PLACEMENT)


def test_boxes_that_end_together_are_set_at_the_end_of_their_group() -> None:
    boxes = [Box(200 - width, 30 * i, width, 20) for i, width in enumerate((80, 120, 60))]
    placed = column(Box(80, 0, 120, 80), boxes, padded=False)
    assert dict(placed.container)["align-items"] == "flex-end"
    assert not any("margin-left" in dict(child) for child in placed.children)


def test_a_gap_that_most_have_is_the_columns_and_what_is_more_a_margin() -> None:
    boxes = [Box(0, y, 100, 20) for y in (0, 28, 56, 108)]
    placed = column(Box(0, 0, 100, 128), boxes, padded=False)
    assert dict(placed.container)["gap"] == "8px"
    assert [dict(child).get("margin-top") for child in placed.children] == [
        None,
        None,
        None,
        "24px",
    ]


def test_things_of_a_row_that_stand_on_one_line_say_nothing_of_their_tops() -> None:
    bars = [Box(0, 60, 20, 40), Box(30, 0, 20, 100), Box(60, 20, 20, 80)]
    found = row(Box(0, 0, 80, 100), bars, padded=False)
    assert ("align-items", "flex-end") in found.container
    assert not any("margin-top" in dict(said) for said in found.children)


def test_things_that_end_a_pixel_apart_say_where_they_begin() -> None:
    """At the end of their row they would make it a pixel lower than it is."""
    found = row(Box(0, 0, 50, 21), [Box(0, 0, 20, 20), Box(30, 11, 20, 10)], padded=False)
    assert ("align-items", "flex-start") in found.container
    assert ("margin-top", "11px") in found.children[1]
