"""Fills, gradients, corners and shadows, with the values that the browser was given."""

from functools import cache

import numpy as np
import pytest

from tests.workers.drafting.perceive.thresholds import off_by_two, varied
from tests.workers.scoring.small import Small
from webapp.studio.events import Rect
from workers.imaging import Box, Image, grow
from workers.scoring.colour import delta, hex_of
from workers.scoring.grounds import LIMITS, GroundLimits, ground_items, residual_items
from workers.scoring.item import Finding, Item
from workers.scoring.marks import PagePixels
from workers.shot import DomBox

BOTH_WAYS = pytest.mark.parametrize("back", [False, True])


def pixels(value: str) -> float:
    return float(value.removesuffix(" px"))


@BOTH_WAYS
@pytest.mark.parametrize(
    ("spoilt", "thing", "own", "other"),
    [("pink card", "card", "#eef2fb", "#fbe3e3"), ("green button", "buy", "#16326b", "#0f6e4f")],
)
def test_another_fill_is_told_by_its_hex(
    small: Small, spoilt: str, thing: str, own: str, other: str, back: bool
) -> None:
    first = small.first(spoilt, "own") if back else small.first("own", spoilt)
    told = (first.expected, first.got)
    assert first.kind == "fill"
    assert first.selector.endswith(f"div.{thing}")
    assert told == ((other, own) if back else (own, other))


def test_a_fill_that_nobody_tells_apart_is_the_same_and_a_stronger_one_costs_more(
    small: Small,
) -> None:
    assert small.total("own", "nearly the card") == 1
    assert small.total("own", "pink card") > small.total("own", "green button")


@BOTH_WAYS
@pytest.mark.parametrize("spoilt", ["green bar", "flat bar"])
def test_another_gradient_is_a_gradient(small: Small, spoilt: str, back: bool) -> None:
    first = small.first(spoilt, "own") if back else small.first("own", spoilt)
    assert first.kind == "gradient"
    assert first.selector.endswith("div.bar")


@BOTH_WAYS
@pytest.mark.parametrize(
    ("spoilt", "thing", "own", "other"),
    [
        ("card of radius 16", "card", 10, 16),
        ("button of radius 0", "buy", 8, 0),
        ("button of radius 4", "buy", 8, 4),
        ("button of radius 14", "buy", 8, 14),
        ("field of radius 12", "field", 6, 12),
    ],
)
def test_corners_are_told_within_a_twentieth(
    small: Small, spoilt: str, thing: str, own: float, other: float, back: bool
) -> None:
    first = small.first(spoilt, "own") if back else small.first("own", spoilt)
    expected, got = (other, own) if back else (own, other)
    assert first.kind == "radius"
    assert first.selector.endswith(f"div.{thing}")
    assert pixels(first.expected) == pytest.approx(expected, rel=0.05, abs=0.3)
    assert pixels(first.got) == got


@BOTH_WAYS
def test_a_shadow_that_is_gone_or_too_much_is_named(small: Small, back: bool) -> None:
    first = small.first("no shadow", "own") if back else small.first("own", "no shadow")
    assert first.kind == "shadow"
    assert first.selector.endswith("div.card")
    assert (first.expected, first.got) == (("none", "shadow") if back else ("shadow", "none"))


@BOTH_WAYS
def test_a_round_button_is_another_corner_and_no_border(small: Small, back: bool) -> None:
    pair = ("square spot", "round spot") if back else ("round spot", "square spot")
    first = small.first(*pair)
    assert (first.kind, first.item) == ("radius", "box")
    expected, got = (8, 20) if back else (20, 8)
    assert pixels(first.expected) == pytest.approx(expected, rel=0.06)
    assert first.got == f"{got} px"


@BOTH_WAYS
def test_a_shadow_with_an_edge_is_a_shadow_and_no_line(small: Small, back: bool) -> None:
    told = small.compare(*(("hard shadow", "own") if back else ("own", "hard shadow"))).differences
    assert [one.kind for one in told] == ["shadow"]
    assert told[0].selector.endswith("div.buy")


