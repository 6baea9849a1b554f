"""Common distances: what is measured a pixel off stands where the page's other things do."""

from itertools import pairwise

from tests.workers.drafting.compose.pieces import column, panel, text
from tests.workers.drafting.perceive.thresholds import off_by_two, varied
from workers.drafting.layout.spacing import SPACING, SpacingThresholds, on_spacing
from workers.drafting.page import Container, Crop, Node, walk
from workers.imaging import Box


def apart(*gaps: int) -> Container:
    """Panels one below another."""
    tops = [20]
    for gap in gaps:
        tops.append(tops[-1] + 30 + gap)
    return column(*(panel(Box(20, top, 200, 30)) for top in tops))


def gaps_of(root: Container) -> list[int]:
    return [below.box.y - above.box.bottom for above, below in pairwise(root.children)]


PAGES = {
    "one a pixel more": apart(24, 24, 24, 25),
    "one two pixels more": apart(24, 24, 24, 26),
    "60 apart": apart(60, 60, 60, 61),
    "120 apart": apart(120, 120, 120, 121),
}


def spaced(thresholds: SpacingThresholds = SPACING) -> dict[str, list[int]]:
    return {name: gaps_of(on_spacing(page, thresholds)) for name, page in PAGES.items()}


def test_a_gap_a_pixel_off_is_the_common_one() -> None:
    assert spaced() == {
        "one a pixel more": [24, 24, 24, 24],
        "one two pixels more": [24, 24, 24, 26],
        "60 apart": [60, 60, 60, 60],
        "120 apart": [120, 120, 120, 121],
    }


def test_nothing_drifts_however_many_gaps_lie_above_it() -> None:
    page = apart(*[24, 25] * 10)
    found = on_spacing(page)
    offs = [a.box.y - b.box.y for a, b in zip(found.children, page.children, strict=True)]
    assert max(map(abs, offs)) <= SPACING.moved


def test_what_a_panel_holds_moves_with_it_and_no_further() -> None:
    inner = [panel(Box(40, 189 + top, 100, 10)) for top in (0, 34, 69)]
    outer = Container(
        Box(20, 183, 200, 90), "column", tuple(inner), panel(Box(20, 183, 200, 90)).panel
    )
    page = column(*apart(24, 24).children, outer)
    moved = {id(a): (a.box, b.box) for a, b in zip(walk(page), walk(on_spacing(page)), strict=True)}
    assert all(abs(a.y - b.y) <= 1 and abs(a.x - b.x) <= 1 for a, b in moved.values())


def test_a_thing_begins_where_its_column_does() -> None:
    page = column(text("Berths", 20, 20), text("Quays", 20, 60), text("Tides", 21, 100))
    assert [child.box.x for child in on_spacing(page).children] == [20, 20, 20]


def test_a_picture_stays_where_it_is_cut_out() -> None:
    pictures: list[Node] = [Crop(Box(20, top, 30, 30)) for top in (20, 74, 129)]
    assert [each.box.y for each in on_spacing(column(*pictures)).children] == [20, 74, 129]


@off_by_two(SPACING)
def test_each_threshold_of_spacing_matters(name: str, factor: float) -> None:
    assert spaced(varied(SPACING, name, factor)) != spaced()
