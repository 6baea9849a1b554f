"""How a difference is drawn, in colours computed by hand."""

import numpy as np
import pytest
from skimage.color import deltaE_cie76, rgb2lab

from webapp.studio.events import Difference, DifferenceKind, Rect
from workers.imaging import Box, Image
from workers.scoring.canvas import Canvas
from workers.scoring.heat_map import beside, close_ups, delta_e, heat_map
from workers.scoring.item import Finding, Item
from workers.scoring.page_view import PageView

EVERYWHERE = Box(0, 0, 80, 80)


def plain(level: int, size: int = 80) -> Image:
    return np.full((size, size, 3), level, np.uint8)


def fault(severity: float, box: Box = EVERYWHERE) -> Item:
    return Item("box", box, 1, (Finding("fill", "", "", severity),))


def heat_of(
    mockup: Image, render: Image, scale: float = 1.0, items: tuple[Item, ...] = (fault(0.25),)
) -> Image:
    height, width = mockup.shape[:2]
    page = Box(0, 0, width, height)
    canvas = Canvas(PageView(mockup, scale, ()), PageView(render, scale, ()), page)
    return heat_map(canvas, items, width, height)


def test_equal_pages_are_pale_grey() -> None:
    assert (heat_of(plain(100), plain(100)) == int(150 + 100 * 105 / 255)).all()


def drawn(other: int, severity: float) -> Image:
    """What stands over a page of level 100 where the render has `other`: a half is all red."""
    delta = float(delta_e(plain(100, 1), plain(other, 1))[0, 0])
    cover = min(1.0, 1.6 * min(1.0, (delta - 2) / 60) ** 0.5) * 0.9
    amber, red = np.array([255, 178, 0]), np.array([214, 0, 28])
    ramp = amber + (red - amber) * min(1.0, severity / 0.5)
    return np.asarray(int(150 + 100 * 105 / 255) * (1 - cover) + ramp * cover, np.uint8)


@pytest.mark.parametrize("other", [110, 125, 150, 250])
def test_a_difference_covers_the_more_the_larger_it_is(other: int) -> None:
    off = heat_of(plain(100), plain(other)).astype(int) - drawn(other, 0.25)
    assert np.abs(off).max() <= 1


@pytest.mark.parametrize("severity", [0.01, 0.1, 0.25, 0.5, 1.0])
def test_a_fault_goes_from_amber_to_red_which_everybody_sees(severity: float) -> None:
    off = heat_of(plain(100), plain(250), items=(fault(severity),)).astype(int)
    assert np.abs(off - drawn(250, severity)).max() <= 1


def test_pixels_that_differ_where_nothing_is_wrong_stay_grey() -> None:
    assert np.ptp(heat_of(plain(100), plain(250), items=())[40, 40]) == 0
    assert np.ptp(heat_of(plain(100), plain(250), items=(fault(0.0),))[40, 40]) == 0


def test_the_worst_of_two_faults_is_drawn_four_pixels_beyond_its_box() -> None:
    small = fault(0.5, Box(30, 30, 10, 10))
    for items in ((small, fault(0.05)), (fault(0.05), small)):
        heat = heat_of(plain(100), plain(250), items=items).astype(int)
        red = heat[..., 1] < 40
        assert red[26:44, 26:44].all() and red.sum() == 18 * 18


@pytest.mark.parametrize("scale", [1, 2])
@pytest.mark.parametrize("kind", ["radius", "border", "shadow"])
def test_a_fault_of_an_edge_leaves_what_stands_inside_alone(
    kind: DifferenceKind, scale: int
) -> None:
    edge = Item("box", Box(20, 20, 40, 40), 1, (Finding(kind, "", "", 0.5),))
    pages = plain(100, 80 * scale), plain(250, 80 * scale)
    heat = heat_of(*pages, scale, (edge,)).astype(int)[::scale, ::scale]
    hot = heat[..., 1] < 40
    assert hot[6:74, 6:26].all() and hot[54:74, 6:74].all()
    assert not hot[26:54, 26:54].any() and not hot[:6].any()
    filled = Item("box", edge.box, 1, (*edge.findings, Finding("fill", "", "", 0.5)))
    assert (heat_of(*pages, scale, (filled,)).astype(int)[..., 1] < 40)[40 * scale, 40 * scale]
    text = Item("text", Box(35, 35, 10, 10), 1, (Finding("size", "", "", 0.5),), is_text=True)
    for items in ((edge, text), (text, edge)):
        assert (heat_of(*pages, scale, items).astype(int)[..., 1] < 40)[40 * scale, 40 * scale]


