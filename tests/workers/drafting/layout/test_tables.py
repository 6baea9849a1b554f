"""Which rows are a table, on trees made by hand."""

from dataclasses import replace
from itertools import pairwise

from tests.workers.drafting.compose.pieces import column, panel, text
from tests.workers.drafting.perceive.thresholds import off_by_two, varied
from workers.drafting.layout.tables import TABLES, TableThresholds, with_tables
from workers.drafting.page import Border, Container, Divider, Node, Row, Table, Text, walk
from workers.imaging import Box, Colour, bounds

LINE: Colour = (200, 208, 220)
GREY: Colour = (90, 100, 118)
STRIPE: Colour = (240, 243, 250)
LEFTS = (116, 316, 516)
RIGHT = 684  # of numbers
TITLES = ("Berth", "Vessel", "Fee")
BERTHS = ("North quay", "South quay", "East jetty", "West jetty", "Old basin")
VESSELS = ("Albatross", "Cormorant", "Kittiwake", "Guillemot", "Tern")
FEES = ("120.50", "98.00", "1,240.00", "75.25", "8.40")
WORDS = ("daily", "per week", "for a month", "as agreed", "on demand")


def row(*cells: Node) -> Container:
    return Container(bounds(cell.box for cell in cells), "row", cells)


def title(words: str, x: int) -> Text:
    return text(words, x, 100, 13, 600, GREY)


def flush_right(held: Text, right: int) -> Text:
    """A text like this one that ends at `right`."""
    font = held.paragraph.font
    x, y = right - held.box.width, held.box.y
    return text(held.paragraph.text, x, y, font.size, font.weight, held.paragraph.colour)


def header() -> Container:
    """Titles in a look of their own; the last one stands over the numbers' right."""
    first, second = (title(words, x) for words, x in zip(TITLES[:2], LEFTS[:2], strict=True))
    return row(first, second, flush_right(title(TITLES[2], 0), RIGHT))


def record(index: int, y: int) -> Container:
    cells = text(BERTHS[index], LEFTS[0], y), text(VESSELS[index], LEFTS[1], y)
    return row(*cells, flush_right(text(FEES[index], 0, y), RIGHT))


def wordy(index: int, y: int) -> Container:
    """A row without a number."""
    words = BERTHS[index], VESSELS[index], WORDS[index]
    return row(*(text(each, x, y) for each, x in zip(words, LEFTS, strict=True)))


def rule(y: int, width: int = 600) -> Divider:
    return Divider(Box(100, y, width, 1), LINE)


def on_panels(apart: int, radius: int = 6) -> Container:
    """A header, and rows that are a panel each, `apart` CSS pixels from one another."""
    titles = row(*(title(words, x) for words, x in zip(TITLES, LEFTS, strict=True)))
    rows = [
        panel(Box(100, top, 600, 44), wordy(i, top + 10), radius=radius)
        for i, top in enumerate(range(130, 130 + 5 * (44 + apart), 44 + apart))
    ]
    return column(titles, *rows)


def lined(*rows: Node, below: int = 9, width: int = 600) -> Container:
    """Rows, each with a rule `below` it."""
    return column(*(part for each in rows for part in (each, rule(each.box.bottom + below, width))))


def ruled(count: int = 4, pitch: int = 44) -> Container:
    return lined(header(), *(record(i, 144 + pitch * i) for i in range(count)))


def striped(ground: Colour = STRIPE) -> Container:
    """Every other row on a ground, and no rules."""
    rows: list[Node] = []
    for index in range(5):
        cells = wordy(index, 110 + 44 * index)
        box = Box(100, 100 + 44 * index, 600, 44)
        held = panel(box, cells, fill=ground)
        rows.append(replace(held, flow="row", children=cells.children) if index % 2 else cells)
    return column(*rows)


def outlined(apart: int = 16, askew: int = 0) -> Container:
    """Rows that are panels with an edge of their own, each so far right of the one before."""
    rows = []
    for index in range(4):
        y = 100 + (44 + apart) * index
        box = Box(100 + askew * index, y, 600, 44)
        held = wordy(index, y + 10).children
        rows.append(replace(panel(box, *held, border=1), flow="row"))
    return column(*rows)


