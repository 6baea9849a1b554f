"""The other stacks say what html-css says: to the pixel, in code of their own kind."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.workers.drafting.perceive.thresholds import off_by_two, varied
from webapp.studio.tailwind import Theme, utilities
from workers.browser.renderer import Renderer
from workers.building import Builder
from workers.drafting.compose import STACKS
from workers.drafting.compose.components import (
    COMPONENTS,
    ComponentThresholds,
    Each,
    Use,
    componentise,
)
from workers.drafting.compose.html_css import write_pages
from workers.drafting.compose.markup import Element
from workers.drafting.compose.react import _module
from workers.drafting.layout.tree import lay_out
from workers.drafting.page import Container
from workers.drafting.perceive.fonts.installed import css_stack
from workers.drafting.perceive.pipeline import perceive
from workers.imaging import decode_png, read_image
from workers.shot import RenderRequest

PAGES = Path(__file__).parents[3] / "data" / "pages"
SAME = 0.002  # share of pixels that may differ: a rounding of a length that is no whole pixel


@pytest.fixture(scope="module", params=["pricing", "login"])
def tree(request: pytest.FixtureRequest) -> Container:
    return lay_out(perceive(read_image(PAGES / f"{request.param}.png"), 1.0), {})


async def drawn(files: dict[str, bytes], folder: Path, renderer: Renderer) -> np.ndarray:
    for path, data in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    shot = await renderer.render(folder, RenderRequest(1280, 800, full_page=False))
    assert shot.console_errors == ()
    return decode_png(shot.png)


@pytest.mark.asyncio(loop_scope="session")
async def test_every_stack_draws_the_same_page(
    tree: Container, renderer: Renderer, tmp_path: Path
) -> None:
    plain = {p: t.encode() for p, t in STACKS["html-css"]([tree], css_stack).files.items()}
    wanted = await drawn(plain, tmp_path / "html-css", renderer)
    for name in ("html-tailwind", "react", "vue"):
        written = STACKS[name]([tree], css_stack)
        sources = {path: text.encode() for path, text in written.files.items()}
        site = await Builder(renderer).build(sources)
        found = await drawn(site, tmp_path / name, renderer)
        apart = np.abs(found.astype(int) - wanted).max(axis=2) > 8
        assert apart.mean() < SAME, f"{name}: {apart.mean():.2%} of the pixels differ"


def test_a_project_is_one_its_own_tool_knows(tree: Container) -> None:
    for name, main in (("react", "main.tsx"), ("vue", "main.ts"), ("html-tailwind", "style.css")):
        files = STACKS[name]([tree], css_stack).files
        package = json.loads(files["package.json"])
        assert package["scripts"]["build"].endswith("vite build")
        assert re.fullmatch(r"[a-z0-9-]+", package["name"])
        assert f"src/{main}" in files and f"/src/{main}" in files["index.html"]
        assert files["README.md"].startswith("# ") and "{title}" not in files["README.md"]
        assert (
            'base: "./"' in files["vite.config.ts"] and "// inputs" not in files["vite.config.ts"]
        )


def test_several_mockups_are_inputs_of_one_project(tree: Container) -> None:
    for name in ("html-tailwind", "react", "vue"):
        files = STACKS[name]([tree, tree], css_stack).files
        assert 'input: ["index.html", "page-2.html"]' in files["vite.config.ts"]
        assert "page-2.html" in files


def test_no_stack_writes_inline_styles(tree: Container) -> None:
    for name in ("html-tailwind", "react", "vue"):
        for path, text in STACKS[name]([tree], css_stack).files.items():
            assert " style=" not in text, path


# components


def card(title: str, text: str, look: str = "card", **attributes: str) -> Element:
    inner = (
        Element("h3", ("card-title",), (), (title,)),
        Element("p", ("card-text",), (), (text,)),
        Element("a", (), (("href", "#"), *attributes.items()), ("More",)),
    )
    return Element("li", (look,), (), inner)


def body(*children: Element) -> Element:
    return Element("body", children=(Element("main", ("page",), (), children),))


def test_what_repeats_is_one_component_with_its_data() -> None:
    cards = Element("ul", ("cards",), (), (card("Tide", "High at six"), card("Wind", "West")))
    tree = componentise(body(cards))
    (component,) = tree.components
    assert (component.name, component.fields) == ("Card", ("title", "text"))
    code = _module(component, "./", "../")
    assert "export function Card({ title, text }: CardProps)" in code
    assert '<h3 className="card-title">{title}</h3>' in code
    assert '<a href="#">More</a>' in code


def test_texts_that_code_could_be_taken_for_stay_texts() -> None:
    odd = 'a < b && {c} "quoted" — 50 %'
    items = tuple(Element("p", ("note",), (), (one,)) for one in (odd, " padded ", "two\nlines"))
    tree = componentise(body(*items))
    code = _module(
        replace(COMPONENT, root=replace(COMPONENT.root, children=tree.children)), "./", "./"
    )
    assert '{"a < b && {c} \\"quoted\\" — 50 %"}' in code
    assert '{" padded "}' in code
    assert "two<br />lines" in code


def test_a_row_of_links_is_named_after_where_it_is() -> None:
    links = tuple(
        Element("li", (), (), (Element("a", (), (("href", "#"),), (word,)),))
        for word in ("Boats", "Berths", "Tides")
    )
    header = Element(
        "header", ("site-header",), (), (Element("ul", ("site-header-list",), (), links),)
    )
    tree = componentise(Element("body", children=(header,)))
    assert [one.name for one in tree.components] == ["SiteHeader", "SiteHeaderItem"]
    assert tree.children == (Use("SiteHeader"),)
    (each,) = [one for one in _walk(tree.components[0].root.children) if isinstance(one, Each)]
    assert (each.key, each.rows[1]) == ("label", {"label": "Berths"})


def _walk(children: Sequence[object]) -> list[object]:
    found: list[object] = []
    for child in children:
        found += [child, *_walk(getattr(child, "children", ()))]
    return found


COMPONENT = componentise(
    Element("body", children=(Element("section", ("part",), (), (card("a", "b"), card("c", "d"))),))
).components[0]


def grouped(thresholds: ComponentThresholds = COMPONENTS) -> dict[str, int]:
    """How many components become of elements that are large, many, and apart in their looks."""
    words = [Element("p", (f"line-{n % 2}" if n else "line",), (), (str(n),)) for n in range(6)]
    nested = Element(
        "p", ("deep",), (), (Element("b", (), (), ("x",)), Element("i", (), (), ("y",)))
    )
    found: dict[str, int] = {}
    for count in range(1, 7):
        small = [Element("p", ("line",), (), (str(n),)) for n in range(count)]
        found[f"{count} alike"] = len(componentise(body(*small), thresholds).components)
    for size in range(1, 9):
        inner = tuple(Element("i", (), (), (str(n),)) for n in range(size - 1))
        two = [Element("p", ("line",), (), inner), Element("p", ("line",), (), inner)]
        found[f"two of {size}"] = len(componentise(body(*two), thresholds).components)
        part = Element("section", ("part",), (), inner)
        tree = componentise(Element("body", children=(part,)), replace(thresholds, repeats=99))
        found[f"part of {size}"] = len(tree.components)
    for apart in range(1, 5):
        one = [
            Element(
                "li",
                (),
                (),
                tuple(
                    Element("p", (f"a{n if at < apart else 0}",), (), (f"{n}{at}",))
                    for at in range(5)
                ),
            )
            for n in range(2)
        ]
        found[f"{apart} looks"] = len(componentise(body(*one), thresholds).components)
    assert words and nested
    return found


@off_by_two(COMPONENTS)
def test_each_threshold_of_components_off_by_two_makes_others(name: str, factor: float) -> None:
    assert grouped(varied(COMPONENTS, name, factor)) != grouped()


# utilities

THEME = Theme(
    {"var(--color-ink)": "ink"}, {"var(--font-text)": "text"}, {"15px": "base"}, {"8px": "sm"}
)


@pytest.mark.parametrize(
    ("declared", "written"),
    [
        ("width: 15px", "w-3.75"),
        ("width: 14.5px", "w-[14.5px]"),
        ("width: 100%", "w-full"),
        ("margin-top: -8px", "-mt-2"),
        ("padding: 4px 8px", "pt-1 pr-2 pb-1 pl-2"),
        ("padding: 4px; padding-left: 8px", "pt-1 pr-1 pb-1 pl-2"),
        ("line-height: 18px", "leading-4.5"),
        ("line-height: 0", "leading-[0]"),
        ("color: var(--color-ink)", "text-ink"),
        ("color: #102030", "text-[#102030]"),
        ("background: var(--color-ink)", "bg-ink"),
        (
            "background: url(/assets/a_b.png) center / 100% 100%",
            "[background:url(/assets/a\\_b.png)_center_/_100%_100%]",
        ),
        ("border: 1px solid var(--color-ink)", "border border-ink"),
        ("border-top: 2px solid #fff", "border-t-2 border-t-[#fff]"),
        ("font-size: 15px", "text-base"),
        ("font-weight: 650", "font-[650]"),
        ("border-radius: 8px", "rounded-sm"),
        ("border-radius: 50%", "rounded-full"),
        (
            "box-shadow: 0 2px 6px rgb(0 5 25 / 14%)",
            "shadow-[0_2px_6px_rgb(0_5_25_/_14%)]",
        ),
        ("translate: 1px 0", "[translate:1px_0]"),
    ],
)
def test_a_declaration_is_a_utility(declared: str, written: str) -> None:
    pairs = [one.split(": ", 1) for one in declared.split("; ")]
    assert " ".join(utilities(tuple((name, value) for name, value in pairs), THEME)) == written


def test_utilities_say_what_the_later_class_says(tree: Container) -> None:
    (page,) = write_pages([tree], css_stack)
    html = STACKS["html-tailwind"]([tree], css_stack).files["index.html"]
    for classes in re.findall(r'class="([^"]*)"', html):
        plain = [one for one in classes.split() if ":" not in one]
        for prefix in ("w-", "gap-", "pt-", "leading-"):
            assert sum(one.startswith(prefix) for one in plain) <= 1, classes
    assert page.body.tag == "body"


def table(headings: Sequence[str], *rows: Sequence[str]) -> Element:
    def row(tag: str, words: Sequence[str]) -> Element:
        return Element("tr", children=tuple(Element(tag, children=(each,)) for each in words))

    head = Element("thead", children=(row("th", headings),))
    return Element(
        "table",
        ("berths",),
        (),
        (head, Element("tbody", children=tuple(row("td", r) for r in rows))),
    )


def fields_of(element: Element) -> tuple[str, ...]:
    (component,) = componentise(body(element)).components
    return component.fields


def test_what_is_in_a_row_is_called_as_its_column() -> None:
    rows = [("Petrel", f"Quay {at}", f"1{at}:00") for at in range(3)]
    assert fields_of(table(("Vessel", "From", "Due at"), *rows)) == ("from", "due")
    assert componentise(body(table(("Vessel", "From", "Due at"), *rows))).components[0].name == (
        "BerthsRow"
    )


@pytest.mark.parametrize("heading", ["Class", "Case", "Package", "Return", "New"])
def test_a_column_called_as_a_word_of_the_language_is_a_name_still(heading: str) -> None:
    rows = [(f"Petrel {at}", f"Quay {at}") for at in range(3)]
    assert fields_of(table(("Vessel", heading), *rows)) == ("vessel", f"{heading.lower()}Text")


@pytest.mark.parametrize("heading", ["#", "2026", ""])
def test_a_column_without_a_word_holds_texts(heading: str) -> None:
    rows = [(f"Petrel {at}", f"Quay {at}") for at in range(3)]
    assert fields_of(table(("Vessel", heading), *rows)) == ("vessel", "text")


def test_how_words_look_names_neither_components_nor_fields() -> None:
    items = [Element("li", ("text-small-muted",), (), (day,)) for day in ("Mon", "Tue", "Wed")]
    nav = Element("nav", children=(Element("ul", ("row",), (), tuple(items)),))
    found = {each.name: each.fields for each in componentise(body(nav)).components}
    assert found["NavItem"] == ("text",)
    cards = [
        Element("li", ("card",), (), (Element("p", ("text-muted",), (), (day,)), "Berths", *"ab"))
        for day in ("Mon", "Tue", "Wed")
    ]
    assert fields_of(Element("ul", children=tuple(cards))) == ("label",)