@BOTH_WAYS
def test_a_border_that_is_gone_is_no_other_radius(small: Small, back: bool) -> None:
    pair = ("card without border", "own") if back else ("own", "card without border")
    first = small.first(*pair)
    assert (first.item, first.kind) == ("box", "border")
    assert first.selector.endswith("div.card")


# ------------------------------------------------------------------ on pictures drawn by hand

PLACE = Box(60, 60, 120, 80)


def dom(box: Box = PLACE, fill: bool = True, **more: float | bool) -> DomBox:
    rect = Rect(x=box.x, y=box.y, width=box.width, height=box.height)
    colour = (200, 200, 200, 1.0) if fill else None
    return DomBox(rect, "#one", fill=colour, **more)  # type: ignore[arg-type]


@cache
def boxed(
    box: Box = PLACE, level: int = 200, radius: float = 0, ground: int = 250, shade: float = 0
) -> Image:
    """A grey box with round corners, drawn on a grid four times as fine, and a soft shade."""
    fine = 4
    y, x = (np.indices((200 * fine, 240 * fine)) + 0.5) / fine
    across = np.maximum(0, np.maximum(box.x + radius - x, x - box.right + radius))
    down = np.maximum(0, np.maximum(box.y + radius - y, y - box.bottom + radius))
    beyond = np.hypot(across, down) - radius
    share = (beyond <= 0).reshape(200, fine, 240, fine).mean(axis=(1, 3))
    away = beyond.reshape(200, fine, 240, fine).mean(axis=(1, 3))
    outside = ground - shade * np.clip(1 - away / 14, 0, 1)
    image = share * level + (1 - share) * outside
    return np.repeat(np.round(image).astype(np.uint8)[..., None], 3, axis=2)


def as_page(image: Image, text: Box | None = None) -> PagePixels:
    mask = np.zeros(image.shape[:2], bool)
    if text:
        mask[text.slices] = True
    return PagePixels(image, mask)


def found(
    mockup: Image, render: Image, one: DomBox, limits: GroundLimits = LIMITS
) -> list[tuple[str, str, str, float]]:
    items = ground_items(as_page(mockup), as_page(render), [one], limits)
    return [(f.kind, f.expected, f.got, f.severity) for item in items for f in item.findings]


@pytest.mark.parametrize("radius", [0, 3, 6, 10, 16, 22])
@pytest.mark.parametrize("got", [4, 12])
def test_a_drawn_corner_is_measured_within_a_twentieth(radius: float, got: float) -> None:
    told = found(boxed(radius=radius), boxed(radius=got), dom(radius=got))
    if abs(radius - got) <= 1.5:
        assert told == []
    else:
        ((kind, expected, _, _),) = told
        assert kind == "radius"
        assert pixels(expected) == pytest.approx(radius, rel=0.05, abs=0.3)


@pytest.mark.parametrize("side", [24, 38, 40, 56])
@pytest.mark.parametrize("back", [False, True])
def test_a_round_button_is_no_square_one(side: int, back: bool) -> None:
    place, half = Box(60, 60, side, side), side / 2
    ours, theirs = (half, half / 2) if not back else (half / 2, half)
    mockup, render = boxed(place, radius=ours), boxed(place, radius=theirs)
    ((kind, expected, _, _),) = found(mockup, render, dom(place, radius=theirs))
    assert kind == "radius"
    assert pixels(expected) == pytest.approx(ours, rel=0.06, abs=0.3)


def test_text_in_a_box_is_not_its_fill() -> None:
    image, other = boxed(), boxed().copy()
    text = Box(70, 70, 100, 50)
    other[text.slices] = 20
    items = ground_items(as_page(image, text), as_page(other, text), [dom()])
    assert items[0].findings == ()


