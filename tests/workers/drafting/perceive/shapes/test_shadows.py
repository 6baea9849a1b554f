"""Shadows, on boxes drawn with a blurred shape under each."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import ImageDraw
from scipy.ndimage import gaussian_filter

from tests.workers.drafting.perceive.thresholds import off_by_two, varied
from workers.drafting.page import Border, Panel, Shadow
from workers.drafting.perceive.pipeline import perceive
from workers.drafting.perceive.shapes.panels import find_shapes
from workers.drafting.perceive.shapes.shadows import (
    SHADOWS,
    ShadowThresholds,
    shadow_over,
    with_shadows,
    without_shadows,
)
from workers.imaging import Box, Colour, Image, grow

PAPER, MIST, NIGHT, WHITE = (255, 255, 255), (241, 245, 249), (17, 24, 39), (255, 255, 255)
LINE: Colour = (209, 213, 219)
BLACK: Colour = (0, 0, 0)
FINER = 4  # drawn pixels per image pixel


@dataclass(frozen=True)
class Card:
    box: Box
    shadow: Shadow | None
    radius: int = 8
    fill: Colour = WHITE
    border: Border | None = None


def drawn(*cards: Card, ground: Colour | Image = MIST, size: tuple[int, int] = (420, 320)) -> Image:
    page = (
        Pillow.new("RGB", size, ground)
        if isinstance(ground, tuple)
        else Pillow.fromarray(np.asarray(ground))
    )
    for card in cards:
        if card.shadow is not None:
            _throw(page, card, card.shadow)
        edge = card.border.colour if card.border else card.fill
        _paint(page, card.box, edge, card.radius)
        if card.border:
            width = card.border.width
            _paint(page, grow(card.box, -width), card.fill, max(0, card.radius - width))
    return np.asarray(page)


def _throw(page: Pillow.Image, card: Card, shadow: Shadow) -> None:
    box = grow(card.box, shadow.spread)
    moved = Box(box.x, box.y + shadow.down, box.width, box.height)
    shape = np.asarray(_shape(page.size, moved, card.radius + shadow.spread), np.float64) / 255
    share = shadow.alpha * gaussian_filter(shape, shadow.blur / 2)[..., None]
    lit = np.asarray(page, np.float64)
    page.paste(Pillow.fromarray(np.rint(lit + share * (shadow.colour - lit)).astype(np.uint8)))


def _paint(page: Pillow.Image, box: Box, fill: Colour, radius: int) -> None:
    page.paste(Pillow.new("RGB", page.size, fill), (0, 0), _shape(page.size, box, radius))


def _shape(size: tuple[int, int], box: Box, radius: int) -> Pillow.Image:
    fine = Pillow.new("L", (size[0] * FINER, size[1] * FINER))
    corners = tuple(FINER * edge for edge in (box.x, box.y, box.right, box.bottom))
    left, top, right, bottom = corners
    ImageDraw.Draw(fine).rounded_rectangle(
        (left, top, right - 1, bottom - 1), max(0, radius) * FINER, fill=255
    )
    return fine.resize(size, Pillow.Resampling.BOX)


def panels_of(image: Image, thresholds: ShadowThresholds = SHADOWS) -> list[Panel]:
    """The panels that throw a shadow."""
    shapes = find_shapes(image, np.zeros(image.shape[:2], bool))
    _, thrown = without_shadows(image, shapes.panels, thresholds)
    return [panel for panel in with_shadows((), thrown, thresholds) if panel.shadow]


def card(down: int, blur: int, alpha: float, spread: int = 0, **other: Any) -> Card:
    colour = other.pop("colour", BLACK)
    box = other.pop("box", Box(110, 90, 200, 120))
    return Card(box, Shadow(down, blur, spread, colour, alpha), **other)


ONE = {
    "small": (card(2, 4, 0.2), MIST),
    "middling": (card(4, 12, 0.15), MIST),
    "large and tinted": (card(12, 30, 0.35, colour=(49, 46, 129)), MIST),
    "drawn in": (card(10, 16, 0.25, -3), MIST),
    "around": (card(0, 20, 0.5, colour=(99, 102, 241), fill=(31, 41, 55)), NIGHT),
    "white on white": (card(4, 12, 0.15), PAPER),
    "within a border": (card(10, 20, 0.2, border=Border(1, LINE)), PAPER),
}


@pytest.mark.parametrize("name", ONE)
def test_a_shadow_is_measured_as_css_says_it(name: str) -> None:
    thrown, ground = ONE[name]
    (found,) = panels_of(drawn(thrown, ground=ground))
    assert found.shadow is not None and thrown.shadow is not None
    assert (found.box, found.border) == (thrown.box, thrown.border)
    assert abs(found.radius - thrown.radius) <= 1
    assert abs(found.shadow.down - thrown.shadow.down) <= 1
    assert abs(found.shadow.blur - thrown.shadow.blur) <= 3
    assert abs(found.shadow.spread - thrown.shadow.spread) <= 2
    lost = [seen(each.shadow, ground) for each in (found, thrown) if each.shadow]
    assert np.abs(lost[0] - lost[1]).max() <= 16


def seen(shadow: Shadow, ground: Colour) -> Any:
    """The ground in all of a shadow."""
    return (1 - shadow.alpha) * np.array(ground) + shadow.alpha * np.array(shadow.colour)


@pytest.mark.parametrize("other", [
    Card(Box(110, 90, 200, 120), None),
    Card(Box(110, 90, 200, 120), None, border=Border(1, LINE)),
    card(4, 12, 0.008),
])  # fmt: skip
def test_what_throws_none_has_none(other: Card) -> None:
    assert panels_of(drawn(other, ground=MIST)) == []


def test_a_shadow_leaves_no_border_rule_or_gradient_behind() -> None:
    dark = [Card(Box(420 + 240 * i, 90, 200, 120), None, 0, NIGHT) for i in range(2)]
    found = perceive(drawn(card(2, 6, 0.2), *dark, size=(900, 320)), 1)
    bright, *_ = sorted(found.panels, key=lambda panel: panel.box.x)
    assert (bright.box, bright.border, found.background) == (Box(110, 90, 200, 120), None, MIST)
    assert len(found.panels) == 3 and not found.rules and not found.pictures


def test_the_shadow_of_what_opens_is_told_from_the_lines_that_it_lies_over() -> None:
    lines = [Card(Box(20, y, 380, 6), None, 0, (71, 85, 105)) for y in range(10, 320, 18)]
    menu = card(8, 20, 0.25)
    closed, opened = drawn(*lines), drawn(*lines, menu)
    assert panels_of(opened) == []
    found = shadow_over(closed, opened, Panel(menu.box, menu.fill, radius=menu.radius))
    assert found is not None
    assert abs(found.down - 8) <= 1 and abs(found.blur - 20) <= 3 and found.colour == BLACK
    assert abs(found.alpha - 0.25) <= 0.05
    assert shadow_over(closed, drawn(*lines, Card(menu.box, None)), Panel(menu.box, WHITE)) is None


def test_cards_near_one_another_have_one_shadow() -> None:
    """Each gap shows the shadow of two."""
    boxes = [Box(60, 40 + 92 * i, 240, 80) for i in range(3)]
    found = panels_of(drawn(*(card(2, 8, 0.2, box=box) for box in boxes)))
    assert sorted(panel.box.y for panel in found) == [40, 132, 224]
    assert len({panel.shadow for panel in found}) == 1


def test_a_shadow_is_taken_off_the_ground_and_not_off_a_card_beside() -> None:
    """Which is almost as bright as the ground is without it."""
    ground, beside = (249, 250, 255), Card(Box(40, 40, 150, 200), None)
    image = drawn(card(12, 30, 0.35, box=Box(210, 40, 150, 200), fill=NIGHT), beside, ground=ground)
    lit, thrown = without_shadows(image, find_shapes(image, np.zeros(image.shape[:2], bool)).panels)
    assert len(thrown) == 1
    assert (lit[60:220, 45:185] == WHITE).all()
    assert np.abs(lit[60:220, 192:208].astype(int) - ground).max() <= 1


def test_a_shadow_across_the_page_has_but_one_side() -> None:
    header = card(2, 8, 0.15, box=Box(0, 0, 420, 56), radius=0)
    (found,) = panels_of(drawn(header, ground=PAPER))
    assert found.shadow is not None and abs(found.shadow.down - 2) <= 1


def test_a_round_button_throws_one() -> None:
    button = card(3, 8, 0.3, box=Box(180, 120, 44, 44), radius=22, fill=(225, 29, 72))
    (found,) = panels_of(drawn(button, ground=PAPER))
    assert found.shadow is not None and abs(found.shadow.down - 3) <= 1


def test_a_panel_beside_is_no_shadow() -> None:
    """The pill's lower side looks onto a card and onto the shadow of that."""
    pill = Card(Box(280, 60, 26, 18), None, radius=9)
    found = panels_of(drawn(pill, card(2, 6, 0.2)))
    assert [panel.box.y for panel in found] == [90]


