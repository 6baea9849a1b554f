"""Where the inspector writes a change: `tests/data/commands/inspector.diff`, read by eye.

UPDATE_SNAPSHOTS=1 writes it anew.
"""

import os
from pathlib import Path

import pytest

from tests.webapp.studio.changed_lines import changed_lines
from webapp.studio.commands import CommandRefused
from webapp.studio.inspector import (
    ElementChange,
    ElementUnknown,
    Scope,
    change_element,
    describe,
    inspect_element,
)

FOLDER = Path(__file__).parents[3] / "data" / "commands"
FILES = {name: (FOLDER / name).read_text() for name in ("index.html", "style.css")}
RECORDED = FOLDER / "inspector.diff"
MOST_LINES = 3  # that one property changes in files, where no class has to be made
FIRST, SECOND = "li.card:nth-of-type(1)", "li.card:nth-of-type(2)"
BUTTON, CHOOSE = ".button", f"{FIRST} .choose"

# each is an element, a property of it, and what that becomes
SHARED = [
    ("h1", "font-size", "56px"),
    ("h1", "font-weight", "600"),
    ("h1", "color", "var(--brand)"),
    ("h1", "letter-spacing", "-0.02em"),
    ("h1", "line-height", ""),
    (f"{FIRST} h2", "font-size", "1.375rem"),
    (f"{FIRST} h2", "margin", "0 0 8px"),
    (FIRST, "padding", "16px"),
    (FIRST, "width", "320px"),
    (FIRST, "border-radius", "0"),
    (FIRST, "box-shadow", "0 4px 12px rgb(0 0 0 / 15%)"),
    (FIRST, "border", "1px dashed #ccc"),
    (SECOND, "border", "3px solid var(--brand)"),
    (SECOND, "border-color", "#000000"),
    (SECOND, "background", "#fffaf0"),
    (SECOND, "padding-top", "40px"),
    (BUTTON, "background", "var(--success)"),
    (BUTTON, "color", "#111111"),
    (BUTTON, "padding", "14px 24px"),
    (BUTTON, "font-weight", "700"),
    (CHOOSE, "border", ""),
    (CHOOSE, "text-transform", "uppercase"),
    ("hr", "height", "2px"),
    ("footer", "color", "#ffffff"),
    ("footer", "text-align", "center"),
    ("footer", "padding", "32px"),
    (".plans", "gap", "24px"),
    (".plans", "display", "grid"),
    ("body", "font-size", "17px"),
    ("body", "background", "linear-gradient(#fff, #eee)"),
    ("body", "color", "oklch(30% 0.02 60)"),
]
ALONE = [
    (FIRST, "padding", "16px"),
    (SECOND, "border", "3px solid red"),
    (f"{FIRST} h2", "font-size", "22px"),
    (BUTTON, "background", "#000000"),
    ("h1", "font-size", "56px"),
    (".lead", "font-size", "18px"),
]


def changed(selector: str, name: str, value: str, scope: Scope = "rule") -> dict[str, str]:
    asked = ElementChange("index.html", selector, scope, properties={name: value})
    return change_element(FILES, asked)


def outcome(selector: str, name: str, value: str, scope: Scope) -> str:
    lines = changed_lines(FILES, changed(selector, name, value, scope))
    return f"> [{selector}] {name}: {value} ({scope})\n{lines}"


def test_a_change_is_written_where_it_was_read_by_eye() -> None:
    blocks = [outcome(*one, "rule") for one in SHARED] + [outcome(*one, "element") for one in ALONE]
    now = "\n\n".join(blocks) + "\n"
    if "UPDATE_SNAPSHOTS" in os.environ:
        RECORDED.write_text(now)
    assert now == RECORDED.read_text()


@pytest.mark.parametrize(("selector", "name", "value"), SHARED)
def test_a_rule_changes_by_few_lines_and_holds(selector: str, name: str, value: str) -> None:
    after = changed(selector, name, value)
    lines = changed_lines(FILES, after).splitlines()
    assert sum(line[0] in "+-" for line in lines) <= MOST_LINES
    assert set(after) == {"style.css"}
    found = inspect_element(FILES | after, (), "index.html", selector)
    assert {one.name: one.value for one in found.properties}.get(name, value) == value


@pytest.mark.parametrize(("selector", "name", "value"), ALONE)
def test_one_alone_changes_and_no_other(selector: str, name: str, value: str) -> None:
    after = FILES | changed(selector, name, value, "element")
    for other in (FIRST, SECOND, f"{FIRST} h2", f"{SECOND} h2", BUTTON, ".submit", "h1", ".lead"):
        before, now = (
            {one.name: one.computed for one in found.properties}
            for found in (
                inspect_element(FILES, (), "index.html", other),
                inspect_element(after, (), "index.html", other),
            )
        )
        if other == selector:
            assert now[name] == value
        else:
            assert before == now, other