def cut_down() -> Container:
    """The columns found first, each with its title and its cells."""
    rows = [header(), *(record(i, 144 + 44 * i) for i in range(4))]
    columns = (column(*(each.children[at] for each in rows)) for at in range(3))
    return Container(Box(100, 90, 600, 300), "column", (row(*columns),))


def over_numbers(numbers: int = 4, of: int = 4) -> Container:
    """A header, and no rules; `numbers` of the rows below have one."""
    rows = [(record if i < numbers else wordy)(i, 144 + 44 * i) for i in range(of)]
    return column(header(), *rows)


def badged() -> Container:
    rows = [record(i, 144 + 44 * i) for i in range(3)]
    badge = panel(Box(316, 184, 80, 26), text("Free", 330, 186), radius=13)
    first, _, last = rows[1].children
    rows[1] = row(first, badge, last)
    return lined(header(), *rows)


def with_cells_missing(*missing: int) -> Container:
    rows = [wordy(i, 144 + 44 * i) for i in range(4)]
    rows[1] = row(*(cell for at, cell in enumerate(rows[1].children) if at not in missing))
    return lined(*rows)


def cards(height: int) -> Container:
    """Three rows of three outlined panels, a name and a number in each."""

    def card(x: int, y: int) -> Container:
        return panel(Box(x, y, 190, height), text("Berth 7", x + 20, y + 20), border=1, radius=8)

    return column(
        *(row(*(card(100 + 210 * i, y) for i in range(3)))
          for y in (100, 120 + height, 140 + 2 * height))
    )  # fmt: skip


def footer() -> Container:
    def links(x: int) -> Container:
        below = (text(VESSELS[i], x, 140 + 32 * i, 14, colour=GREY) for i in range(4))
        return column(text("Harbour", x, 100, 14, 600), *below)

    return column(row(*(links(100 + 160 * i) for i in range(4))))


def names_and_values() -> Container:
    rows = (row(text(VESSELS[i], 100, y), text(FEES[i], 500, y)) for i, y in ROWS)
    return lined(*rows)


ROWS = [(i, 100 + 44 * i) for i in range(4)]


def at(*tops: int, first: Node | None = None) -> Container:
    """Rows at these heights, a rule below each."""
    rows = [wordy(i, top) for i, top in enumerate(tops)]
    return lined(*((first,) if first else ()), *rows)


def tall(height: int) -> Container:
    """Rows whose first cell is a panel so tall."""
    step = height + 20
    return lined(
        *(
            row(
                panel(Box(100, 100 + step * i, 120, height)),
                *(text(VESSELS[i], x, 100 + step * i) for x in LEFTS[1:]),
            )
            for i in range(4)
        )
    )


def partly_ruled(rules: int) -> Container:
    rows = [wordy(i, y) for i, y in ROWS]
    parts: list[Node] = []
    for index, each in enumerate(rows):
        parts += [each, rule(each.box.bottom + 9)] if index < rules else [each]
    return column(*parts)


def ragged(left: int) -> Container:
    """A last column with common right edges, its left edges up to `left` apart."""
    rows = []
    for index, (_, y) in enumerate(ROWS):
        off = left if index == 2 else 0
        last = panel(Box(516 + off, y, 80 - off, 24))
        rows.append(row(*wordy(index, y).children[:2], last))
    return lined(*rows)


def marked(side: int) -> Container:
    """Boxes to mark before the cells, over them in the header too."""
    rows = [header(), *(record(i, 144 + 44 * i) for i in range(3))]
    return lined(
        *(row(panel(Box(70, each.box.y, side, 24), border=1), *each.children) for each in rows)
    )


def messages(lined_under: int) -> Container:
    """Rows without a header, so many with a line under the first text."""
    rows = []
    for index, y in ((i, 100 + 60 * i) for i in range(5)):
        first, *rest = wordy(index, y).children
        two = column(first, text("and more", LEFTS[0], y + 24, 13))
        rows.append(row(two if index < lined_under else first, *rest))
    return lined(*rows)


