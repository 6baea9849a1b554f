"""The html-css stack: what is written for a layout tree, and where a browser puts it."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.workers.drafting.perceive.kit import perception, styled
from workers.browser.renderer import Renderer
from workers.drafting.compose import STACKS, PageFiles
from workers.drafting.compose.markup import Element, to_html
from workers.drafting.compose.placement import column, px, shorthand
from workers.drafting.compose.stylesheet import Stylesheet
from workers.drafting.layout.tree import lay_out
from workers.drafting.page import Border, Gradient, Panel, Perception, Picture, Rule
from workers.drafting.perceive.fonts.installed import css_stack
from workers.drafting.perceive.pipeline import perceive
from workers.imaging import Box, decode_png
from workers.shot import RenderRequest

WHITE, PALE, DARK, BLUE = (255, 255, 255), (240, 243, 250), (20, 24, 40), (30, 90, 230)


def files_of(found: Perception) -> PageFiles:
    return STACKS["html-css"]([lay_out(found)], css_stack)


def cards() -> Perception:
    """A dark header with a name and a menu, a headline, three equal cards, a button."""
    header = Panel(Box(0, 0, 800, 64), DARK)
    boxes = [Box(40 + 250 * i, 220, 220, 120) for i in range(3)]
    panels = [Panel(box, WHITE, Border(1, (220, 224, 232)), 8) for box in boxes]
    button = Panel(Box(40, 380, 140, 44), BLUE, radius=6)
    runs = [styled("Harbour", 40, 38, 18, WHITE, 700)]
    runs += [
        styled(word, 480 + 90 * i, 38, 14, WHITE)
        for i, word in enumerate(("Ships", "Quays", "Tides"))
    ]
    runs.append(styled("Everything afloat", 40, 150, 40, weight=700))
    for box in boxes:
        runs.append(styled("Berth", box.x + 20, box.y + 45, 20, weight=600))
        runs.append(styled("Free from noon on", box.x + 20, box.y + 80, 14))
    runs.append(styled("Book a berth", 68, 407, 14, WHITE))
    return perception(*runs, panels=(header, *panels, button))


class Outline(HTMLParser):
    """Checks that tags nest, and collects them."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        assert tag != "a" or "a" not in self.open, "a link inside a link"
        if tag not in ("meta", "link", "img", "hr", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def outline(html: str) -> Outline:
    parser = Outline()
    parser.feed(html)
    assert parser.open == []
    return parser


def tags(html: str) -> list[str]:
    return [tag for tag, _ in outline(html).seen]


def test_a_page_has_landmarks_headings_and_a_menu() -> None:
    found = tags(files_of(cards()).files["index.html"])
    assert found.count("h1") == 1
    assert {"header", "nav", "main", "ul"} <= set(found)


def test_equal_cards_share_one_class() -> None:
    seen = outline(files_of(cards()).files["index.html"]).seen
    found = [attributes.get("class") for tag, attributes in seen if tag == "li"]
    classes = [name for name in found if name is not None]
    assert classes == ["stack card"] * 3


def test_a_panel_like_a_button_is_one() -> None:
    html = files_of(cards()).files["index.html"]
    button = r'<button class="[a-z -]*" type="button">Book a berth</button>'
    assert re.search(button, html)


def test_every_class_used_is_declared_and_every_class_declared_is_used() -> None:
    files = files_of(cards()).files
    used = {
        name
        for _, attributes in outline(files["index.html"]).seen
        for name in (attributes.get("class") or "").split()
    }
    declared = set(re.findall(r"^\.([\w-]+) \{", files["style.css"], re.MULTILINE))
    assert declared <= used
    assert used - declared <= {name for name in used if name.startswith("page")}


def test_colours_and_families_are_tokens() -> None:
    css = files_of(cards()).files["style.css"]
    root = css[css.index(":root") : css.index("}")]
    assert "--font: Inter, sans-serif" in root
    assert "--color-text: #1e1e1e" in root
    assert css.count("#1e1e1e") == 1


def test_what_a_person_wrote_is_escaped() -> None:
    html = files_of(perception(styled('<b>&amp; "so"', 20, 40))).files["index.html"]
    assert "&lt;b&gt;&amp;amp;" in html


def test_pictures_become_assets_named_by_what_they_are() -> None:
    found = perception(pictures=(Picture(Box(20, 20, 300, 200)), Picture(Box(20, 300, 24, 24))))
    draft = files_of(found)
    assert [asset.path for asset in draft.assets] == ["assets/picture-1.png", "assets/icon-1.png"]
    assert [asset.box for asset in draft.assets] == [Box(20, 20, 300, 200), Box(20, 300, 24, 24)]


def test_a_gradient_is_written_as_one() -> None:
    fill = Gradient(90.0, DARK, BLUE)
    css = files_of(perception(panels=(Panel(Box(40, 60, 300, 100), fill),))).files["style.css"]
    assert "linear-gradient(90deg, #141828, #1e5ae6)" in css


def test_several_mockups_are_several_pages() -> None:
    tree = lay_out(perception(styled("One", 20, 40)))
    draft = STACKS["html-css"]([tree, tree], css_stack)
    assert set(draft.files) == {"index.html", "style.css", "page-2.html", "page-2.css"}


def test_an_empty_mockup_is_an_empty_page() -> None:
    assert tags(files_of(perception()).files["index.html"])[-1] == "body"


def test_a_blue_word_inside_a_line_is_a_link() -> None:
    start = styled("Read the", 20, 40)
    link = styled("handbook", start.run.ink.right + 5, 40, colour=BLUE)
    html = files_of(perception(start, link)).files["index.html"]
    assert 'Read the <a href="#">handbook</a>' in html


def test_a_bold_word_inside_a_line_is_a_span() -> None:
    start = styled("Read the", 20, 40)
    word = styled("handbook", start.run.ink.right + 5, 40, weight=700)
    files = files_of(perception(start, word)).files
    assert 'Read the <span class="emphasis">handbook</span>' in files["index.html"]
    assert ".emphasis {\n  font-weight: 700;\n}" in files["style.css"]


def test_html_is_indented_by_depth() -> None:
    inner = Element("p", ("text",), (), ("Hello",))
    assert to_html(Element("main", children=(inner,))) == (
        '<main>\n  <p class="text">Hello</p>\n</main>\n'
    )


def test_equal_declarations_share_a_name_and_others_get_a_number() -> None:
    sheet = Stylesheet(800)
    names = [sheet.name("card", (("width", width),)) for width in ("1px", "2px", "1px")]
    assert names == ["card", "card-2", "card"]


@pytest.mark.parametrize(
    ("sides", "short"),
    [
        (["1px", "1px", "1px", "1px"], "1px"),
        (["1px", "2px", "1px", "2px"], "1px 2px"),
        (["1px", "2px", "3px", "2px"], "1px 2px 3px"),
        (["1px", "2px", "3px", "4px"], "1px 2px 3px 4px"),
    ],
)
def test_four_sides_are_written_in_the_fewest_words(sides: list[str], short: str) -> None:
    assert shorthand(sides) == short


def test_a_length_is_written_without_needless_digits() -> None:
    assert [px(length) for length in (0, 1.5, 2)] == ["0", "1.5px", "2px"]


@pytest.mark.asyncio(loop_scope="session")
async def test_a_browser_puts_text_where_the_mockup_has_it(
    tmp_path: Path, renderer: Renderer
) -> None:
    found = cards()
    for path, content in files_of(found).files.items():
        (tmp_path / path).write_text(content)
    shot = await renderer.render(tmp_path, RenderRequest(width=800, height=600))
    assert shot.overflow_px == 0
    placed = {(text.text, round(text.rect.x / 25)): text for text in shot.texts}
    for run in found.runs:
        seen = placed[run.run.text, round(run.origin_x / 25)]
        assert abs(seen.rect.x - run.origin_x) <= 1.5
        assert seen.rect.y < run.baseline < seen.rect.y + seen.rect.height


@pytest.mark.asyncio(loop_scope="session")
async def test_a_page_fits_a_telephone(tmp_path: Path, renderer: Renderer) -> None:
    rule = (Rule(Box(40, 500, 720, 1), DARK),)
    found = cards()
    wide = perception(*found.runs, panels=found.panels, rules=rule)
    for path, content in files_of(wide).files.items():
        (tmp_path / path).write_text(content)
    shot = await renderer.render(tmp_path, RenderRequest(width=390, height=800))
    assert shot.overflow_px == 0


@pytest.mark.asyncio(loop_scope="session")
async def test_a_shadow_that_a_browser_draws_is_written_again(
    tmp_path: Path, renderer: Renderer
) -> None:
    said = "box-shadow: 0 4px 12px rgb(20 24 40 / 30%)"
    boxes = "".join(
        f"<div style='position:absolute;left:{x}px;top:{y}px;width:280px;height:120px;"
        f"background:{ground};border-radius:8px;{look}'></div>"
        for x, y, ground, look in (
            (60, 80, "#fff", said), (440, 80, "#fff", said), (60, 320, "#14283c", ""),
            (440, 320, "#14283c", ""),
        )
    )  # fmt: skip
    (tmp_path / "index.html").write_text(f"<!doctype html><body bgcolor='#f0f3fa'>{boxes}")
    shot = await renderer.render(tmp_path, RenderRequest(width=800, height=600))
    css = files_of(perceive(decode_png(shot.png), 1)).files["style.css"]
    (shadow,) = set(re.findall(r"box-shadow: 0 (\d+)px (\d+)px rgb\(.* / (\d+)%\);", css))
    down, blur, share = map(int, shadow)
    assert abs(down - 4) <= 1 and abs(blur - 12) <= 2 and abs(share - 28) <= 4


def test_of_a_line_only_what_is_in_the_colour_of_links_is_one() -> None:
    """Though it is the longer part of it, and gives the line its colour."""
    prices = styled("Prices without tax.", 40, 100, 14, (107, 114, 128))
    compare = styled("Compare all features", prices.run.ink.right + 5, 100, 14, BLUE)
    body = [styled("Every berth is lit at night.", 40, 160 + 30 * i, 14) for i in range(4)]
    html = files_of(perception(prices, compare, *body)).files["index.html"]
    assert re.search(r"<span[^>]*>Prices without tax\.</span> <a href=\"#\"[^>]*>Compare all", html)


def test_a_menu_is_one_though_its_current_entry_stands_on_a_panel() -> None:
    words = ("Overview", "Arrivals", "Berths", "Invoices")
    runs = [styled(word, 30, 100 + 42 * i, 14, WHITE) for i, word in enumerate(words)]
    runs.append(styled("Harbour", 30, 40, 20, WHITE, 700))
    side = Panel(Box(0, 0, 220, 600), DARK)
    current = Panel(Box(16, 80, 188, 32), BLUE, radius=8)
    html = files_of(perception(*runs, panels=(side, current))).files["index.html"]
    assert tags(html).count("nav") == 1
    assert tags(html).count("a") == 4


def test_a_large_figure_is_no_heading() -> None:
    title, figure = styled("Overview", 20, 40, 24), styled("€48,210", 20, 100, 32)
    words = styled("Revenue of the last seven days", 20, 140)
    html = files_of(perception(title, figure, words)).files["index.html"]
    assert re.search(r"<h1[^>]*>Overview</h1>", html)
    assert re.search(r'<p class="page-value">€48,210</p>', html)


def test_a_page_drawn_for_a_telephone_wraps_only_below_its_own_width() -> None:
    css = files_of(perception(styled("Near you", 20, 40), size=(390, 600))).files["style.css"]
    assert "(min-width: 390px)" in css
    assert "(max-width: 389px)" in css


def test_gaps_that_would_add_up_to_a_drift_are_written_one_by_one() -> None:
    boxes = [Box(0, y, 100, 20) for y in (0, 20, 40, 63, 86)]
    placed = column(Box(0, 0, 100, 106), boxes, padded=False)
    assert "gap" not in dict(placed.container)
    tops = [dict(child).get("margin-top") for child in placed.children]
    assert tops == [None, None, None, "3px", "3px"]
