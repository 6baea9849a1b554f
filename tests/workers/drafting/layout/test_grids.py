"""Outlined cells set against one another, on trees made by hand."""

from dataclasses import replace

from tests.workers.drafting.compose.pieces import column, panel, text
from tests.workers.drafting.perceive.thresholds import off_by_two, varied
from workers.drafting.layout.grids import GRIDS, GridThresholds, grid_of
from workers.drafting.layout.tables import TABLES, TableThresholds, with_tables
from workers.drafting.page import Container, Flow, Node, Table, Text, walk
from workers.imaging import Box, Colour, bounds

WHITE: Colour = (255, 255, 255)
HEAD: Colour = (238, 241, 246)


def cell(words: str, x: int, y: int, width: int = 160, height: int = 44) -> Container:
    held = (text(words, x + 14, y + 10),) if words else ()
    return panel(Box(x, y, width, height), *held, fill=WHITE, border=1)


def cells(
    rows: int, columns: int, *, height: int = 44, apart: int = -1, askew: int = 0, worded: int = 99
) -> list[list[Container]]:
    """Cells by row, `worded` of them with a text."""
    return [
        [
            cell(
                f"Berth {r}{c}" if r * columns + c < worded else "",
                100 + (160 + apart) * c + (askew if r % 2 else 0),
                100 + (height + apart) * r,
                height=height,
            )
            for c in range(columns)
        ]
        for r in range(rows)
    ]


def row(nodes: list[Container]) -> Container:
    return Container(bounds(node.box for node in nodes), "row", tuple(nodes))


def by_row(held: list[list[Container]]) -> list[Node]:
    return [row(each) for each in held]


def by_column(held: list[list[Container]]) -> list[Node]:
    return [column(*each) for each in zip(*held, strict=True)]


GROUPS = {
    "three rows of three": by_row(cells(3, 3)),
    "three columns of three": by_column(cells(3, 3)),
    "two rows of three": by_row(cells(2, 3)),
    "two rows of two": by_row(cells(2, 2)),
    "four rows of two": by_row(cells(4, 2)),
    "three rows of four": by_row(cells(3, 4)),
    "one row of six": by_row(cells(1, 6)),
    "cells 90 high": by_row(cells(3, 3, height=90)),
    "cells 150 high": by_row(cells(3, 3, height=150)),
    "cells 2 px apart": by_row(cells(3, 3, apart=2)),
    "cells 3 px apart": by_row(cells(3, 3, apart=3)),
    "rows 2 px askew": by_row(cells(3, 3, askew=2)),
    "rows 4 px askew": by_row(cells(3, 3, askew=4)),
    "texts in three of nine": by_row(cells(3, 3, worded=3)),
    "texts in six of nine": by_row(cells(3, 3, worded=6)),
}


def found(limits: GridThresholds = GRIDS) -> list[str]:
    return [name for name, nodes in GROUPS.items() if grid_of(nodes, limits)]


def tables(tree: Container, limits: TableThresholds = TABLES) -> list[Table]:
    return [node for node in walk(with_tables(tree, limits)) if isinstance(node, Table)]


def test_cells_are_a_grid_or_none() -> None:
    assert found() == [
        "three rows of three",
        "three columns of three",
        "two rows of three",
        "four rows of two",
        "three rows of four",
        "cells 90 high",
        "cells 2 px apart",
        "rows 2 px askew",
        "texts in six of nine",
    ]


@off_by_two(GRIDS)
def test_each_threshold_of_grids_matters(name: str, factor: float) -> None:
    assert found(varied(GRIDS, name, factor)) != found()


def test_round_outlines_side_by_side_are_buttons() -> None:
    held = cells(3, 3)
    held[0][0] = panel(held[0][0].box, *held[0][0].children, border=1, radius=8)
    assert grid_of(by_row(held)) is None


def test_a_grid_is_a_table_with_lines_around_its_cells() -> None:
    for nodes in (by_row(cells(3, 3)), by_column(cells(3, 3))):
        way: Flow = "column" if nodes[0].box.width > nodes[0].box.height else "row"
        group = Container(bounds(node.box for node in nodes), way, tuple(nodes))
        (made,) = tables(column(text("Berths", 100, 40, 24), group))
        assert made.grid
        assert [(each.left, each.right) for each in made.columns] == [
            (100, 259), (259, 418), (418, 578),
        ]  # fmt: skip
        assert [each.top for each in made.rows] == [100, 143, 186]
        texts = [c.paragraph.text for r in made.rows for c in r.cells if isinstance(c, Text)]
        assert texts == [f"Berth {r}{c}" for r in range(3) for c in range(3)]


def test_a_first_row_on_a_ground_of_its_own_is_the_header() -> None:
    held = cells(3, 3)
    held[0] = [panel(each.box, *each.children, fill=HEAD, border=1) for each in held[0]]
    (made,) = tables(column(*by_row(held)))
    assert made.header
    (plain,) = tables(column(*by_row(cells(3, 3))))
    assert not plain.header


def test_the_outline_of_all_cells_is_the_table_and_a_larger_panel_is_not() -> None:
    held = bounds(each.box for line in cells(3, 3) for each in line)
    for slack, bare in ((0, True), (4, True), (6, False), (30, False)):
        box = Box(held.x - slack, held.y - slack, held.width + 2 * slack, held.height + 2 * slack)
        made = panel(box, *by_row(cells(3, 3)), border=3)
        (child,) = with_tables(column(made, box=Box(0, 0, 800, 600))).children
        assert isinstance(child, Table) == bare


def test_cells_that_hold_several_things_keep_them() -> None:
    held = cells(3, 3)
    first = held[1][1]
    two = (*first.children, text("open", first.box.x + 80, first.box.y + 10))
    held[1][1] = replace(first, flow="row", children=two)
    (made,) = tables(column(*by_row(held)))
    inner = made.rows[1].cells[1]
    assert isinstance(inner, Container)
    assert inner.panel is None
    assert len(inner.children) == 2
