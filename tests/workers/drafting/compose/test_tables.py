"""Tables as HTML: what is written for one, and where a browser puts its cells."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.workers.drafting.compose.pieces import PALE, column, panel, text
from tests.workers.drafting.compose.test_html_css import outline
from workers.browser.renderer import Renderer
from workers.drafting.compose import STACKS
from workers.drafting.page import (
    Alignment,
    Border,
    Check,
    Column,
    Container,
    Node,
    Panel,
    Row,
    Table,
    Text,
    walk,
)
from workers.drafting.perceive.fonts.installed import css_stack
from workers.imaging import Box, Colour
from workers.shot import RenderRequest

WHITE: Colour = (255, 255, 255)
GREY: Colour = (90, 100, 118)
LINE: Colour = (200, 208, 220)
COLUMNS = (
    Column(40, 200, 16, "left"), Column(200, 360, 16, "right"), Column(360, 640, 16, "left"),
)  # fmt: skip
ROWS = (
    ("Berth", "Fee per day", "Vessel"),
    ("North quay", "120.50", "Albatross"),
    ("South quay", "98.00", "Cormorant"),
    ("East jetty", "75.25", "Kittiwake"),
)
HEIGHT = 44


def cell(words: str, at: Column, top: int, *, title: bool = False) -> Text:
    """A text in a column, in the middle of its row."""
    look = (13, 600, GREY) if title else (15, 400, (30, 30, 30))
    made = text(words, 0, 0, *look)
    room = at.right - at.left - made.box.width
    sides: dict[Alignment, int] = {
        "left": at.inset, "center": room // 2, "right": room - at.inset,
    }  # fmt: skip
    down = (HEIGHT - made.box.height) // 2
    return text(words, at.left + sides[at.alignment], top + down, *look)


def rows_of(
    *words: tuple[str, ...], top: int = 40, columns: tuple[Column, ...] = COLUMNS, titled: bool
) -> tuple[Row, ...]:
    return tuple(
        Row(
            top + HEIGHT * i,
            top + HEIGHT * (i + 1),
            tuple(
                cell(each, at, top + HEIGHT * i, title=titled and i == 0)
                for each, at in zip(line, columns, strict=True)
            ),
        )
        for i, line in enumerate(words)
    )


def table(
    rows: tuple[Row, ...], *, header: bool = True, columns: tuple[Column, ...] = COLUMNS
) -> Table:
    box = Box(40, rows[0].top, 600, rows[-1].bottom - rows[0].top)
    return Table(box, columns, rows, header)


def harbour() -> Table:
    return table(rows_of(*ROWS, titled=True))


def ruled(made: Table, *, last: bool = True, width: int = 1) -> Table:
    rule = Border(width, LINE)
    rows = [replace(row, rule=rule if last or row is not made.rows[-1] else None)
            for row in made.rows]  # fmt: skip
    return replace(made, rows=tuple(rows))


def with_cell(made: Table, line: int, at: int, node: Node | None) -> Table:
    row = made.rows[line]
    cells = tuple(node if index == at else each for index, each in enumerate(row.cells))
    rows = tuple(replace(row, cells=cells) if each is row else each for each in made.rows)
    return replace(made, rows=rows)


def files_of(*nodes: Node) -> tuple[str, str]:
    """HTML and CSS of a page with these under one another."""
    page = Box(0, 0, 1280, 800)
    root = Container(page, "column", nodes, Panel(page, WHITE))
    files = STACKS["html-css"]([root], css_stack).files
    return files["index.html"], files["style.css"]


def body_of(html: str) -> str:
    """The page without classes and spaces between tags."""
    return re.sub(r">\s+<", "><", re.sub(r' class="[^"]*"', "", html))


def rule_of(css: str, selector: str) -> str:
    """What the rules of the stylesheet with this selector declare, empty where there is none."""
    return "".join(re.findall(rf"^{re.escape(selector)} {{\n(.*?)}}", css, re.M | re.S))


def test_a_table_has_titles_and_rows() -> None:
    html, _ = files_of(harbour())
    titles = "".join(f'<th scope="col">{words}</th>' for words in ROWS[0])
    lines = ("".join(f"<td>{words}</td>" for words in line) for line in ROWS[1:])
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    written = f"<table><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table>"
    assert written in body_of(html)
    outline(html)


def test_a_table_without_a_header_has_rows_alone() -> None:
    html, _ = files_of(table(rows_of(*ROWS[1:], titled=False), header=False))
    assert "<thead>" not in html
    assert "<th" not in html
    assert html.count("<tr>") == html.count("</tr>") == 3


def test_cells_that_look_like_most_have_no_class() -> None:
    made = harbour()
    marked = text("late", 376, 140, 15, 700)
    html, _ = files_of(with_cell(made, 2, 2, marked))
    classed = re.findall(r"<t[dh] class[^>]*>([^<]*)<", html)
    assert classed == ["late"]


def test_a_cell_where_nothing_stands_is_empty() -> None:
    html, _ = files_of(with_cell(harbour(), 2, 1, None))
    assert "<td>South quay</td><td></td><td>Cormorant</td>" in body_of(html)


def test_a_badge_stands_in_its_cell() -> None:
    html, _ = files_of(with_cell(harbour(), 2, 2, badge(376)))
    assert re.search(r"<td><(\w+)[^>]*>.*Free.*</\1></td>", body_of(html))


def test_rules_are_borders_of_cells() -> None:
    line = "border-bottom: 1px solid #c8d0dc"
    _, css = files_of(ruled(harbour()))
    assert line in rule_of(css, ".page-table td")
    assert line in rule_of(css, ".page-table th")
    assert not rule_of(css, ".page-table tr:last-child td")
    _, css = files_of(harbour())
    assert "border-bottom" not in css


def test_a_last_row_without_a_rule_has_none() -> None:
    _, css = files_of(ruled(harbour(), last=False))
    assert rule_of(css, ".page-table tr:last-child td") == "  border-bottom: 0;\n"


def test_a_row_on_a_ground_or_of_another_height_says_so() -> None:
    made = harbour()
    grounded = replace(made.rows[2], fill=PALE)
    taller = replace(made.rows[3], bottom=made.rows[3].bottom + 20)
    html, css = files_of(table((*made.rows[:2], grounded, taller)))
    assert "background: #f0f3fa" in rule_of(css, ".page-table-row")
    assert rule_of(css, ".page-table-row-2") == "  height: 64px;\n"
    assert re.findall(r"<tr[^>]*>", html)[2:] == [
        '<tr class="page-table-row">', '<tr class="page-table-row-2">',
    ]  # fmt: skip


def test_each_row_has_its_own_line() -> None:
    made = ruled(harbour())
    heads, sums = Border(2, (90, 140, 30)), Border(3, (200, 40, 40))
    first, *body, last_but_one, last = made.rows
    rows = (replace(first, rule=heads), *body, replace(last_but_one, rule=sums), last)
    _, css = files_of(replace(made, rows=rows))
    assert "border-bottom: 2px solid #5a8c1e" in rule_of(css, ".page-table th")
    assert "border-bottom: 1px solid #c8d0dc" in rule_of(css, ".page-table td")
    beside = rule_of(css, f".page-table tr:nth-child({len(made.rows) - 2}) td")
    assert beside == "  border-bottom: 3px solid #c82828;\n"


def test_a_grid_has_lines_around_its_cells() -> None:
    _, css = files_of(replace(ruled(harbour(), width=2), grid=True))
    assert "border: 2px solid #c8d0dc" in rule_of(css, ".page-table td")
    assert "border: 2px solid #c8d0dc" in rule_of(css, ".page-table th")
    assert "border-collapse: collapse" in rule_of(css, ".page-table")


def test_round_corners_cut_the_grounds_of_a_table() -> None:
    made = harbour()
    rows = (replace(made.rows[0], fill=PALE), *made.rows[1:])
    for held, cut in ((made, False), (replace(made, rows=rows), True)):
        _, css = files_of(panel(made.box, held, radius=12))
        assert ("overflow: hidden" in css) == cut


def test_a_box_to_mark_in_a_cell_is_one() -> None:
    mark = Panel(Box(56, 97, 18, 18), WHITE, Border(1, LINE), 3)
    check = Check(mark.box, "checkbox", mark, None, name="North quay")
    html, _ = files_of(with_cell(harbour(), 1, 0, check))
    assert re.search(
        r'<td><input type="checkbox"[^>]* aria-label="North quay"></td>', body_of(html)
    )


def test_a_ground_of_all_rows_is_their_groups() -> None:
    made = harbour()
    rows = (made.rows[0], *(replace(row, fill=PALE) for row in made.rows[1:]))
    html, css = files_of(table(rows))
    assert "background: #f0f3fa" in rule_of(css, ".page-table tbody")
    assert "<tr class" not in html


def test_large_words_in_a_cell_are_no_heading() -> None:
    large, small = text("North quay", 56, 86, 20, 700), text("12 berths", 56, 112, 11)
    made = with_cell(harbour(), 1, 0, column(large, small))
    assert "North quay" in (html := files_of(made)[0])
    assert not re.search(r"<h\d", html)


def test_two_tables_keep_their_own_columns() -> None:
    """Though what they hold looks alike."""
    swapped = (replace(COLUMNS[0], alignment="right"), replace(COLUMNS[1], alignment="left"))
    columns = (*swapped, COLUMNS[2])
    other = table(rows_of(*ROWS, top=300, columns=columns, titled=True), columns=columns)
    html, css = files_of(harbour(), other)
    first, second = re.findall(r'<table class="([^"]*)"', html)
    right = "text-align: right"
    assert first != second
    numbers = [
        [
            at
            for at in (1, 2, 3)
            if right in rule_of(css, f".{name} th:nth-child({at}),\n.{name} td:nth-child({at})")
        ]
        for name in (first, second)
    ]
    assert numbers == [[2], [1]]


def badge(left: int) -> Container:
    """In the middle of the third row."""
    return panel(Box(left, 137, 80, 26), text("Free", left + 24, 138), radius=13)


WIDE = (Column(40, 340, 16, "left"), Column(340, 460, 8, "center"), Column(460, 640, 24, "right"))
SPREAD = table(rows_of(*ROWS, columns=WIDE, titled=True), columns=WIDE)
SCENES = {
    "a header": harbour(),
    "no header": table(rows_of(*ROWS[1:], titled=False), header=False),
    "an empty corner": with_cell(harbour(), 0, 0, None),
    "columns of other widths": SPREAD,
    "a badge at the left": with_cell(harbour(), 2, 2, badge(376)),
    "a badge at the right": with_cell(harbour(), 2, 1, badge(264)),
    "a badge in the middle": with_cell(SPREAD, 2, 1, badge(360)),
    "a title at the other side": with_cell(
        harbour(), 0, 1, cell("Fee", replace(COLUMNS[1], alignment="left"), 40, title=True)
    ),
    "a grid": replace(ruled(harbour()), grid=True),
    "a taller row": table((
        *(tall := harbour()).rows[:3], replace(tall.rows[3], bottom=tall.rows[3].bottom + 1),
    )),
    "a taller header": replace(
        (low := harbour()),
        box=Box(40, 20, 600, 196),
        rows=(replace(low.rows[0], top=20), *low.rows[1:]),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SCENES)
@pytest.mark.asyncio(loop_scope="session")
async def test_a_browser_puts_cells_where_they_were(
    name: str, tmp_path: Path, renderer: Renderer
) -> None:
    made = SCENES[name]
    html, css = files_of(column(made, box=made.box))
    (tmp_path / "index.html").write_text(html)
    (tmp_path / "style.css").write_text(css)
    shot = await renderer.render(tmp_path, RenderRequest(width=1280, height=800))
    rects = {text.text: text.rect for text in shot.texts}
    off = {}
    for row in made.rows:
        for each in (part for cell in row.cells if cell is not None for part in walk(cell)):
            if isinstance(each, Text):
                rect, box = rects[each.paragraph.text], each.box
                middle = (row.top + row.bottom) / 2
                aside = min(abs(rect.x - box.x), abs(rect.x + rect.width - box.right))
                off[each.paragraph.text] = max(aside, abs(rect.y + rect.height / 2 - middle))
    assert {words: gap for words, gap in off.items() if gap > 1.5} == {}
    assert shot.overflow_px == 0


@pytest.mark.asyncio(loop_scope="session")
async def test_on_a_telephone_a_table_scrolls_and_the_page_does_not(
    tmp_path: Path, renderer: Renderer
) -> None:
    html, css = files_of(text("Berths", 40, 0, 24), column(harbour(), text("As of today", 40, 260)))
    (tmp_path / "index.html").write_text(html)
    (tmp_path / "style.css").write_text(css)
    shot = await renderer.render(tmp_path, RenderRequest(width=390, height=800))
    assert shot.overflow_px == 0
    rects = {text.text: text.rect for text in shot.texts}
    last = rects["Fee per day"]
    assert last.x + last.width - rects["Berth"].x > 250  # 160 in a table as narrow as the screen