def in_a_card(room: int) -> Container:
    """A table whose last row has no rule and so much room, more than the others, to the end."""
    nodes = ruled().children[:-1]
    bottom = nodes[-1].box.bottom + 11 + room
    return column(panel(Box(100, 91, 600, bottom - 91), *nodes), box=Box(0, 0, 1280, 800))


def outlined_grid(slack: int) -> Container:
    """Outlined cells with a panel around all of them."""
    rows = [
        row(*(panel(Box(100 + 159 * c, 100 + 43 * r, 160, 44), text("Tern", 114 + 159 * c,
            110 + 43 * r), border=1) for c in range(3)))
        for r in range(3)
    ]  # fmt: skip
    box = bounds(each.box for each in rows)
    around = Box(box.x - slack, box.y - slack, box.width + 2 * slack, box.height + 2 * slack)
    return column(panel(around, *rows, border=3), box=Box(0, 0, 1280, 800))


def of_two(head: Node, ground: Colour | None = None) -> Container:
    """Names and values under a row of titles."""
    rows = [row(text(VESSELS[i], 116, 144 + 44 * i), text(WORDS[i], 516, 144 + 44 * i))
            for i in range(3)]  # fmt: skip
    if ground is None or not isinstance(head, Container):
        return lined(head, *rows)
    held = replace(panel(Box(100, 90, 600, 44), *head.children, fill=ground), flow="row")
    return column(held, *(part for each in rows for part in (each, rule(each.box.bottom + 9))))


TITLED = row(title("Vessel", 116), title("Rate", 516))
PLAIN = row(text("Vessel", 116, 100), text("Rate", 516, 100))

TREES = {
    **{f"panels {apart} px apart": on_panels(apart) for apart in (12, 24)},
    "boxes to mark 24 px wide": marked(24),
    "boxes to mark 40 px wide": marked(40),
    "lines under two of five": messages(2),
    "lines under three of five": messages(3),
    "lines under all": messages(5),
    "a card that ends 2 px on": in_a_card(2),
    "a card that ends 5 px on": in_a_card(5),
    "a grid in an outline 3 px off": outlined_grid(3),
    "a grid in an outline 6 px off": outlined_grid(6),
    "titles over names and values": of_two(TITLED),
    "plain titles over names and values": of_two(PLAIN),
    "plain titles on a ground": of_two(PLAIN, STRIPE),
    "a header over one column": lined(
        row(title("Vessel", 116)), *(row(text(VESSELS[i], 116, 144 + 44 * i)) for i in range(3))
    ),
    "ruled": ruled(),
    "striped": striped(),
    "cut down its columns": cut_down(),
    "a header over numbers": over_numbers(),
    "a badge": badged(),
    "an empty cell": with_cells_missing(1),
    "one cell of three": with_cells_missing(1, 2),
    "outlined rows": outlined(),
    "low cards": cards(80),
    "cards": cards(120),
    "a footer": footer(),
    "names and values": names_and_values(),
    "two rows": ruled(1),
    "rows one of which is far": at(100, 144, 600),
    "rows far apart": at(100, 400, 700),
    "rows some of which are farther": at(100, 144, 188, 280, 324),
    "cells 70 high": tall(70),
    "cells 150 high": tall(150),
    "two rules": partly_ruled(2),
    "one rule": partly_ruled(1),
    "a header over two numbers of five": over_numbers(2, 5),
    "short rules": lined(*(wordy(i, y) for i, y in ROWS), width=220),
    "rules as wide as the rows": lined(*(wordy(i, y) for i, y in ROWS), width=480),
    "lefts 1 px apart": ragged(1),
    "lefts 2 px apart": ragged(2),
    "outlined rows that share an edge": outlined(-1),
    "outlined rows 2 px apart": outlined(2),
    "outlined rows 3 px apart": outlined(3),
    "outlined rows 3 px askew": outlined(-1, 3),
    "one row after another, no rules": column(*(wordy(i, y) for i, y in ROWS)),
}