def test_pictures_and_what_is_too_small_are_no_grounds() -> None:
    image = as_page(boxed())
    assert ground_items(image, image, [dom(picture=True), dom(Box(9, 9, 90, 11))]) == []
    assert len(ground_items(image, image, [dom(Box(9, 9, 90, 12))])) == 1


def test_a_larger_box_weighs_more_but_not_by_its_area() -> None:
    image = as_page(boxed())
    small, large = ground_items(image, image, [dom(Box(9, 9, 40, 20)), dom(Box(9, 9, 80, 40))])
    assert large.weight / small.weight == pytest.approx(2**0.7)


def patch(box: Box, level: int) -> Image:
    image = np.full((200, 240, 3), 250, np.uint8)
    image[box.slices] = level
    return image


def rest(
    level: int, box: Box, boxes: tuple[DomBox, ...] = (), known: tuple[Item, ...] = ()
) -> list[Item]:
    mockup, render = as_page(patch(box, 250)), as_page(patch(box, level))
    return residual_items(mockup, render, boxes, known)


def test_what_is_soft_and_belongs_to_nothing_is_an_item() -> None:
    area = Box(80, 80, 64, 48)
    (one,) = rest(230, area)
    (finding,) = one.findings
    assert (one.name, one.box, finding.kind) == ("ground", area, "fill")
    assert (finding.expected, finding.got) == ("#fafafa", "#e6e6e6")


@pytest.mark.parametrize(("rows", "seen"), [(3, True), (4, True), (5, False)])
def test_the_colour_beside_text_is_its_own_where_at_least_half_is_seen(
    rows: int, seen: bool
) -> None:
    """Of each cell of eight rows, so many are text."""
    area = Box(80, 80, 64, 48)
    text = np.zeros((200, 240), bool)
    text.reshape(25, 8, 240)[:, :rows] = True
    mockup, render = PagePixels(patch(area, 250), text), PagePixels(patch(area, 230), text)
    told = [one.findings[0] for one in residual_items(mockup, render, (), ())]
    assert [(one.expected, one.got) for one in told] == [("#fafafa", "#e6e6e6")] * seen


def test_what_is_soft_is_named_by_the_smallest_box_around() -> None:
    area = Box(80, 80, 64, 48)
    whole, part = dom(Box(0, 0, 240, 200)), dom(Box(70, 70, 100, 90), gradient=True)
    ((kind, selector),) = [
        (one.findings[0].kind, one.selector) for one in rest(230, area, (whole, part))
    ]
    assert (kind, selector) == ("gradient", "#one")


def test_what_an_item_has_said_is_not_said_again() -> None:
    area = Box(80, 80, 64, 48)
    said = Item("box", area, 1, (Finding("fill", "", "", 0.5),))
    assert rest(230, area, known=(said,)) == []
    assert len(rest(230, area, known=(Item("box", area, 1),))) == 1


def test_a_step_of_one_cell_is_next_to_its_place() -> None:
    one = as_page(patch(Box(80, 80, 64, 48), 100))
    other = as_page(patch(Box(84, 84, 64, 48), 100))
    assert residual_items(one, other, (), ()) == []


def soft(limits: GroundLimits) -> object:
    told = []
    for level, box in (
        (248, Box(80, 80, 64, 48)), (247, Box(80, 80, 64, 48)), (230, Box(80, 80, 24, 16)),
        (230, Box(80, 80, 32, 32)), (230, Box(80, 80, 40, 40)),
    ):  # fmt: skip
        mockup, render = as_page(patch(box, 250)), as_page(patch(box, level))
        told.append(
            [(item.box, item.findings) for item in residual_items(mockup, render, (), (), limits)]
        )
    return told


def thin(limits: GroundLimits) -> object:
    image = as_page(boxed())
    boxes = [dom(Box(9, 9, 90, high)) for high in (8, 16)]
    return len(ground_items(image, image, boxes, limits))


def fills(limits: GroundLimits) -> object:
    return [found(boxed(level=200 + by), boxed(), dom(), limits) for by in (4, 8, 40)]


