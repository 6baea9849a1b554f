"""Icons, rules and edges: what is there, what is another, what is gone."""

from functools import cache

import numpy as np
import pytest

from tests.workers.drafting.perceive.thresholds import off_by_two, varied
from tests.workers.scoring.small import Small
from webapp.studio.events import Rect
from workers.imaging import Box, Image
from workers.scoring.canvas import Canvas
from workers.scoring.item import Item
from workers.scoring.mark_items import mark_items
from workers.scoring.marks import (
    LIMITS,
    MarkLimits,
    PagePixels,
    _likeness,
    _nearest_first,
    marks_of,
    pages_of,
)
from workers.scoring.page_view import PageView
from workers.shot import DomBox

ICON = Box(24, 284, 24, 24)


def near(rect: Rect, box: Box, by: float = 4) -> bool:
    sides = (rect.x, rect.y, rect.x + rect.width, rect.y + rect.height)
    return all(
        abs(a - b) <= by for a, b in zip(sides, (box.x, box.y, box.right, box.bottom), strict=True)
    )


def test_an_icon_that_is_gone_is_missing_and_one_too_many_is_extra(small: Small) -> None:
    gone, more = small.first("own", "no icon"), small.first("no icon", "own")
    assert (gone.item, gone.kind, gone.expected, gone.got) == ("icon", "missing", "icon", "")
    assert (more.item, more.kind, more.expected, more.got) == ("icon", "extra", "", "icon")
    assert more.selector.endswith("div.icon > svg")
    assert near(gone.rect, ICON, 6) and near(more.rect, ICON, 6)
    assert max(small.total("own", "no icon"), small.total("no icon", "own")) < 0.93


@pytest.mark.parametrize(("spoilt", "kind"), [("other icon", "icon"), ("red icon", "colour")])
def test_an_icon_of_another_shape_or_colour_is_another(
    small: Small, spoilt: str, kind: str
) -> None:
    first = small.first("own", spoilt)
    assert (first.item, first.kind) == ("icon", kind)
    assert first.selector.endswith("div.icon > svg")
    assert near(first.rect, ICON, 6)
    assert small.total("own", spoilt) < (0.93 if kind == "icon" else 0.97)


@pytest.mark.parametrize(("spoilt", "kind"), [("no rule", "missing"), ("faint rule", "rule")])
def test_a_line_that_is_gone_or_fainter_is_named(small: Small, spoilt: str, kind: str) -> None:
    first = small.first("own", spoilt)
    assert (first.item, first.kind) == ("rule", kind)
    assert near(first.rect, Box(24, 262, 426, 1))
    assert small.total("own", spoilt) < 0.945


def test_a_line_that_only_the_render_has_is_extra(small: Small) -> None:
    first = small.first("no rule", "own")
    assert (first.item, first.kind) == ("rule", "extra")


def test_a_dashed_line_is_not_a_solid_one(small: Small) -> None:
    assert small.first("own", "dashed rule").item == "rule"
    assert small.total("own", "dashed rule") < 0.99
    assert small.total("dashed rule", "own") < 0.99


@pytest.mark.parametrize(
    ("spoilt", "got", "thing"),
    [
        ("rule 6 px down", "+0 px across, +5 px down", "rule"),  # its faint rim is next to it
        ("field 8 px down", "+0 px across, +8 px down", "box"),
    ],
)
def test_what_moved_is_off_by_so_many_pixels(
    small: Small, spoilt: str, got: str, thing: str
) -> None:
    (only,) = small.compare("own", spoilt).differences
    assert (only.item, only.kind, only.got) == (thing, "offset", got)


def test_a_box_that_only_the_render_has_is_extra(small: Small) -> None:
    first = small.first("own", "more panel")
    assert (first.kind, first.got) == ("extra", "box")
    assert first.selector.endswith("div.panel")
    assert near(first.rect, Box(240, 200, 40, 30))


def test_a_border_that_is_gone_is_named(small: Small) -> None:
    first = small.first("own", "no border")
    assert first.kind == "border"
    assert first.selector.endswith("div.field")


# ------------------------------------------------------------------ on pictures drawn by hand


def page(*drawn: tuple[Box, int], size: tuple[int, int] = (300, 400), level: int = 250) -> Image:
    image = np.full((*size, 3), level, np.uint8)
    for box, grey in drawn:
        image[box.slices] = grey
    return image


