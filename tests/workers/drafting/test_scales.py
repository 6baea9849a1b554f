"""A page is understood alike whatever the density of the screen its picture was taken on."""

import re
from collections.abc import Mapping
from functools import cache

import pytest

from tests.workers.drafting.perceive.typeset import Page, typeset
from workers.drafting.compose import STACKS
from workers.drafting.layout.tree import lay_out
from workers.drafting.page import Container, Crop, Divider, Gradient, Node, Text, walk
from workers.drafting.perceive.fonts.installed import css_stack
from workers.drafting.perceive.pipeline import perceive
from workers.drafting.perceive.shapes.fills import Fill, distance
from workers.imaging import Box, Colour

BOX = 1  # CSS pixels a side may differ
LEVELS = 3  # of a fill, a border, a line
GRADIENT_LEVELS = 8  # of a gradient's ends, which are extrapolated
INK_LEVELS = 48  # of text: at 1x antialiasing dilutes thin strokes
SIZE = 0.5  # CSS pixels a font may differ
TEXT = 2  # CSS pixels a text's box may differ: its width follows its font's size

STYLE = (
    "<style>body{font:16px Inter,sans-serif}"
    "section,table,p,h1,ul,i{position:absolute;margin:0;left:40px}"
)
PAGES = {
    "bordered boxes": "".join(
        f"<section style='top:{20 + 52 * n}px;width:{260 - 8 * n}px;height:40px;"
        f"border:{1 + n % 2}px solid #c4ccda;border-radius:{(0, 6, 12)[n % 3]}px'></section>"
        for n in range(6)
    ),
    "heading and paragraphs": (
        "<h1 style='top:30px;font-size:32px'>Harbour news</h1>"
        "<p style='top:100px;width:420px;line-height:24px'>The ferry leaves from the northern"
        " quay every morning at seven, and comes back with the tide.</p>"
        "<p style='top:190px;width:420px;line-height:24px'>Berths are let by the day. Ask for one"
        " at the office beside the crane before noon.</p>"
    ),
    "table with lines": "<style>td{border-bottom:1px solid #b8c0cc;width:150px;height:39px;"
    "padding:0}</style><table style='top:30px;border-spacing:0'>"
    + "".join(
        f"<tr><td>{name}</td><td>{quay}</td><td>{hour}:00</td></tr>"
        for name, quay, hour in (("Albatross", "North", 11), ("Cormorant", "South", 14))
    )
    + "</table>",
    "cards": (
        "<section style='top:40px;width:300px;height:120px;border-radius:12px;background:#fff;"
        "box-shadow:0 2px 6px rgba(0,0,0,.15)'></section>"
        "<section style='top:200px;width:300px;height:120px;"
        "background:linear-gradient(90deg,#2050d0,#60a0f0)'></section>"
    ),
    "dark page": (
        "<style>body{background:#12161e!important}</style>"
        "<section style='top:40px;width:320px;height:90px;border-radius:8px;background:#222a38'>"
        "</section><h1 style='top:64px;left:64px;font-size:24px;color:#f0f4fa'>Night watch</h1>"
    ),
    "list with bullets": "<style>i{width:6px;height:6px;border-radius:3px;background:#20242c}"
    "p{left:60px!important}</style>"
    + "".join(
        f"<i style='top:{47 + 40 * n}px'></i><p style='top:{40 + 40 * n}px'>{words}</p>"
        for n, words in enumerate(("Glass jars", "Rope and canvas", "Lamp oil"))
    ),
}
SCALES = (1.0, 2.0, 3.0)
LENGTH = re.compile(r"(-?[\d.]+)px")