NEW = (
    "boxes to mark 24 px wide",
    "boxes to mark 40 px wide",
    "a card that ends 2 px on",
    "a card that ends 5 px on",
    "a grid in an outline 3 px off",
    "a grid in an outline 6 px off",
)


def tables(tree: Container, limits: TableThresholds = TABLES) -> list[Table]:
    return [node for node in walk(with_tables(tree, limits)) if isinstance(node, Table)]


def found(limits: TableThresholds = TABLES) -> dict[str, object]:
    """Of each tree that is a table how the columns are set, and of a new kind what else it is."""
    sorts = {
        name: [each.alignment for each in made.columns]
        for name, tree in TREES.items()
        for made in tables(tree, limits)
    }
    return sorts | {
        f"{name}: header, alone, end": (
            made.header,
            any(child is made for child in tree.children),
            tree.children[0].box.bottom - made.box.bottom,
        )
        for name in NEW
        for tree in [with_tables(TREES[name], limits)]
        for made in [node for node in walk(tree) if isinstance(node, Table)]
    }


def only(name: str) -> Table:
    (made,) = tables(TREES[name])
    return made


def words(table_row: Row) -> list[str | None]:
    return [cell.paragraph.text if isinstance(cell, Text) else None for cell in table_row.cells]


def test_rows_are_a_table_or_none() -> None:
    numbers, left = ["left", "left", "right"], ["left"] * 3
    assert found() == {
        "panels 12 px apart": left,
        "ruled": numbers,
        "striped": left,
        "cut down its columns": numbers,
        "a header over numbers": numbers,
        "a badge": numbers,
        "an empty cell": left,
        "cells 70 high": left,
        "two rules": left,
        "rules as wide as the rows": left,
        "outlined rows that share an edge": left,
        "outlined rows 2 px apart": left,
        "lefts 1 px apart": left,
        "lefts 2 px apart": numbers,
        "boxes to mark 24 px wide": ["left", *numbers],
        "boxes to mark 40 px wide": ["left", *numbers],
        "lines under two of five": left,
        "lines under three of five": left,
        "a card that ends 2 px on": numbers,
        "a card that ends 5 px on": numbers,
        "a grid in an outline 3 px off": left,
        "a grid in an outline 6 px off": left,
        "titles over names and values": left[:2],
        "plain titles on a ground": left[:2],
        "boxes to mark 24 px wide: header, alone, end": (True, True, 0),
        "boxes to mark 40 px wide: header, alone, end": (False, True, 0),
        "a card that ends 2 px on: header, alone, end": (True, False, 0),
        "a card that ends 5 px on: header, alone, end": (True, False, 6),
        "a grid in an outline 3 px off: header, alone, end": (False, True, 0),
        "a grid in an outline 6 px off: header, alone, end": (False, False, 6),
    }


@off_by_two(TABLES)
def test_each_threshold_of_tables_matters(name: str, factor: float) -> None:
    assert found(varied(TABLES, name, factor)) != found()


def test_a_table_has_its_header_rows_and_rules() -> None:
    made = only("ruled")
    assert made.header
    assert [words(each) for each in made.rows] == [
        list(TITLES),
        *(list(each) for each in zip(BERTHS[:4], VESSELS, FEES, strict=False)),
    ]
    assert all(each.rule == Border(1, LINE) and each.fill is None for each in made.rows)


def test_each_row_has_the_rule_that_is_under_it() -> None:
    nodes = ruled().children
    thick = Divider(replace(nodes[1].box, height=2), (0, 0, 0))
    (made,) = tables(column(nodes[0], thick, *nodes[2:]))
    assert [each.rule for each in made.rows] == [Border(2, (0, 0, 0)), *[Border(1, LINE)] * 4]


def test_a_row_ends_below_its_rule() -> None:
    made = only("ruled")
    rules = [node.box.bottom for node in TREES["ruled"].children if isinstance(node, Divider)]
    assert [each.bottom for each in made.rows] == rules
    assert [each.top for each in made.rows[1:]] == rules[:-1]
    assert (made.box.x, made.box.right) == (100, 700)
    assert (made.box.y, made.box.bottom) == (made.rows[0].top, rules[-1])


