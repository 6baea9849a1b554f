"""One number from many items, and names for what is wrong."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.studio.events import DifferenceKind, Rect
from workers.imaging import Box
from workers.scoring.canvas import Canvas
from workers.scoring.item import Finding, Item
from workers.scoring.items import (
    LOSSES,
    POINTS,
    differences_of,
    items_of,
    length_items,
    loss_of,
    only,
    total_of,
    wordless,
)
from workers.scoring.page_view import PageView
from workers.shot import DomBox

PLACE = Box(10, 20, 30, 40)


def item(
    severity: float = 0.0, weight: float = 1.0, kind: DifferenceKind = "size", text: bool = True
) -> Item:
    findings = (Finding(kind, "a", "b", severity),) if severity else ()
    return Item("text", PLACE, weight, findings, "#one", text)


severities = st.floats(0, 1)
weights = st.floats(0.1, 1000)
kinds = st.sampled_from(["size", "missing", "letters", "colour"])
items = st.lists(st.builds(item, severities, weights, kinds, st.booleans()), min_size=1, max_size=9)


def test_a_page_without_a_fault_or_an_item_is_perfect() -> None:
    assert total_of([]) == total_of([item(), item(weight=9)]) == 1
    assert differences_of([item()]) == []


def test_one_missing_headline_does_not_drown() -> None:
    """One of a hundred, ten times as large as the rest, costs far more than its share."""
    page = [item(1.0, 10, "missing"), *(item() for _ in range(99))]
    assert total_of(page) < 1 - 2 * 10 / 109
    assert total_of([item(0.1, 10), *(item() for _ in range(99))]) > 0.95


def test_a_fault_of_twice_the_severity_costs_more_than_twice_as_much() -> None:
    rest = [item() for _ in range(9)]
    mild, bad = (loss_of([item(severity), *rest]) for severity in (0.3, 0.6))
    assert mild > 0
    powers = [0.1 * severity**2.5 for severity in (0.3, 0.6)]
    expected = np.interp([power**0.4 for power in powers], LOSSES, POINTS)
    assert (mild, bad) == pytest.approx(tuple(expected))


def test_points_rise_with_losses() -> None:
    assert list(LOSSES) == sorted(LOSSES)
    assert list(POINTS) == sorted(POINTS)
    assert (LOSSES[0], POINTS[0], LOSSES[-1], POINTS[-1]) == (0, 0, 1, 1)
    assert loss_of([item(1.0, kind="colour")]) == 1


@given(items, st.integers(0, 8), severities)
def test_more_of_a_fault_is_never_worth_more(page: list[Item], at: int, severity: float) -> None:
    at %= len(page)
    worse = list(page)
    worse[at] = page[at].with_finding(Finding("offset", "", "", severity))
    assert total_of(worse) <= total_of(page) + 1e-12


@given(items)
def test_differences_are_sorted_and_their_costs_are_all_that_is_lost(page: list[Item]) -> None:
    differences = differences_of(page)
    costs = [difference.cost for difference in differences]
    assert costs == sorted(costs, reverse=True)
    assert sum(costs) == pytest.approx(1 - total_of(page), abs=1e-5 * len(page) + 1e-9)


def test_a_difference_says_what_its_finding_says_and_where() -> None:
    both = item(0.2, kind="letters").with_finding(Finding("offset", "0 px", "+8 px", 0.6))
    first, second = differences_of([both, item()])
    assert (first.kind, first.expected, first.got) == ("offset", "0 px", "+8 px")
    assert (first.item, first.selector) == ("text", "#one")
    assert (first.rect.x, first.rect.y, first.rect.width, first.rect.height) == (10, 20, 30, 40)
    assert first.cost == pytest.approx(3 * second.cost, rel=1e-3)
    assert differences_of([replace(item(), findings=(Finding("size", "", "", 0.0),))]) == []


def test_findings_of_one_item_leave_the_product_of_what_they_leave() -> None:
    both = item(0.5).with_finding(Finding("offset", "", "", 0.4))
    assert both.severity == pytest.approx(0.7)
    assert only([both], {"offset"})[0].severity == pytest.approx(0.4)
    assert only([both], set())[0].severity == 0


@pytest.mark.parametrize("kind", ["missing", "extra", "letters"])
def test_a_page_of_other_words_loses_half_of_what_is_left(kind: DifferenceKind) -> None:
    page = [item(0.6, kind=kind), item(0.6, kind=kind)]
    assert wordless(page) == pytest.approx(0.72)
    assert total_of(page) == pytest.approx((1 - loss_of(page)) * (1 - 0.5 * 0.72**4))
    assert wordless([item(1.0, kind=kind)]) == 1


def test_only_words_of_text_count_as_words() -> None:
    assert wordless([item(1.0, kind="size"), item(1.0, kind="missing", text=False)]) == 0
    assert wordless([item(1.0, 1, "missing"), item(0.0, 3)]) == pytest.approx(0.3)
    assert wordless([]) == 0


def page_of(height: int, scale: float = 1.0) -> PageView:
    return PageView(np.zeros((round(height * scale), round(100 * scale), 3), np.uint8), scale, ())


@pytest.mark.parametrize(
    ("ours", "theirs", "kind", "place"),
    [
        (400, 480, "extra", Box(0, 400, 100, 80)),
        (480, 400, "missing", Box(0, 400, 100, 80)),
        (400, 408, "extra", Box(0, 400, 100, 8)),
    ],
)
def test_what_one_page_is_longer_than_the_other_is_an_item(
    ours: int, theirs: int, kind: str, place: Box
) -> None:
    (rest,) = length_items(page_of(ours, 2.0), page_of(theirs))
    (finding,) = rest.findings
    assert rest.box == place
    assert (finding.kind, finding.expected, finding.got) == (
        kind, f"{ours} px long", f"{theirs} px long",
    )  # fmt: skip
    assert finding.severity == pytest.approx(0.1 + abs(ours - theirs) / ours)


def test_a_page_seven_pixels_longer_is_as_long() -> None:
    assert length_items(page_of(400), page_of(407)) == []
    assert length_items(page_of(400), page_of(393)) == []


def test_a_page_that_is_much_longer_costs_no_more_than_three_fifths() -> None:
    (rest,) = length_items(page_of(400), page_of(1000))
    assert rest.severity == pytest.approx(0.6)
    assert rest.weight == pytest.approx((100 * 600) ** 0.7 / 4)
    assert (rest.name, rest.is_text) == ("page", False)


def test_lines_that_a_border_holds_are_told_once_with_all_that_is_lost() -> None:
    """A table's faint lines hang together: one border, as bad as the mark says."""
    bare = np.full((200, 300, 3), 250, np.uint8)
    lined = bare.copy()
    for row in range(40, 161, 20):
        lined[row, 40:260] = 215
    lined[40:161, [40, 150, 259]] = 215
    place = Rect(x=40, y=40, width=220, height=121)
    boxes = (DomBox(place, "table", fill=(250, 250, 250, 1.0)),)
    views = PageView(lined, 1.0, ()), PageView(bare, 1.0, (), boxes=boxes)
    found, _ = items_of(Canvas(*views, Box(0, 0, 300, 200)))
    ((border, item),) = [(f, one) for one in found for f in one.findings]
    assert (border.kind, border.expected, border.got) == ("border", "border", "none")
    assert item.selector == "table"
    assert border.severity > 0.3  # so faint a border alone has .28