# Each threshold matters to one of these pictures, off to one side at least.

ONE_WAY = {
    "reach": 0.5, "fewest": 0.5, "even": 2, "alike": 0.5, "jump": 2, "steeper": 0.5, "back": 2,
    "visible": 2, "off": 2, "explained": 2, "spread": 0.5, "clear": 0.5, "needed": 2,
    "black": 0.5, "near": 2,
}  # fmt: skip


def between(*, room: int) -> Image:
    """A shadow under a header that a dark band cuts off after so many px."""
    header = card(2, 8, 0.2, box=Box(0, 0, 420, 56), radius=0)
    return drawn(header, Card(Box(0, 56 + room, 420, 60), None, 0, NIGHT), ground=PAPER)


def rippled(height: float, *cards: Card) -> Image:
    """A ground that goes up and down by so many levels every 14 px."""
    waves = 235 + height * np.sin(np.arange(320) / 14 * 2 * np.pi)
    ground = np.broadcast_to(np.rint(waves)[:, None, None], (320, 420, 3)).astype(np.uint8)
    return drawn(*cards, ground=ground)


def beside(share: float) -> Image:
    """A shadow, and over the ground below it something flat for a share of the box's width."""
    image = drawn(card(6, 16, 0.3)).copy()
    image[216:260, 160 : 160 + round(100 * share)] = (90, 140, 60)
    return image


