"""Every threshold matters: half or twice of it finds something else in a few drawn pictures."""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import pytest

from tests.workers.drafting.perceive.shapes.areas import (
    covers,
    kinds_of_fill,
    radii,
    region_areas,
    shapes_in,
)
from tests.workers.drafting.perceive.shapes.drawing import WHITE
from tests.workers.drafting.perceive.shapes.marks import (
    borders_in,
    bullets_in,
    pictures_in,
    sharpened,
)
from workers.drafting.page import Border, Panel, Picture, Rule
from workers.drafting.perceive.shapes.borders import BORDERS
from workers.drafting.perceive.shapes.bullets import BULLETS
from workers.drafting.perceive.shapes.edges import EDGES
from workers.drafting.perceive.shapes.fills import FILLS
from workers.drafting.perceive.shapes.panels import PANELS
from workers.drafting.perceive.shapes.pictures import (
    PICTURES,
    without_photo_parts,
)
from workers.drafting.perceive.shapes.rectangles import COVER
from workers.drafting.perceive.shapes.regions import REGIONS
from workers.imaging import Box

# fmt: off
GOLDEN: dict[Callable[[Any], Any], Any] = {
    kinds_of_fill: ["colour", "49°", "90°", "none", "180°", "168°", "colour", "none"],
    region_areas: [
        [240],
        [120, 120],
        [754, 30],
        [2400, 600],
        [1500],
        [2700, 2280, 1020],
        [6000],
        [5760, 240],
        [12000],
        [4740, 1260],
        [6000],
        [5406, 2500, 194],
        [6244, 156],
        [7692, 6400, 308],
        [9876, 123],
        [11491, 2909],
        [38800, 9200],
    ],
    covers: [
        [(4, 0, 96, 80)],
        [(0, 4, 40, 40), (52, 4, 40, 40), (104, 4, 40, 40), (156, 4, 40, 40)],
        [(0, 0, 40, 32)],
        [(0, 0, 200, 200), (220, 0, 80, 48)],
    ],
    shapes_in: [
        [
            [
                (0, 0, 700, 500),
                (20, 40, 80, 5),
                (20, 100, 80, 12),
                (20, 130, 80, 7),
                (220, 20, 30, 4),
                (220, 60, 60, 8),
                (220, 80, 50, 8),
                (220, 140, 30, 16),
            ],
            [],
            [(20, 20, 80, 3), (20, 60, 24, 1)],
        ],
        [
            [
                (0, 0, 700, 500),
                (20, 180, 280, 200),
                (27, 27, 186, 106),
                (32, 192, 256, 176),
                (400, 20, 40, 40),
                (407, 27, 26, 26),
            ],
            [(20, 20, 200, 120)],
            [],
        ],
        [[(0, 0, 120, 120), (30, 30, 60, 60)], [], []],
        [[(0, 0, 120, 120), (21, 46, 48, 54)], [], []],
        [[(0, 0, 700, 500), (20, 20, 64, 20)], [], []],
        [[(0, 0, 300, 240), (20, 20, 250, 60)], [], []],
        [[(0, 0, 300, 240)], [], []],
        [[(0, 0, 120, 90), (20, 42, 80, 4), (20, 62, 80, 4)], [], [(20, 21, 80, 3)]],
    ],
    radii: [0, 2, 8, 20, 8, 13],
    sharpened: [
        [255, 255, 255, 90, 90, 90],
        [255, 255, 255, 20, 20, 20],
        [255, 255, 255, 20, 20, 20],
        [255, 255, 255, 90, 20, 20],
        [255, 255, 255, 20, 20],
        [255, 255, 253, 20, 20, 20],
    ],
    borders_in: [
        [(Box(x=40, y=30, width=100, height=60), Border(width=4, colour=(226, 230, 238)))],
        [(Box(x=46, y=36, width=88, height=48), None)],
        [(Box(x=40, y=30, width=100, height=60), Border(width=2, colour=(226, 230, 238)))],
        [(Box(x=42, y=32, width=96, height=56), None)],
        [(Box(x=40, y=30, width=100, height=60), Border(width=2, colour=(224, 228, 236)))],
        [(Box(x=42, y=32, width=96, height=56), None)],
        [(Box(x=40, y=30, width=100, height=60), Border(width=2, colour=(226, 230, 238)))],
        [
            (Box(x=42, y=32, width=96, height=56), None),
            (Box(x=70, y=88, width=40, height=6), None),
            (Box(x=70, y=28, width=40, height=4), None),
            (Box(x=38, y=50, width=4, height=24), None),
        ],
        [(Box(x=42, y=31, width=100, height=60), Border(width=4, colour=(120, 130, 160)))],
        [(Box(x=40, y=30, width=100, height=60), Border(width=2, colour=(226, 230, 238)))],
        [(Box(x=40, y=30, width=100, height=60), Border(width=1, colour=(226, 230, 238)))],
        1,
        2,
        (45, 45, 45),
        (
            Rule(box=Box(x=40, y=40, width=35, height=2), colour=(40, 90, 220)),
            Rule(box=Box(x=40, y=38, width=70, height=2), colour=(40, 90, 220)),
        ),
    ],
    bullets_in: [(33, 77, 7, 7), (34, 167, 6, 6), (34, 197, 6, 6), (34, 257, 6, 6), (35, 48, 5, 5)],
    pictures_in: [
        [(20, 20, 31, 12)],
        [(20, 20, 12, 12), (46, 20, 12, 12)],
        [(20, 20, 7, 20)],
        [],
        [],
        [],
        [(20, 20, 12, 12)],
        [(20, 20, 36, 30)],
        [],
        [(20, 20, 57, 50)],
        [],
        [(60, 24, 12, 12)],
        [(20, 20, 100, 60)],
        [],
        [],
        [(20, 20, 99, 60)],
        [(30, 22, 6, 6)],
        [],
        [],
        [],
        [],
        [(30, 20, 7, 8)],
        [(30, 20, 7, 8)],
        [],
        [(28, 18, 12, 5)],
        [],
        [(28, 18, 40, 8)],
    ],
}
# fmt: on
STAGES: list[tuple[Any, list[Callable[[Any], Any]]]] = [
    (FILLS, [kinds_of_fill]),
    (REGIONS, [region_areas]),
    (COVER, [covers]),
    (PANELS, [shapes_in, radii]),
    (EDGES, [sharpened]),
    (BORDERS, [borders_in]),
    (BULLETS, [bullets_in]),
    (PICTURES, [pictures_in]),
]
UNNOTICED = {
    ("corner", 0.5),  # the whole of a rounded corner is still looked at
    ("beyond", 2),  # a border ends before
}