def test_columns_are_side_by_side_with_one_inset() -> None:
    made = only("ruled")
    assert [each.left for each in made.columns][:2] == [100, 300]
    assert all(one.right == other.left for one, other in pairwise(made.columns))
    assert made.columns[-1].right == 700
    assert [each.inset for each in made.columns] == [16, 16, 16]


def test_rows_on_a_ground_keep_it_and_end_with_it() -> None:
    made = only("striped")
    assert [each.fill for each in made.rows] == [None, STRIPE, None, STRIPE, None]
    assert [(each.top, each.bottom) for each in made.rows[1:4]] == [
        (144, 188), (188, 232), (232, 276),
    ]  # fmt: skip
    assert not made.header
    assert all(each.rule is None for each in made.rows)


def test_a_table_cut_down_its_columns_is_read_across() -> None:
    made = only("cut down its columns")
    assert made.header
    assert [words(each) for each in made.rows][1] == [BERTHS[0], VESSELS[0], FEES[0]]


def test_a_row_lower_than_the_columns_beside_it_is_no_table() -> None:
    rows = [header(), *(record(i, 144 + 44 * i) for i in range(4))]
    columns = [column(*(each.children[at] for each in rows)) for at in range(3)]
    columns[2] = column(*columns[2].children[:-1])
    assert tables(column(row(*columns))) == []


def test_a_badge_is_its_cell() -> None:
    cell = only("a badge").rows[2].cells[1]
    assert isinstance(cell, Container)
    assert cell.panel is not None


def test_a_cell_where_nothing_stands_is_none() -> None:
    made = only("an empty cell")
    assert words(made.rows[1]) == [BERTHS[1], None, WORDS[1]]
    assert made.rows[1].cells[1] is None


def test_a_header_is_one_though_its_weights_are_read_apart() -> None:
    titles = header().children
    assert isinstance(titles[0], Text)
    font = replace(titles[0].paragraph.font, weight=500)
    first = replace(titles[0], paragraph=replace(titles[0].paragraph, font=font))
    rows = (record(i, 144 + 44 * i) for i in range(3))
    (made,) = tables(lined(row(first, *titles[1:]), *rows))
    assert made.header


def test_a_first_row_that_looks_like_the_next_is_no_header() -> None:
    (made,) = tables(lined(*(record(i, y) for i, y in ROWS)))
    assert not made.header


def test_a_title_that_stands_clear_of_its_numbers_is_over_them() -> None:
    titles = header().children
    rows = [record(i, 144 + 44 * i) for i in range(3)]
    numbers = bounds(each.children[2].box for each in rows)
    apart = flush_right(title(TITLES[2], 0), numbers.x - 4)
    (made,) = tables(lined(row(*titles[:2], apart), *rows))
    assert [words(each)[2] for each in made.rows] == [TITLES[2], *FEES[:3]]


def test_what_stands_around_a_table_stays() -> None:
    above, below = text("Berths", 100, 20, 24), text("As of today", 100, 400)
    tree = with_tables(column(above, *ruled().children, below))
    assert [type(child) for child in tree.children] == [Text, Table, Text]


def test_a_group_that_holds_but_a_table_is_it() -> None:
    tree = with_tables(column(text("Berths", 100, 20, 24), column(*ruled().children)))
    assert [type(child) for child in tree.children] == [Text, Table]
    held = panel(Box(80, 80, 640, 400), *ruled().children)
    (card,) = with_tables(column(held)).children
    assert isinstance(card, Container)
    assert [type(child) for child in card.children] == [Table]


def test_rows_that_are_a_panel_each_are_a_table_with_room_between_them() -> None:
    made = only("panels 12 px apart")
    assert (made.spacing, made.radius, made.header) == (12, 6, True)
    assert [row.bottom - row.top for row in made.rows[1:]] == [44] * 5
    assert made.box.bottom == made.rows[-1].bottom + made.spacing