def test_a_fault_is_where_its_css_pixels_are_on_a_larger_picture() -> None:
    small = fault(0.5, Box(30, 30, 10, 10))
    heat = heat_of(plain(100, 160), plain(250, 160), 2.0, (small,)).astype(int)
    red = heat[..., 1] < 40
    assert red[52:88, 52:88].all() and red.sum() == 36 * 36


def test_what_nobody_sees_is_not_hot() -> None:
    assert np.ptp(heat_of(plain(100), plain(102))[0, 0]) == 0


@pytest.mark.parametrize("scale", [1.0, 4.0])
def test_a_thin_line_is_spread_by_two_samples_of_two_css_pixels(scale: float) -> None:
    size, middle, unit = round(80 * scale), round(40 * scale), round(2 * scale)
    spoilt = plain(250, size)
    spoilt[:, middle : middle + unit] = 0
    hot = np.ptp(heat_of(plain(250, size), spoilt, scale)[size // 2].astype(int), axis=1) > 20
    assert hot[middle - unit] and hot[middle + 2 * unit - 1]
    assert not hot[: middle - 4 * unit].any() and not hot[middle + 5 * unit :].any()


def test_three_pictures_stand_side_by_side_sixteen_pixels_apart() -> None:
    sheet = beside([plain(10, 20)[:5], plain(20, 20), plain(30, 20)[:9]])
    assert sheet.shape == (20, 92, 3)
    expected = np.full((20, 92), 128)
    expected[:5, :20], expected[:, 36:56], expected[:9, 72:] = 10, 20, 30
    assert (sheet == expected[:, :, None]).all()


def test_colours_are_as_far_apart_as_another_library_says() -> None:
    dice = np.random.default_rng(3)
    one, other = (dice.integers(0, 255, (9, 7, 3), dtype=np.uint8) for _ in range(2))
    expected = deltaE_cie76(rgb2lab(one), rgb2lab(other))  # type: ignore[no-untyped-call]
    assert np.abs(delta_e(one, other) - expected).max() < 0.6


def fault_at(x: float, y: float, width: float, height: float, cost: float = 0.1) -> Difference:
    rect = Rect(x=x, y=y, width=width, height=height)
    return Difference(
        item="box", kind="fill", expected="", got="", rect=rect, selector="", cost=cost
    )


def striped(width: int = 700, height: int = 700) -> Image:
    """Another level in each place."""
    levels = np.add.outer(np.arange(height) * 3, np.arange(width)).astype(np.uint8)
    return np.repeat(levels[..., None], 3, axis=2)


@pytest.mark.parametrize("scale", [1, 2])
def test_a_fault_is_shown_on_both_pages_with_sixteen_css_pixels_around_it(scale: int) -> None:
    mockup, render = striped(), 255 - striped()
    picture = close_ups(mockup, render, [fault_at(100, 100, 20, 10)], scale)
    assert picture is not None
    place = Box(84 * scale, 84 * scale, 52 * scale, 42 * scale)
    assert picture.shape == (place.height + 16, 2 * place.width + 16, 3)
    assert (picture[: place.height, : place.width] == mockup[place.slices]).all()
    assert (picture[: place.height, -place.width :] == render[place.slices]).all()
    assert (picture[: place.height, place.width : place.width + 16] == 128).all()
    assert (picture[place.height :] == 128).all()


def test_the_four_dearest_faults_are_shown_under_one_another_and_no_complaint() -> None:
    complaint = fault_at(0, 0, 0, 0, cost=0)
    faults = [fault_at(100, 100, width, 10) for width in (20, 40, 20, 20, 90)]
    picture = close_ups(striped(), striped(), [complaint, *faults], 1)
    assert picture is not None
    assert picture.shape[:2] == (4 * (42 + 16), 2 * 72 + 16)  # as wide as the widest of the four
    assert (picture[:42, 2 * 52 + 16 :] == 128).all()
    assert close_ups(striped(), striped(), [complaint], 1) is None
    assert close_ups(striped(), striped(), [], 1) is None


@pytest.mark.parametrize(("scale", "largest"), [(1.0, 480), (0.5, 240)])
def test_of_a_large_fault_a_part_is_shown(scale: float, largest: int) -> None:
    picture = close_ups(striped(), striped(), [fault_at(50, 50, 1200, 1200)], scale)
    assert picture is not None
    assert picture.shape[:2] == (largest + 16, 2 * largest + 16)


def test_a_fault_is_shown_as_far_as_both_pages_go() -> None:
    short, tall = striped(300, 200), striped(400, 300)
    for pages in ((short, tall), (tall, short)):
        picture = close_ups(*pages, [fault_at(280, 180, 50, 50)], 1)
        assert picture is not None
        assert picture.shape[:2] == (36 + 16, 2 * 36 + 16)
        assert close_ups(*pages, [fault_at(320, 220, 50, 50)], 1) is None