@pytest.mark.parametrize("thresholds, stages", STAGES, ids=lambda each: type(each).__name__)
def test_what_is_found_on_the_drawn_pictures(thresholds: Any, stages: Any) -> None:
    for stage in stages:
        assert stage(thresholds) == GOLDEN[stage]


CASES = [
    pytest.param(thresholds, field.name, factor, stages, id=f"{field.name} × {factor}")
    for thresholds, stages in STAGES
    for field in fields(thresholds)
    for factor in (0.5, 2)
    if (field.name, factor) not in UNNOTICED
]


@pytest.mark.parametrize("thresholds, name, factor, stages", CASES)
def test_a_threshold_off_by_a_factor_of_two_is_noticed(
    thresholds: Any, name: str, factor: float, stages: Any
) -> None:
    value = getattr(thresholds, name)
    changed = replace(thresholds, **{name: type(value)(value * factor)})
    assert any(stage(changed) != GOLDEN[stage] for stage in stages)


def test_the_parts_of_a_photo_are_no_panels_and_those_of_an_icon_are() -> None:
    panel = Panel(Box(22, 22, 20, 20), WHITE)
    for side, kept in ((30, (panel,)), (60, ())):
        assert without_photo_parts([panel], [Picture(Box(20, 20, side, side))]) == kept