def corners(limits: GroundLimits) -> object:
    pairs = ((3, 4.2), (6, 8.2), (28, 24), (24, 33))
    return [found(boxed(radius=a), boxed(radius=b), dom(radius=b), limits) for a, b in pairs]


def faint_corners(limits: GroundLimits) -> object:
    told = []
    for level in (246, 248, 249):
        ours, theirs = (boxed(level=level, radius=radius) for radius in (4, 12))
        told.append(found(ours, theirs, dom(radius=12), limits))
    return told


def shades(limits: GroundLimits) -> object:
    told = []
    for shade in (1.6, 3, 4, 8, 16):
        told.append(found(boxed(shade=shade), boxed(), dom(), limits))
    return told


def rims(limits: GroundLimits) -> object:
    """Boxes with a rim of another colour, and other corners without one."""
    told = []
    for wide in (3, 6):
        rimmed = boxed(radius=4, level=120).copy()
        rimmed[grow(PLACE, -wide).slices] = 200
        told.append(found(rimmed, boxed(radius=12), dom(radius=12), limits))
    return told


def spotted(limits: GroundLimits) -> object:
    """Shades that have something else on them on every side."""
    told = []
    for step in (45, 90):
        shaded = boxed(shade=8).copy()
        for x, y in ((120, 50), (120, 146), (50, 100), (186, 100)):
            shaded[y, x] -= step
        told.append(found(shaded, boxed(), dom(), limits))
    return told


def apart(limits: GroundLimits) -> object:
    """Shades that are fainter next to their box than further out."""
    told = []
    for share in (0.2, 0.45):
        ring = boxed().copy()
        for by, shade in ((8, 20), (4, 20 * share)):
            ring[grow(PLACE, by).slices] = 250 - round(shade)
        ring[PLACE.slices] = 200
        told.append(found(ring, boxed(), dom(), limits))
    return told


def moved(down: int, shade: float = 0) -> Image:
    """The box so many pixels lower, perhaps with a shade."""
    page, place = boxed().copy(), Box(PLACE.x, PLACE.y + down, PLACE.width, PLACE.height)
    page[grow(PLACE, 1).slices] = 250
    page[grow(place, 8).slices] = 250 - shade
    page[place.slices] = 200
    return page


def displaced(limits: GroundLimits) -> object:
    ways = ((down, shade) for down in (2, 3, 5) for shade in (0, 20))
    return [found(moved(*way), boxed(), dom(), limits) for way in ways]


@pytest.mark.parametrize("down", [-3, -2, 2, 3])
def test_a_box_that_is_displaced_has_not_lost_a_shadow_or_its_corners(down: int) -> None:
    assert found(moved(down), boxed(), dom(), LIMITS) == []
    lost = found(moved(down, shade=20), boxed(), dom(), LIMITS)
    assert [kind for kind, *_ in lost] == ["shadow"]


CASES = {
    "displaced": displaced,
    "across": displaced,
    "found_again": displaced,
    "least": thin,
    "same_colour": fills,
    "other_colour": fills,
    "radius_px": corners,
    "border": rims,
    "rim": faint_corners,
    "largest_radius": corners,
    "shadow_reach": shades,
    "shadow": shades,
    "even": spotted,
    "adjoins": apart,
    "cell": soft,
    "soft": soft,
    "fewest": soft,
}


# no square of a corner is large enough for a larger radius
@off_by_two(LIMITS, one_way={"corner_sides": 0, "largest_radius": 0.5})
def test_each_threshold_of_grounds_off_by_two_tells_others(name: str, factor: float) -> None:
    assert CASES[name](varied(LIMITS, name, factor)) != CASES[name](LIMITS)


