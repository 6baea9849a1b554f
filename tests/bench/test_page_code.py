"""The facts of a page's code as a browser tells them, the numbers made of them, and the command."""

import asyncio
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.code_facts import Element, Facts, Rule, facts_of, grave_findings
from bench.code_numbers import (
    absolute_share,
    class_numbers,
    css_lines,
    declarations_of,
    html_lines,
    length_numbers,
    line_numbers,
    phone_numbers,
    resolved,
    tree_numbers,
)
from bench.code_results import pooled_roles, report, role_numbers, worst
from bench.code_roles import Counts, has_role, overlap, role_counts
from bench.evaluate import Result
from bench.page_code import main
from tests.bench.pictures import picture
from workers.browser.chromium import start
from workers.browser.find import find_browser
from workers.browser.isolation import probe

STYLE = """:root { --gap: 1rem }
* { margin: 0 }
body { font: 16px/1.5 Inter, sans-serif; width: 600px }
.row, .row-2 { display: flex; gap: var(--gap); padding: 8px 16px }
.row a:hover { color: red }
.gone { display: none }
@media (max-width: 500px) { .row { padding: 4px } }"""
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Tide</title>
<link rel="stylesheet" href="style.css"></head><body>
<nav class="row"><a href="#">Boats</a> and <a href="#">Crews</a></nav>
<h1 style="width: 500px">Tide   tables</h1>
<input type="hidden" value="x"><input placeholder="A long word that no field of this width shows"
 style="width: 60px"><p class="gone">Nobody</p>
<div style="width: 50px; overflow: hidden; white-space: nowrap"><button>Much too long</button></div>
<svg width="10" height="10"><g><path d="M0 0h9v9z"/></g></svg>
</body></html>"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    (folder / "style.css").write_text(STYLE)
    (folder / "index.html").write_text(PAGE)
    return folder / "index.html"


@pytest.fixture(scope="module")
def facts(page: Path) -> Facts:
    facts, _ = read(page)
    return facts


def read(page: Path) -> tuple[Facts, int]:
    async def in_browser() -> tuple[Facts, int]:
        chromium = await start(find_browser(), await asyncio.to_thread(probe))
        try:
            return (
                await facts_of(chromium.browser, page, 600, 300),
                await grave_findings(chromium.browser, page, 600, 300),
            )
        finally:
            await chromium.close()

    return asyncio.run(in_browser())


def of_tag(facts: Facts, tag: str) -> list[Element]:
    return [one for one in facts.elements if one.tag == tag]


def test_a_browser_tells_the_elements(facts: Facts) -> None:
    body, nav = facts.elements[:2]
    boats, crews = of_tag(facts, "a")
    [heading] = of_tag(facts, "h1")

    assert (body.tag, body.parent, nav.tag, nav.parent) == ("body", -1, "nav", 0)
    assert (nav.classes, nav.texts, nav.box) == (("row",), 1, (0, 0, 600, 40))
    assert (boats.text, boats.link, boats.parent, boats.texts) == ("Boats", True, 1, 1)
    assert crews.box[0] > boats.box[0] + boats.box[2]
    assert (heading.text, heading.size, heading.box[2]) == ("Tide tables", 32, 500)
    assert 100 < heading.words[2] < 300
    assert [one.drawing for one in facts.elements[-3:]] == [False, True, True]  # svg, g, path


def test_a_browser_tells_what_is_seen_and_what_is_cut(facts: Facts) -> None:
    hidden, field = of_tag(facts, "input")

    assert [hidden.visible, field.visible, of_tag(facts, "p")[0].visible] == [False, True, False]
    assert field.cut
    assert field.text.startswith("A long word")
    assert of_tag(facts, "button")[0].cut
    assert not any(one.cut for one in of_tag(facts, "a"))


def test_a_browser_tells_the_rules(facts: Facts) -> None:
    rules = {rule.selector: rule for rule in facts.rules if rule.selector and not rule.media}

    assert rules[".row, .row-2"].css == "display: flex; gap: var(--gap); padding: 8px 16px;"
    assert (rules[".row a:hover"].matches, rules[".row a:hover"].tags) == (2, ("a",))
    assert [rule.selector for rule in facts.rules if rule.media] == [".row"]
    assert facts.groups == 1
    assert [rule.tags for rule in facts.rules if not rule.selector] == [
        ("h1",),
        ("input",),
        ("div",),
    ]