def across(levels: int) -> Image:
    """A ground that fades by so many levels along the sides of a box."""
    ground = np.broadcast_to(
        np.rint(np.linspace(240 - levels, 240, 420))[None, :, None], (320, 420, 3)
    )
    return drawn(card(4, 16, 0.3), ground=ground.astype(np.uint8))


def stepped(levels: int) -> Image:
    """A shadow on a ground that is so many levels brighter from 34 px below on."""
    ground = np.full((320, 420, 3), 235, np.uint8)
    ground[244:] += np.uint8(levels)
    return drawn(card(4, 16, 0.3), ground=ground)


def apart(gap: int, alpha: float) -> Image:
    boxes = (Box(60, 40, 300, 100), Box(60, 140 + gap, 300, 100))
    return drawn(*(card(2, 10, alpha, box=box) for box in boxes))


def two(blurs: tuple[int, int]) -> Image:
    boxes = (Box(60, 40, 120, 180), Box(250, 40, 120, 180))
    return drawn(*(card(4, blur, 0.25, box=box) for blur, box in zip(blurs, boxes, strict=True)))


PICTURES: dict[str, Image] = {
    "smallest": drawn(card(2, 6, 0.3, box=Box(60, 60, 200, 12), radius=0), card(
        2, 6, 0.3, box=Box(60, 140, 200, 24), radius=0)),
    "reach": drawn(card(10, 60, 0.5), size=(420, 420)),
    "fewest": np.hstack([between(room=4), between(room=7)]),
    "even": beside(0.3),
    "alike": across(28),
    "jump": stepped(5),
    "steeper": drawn(card(10, 16, 0.25, -3)),
    "back": apart(16, 0.05),
    "visible": drawn(card(12, 30, 0.02)),
    "off": drawn(card(20, 40, 0.25), card(1, 3, 0.4)),
    "explained": rippled(1.5, card(4, 12, 0.06)),
    "widest": drawn(*(card(6, 16, 0.3, box=Box(60, y, 300, 80), border=Border(w, (120, 130, 140)))
                      for y, w in ((30, 3), (180, 6)))),
    "below": drawn(*(card(d, 4, 0.03, box=Box(60, y, 300, 80)) for y, d in ((30, 6), (180, 7)))),
    "spread": drawn(card(14, 14, 0.4, -6)),
    "ground": rippled(4, card(4, 12, 0.3)),
    "clear": drawn(card(10, 16, 0.1, -3)),
    "needed": rippled(1.2, card(4, 12, 0.3)),
    "black": drawn(card(4, 12, 0.1, colour=(0, 0, 12))),
    "near": two((12, 15)),
    "same": drawn(card(4, 12, 0.3)),
}  # fmt: skip


def outcome(image: Image, thresholds: ShadowThresholds) -> Any:
    """Who throws what, in a picture and as seen from panels that are a few px off; what is left."""
    shapes = find_shapes(image, np.zeros(image.shape[:2], bool))
    lit, thrown = without_shadows(image, shapes.panels, thresholds)
    off = [replace(each.panel, box=grow(each.panel.box, by)) for each in thrown for by in (2, 3)]
    given = with_shadows(off, thrown, thresholds)
    return [(p.box, p.border, p.shadow) for p in given], lit.tolist()


@off_by_two(SHADOWS, ONE_WAY)
def test_each_threshold_of_shadows_matters(name: str, factor: float) -> None:
    image = PICTURES[name]
    assert outcome(image, varied(SHADOWS, name, factor)) != outcome(image, SHADOWS)
