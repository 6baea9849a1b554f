"""Lists as HTML: what is written for one, and where a browser puts its items."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.workers.drafting.compose.pieces import PALE, column, panel, text
from tests.workers.drafting.compose.test_html_css import outline, tags
from tests.workers.drafting.compose.test_tables import body_of, files_of, rule_of
from workers.browser.renderer import Renderer
from workers.drafting.compose.roles import is_menu, with_menu
from workers.drafting.page import Container, Crop, Items, Node, Text, walk
from workers.imaging import Box, Colour, bounds
from workers.shot import RenderRequest

LINE: Colour = (226, 230, 236)
GREY: Colour = (110, 118, 130)
BLUE: Colour = (47, 111, 237)
NAMES = ("Maria Lopez", "Jonas Weber", "Priya Nair")
SAID = ("The draft is ready", "Can we move the call?", "Here they are")
TIMES = ("09:41", "08:15", "Yesterday")
LEFT, TOP, WIDTH, HEIGHT = 40, 60, 420, 69


def avatar(y: int, letter: str) -> Container:
    held = text(letter, 0, y + 11, 15, 600)
    x = LEFT + 16 + (44 - held.box.width) // 2
    box = Box(LEFT + 16, y, 44, 44)
    return panel(box, text(letter, x, y + 11, 15, 600), fill=BLUE, radius=22)


def flush_right(words: str, y: int) -> Text:
    wide = text(words, 0, y, 13, colour=GREY).box.width
    return text(words, LEFT + WIDTH - 16 - wide, y, 13, colour=GREY)


def entry(index: int) -> Container:
    y = TOP + HEIGHT * index
    lines = column(
        text(NAMES[index], LEFT + 72, y + 11, 17, 700), text(SAID[index], LEFT + 72, y + 38, 14)
    )
    cells = avatar(y + 12, NAMES[index][0]), lines, flush_right(TIMES[index], y + 14)
    return Container(Box(LEFT, y, WIDTH, HEIGHT), "row", cells)


def listing(*held: Container, last: bool = True, terms: bool = False, gap: int = 0) -> Items:
    ruled = (*(not gap for _ in held[1:]), last and not gap)
    rule = None if gap else LINE
    return Items(bounds(item.box for item in held), held, ruled, rule, 1, terms)


def inbox(*, last: bool = True) -> Items:
    return listing(*(entry(i) for i in range(3)), last=last)


def term(index: int) -> Container:
    y = TOP + 47 * index
    name, value = (
        text(NAMES[index], LEFT, y + 12, 15, colour=GREY),
        flush_right(TIMES[index], y + 14),
    )
    return Container(Box(LEFT, y, WIDTH, 47), "row", (name, value))


def beside(index: int) -> Container:
    """A name, and its value at a place of its own."""
    y = TOP + 40 * index
    return Container(
        Box(LEFT, y, WIDTH, 24),
        "row",
        (text(NAMES[index], LEFT, y, 15, colour=GREY), text(SAID[index], LEFT + 160, y, 15)),
    )


def topic(index: int) -> Container:
    y = TOP + 79 * index
    lines = text(NAMES[index], LEFT, y + 17, 17), text(SAID[index], LEFT, y + 46, 13)
    return Container(Box(LEFT, y, WIDTH, 79), "column", lines)


def test_a_list_has_items_of_one_class() -> None:
    html, _ = files_of(inbox())
    made = tags(html)
    assert (made.count("ul"), made.count("li")) == (1, 3)
    assert len(set(re.findall(r"<li\b[^>]*>", html))) == 1
    outline(html)


def test_names_and_values_are_a_description_list() -> None:
    html, _ = files_of(listing(*(term(i) for i in range(3)), terms=True))
    pairs = "".join(
        f"<div><dt>{name}</dt><dd>{value}</dd></div>"
        for name, value in zip(NAMES, TIMES, strict=True)
    )
    assert f"<dl>{pairs}</dl>" in body_of(html)


def test_a_bold_name_in_an_item_is_no_heading_and_a_large_one_is() -> None:
    body = text("Every boat is counted in the morning, and every berth is lit.", 40, 400)
    assert not re.search(r"<h\d", files_of(inbox(), body)[0])
    large = [
        replace(item, children=(text(NAMES[i], LEFT, item.box.y + 17, 26), *item.children[1:]))
        for i, item in enumerate(map(topic, range(3)))
    ]
    html, _ = files_of(listing(*large), body)
    assert len(re.findall(r"<h\d", html)) == 3


def test_initials_in_a_circle_are_no_button() -> None:
    html, css = files_of(inbox())
    assert "<button" not in html
    assert "50%" in rule_of(css, ".avatar")


def test_a_low_panel_in_an_item_is_a_badge_and_a_higher_one_a_button() -> None:
    def with_panel(height: int) -> str:
        rows = []
        for index in range(3):
            item = topic(index)
            y = item.box.y + 20
            label = text("Open", LEFT + 330, y + height // 2 - 9, 12)
            held = panel(Box(LEFT + 310, y, 40 + label.box.width, height), label)
            first, _ = item.children
            rows.append(replace(item, flow="row", children=(first, held)))
        return files_of(listing(*rows))[0]

    assert "<button" not in with_panel(24)
    assert with_panel(32).count("<button") == 3


def test_lines_are_under_items_or_between_them() -> None:
    line = "solid #e2e6ec"
    _, css = files_of(inbox())
    assert f"border-bottom: 1px {line}" in rule_of(css, "li")
    _, css = files_of(inbox(last=False))
    assert "border" not in rule_of(css, ".page-list-row")
    assert f"border-top: 1px {line}" in rule_of(css, ".page-list-row + .page-list-row")


def test_icons_with_labels_in_a_menus_place_are_its_links() -> None:
    rows = [
        Container(
            Box(16, 100 + 40 * i, 200, 24),
            "row",
            (Crop(Box(16, 100 + 40 * i, 20, 20)), text(words, 50, 100 + 40 * i)),
        )
        for i, words in enumerate(("Routes", "Drivers", "Invoices"))
    ]
    current = panel(Box(8, 54, 220, 36), text("Fleet", 50, 58), fill=PALE)
    found = with_menu(column(current, listing(*rows, gap=16)))
    assert is_menu(found)
    assert len(found.children) == 4


SCENES: dict[str, Items] = {
    "an inbox": inbox(),
    "lines between items": inbox(last=False),
    "names and values": listing(*(term(i) for i in range(3)), terms=True),
    "values at a place of their own": listing(*(beside(i) for i in range(3)), gap=16),
    "topics": listing(*(topic(i) for i in range(3))),
}


@pytest.mark.parametrize("name", SCENES)
@pytest.mark.asyncio(loop_scope="session")
async def test_a_browser_puts_items_where_they_were(
    name: str, tmp_path: Path, renderer: Renderer
) -> None:
    made = SCENES[name]
    html, css = files_of(column(made, box=made.box))
    (tmp_path / "index.html").write_text(html)
    (tmp_path / "style.css").write_text(css)
    shot = await renderer.render(tmp_path, RenderRequest(width=1280, height=800))
    rects = {each.text: each.rect for each in shot.texts}
    off = {}
    for each in texts_of(made):
        rect, box = rects[each.paragraph.text], each.box
        aside = min(abs(rect.x - box.x), abs(rect.x + rect.width - box.right))
        down = abs(rect.y + rect.height / 2 - box.y - box.height / 2)
        off[each.paragraph.text] = max(aside, down)
    assert {words: gap for words, gap in off.items() if gap > 1.5} == {}
    assert shot.overflow_px == 0


def texts_of(node: Node) -> list[Text]:
    return [each for each in walk(node) if isinstance(each, Text)]
