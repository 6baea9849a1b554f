"""Panels set against one another, as one that rules divide."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from tests.workers.drafting.perceive.shapes.drawing import BLUE, DARK, GREY, WHITE, Canvas
from tests.workers.drafting.perceive.thresholds import off_by_two, varied
from workers.drafting.page import Border, Panel, Rule
from workers.drafting.perceive.shapes.borders import with_borders, without_edges
from workers.drafting.perceive.shapes.panels import find_shapes
from workers.drafting.perceive.shapes.stacks import STACKS, StackThresholds, joined
from workers.imaging import Box, Colour, Image, TextRun

LINE: Colour = (200, 206, 216)
NIGHT: Colour = (15, 20, 28)
PANEL: Colour = (27, 36, 49)
HEAD: Colour = (35, 46, 62)
PAGE = Box(0, 0, 400, 300)


def divided(
    parts: Sequence[int], *, thick: int = 1, line: Colour = LINE, ground: Colour = WHITE
) -> Image:
    """A card of parts so high, a line between each two, its corners round."""
    height = sum(parts) + thick * (len(parts) - 1) + 2
    canvas = Canvas(PAGE.width, PAGE.height, (244, 246, 250))
    canvas.card(Box(40, 30, 300, height), ground, (1, LINE), 10)
    y = 31
    for part in parts[:-1]:
        y += part
        canvas.box(Box(41, y, 298, thick), line)
        y += thick
    return canvas.pixels()


def found_in(
    image: Image, runs: Sequence[TextRun] = (), thresholds: StackThresholds = STACKS
) -> tuple[list[Panel], list[Rule]]:
    """Panels smaller than the page, and rules."""
    shapes = find_shapes(image, np.zeros(image.shape[:2], bool))
    bordered = with_borders(shapes.panels, shapes.hollow, image)
    panels, rules = joined(bordered, shapes.rules, image, runs, thresholds)
    small = [panel for panel in panels if panel.box.area < 0.8 * PAGE.area]
    return small, sorted(without_edges(rules, panels), key=lambda rule: rule.box.y)


def stack(*heights: int, apart: int = 0, border: int = 1, askew: int = 0) -> list[Panel]:
    """Panels as they are found, outlines included, each so far under the one before."""
    found: list[Panel] = []
    for number, height in enumerate(heights):
        y = found[-1].box.bottom + apart if found else 30
        edge = Border(border, LINE) if border else None
        found.append(Panel(Box(40 + askew * number, y, 300, height), WHITE, edge))
    return found


def plain(line: Colour = LINE) -> Image:
    return np.full((PAGE.height, PAGE.width, 3), line, np.uint8)


def words(*places: tuple[int, int]) -> list[TextRun]:
    return [TextRun("Berth", Box(x, y, 60, 12), DARK, WHITE) for x, y in places]


def test_a_card_with_lines_across_it_is_one_panel() -> None:
    [card], rules = found_in(divided([70, 40, 60]))
    assert card == Panel(Box(40, 30, 300, 174), WHITE, Border(1, LINE), card.radius)
    assert abs(card.radius - 10) <= 1
    assert [rule.box for rule in rules] == [Box(41, 101, 298, 1), Box(41, 142, 298, 1)]
    assert {rule.colour for rule in rules} == {LINE}


def test_a_line_has_the_colour_that_is_seen_between_the_parts() -> None:
    _, rules = found_in(divided([70, 40, 60], line=(225, 228, 234)))
    assert [rule.colour for rule in rules] == [(225, 228, 234)] * 2


def test_rows_on_a_dark_page_with_its_ground_between_them_are_one_panel() -> None:
    canvas = Canvas(PAGE.width, PAGE.height, NIGHT).box(Box(40, 30, 300, 160), PANEL, 10)
    canvas.box(Box(40, 40, 300, 30), HEAD).box(Box(50, 30, 280, 30), HEAD)
    for y in (70, 110, 150):
        canvas.box(Box(40, y, 300, 2), NIGHT)
    panels, rules = found_in(canvas.pixels())
    assert panels[0].box == Box(40, 30, 300, 160)
    assert panels[0].fill == PANEL
    assert [rule.box.y for rule in rules] == [70, 110, 150]
    assert {rule.colour for rule in rules} == {NIGHT}


def test_a_part_on_another_ground_keeps_it() -> None:
    parts = stack(40, 70, 50, apart=-1)
    parts[0] = replace(parts[0], fill=GREY)
    panels, _ = joined(parts, (), plain(), ())
    assert [(panel.box, panel.fill) for panel in panels] == [
        (Box(40, 30, 300, 158), WHITE),
        (Box(41, 31, 298, 38), GREY),
    ]


def test_across_the_whole_page_the_rules_are_all_there_is() -> None:
    rows = [Panel(Box(-1, y, PAGE.width + 2, 62), WHITE, Border(1, LINE)) for y in (40, 101, 162)]
    panels, rules = joined(rows, (), plain(), ())
    assert all(panel.border is None for panel in panels)
    assert [rule.box for rule in rules] == [Box(0, y, PAGE.width, 1) for y in (101, 162)]


def test_a_rule_that_was_found_too_is_there_once() -> None:
    known = Rule(Box(41, 89, 298, 1), GREY)
    _, rules = joined(stack(60, 70, 50, apart=-1), [known], plain(), ())
    assert [rule.box.y for rule in rules] == [89, 158]


def test_an_outline_found_around_the_stack_is_the_stack() -> None:
    around = Panel(Box(40, 30, 300, 178), WHITE, Border(3, LINE), 8)
    panels, _ = joined([around, *stack(60, 70, 50, apart=-1)], (), plain(), ())
    assert [(panel.box, panel.radius) for panel in panels] == [(Box(40, 30, 300, 178), 8)]


def test_cells_beside_one_another_stay() -> None:
    left, right = stack(60, 60, apart=-1), stack(60, 60, apart=-1)
    right = [replace(panel, box=replace(panel.box, x=339)) for panel in right]
    panels, rules = joined([*left, *right], (), plain(), ())
    assert len(panels) == 4
    assert rules == ()


@pytest.mark.parametrize("held", [1, 2])
def test_two_joined_fields_are_no_card(held: int) -> None:
    places = [(60, 45), (60, 88), (200, 45), (200, 88)]
    panels, rules = joined(stack(44, 44, apart=-1), (), plain(), words(*places[: 2 * held]))
    assert (len(panels), len(rules)) == ((2, 0) if held == 1 else (1, 1))


STACKED = {
    "parts that share a line": stack(50, 50, 50, 50, apart=-1),
    "parts with a line of 3 px between": stack(50, 50, 50, 50, apart=3, border=0),
    "parts 4 px apart": stack(50, 50, 50, 50, apart=4, border=0),
    "parts 2 px askew": stack(70, 70, apart=-1, askew=2),
    "parts 3 px askew": stack(70, 70, apart=-1, askew=3),
    "three low parts": stack(45, 45, 45, apart=-1),
    "two low parts": stack(45, 45, apart=-1),
    "four low parts": stack(45, 45, 45, 45, apart=-1),
    "three parts 100 high": stack(100, 100, 100, apart=-1),
    "an outline 2 px off": [
        Panel(Box(38, 28, 304, 143), WHITE, Border(1, LINE), 8),
        *stack(70, 70, apart=-1),
    ],
    "an outline 4 px off": [
        Panel(Box(36, 26, 308, 147), WHITE, Border(1, LINE), 8),
        *stack(70, 70, apart=-1),
    ],
    "an outline 1 px off": [
        Panel(Box(39, 29, 302, 141), WHITE, Border(1, LINE), 8),
        *stack(70, 70, apart=-1),
    ],
}
LINES: dict[str, Colour] = {"a line 4 levels off": (251, 251, 251), "7 off": (248, 248, 248)}


def counts(thresholds: StackThresholds = STACKS) -> dict[str, tuple[int, int]]:
    """Of each stack how many panels and rules it becomes."""
    places = [(60, 40), (60, 140), (60, 240)]
    found = {
        name: tuple(map(len, joined(panels, (), plain(), words(*places), thresholds)))
        for name, panels in STACKED.items()
    }
    four = STACKED["parts that share a line"]
    found |= {
        name: tuple(map(len, joined(four, (), plain(line), (), thresholds)))
        for name, line in LINES.items()
    }
    return found  # type: ignore[return-value]


def test_stacks_are_told_from_things_that_stand_close() -> None:
    assert counts() == {
        "parts that share a line": (1, 3),
        "parts with a line of 3 px between": (1, 3),
        "parts 4 px apart": (4, 0),
        "parts 2 px askew": (1, 1),
        "parts 3 px askew": (2, 0),
        "three low parts": (3, 0),
        "two low parts": (2, 0),
        "four low parts": (1, 3),
        "three parts 100 high": (1, 2),
        "an outline 2 px off": (1, 1),
        "an outline 4 px off": (2, 1),
        "an outline 1 px off": (1, 1),
        "a line 4 levels off": (4, 0),
        "7 off": (1, 3),
    }


@off_by_two(STACKS)
def test_each_threshold_of_stacks_matters(name: str, factor: float) -> None:
    assert counts(varied(STACKS, name, factor)) != counts()


def test_blue_on_white_is_not_divided() -> None:
    canvas = Canvas(PAGE.width, PAGE.height).box(Box(40, 30, 300, 60), BLUE)
    panels, rules = found_in(canvas.box(Box(40, 120, 300, 60), BLUE).pixels())
    assert len(panels) == 2
    assert rules == []