def test_axe_counts_what_is_grave(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(
        '<!doctype html><html lang="en"><title>Form</title><input><input><p>No landmark</p></html>'
    )

    _, grave = read(tmp_path / "index.html")

    assert grave == 2  # a field without a label is critical; text outside of landmarks is moderate


def test_declarations_end_at_semicolons_outside_of_quotes_and_brackets() -> None:
    rule = Rule(
        selector="a",
        css='background: url("data:image/png;base64,AA="); content: ";"; width: calc(1px + (2px));',
    )

    assert [name for name, _ in declarations_of(rule)] == ["background", "content", "width"]


def test_custom_properties_are_put_in_and_a_cycle_ends() -> None:
    variables = {"--a": "var(--b)", "--b": "4px", "--c": "var(--c)"}

    assert resolved("var(--a) 2px", variables) == "4px 2px"
    assert resolved("var(--none, 3px)", variables) == "3px"
    assert "var" in resolved("var(--c)", variables)


def test_classes_are_those_of_the_css() -> None:
    facts = Facts(
        elements=(
            Element(tag="p", parent=-1, classes=("card", "other")),
            Element(tag="p", parent=-1, classes=("card", "card-2")),
        ),
        rules=(Rule(selector=".card > p, .card-2:hover", css=""), Rule(selector=".gone", css="")),
    )

    found = class_numbers(facts)

    assert found["classes"] == 3
    assert found["numbered"] == pytest.approx(1 / 3)
    assert found["used_once"] == pytest.approx(1 / 3)


def test_lines_of_html_are_those_of_a_printer() -> None:
    elements = (
        Element(tag="body", parent=-1),  # two lines
        Element(tag="p", parent=0, texts=1),  # one
        Element(tag="p", parent=0, texts=2),  # two, and two for its texts
        Element(tag="b", parent=2, texts=1),  # one
        Element(tag="svg", parent=0),  # one
        Element(tag="path", parent=4, drawing=True),
        Element(tag="div", parent=0, visible=False),  # two
        Element(tag="i", parent=6, visible=False, texts=1),  # one
        Element(tag="p", parent=0, texts=2),  # four: a comment parts its texts
    )

    assert html_lines(elements) == 16
    assert html_lines(elements, seen_only=True) == 13


def test_lines_are_set_beside_the_visible_part_of_the_reference() -> None:
    body = (Element(tag="body", parent=-1),)
    shown = Rule(selector="p", css="color: red; top: 0px;")
    unused = Rule(selector=".x", css="color: red;", matches=0)

    assert css_lines([shown, unused, Rule(selector="", css="color: red;")], 1) == 9
    found = line_numbers(
        Facts(elements=body, rules=(shown, unused)), Facts(elements=body, rules=(shown, unused))
    )
    assert found["css_per_html"] == 7
    assert found["lines_per_reference"] == pytest.approx(8 / 5)
    assert "lines_per_reference" not in line_numbers(Facts(elements=body), None)


def test_lengths_are_distinct_after_they_are_resolved() -> None:
    facts = Facts(
        elements=(
            Element(tag="p", parent=-1, texts=1, size=17.6),
            Element(tag="p", parent=-1, texts=1, size=18),
            Element(tag="p", parent=-1, texts=1, size=18),
            Element(tag="p", parent=-1, texts=1, size=11.5, visible=False),
        ),
        rules=(
            Rule(selector=":root", css="--gap: 1rem;"),
            Rule(selector="a", css="padding: 0px 16px; gap: var(--gap); margin: 0px auto;"),
            Rule(selector="b", css="margin-top: -8px; left: calc(50% - 8px); border: 3px solid;"),
            Rule(selector="c", css="width: 60px;", tags=("div",)),
            Rule(selector="d", css="width: 4rem;", tags=("div", "img")),
            Rule(selector="e", css="width: 48px;", tags=("div",)),
            Rule(selector="f", css="width: 60px;", tags=("img",)),
            Rule(selector="g", css="width: 60px; max-width: 90px;", tags=("div",), media=True),
        ),
    )

    assert length_numbers(facts) == {
        "distances": 3,  # 16 px, 8 px, calc()
        "font_sizes": 2,
        "broken_sizes": 1,
        "fixed_widths": 2,
        "margins": 1,
    }


def test_subtrees_count_once_and_in_their_order() -> None:
    def tree(*children: str) -> Facts:
        body = Element(tag="body", parent=-1)
        lists = [Element(tag="ul", parent=0), Element(tag="ul", parent=0)]
        items = [Element(tag=child, parent=parent) for parent in (1, 2) for child in children]
        return Facts(elements=(body, *lists, *items))

    assert tree_numbers(tree("li", "hr"), tree("li", "hr"))["tree_bleu"] == 1
    other = tree_numbers(tree("hr", "li"), tree("li", "hr"))
    assert other == {"tree_bleu": 0.5, "tree_precision": 0.5}
    assert tree_numbers(Facts(elements=(Element(tag="body", parent=-1),)), tree())["tree_bleu"] == 0


def test_a_phone_has_controls_to_touch_and_texts_to_read() -> None:
    facts = Facts(
        elements=(
            Element(tag="a", parent=-1, box=(0, 0, 20, 20), inline=True, texts=1, size=11),
            Element(tag="a", parent=-1, box=(0, 0, 20, 20)),
            Element(tag="button", parent=-1, box=(0, 0, 60, 20), cut=True, absolute=True),
            Element(tag="input", parent=-1, box=(0, 0, 13, 13), visible=False),
        )
    )

    assert phone_numbers(facts) == {"cut_controls": 1, "small_controls": 1, "small_texts": 1}
    assert absolute_share(facts) == 0.25


@pytest.mark.parametrize(
    ("element", "role"),
    [
        (Element(tag="input", parent=-1, type="checkbox"), "field"),
        (Element(tag="input", parent=-1, type="submit"), "button"),
        (Element(tag="div", parent=-1, role="button"), "button"),
        (Element(tag="input", parent=-1, type="hidden"), None),
        (Element(tag="a", parent=-1), "link"),
        (Element(tag="h6", parent=-1), "heading"),
        (Element(tag="nav", parent=-1), "nav"),
    ],
)
def test_roles_are_those_of_tags(element: Element, role: str | None) -> None:
    roles = ("field", "table", "link", "item", "heading", "button", "nav")

    assert [one for one in roles if has_role(one, element)] == ([role] if role else [])


def test_a_role_is_found_by_its_place_or_by_what_it_says_close_by() -> None:
    def heading(left: float, text: str = "", *, visible: bool = True) -> Element:
        box = (left, 0.0, 10.0, 10.0)
        return Element(tag="h2", parent=-1, box=box, words=box, text=text, visible=visible)

    reference = Facts(elements=(heading(0), heading(100, "Tide"), heading(300, "Wind")))
    drafted = Facts(
        elements=(
            heading(4),  # overlaps by 6 of 14
            heading(3),  # and so does this: no more than one is found
            heading(139, "Tide"),
            heading(341, "Wind"),  # too far
            heading(300, "Wind", visible=False),
        )
    )

    assert role_counts(reference, drafted)["heading"] == Counts(3, 4, 2)
    assert role_counts(drafted, reference)["heading"] == Counts(4, 3, 2)
    assert overlap((0, 0, 10, 10), (5, 0, 10, 10)) == pytest.approx(1 / 3)
    assert overlap((0, 0, 10, 10), (10, 0, 10, 10)) == 0


def test_a_link_of_the_draft_leads_somewhere() -> None:
    bare = Facts(elements=(Element(tag="a", parent=-1, box=(0, 0, 9, 9)),))
    leading = Facts(elements=(Element(tag="a", parent=-1, box=(0, 0, 9, 9), link=True),))

    assert role_counts(bare, leading)["link"] == Counts(1, 1, 1)
    assert role_counts(bare, bare)["link"] == Counts(1, 0, 0)


def test_roles_are_pooled_over_pages_and_the_worst_are_named() -> None:
    none = dict.fromkeys(("field", "table", "link", "item", "button", "nav"), Counts(0, 0, 0))
    pages = [
        Result(
            "one", {"product": 0.9, "axe": 3, **role_numbers({**none, "heading": Counts(1, 1, 1)})}
        ),
        Result(
            "two", {"product": 0.8, "axe": 1, **role_numbers({**none, "heading": Counts(3, 0, 0)})}
        ),
        Result("three", failure="no_page: nothing came of it"),
    ]

    heading = pooled_roles(pages)["heading"]

    assert (heading.recall, heading.precision) == (0.25, 1)
    assert pooled_roles(pages)["nav"].recall is None
    assert [one.name for one in worst(pages, "product")] == ["two", "one"]
    assert [one.name for one in worst(pages, "axe")] == ["one", "two"]
    assert "FAILED: no_page" in report(pages)


@pytest.fixture
def corpus(page: Path, tmp_path: Path) -> Iterator[Path]:
    """The page above, with its picture."""
    folder = tmp_path / "corpus"
    shutil.copytree(page.parent, folder)
    (folder / "index.html").rename(folder / "tide.html")
    picture(folder / "tide.html")
    yield folder


def test_a_page_set_beside_itself_has_all_of_it(corpus: Path, page: Path, tmp_path: Path) -> None:
    shutil.copytree(page.parent, tmp_path / "made" / "tide")

    code = main([str(corpus), "--made", str(tmp_path / "made"), "--out", str(tmp_path / "out")])

    found = json.loads((tmp_path / "out" / "code.json").read_text())
    [tide] = found["pages"]
    assert code == 0
    assert (tmp_path / "out" / "sheet.png").exists()
    for name in ("tree_bleu", "tree_precision", "role_recall", "role_precision", "ssim_390"):
        assert tide[name] == pytest.approx(1), name
    assert tide["overflow_390"] == 210  # the body is 600 px wide
    assert "overflow_768" not in tide
    assert (tide["classes"], tide["numbered"]) == (3, pytest.approx(1 / 3))
    assert found["roles"]["link"] == {
        "reference": 2, "drafted": 2, "found": 2, "recall": 1, "precision": 1,
    }  # fmt: skip
    assert found["worst"]["product"] == ["tide"]