@cache
def trees(name: str) -> dict[float, Container]:
    """The layout tree of a page at each scale."""
    drawn = typeset(Page(f"{STYLE}</style>{PAGES[name]}", 340, scale) for scale in SCALES)
    return {
        scale: lay_out(perceive(page.image, scale))
        for scale, page in zip(SCALES, drawn, strict=True)
    }


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_one_layout_at_every_scale(name: str) -> None:
    found = trees(name)
    once = list(walk(found[1.0]))
    for scale in SCALES[1:]:
        denser = list(walk(found[scale]))
        assert [kind(node) for node in denser] == [kind(node) for node in once]
        assert [gap for pair in zip(once, denser, strict=True) for gap in differences(*pair)] == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_one_code_at_every_scale(name: str) -> None:
    once, *others = (
        STACKS["html-css"]([tree], css_stack).files for _, tree in sorted(trees(name).items())
    )
    for files in others:
        assert files["index.html"] == once["index.html"]
        assert LENGTH.sub("…px", files["style.css"]) == LENGTH.sub("…px", once["style.css"])
        for length, denser in zip(*map(lengths_of, (once, files)), strict=True):
            assert abs(length - denser) <= BOX


def lengths_of(files: Mapping[str, str]) -> list[float]:
    """CSS pixels."""
    return [float(length) for length in LENGTH.findall(files["style.css"])]


@pytest.mark.parametrize(
    ("name", "sort", "least"),
    [
        ("bordered boxes", Container, 7),
        ("heading and paragraphs", Text, 3),
        ("table with lines", Divider, 2),
        ("list with bullets", Text, 3),
    ],
)
def test_each_page_shows_what_it_is_there_for(name: str, sort: type, least: int) -> None:
    assert sum(isinstance(node, sort) for node in walk(trees(name)[1.0])) >= least


def kind(node: Node) -> tuple[object, ...]:
    if isinstance(node, Container):
        border = node.panel.border.width if node.panel and node.panel.border else 0
        return ("container", node.flow, node.panel is not None, border, node.picture)
    if isinstance(node, Text):
        font = node.paragraph.font
        return ("text", node.paragraph.text, font.family, font.weight, font.italic)
    return ("picture" if isinstance(node, Crop) else "divider",)


def differences(one: Node, other: Node) -> list[str]:
    """What differs by more than its tolerance."""
    found = [] if near(one.box, other.box, TEXT if isinstance(one, Text) else BOX) else ["box"]
    if isinstance(one, Text) and isinstance(other, Text):
        if abs(one.paragraph.font.size - other.paragraph.font.size) > SIZE:
            found.append("size")
        if distance(one.paragraph.colour, other.paragraph.colour) > INK_LEVELS:
            found.append("ink")
    if isinstance(one, Divider) and isinstance(other, Divider):
        found += [] if distance(one.colour, other.colour) <= LEVELS else ["line"]
    if isinstance(one, Container) and isinstance(other, Container):
        found += panel_differences(one, other)
    return [f"{what}: {one} / {other}" for what in found]


def panel_differences(one: Container, other: Container) -> list[str]:
    if one.panel is None or other.panel is None:
        return []
    found = [] if same_fill(one.panel.fill, other.panel.fill) else ["fill"]
    if abs(one.panel.radius - other.panel.radius) > BOX:
        found.append("radius")
    borders = one.panel.border, other.panel.border
    if borders[0] and borders[1] and distance(borders[0].colour, borders[1].colour) > LEVELS:
        found.append("border")
    return found


def same_fill(one: Fill | None, other: Fill | None) -> bool:
    if isinstance(one, Gradient) and isinstance(other, Gradient):
        ends: list[tuple[Colour, Colour]] = [(one.start, other.start), (one.end, other.end)]
        return one.angle == other.angle and all(distance(*e) <= GRADIENT_LEVELS for e in ends)
    if isinstance(one, tuple) and isinstance(other, tuple):
        return distance(one, other) <= LEVELS
    return one is other


def near(one: Box, other: Box, slack: int) -> bool:
    sides = zip(
        (one.x, one.y, one.right, one.bottom),
        (other.x, other.y, other.right, other.bottom),
        strict=True,
    )
    return all(abs(a - b) <= slack for a, b in sides)