def test_a_corner_is_measured_in_the_largest_square_without_text() -> None:
    """Of squares of other sizes text leaves none, and a corner that is cut is no corner."""
    text = [Box(60 + 12, 60 + 2, 100, 70)]
    ours, theirs = boxed(radius=6), boxed(radius=0)
    pages = as_page(ours, text[0]), as_page(theirs, text[0])
    items = ground_items(*pages, [dom()])
    assert [finding.kind for finding in items[0].findings] == ["radius"]
    none = ground_items(*pages, [dom()], GroundLimits(corner_sides=(32, 24, 16)))
    assert none[0].findings == ()


@pytest.mark.parametrize(("ours", "theirs"), [(200, 208), (120, 180), (0, 255)])
def test_another_fill_costs_by_how_far_its_colour_is_off(ours: int, theirs: int) -> None:
    ((kind, expected, got, severity),) = found(
        boxed(level=ours, ground=90), boxed(level=theirs, ground=90), dom()
    )
    assert (kind, expected, got) == ("fill", hex_of((ours,) * 3), hex_of((theirs,) * 3))
    assert severity == pytest.approx(min(1.0, delta((ours,) * 3, (theirs,) * 3) / 40 + 0.1))


@pytest.mark.parametrize(("radius", "severity"), [(8, 0.1 + 0.015 * 4), (0, 0.28), (22, 0.25)])
def test_another_corner_costs_by_how_far_its_radius_is_off(radius: int, severity: float) -> None:
    ((kind, _, _, cost),) = found(boxed(radius=radius), boxed(radius=12), dom(radius=12))
    assert kind == "radius"
    assert cost == pytest.approx(severity, abs=0.015)


def test_no_corner_costs_more_than_a_third() -> None:
    ((_, _, _, cost),) = found(boxed(radius=0), boxed(radius=28), dom(radius=28))
    assert cost == 0.35


@pytest.mark.parametrize("side", ["above", "below", "left", "right"])
@pytest.mark.parametrize(("level", "cost"), [(240, 0.2), (220, 0.35), (249, None)])
def test_a_shadow_on_any_side_is_told_and_costs_by_its_depth(
    side: str, level: int, cost: float | None
) -> None:
    shaded = boxed().copy()
    strip = {
        "above": Box(PLACE.x, PLACE.y - 20, PLACE.width, 20),
        "below": Box(PLACE.x, PLACE.bottom, PLACE.width, 20),
        "left": Box(PLACE.x - 20, PLACE.y, 20, PLACE.height),
        "right": Box(PLACE.right, PLACE.y, 20, PLACE.height),
    }[side]
    shaded[strip.slices] = level
    for mockup, render, shadow in ((shaded, boxed(), False), (boxed(), shaded, True)):
        told = found(mockup, render, dom(shadow=shadow))
        words = ("none", "shadow") if shadow else ("shadow", "none")
        assert [one[:3] for one in told] == [("shadow", *words)] * (cost is not None)
        assert [one[3] for one in told] == [pytest.approx(cost)] * (cost is not None)


def test_what_stands_beside_a_box_is_no_shadow() -> None:
    """It is no soft darkening, and an item of its own."""
    beside = boxed().copy()
    beside[PLACE.bottom + 3 : PLACE.bottom + 9, PLACE.x : PLACE.right] = 20
    assert found(beside, boxed(), dom()) == found(boxed(), beside, dom()) == []


@pytest.mark.parametrize(("level", "severity"), [(230, 0.04 + 20 / 80), (150, 0.6)])
def test_a_soft_area_costs_by_its_depth_and_weighs_a_quarter_of_its_size(
    level: int, severity: float
) -> None:
    (one,) = rest(level, Box(80, 80, 64, 48))
    assert one.severity == pytest.approx(severity)
    assert one.weight == pytest.approx((64 * 48) ** 0.7 / 4)


def test_a_box_weighs_by_its_outline() -> None:
    image = as_page(boxed())
    (item,) = ground_items(image, image, [dom()])
    assert item.weight == pytest.approx((4 * (120 + 80)) ** 0.7)
    assert (item.name, item.box, item.selector) == ("box", PLACE, "#one")