def test_several_at_once_share_one_class() -> None:
    asked = ElementChange(
        "index.html", FIRST, "element", properties={"padding": "8px", "opacity": "0.5"}
    )
    after = change_element(FILES, asked)
    assert after["index.html"].count("card--variant") == 1
    assert after["style.css"].count("card--variant") == 1


def test_words_attributes_and_properties_are_one_change() -> None:
    asked = ElementChange(
        "index.html",
        BUTTON,
        text="Come <soon>  & see",
        attributes={"href": '/visit?a="1"'},
        properties={"color": "#111111"},
    )
    after = change_element(FILES, asked)
    assert "<span>Come &lt;soon&gt; &amp; see</span>" in after["index.html"]
    assert 'href="/visit?a=&quot;1&quot;"' in after["index.html"]
    assert "color: #111111;" in after["style.css"]


def test_a_change_is_told_by_the_element_and_what_was_set() -> None:
    asked = ElementChange(
        "index.html", "ul.plans > li.card:nth-of-type(2)", properties={"color": "red", "gap": ""}
    )
    assert describe(asked) == "li.card: color red, gap unset"


def test_an_attribute_that_is_not_there_is_written() -> None:
    files = {"index.html": "<!doctype html><title>A</title><img src=a.png><input required>"}
    asked = ElementChange("index.html", "img", attributes={"alt": "A kiln", "src": "b.png"})
    assert '<img alt="A kiln" src="b.png">' in change_element(files, asked)["index.html"]
    asked = ElementChange("index.html", "input", attributes={"placeholder": "Name"})
    assert '<input placeholder="Name" required>' in change_element(files, asked)["index.html"]


@pytest.mark.parametrize(
    "value",
    [
        "red; }",
        "red; color: blue",
        "red}",
        "url(a",
        '"a',
        "red !important",
        "{}",
        "a\nb",
        "/*",
        "f(;)",
    ],
)
def test_a_value_is_one_value(value: str) -> None:
    with pytest.raises(CommandRefused, match="is not a value of color"):
        changed("h1", "color", value)


@pytest.mark.parametrize("name", ["", "Color", "color:red;x", "a b", "*"])
def test_a_property_is_one_name(name: str) -> None:
    with pytest.raises(CommandRefused, match="is not a value"):
        changed("h1", name, "red")


@pytest.mark.parametrize("selector", ["", ".card", ".none", "h1[", "tbody"])
def test_what_is_not_one_element_of_the_file_is_unknown(selector: str) -> None:
    with pytest.raises(ElementUnknown):
        changed(selector, "color", "red")


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (ElementChange("index.html", "h1"), "so already"),
        (ElementChange("index.html", "h1", text="Clay  and glaze"), "so already"),
        (ElementChange("index.html", "h1", properties={"font-size": "48px"}), "so already"),
        (ElementChange("index.html", "h1", properties={"gap": ""}), "so already"),
        (ElementChange("index.html", "h1", text=" "), "without words"),
        (ElementChange("index.html", ".plans", text="A"), "pieces of text"),
        (ElementChange("index.html", "h1", attributes={"href": "/"}), "no href"),
        (ElementChange("index.html", "a.logo", attributes={"onclick": "x"}), "no onclick"),
        (
            ElementChange("index.html", FIRST, "element", properties={"padding": ""}),
            "2 elements at once",
        ),
    ],
)
def test_what_cannot_be_is_refused(asked: ElementChange, why: str) -> None:
    with pytest.raises(CommandRefused, match=why):
        change_element(FILES, asked)


def test_a_rule_for_everything_is_nobodys_own() -> None:
    page = "<!doctype html><title>A</title><style>* { margin: 0 }\np { color: red }</style><p>A<p>B"
    asked = ElementChange("index.html", "p:nth-of-type(1)", properties={"margin": "8px"})
    after = change_element({"index.html": page}, asked)["index.html"]
    assert after == page.replace("p { color: red }", "p { color: red; margin: 8px; }")


def test_a_rule_of_several_pages_changes_for_all_and_one_alone_does_not() -> None:
    files = {
        "index.html": "<title>A</title><link rel=stylesheet href=s.css><p class=a>A",
        "more.html": "<title>B</title><link rel=stylesheet href=s.css><p class=a>B",
        "s.css": ".a {\n  color: red;\n}\n",
    }
    found = inspect_element(files, (), "index.html", "p")
    assert found.properties[0].rule is not None
    assert found.properties[0].rule.elements == 2
    asked = ElementChange("index.html", "p", properties={"color": "blue"})
    assert change_element(files, asked) == {"s.css": ".a {\n  color: blue;\n}\n"}
    asked = ElementChange("index.html", "p", "element", properties={"color": "blue"})
    assert ".a--variant" in change_element(files, asked)["s.css"]