def outline(box: Box, grey: int = 60) -> list[tuple[Box, int]]:
    inner = Box(box.x + 1, box.y + 1, box.width - 2, box.height - 2)
    return [(box, grey), (inner, 250)]


def blot(side: int, seed: int = 1) -> Image:
    cells = np.random.default_rng(seed).random((side // 4, side // 4)) < 0.5
    return np.where(cells, 40, 250).repeat(4, 0).repeat(4, 1).astype(np.uint8)


def with_blot(image: Image, x: int, y: int, ink: Image) -> Image:
    other = image.copy()
    other[y : y + ink.shape[0], x : x + ink.shape[1]] = ink[..., None]
    return other


def as_page(image: Image) -> PagePixels:
    return PagePixels(image, np.zeros(image.shape[:2], bool))


def items(
    mockup: Image,
    render: Image,
    limits: MarkLimits = LIMITS,
    boxes: tuple[DomBox, ...] = (),
    moves: tuple[tuple[int, int], ...] = (),
) -> list[Item]:
    return mark_items(as_page(mockup), as_page(render), boxes, limits, moves)


def said(found: list[Item]) -> list[tuple[str, str, str]]:
    return sorted((item.name, f.kind, f.got) for item in found for f in item.findings)


def test_the_same_page_has_marks_and_no_fault() -> None:
    image = page(*outline(Box(40, 40, 100, 60)), (Box(200, 50, 20, 20), 10))
    found = items(image, image)
    assert len(found) == 2
    assert said(found) == []


def test_blank_pages_have_no_marks() -> None:
    assert items(page(), page()) == []
    assert marks_of(as_page(np.zeros((1, 1, 3), np.uint8)), as_page(page()), LIMITS) == []


def test_a_part_of_a_large_outline_that_is_gone_is_not_lost_in_the_rest() -> None:
    whole = page(*outline(Box(20, 20, 360, 260)))
    broken = whole.copy()
    broken[19:22, 100:240] = 250
    mark = max(marks_of(as_page(whole), as_page(broken)), key=lambda mark: mark.pixels)
    assert mark.severity > 0.2


def test_an_outline_that_is_gone_has_not_moved_to_where_others_stand() -> None:
    card = outline(Box(20, 20, 300, 150))
    whole, bare = page(*card, *outline(Box(40, 100, 260, 40))), page(*card)
    told = said(items(whole, bare))
    assert told
    assert not any(kind == "offset" for _, kind, _ in told)


def test_text_is_no_mark_on_either_page() -> None:
    image, blank = page((Box(50, 50, 60, 12), 20)), page()
    canvas = Canvas(PageView(image, 1.0, ()), PageView(blank, 1.0, ()), Box(0, 0, 400, 300))
    mockup, render = pages_of(canvas, [Box(50, 50, 60, 12)])
    assert mark_items(mockup, render, ()) == []
    assert mockup.text.sum() == render.text.sum() == (60 + 4) * (12 + 4)


def test_pages_are_compared_at_css_pixels() -> None:
    image = page((Box(50, 50, 60, 12), 20)).repeat(2, 0).repeat(2, 1)
    canvas = Canvas(PageView(image, 2.0, ()), PageView(image, 2.0, ()), Box(0, 0, 800, 600))
    mockup, _ = pages_of(canvas, [Box(100, 100, 120, 24)])
    assert mockup.image.shape == (300, 400, 3)
    assert mockup.text.sum() == (60 + 4) * (12 + 4)


def test_a_mark_is_named_by_the_element_that_draws_it() -> None:
    def dom(box: Box, selector: str, picture: bool = False) -> DomBox:
        rect = Rect(x=box.x, y=box.y, width=box.width, height=box.height)
        return DomBox(rect, selector, picture=picture)

    icon, box = Box(40, 40, 30, 30), Box(140, 40, 100, 30)
    spots = [icon, box, Box(40, 140, 100, 100), Box(300, 40, 3, 90)]
    boxes = (
        dom(Box(38, 38, 40, 40), "#icon", True), dom(box, "#box"),
        dom(Box(30, 130, 120, 120), "#photo", True),
    )  # fmt: skip
    found = items(page(), page(*((spot, 90) for spot in spots)), boxes=boxes)
    assert {(item.name, item.selector) for item in found} == {
        ("icon", "#icon"),
        ("box", "#box"),
        ("picture", "#photo"),
        ("rule", ""),
    }
    bare = items(page(), page(*((spot, 90) for spot in spots)))
    assert sorted(item.name for item in bare) == ["drawing", "drawing", "icon", "rule"]


def moved_blot(side: int, across: int, seed: int = 1) -> tuple[Image, Image]:
    ink = blot(side)
    there = with_blot(page(), 40 + across, 60, blot(side, seed))
    return with_blot(page(), 40, 60, ink), there


def moved_and_another(rows: int) -> tuple[Image, Image]:
    """A blot, and elsewhere one of which some rows are another."""
    ours, changed = partly(rows)
    theirs = page()
    theirs[60:100, 52:92] = changed[60:100, 40:80]
    return ours, theirs


def box_moved(size: tuple[int, int], by: int, wide: int = 400) -> tuple[Image, Image]:
    """An outline and the same so many pixels lower."""
    return (
        page(*outline(Box(20, 20, *size)), size=(300, wide)),
        page(*outline(Box(20, 20 + by, *size)), size=(300, wide)),
    )


def painted(box: Box, ours: int, theirs: int) -> tuple[Image, Image]:
    return page((box, ours)), page((box, theirs))


def spots_apart(gap: int) -> tuple[Image, Image]:
    return page((Box(50, 50, 20, 20), 60), (Box(70 + gap, 50, 20, 20), 60)), page()


def broken(cut: int) -> tuple[Image, Image]:
    whole = page(*outline(Box(20, 20, 360, 260)))
    other = whole.copy()
    other[19:22, 60 : 60 + cut] = 250
    return whole, other


def partly(rows: int, dark: int = 40) -> tuple[Image, Image]:
    """A blot, and one of which some rows are another."""
    ink = np.where(blot(40) == 40, dark, 250).astype(np.uint8)
    other = ink.copy()
    other[:rows] = np.where(other[:rows] == dark, 250, dark)
    return with_blot(page(), 40, 60, ink), with_blot(page(), 40, 60, other)


def nearly_gone(left: int) -> tuple[Image, Image]:
    """A long line, and what is left of it."""
    return page((Box(20, 60, 360, 1), 60)), page((Box(20, 60, left, 1), 60))


def half_gone(box: Box) -> tuple[Image, Image]:
    whole = page(*outline(box))
    half = whole.copy()
    half[box.y + box.height // 2 : box.bottom + 1] = 250
    return whole, half


def coloured(red: int, rows: int = 0) -> tuple[Image, Image]:
    """A blot, and one that is redder, of which some rows are another."""
    ours, theirs = partly(rows)
    theirs[..., 0] = np.where(theirs[..., 0] == 40, red, theirs[..., 0])
    return ours, theirs


GREY = Box(50, 50, 200, 100)
# pictures on both sides of each threshold
PAIRS: dict[str, list[tuple[Image, Image]]] = {
    "edge": [painted(Box(50, 50, 60, 40), 250 - step, 250) for step in (3, 7)],
    "joins": [spots_apart(gap) for gap in (2, 4, 6)],
    "piece": [broken(20), broken(60)],
    "least": [painted(Box(50, 50, width, 1), 60, 250) for width in (1, 2, 4)],
    "reach": [box_moved((300, 200), by) for by in (5, 8)],
    "near": [painted(GREY, 60, 60 + level) for level in (15, 35)],
    "contrast": [painted(GREY, 230, level) for level in (226, 240)],
    "found": [broken(cut) for cut in (5, 10, 20)],
    "lost": [broken(cut) for cut in (20, 26, 32)],
    "traces": [nearly_gone(left) for left in (20, 50)],
    "icon": [painted(Box(50, 50, side, side), 60, 250) for side in (40, 90)],
    "whole": [moved_blot(side, 12, 2) for side in (100, 180)],
    "far": [moved_blot(40, across) for across in (20, 40)],
    "moved": [moved_and_another(rows) for rows in (6, 9, 12, 15, 18)],
    "largest": [box_moved((360, 200), 10), box_moved((860, 200), 10, 900)],
    "alike": [partly(rows) for rows in (1, 4)],
    "unlike": [partly(rows, 235) for rows in (4, 12, 24)],
    "led": [box_moved((360, 200), 40 + beside) for beside in (1, 2, 3, 4)],
    "shape": [coloured(180, rows) for rows in (0, 4, 12)],
    "small": [painted(Box(50, 50, side, side), 60, 250) for side in (5, 12)],
    "faint": [painted(Box(50, 50, 30, 30), 230, 250)],
    "plain": [painted(Box(50, 50, 30, 30), 230, 250)],
    "thin": [painted(Box(50, 50, 60, high), 60, 250) for high in (5, 8)],
    "line": [half_gone(Box(20, 20, 100, 60))],
}


# the element that draws the half of the outline that is gone
BORDERED = (DomBox(Rect(x=20, y=50, width=100, height=30), "#box"),)


def masked(limits: MarkLimits) -> object:
    blank = PageView(page(), 1.0, ())
    mockup, _ = pages_of(Canvas(blank, blank, Box(0, 0, 400, 300)), [Box(50, 50, 60, 12)], limits)
    return int(mockup.text.sum())


@cache
def told_of(name: str, limits: MarkLimits) -> object:
    if name == "text_margin":
        return masked(limits)
    found = []
    for mockup, render in PAIRS[name]:
        moves = ((0, 40),) if name == "led" else ()
        told = items(mockup, render, limits, BORDERED if name == "line" else (), moves)
        found.append([(i.name, i.box, i.weight, round(i.severity, 4), i.findings) for i in told])
    return found


# where all is found of what is half lost, nothing lies between
@off_by_two(LIMITS, one_way={"found": 2, "lost": 0.5})
def test_each_threshold_of_marks_off_by_two_tells_others(name: str, factor: float) -> None:
    assert told_of(name, varied(LIMITS, name, factor)) != told_of(name, LIMITS)


@pytest.mark.parametrize(
    ("place", "name"), [(Box(100, 100, 20, 20), "icon"), (Box(100, 100, 90, 90), "drawing")]
)
def test_what_is_gone_altogether_is_missing_in_full(place: Box, name: str) -> None:
    mockup, render = (
        PagePixels(image, np.zeros(image.shape[:2], bool)) for image in (page((place, 60)), page())
    )
    (item,) = mark_items(mockup, render, [])
    (finding,) = item.findings
    assert (item.name, finding.kind, finding.expected) == (name, "missing", name)
    assert finding.severity == 1.0


def test_what_moved_further_costs_more() -> None:
    severities = []
    for across in (1, 4, 8, 20):
        (item,) = items(*moved_blot(40, across))
        severities.append(item.severity)
        assert said([item]) == [("icon", "offset", f"+{across} px across, +0 px down")] * (
            across > 1
        )
    assert severities[0] == 0
    assert severities == sorted(set(severities))
    assert severities[-1] - severities[1] > 0.1


def test_an_outline_weighs_by_its_edges_and_what_is_full_of_them_by_its_area() -> None:
    for image, full in ((with_blot(page(), 40, 60, blot(40)), True), (
        page(*outline(Box(20, 20, 300, 200))), False,
    )):  # fmt: skip
        (mark,) = marks_of(as_page(image), as_page(image))
        assert (mark.box.area < 4 * mark.pixels) is full
        (item,) = items(image, image)
        assert item.weight == pytest.approx(min(mark.box.area, 4 * mark.pixels) ** 0.7)


def test_likeness_is_by_what_stands_out_from_the_ground() -> None:
    ground = np.full((20, 3), 200, np.uint8)

    def inked(*at: int) -> np.ndarray:
        pixels = ground.copy()
        pixels[list(at)] = 0
        return pixels

    assert _likeness(inked(1, 2), inked(1, 2)) == 1.0
    assert _likeness(inked(1, 2), inked(1)) == pytest.approx(1 - 1 / 3)
    assert _likeness(inked(1, 2), inked(3, 4)) == 0.0
    assert _likeness(ground, ground) == _likeness(ground[:0], ground[:0]) == 1.0
    assert _likeness(ground, inked(1)) == 0.0


def test_a_place_is_looked_for_from_the_nearest_outwards() -> None:
    shifts = _nearest_first(2)
    assert len(shifts) == 25 and shifts[0] == (0, 0)
    far = [x * x + y * y for x, y in shifts]
    assert far == sorted(far) and far[-1] == 8
