"""What is meant to be otherwise is not measured, and nothing else is forgiven."""

import pytest

from tests.workers.scoring.small import Small, shown
from webapp.studio.events import Deviation, Rect
from webapp.studio.values import Aspect
from workers.imaging import Box
from workers.scoring import Comparison, compare
from workers.scoring.deviations import without_deviations
from workers.scoring.item import Finding, Item

REGION = Rect(x=100, y=100, width=50, height=40)


def without(small: Small, render: str, *deviations: Deviation) -> Comparison:
    return compare(shown(small.views["own"]), small.views[render], deviations)


def item(x: float, y: float, *, text: bool = True) -> Item:
    findings = (Finding("size", "a", "b", 0.5), Finding("colour", "a", "b", 0.5))
    return Item("item", Box(round(x) - 2, round(y) - 2, 4, 4), 1.0, findings, is_text=text)


def test_a_dark_page_that_was_asked_for_costs_nothing(small: Small) -> None:
    dark = Deviation(reason="Dark theme", aspect="colours")
    assert small.total("own", "dark") < 0.6
    assert without(small, "dark", dark).score.total > 0.97


@pytest.mark.parametrize(
    ("fault", "kind", "item"),
    [("other word", "letters", "text ‘Delayed’"), ("title of 24 px", "size", "text ‘Quarterly")],
)
def test_what_else_is_wrong_with_a_dark_page_still_counts(
    small: Small, fault: str, kind: str, item: str
) -> None:
    dark = Deviation(reason="Dark theme", aspect="colours")
    told = without(small, f"dark, {fault}", dark)
    assert told.score.total < 0.95
    assert told.differences[0].kind == kind
    assert told.differences[0].item.startswith(item)


@pytest.mark.parametrize(
    ("render", "aspect"),
    [
        ("other word", "words"),
        ("other note", "words"),
        ("title of weight 400", "type"),
        ("title of 24 px", "type"),
        ("serif note", "type"),
        ("red price", "colours"),
        ("green button", "colours"),
    ],
)
def test_an_aspect_takes_what_belongs_to_it(small: Small, render: str, aspect: Aspect) -> None:
    meant = Deviation(reason="Meant", aspect=aspect)
    assert small.total("own", render) < 0.97
    assert without(small, render, meant).score.total > 0.985


@pytest.mark.parametrize(
    ("render", "aspect"),
    [
        ("other word", "colours"),
        ("other word", "type"),
        ("title of 24 px", "words"),
        ("green button", "words"),
        ("no icon", "type"),
        ("no icon", "words"),
    ],
)
def test_an_aspect_takes_nothing_else(small: Small, render: str, aspect: Aspect) -> None:
    meant = Deviation(reason="Meant", aspect=aspect)
    assert without(small, render, meant).score.total < 0.97


def test_a_region_takes_all_that_has_its_middle_there() -> None:
    meant = Deviation(reason="Rebuilt", region=REGION)
    inside = [item(100, 100), item(149, 139, text=False)]
    outside = [item(98, 120), item(150, 120), item(120, 98), item(120, 140)]
    assert without_deviations(inside + outside, [meant]) == outside


def test_an_aspect_of_a_region_takes_only_that() -> None:
    meant = Deviation(reason="Larger", region=REGION, aspect="type")
    near, far, box = item(120, 120), item(10, 10), item(120, 120, text=False)
    left = without_deviations([near, far, box], [meant])
    assert [[finding.kind for finding in one.findings] for one in left] == [
        ["colour"],
        ["size", "colour"],
        ["size", "colour"],
    ]


def test_deviations_add_up() -> None:
    both = [
        Deviation(reason="Larger", aspect="type"),
        Deviation(reason="Rebuilt", region=REGION),
    ]
    (left,) = without_deviations([item(10, 10), item(120, 120)], both)
    assert [finding.kind for finding in left.findings] == ["colour"]
