"""Where the inspector writes a change of a page that is built: `tests/data/editing/inspector.diff`,
read by eye.

UPDATE_SNAPSHOTS=1 writes it anew.
"""

import os
import re

import pytest

from tests.webapp.studio.changed_lines import changed_lines
from tests.webapp.studio.projects import FOLDER, files
from webapp.studio.commands import CommandRefused
from webapp.studio.inspector import (
    ElementChange,
    ElementUnknown,
    change_element,
    element_at,
    element_source,
    inspect_element,
)
from webapp.studio.sources import Project
from webapp.studio.sources.marks import Mark

RECORDED = FOLDER / "inspector.diff"
MOST_LINES = 3  # that one change takes in files, for each element that is written out
SECOND = "li.card:nth-of-type(2)"
FIRST_BUTTON, SECOND_BUTTON = ".hero a:nth-of-type(1)", ".hero a:nth-of-type(2)"

# each is an element, and what it becomes: `text`, an attribute as `@name`, or a property
CHANGES: dict[str, list[tuple[str, str, str]]] = {
    "react": [
        ("h1", "text", "Clay & fire"),
        ("nav a:nth-of-type(2)", "text", "Workshop"),
        (f"{SECOND} h2", "text", 'Tall "vase"'),
        (f"{SECOND} .price", "text", "150"),
        (FIRST_BUTTON, "text", "Book {now}"),
        ("ol li:nth-of-type(2)", "text", "Turn"),
        ("small", "text", "Fired at 1240 °C"),
        ("nav a:nth-of-type(2)", "@href", "/studio"),
        (SECOND_BUTTON, "@href", "/classes"),
        ("img", "@alt", 'A "kiln"'),
        ("input", "@placeholder", "me@example.org"),
        ("h1", "font-size", "56px"),
        ("h1", "letter-spacing", "-1px"),
        (SECOND, "padding", "16px"),
        (SECOND_BUTTON, "background", "#f4f4f4"),
        ("body", "color", "#111111"),
    ],
    "vue": [
        ("h1", "text", "Clay & fire"),
        (f"{SECOND} h2", "text", "Tall vase"),
        (f"{SECOND} .price", "text", "$150"),
        (FIRST_BUTTON, "text", "Book now"),
        ("ol li:nth-of-type(2)", "text", "Turn"),
        (".lead", "text", "Throw & <fire>"),
        (".logo", "@href", "/home"),
        (FIRST_BUTTON, "@href", "/book"),
        (SECOND, "padding", "16px"),
        (".logo", "color", "#b4451f"),
        (SECOND_BUTTON, "background", "#f4f4f4"),
        ("h1", "font-size", "56px"),
    ],
    "html-tailwind": [
        ("h1", "text", "Clay & fire"),
        ("img", "@alt", "Our kiln"),
        ("h1", "font-size", "60px"),
        ("h1", "color", "#b4451f"),
        ("h1", "letter-spacing", ""),
        (".btn", "padding", "12px 24px"),
        (".btn", "background-color", "var(--color-ink)"),
        ("footer", "background-color", "#000000"),
        ("footer", "padding-top", "8px"),
        ("img", "border-radius", "6px"),
        ("ul", "gap", "12px"),
        ("h2:nth-of-type(1)", "letter-spacing", "0"),
        ("li.card:nth-of-type(1)", "border", "2px solid #ff0000"),
    ],
}
CASES = [(stack, *one) for stack, changes in CHANGES.items() for one in changes]
IN_SEVERAL = "h2:nth-of-type(1)"


def asked(selector: str, name: str, value: str) -> ElementChange:
    if name == "text":
        return ElementChange("index.html", selector, text=value)
    if name.startswith("@"):
        return ElementChange("index.html", selector, attributes={name[1:]: value})
    return ElementChange("index.html", selector, properties={name: value})


def only(selector: str) -> str:
    return "li.card:nth-of-type(1) h2" if selector == IN_SEVERAL else selector


def changed(stack: str, selector: str, name: str, value: str) -> dict[str, str]:
    return change_element(files(stack), asked(only(selector), name, value))


def test_a_change_is_written_where_it_was_read_by_eye() -> None:
    blocks = [
        f"> {stack} [{selector}] {name}: {value}\n"
        + changed_lines(files(stack), changed(stack, selector, name, value))
        for stack, selector, name, value in CASES
    ]
    now = "\n\n".join(blocks) + "\n"
    if "UPDATE_SNAPSHOTS" in os.environ:
        RECORDED.write_text(now)
    assert len(CASES) >= 30
    assert now == RECORDED.read_text()


@pytest.mark.parametrize(("stack", "selector", "name", "value"), CASES)
def test_few_lines_change_in_one_file_of_the_sources(
    stack: str, selector: str, name: str, value: str
) -> None:
    after = changed(stack, selector, name, value)
    lines = changed_lines(files(stack), after).splitlines()
    alike = 3 if selector.startswith("li.card") and stack == "html-tailwind" else 1
    assert len(after) == 1 and not any(path.startswith("dist/") for path in after)
    assert sum(line[0] in "+-" for line in lines) <= MOST_LINES * alike


@pytest.mark.parametrize(
    ("stack", "selector", "where"),
    [
        ("react", "h1", ("src/App.tsx", 16, 16)),
        ("react", SECOND, ("src/components/PlanCard.tsx", 5, 9)),
        ("react", FIRST_BUTTON, ("src/components/Button.tsx", 10, 12)),
        ("react", "em", ("src/App.tsx", 18, 18)),
        ("vue", "h1", ("src/App.vue", 21, 21)),
        ("vue", SECOND, ("src/components/PlanCard.vue", 6, 9)),
        ("vue", ".logo", ("src/components/SiteHeader.vue", 3, 3)),
        ("html-tailwind", "h1", ("index.html", 18, 18)),
    ],
)
def test_an_element_and_its_line_lead_to_each_other(
    stack: str, selector: str, where: tuple[str, int, int]
) -> None:
    found = element_source(files(stack), "index.html", selector)
    assert (found.path, found.first_line, found.last_line) == where
    back = element_at(files(stack), "index.html", found.path, found.first_line)
    again = element_source(files(stack), "index.html", back)
    assert (again.path, again.first_line) == where[:2]


def test_a_rule_of_a_component_leads_to_its_element() -> None:
    line = files("vue")["src/components/PlanCard.vue"].split("\n").index(".price {") + 1
    found = element_at(files("vue"), "index.html", "src/components/PlanCard.vue", line)
    assert found.endswith("li:nth-of-type(1) > p:nth-of-type(1)")


@pytest.mark.parametrize(
    ("stack", "selector", "name", "value", "why"),
    [
        ("react", ".note", "text", "A", "put together at src/App.tsx:62: change it in Code"),
        ("react", ".lead", "text", "A", "2 pieces of text"),
        ("vue", ".count", "text", "A", "put together at src/App.vue:38: change it in Code"),
        ("react", "img", "@src", "https://a.example/a.png", "file of the project"),
    ],
)
def test_what_is_computed_is_refused_with_its_line(
    stack: str, selector: str, name: str, value: str, why: str
) -> None:
    with pytest.raises(CommandRefused, match=why):
        changed(stack, selector, name, value)


def test_one_of_several_that_one_source_writes_is_not_changed_alone() -> None:
    alone = ElementChange("index.html", SECOND, "element", properties={"color": "red"})
    with pytest.raises(CommandRefused, match=r"PlanCard\.tsx:5 writes 3 elements at once"):
        change_element(files("react"), alone)


def test_what_no_rule_is_for_gets_a_class_in_its_source_for_all_it_writes() -> None:
    after = changed("react", "nav a:nth-of-type(1)", "color", "red")
    assert '<a className="a--variant" key={link.href}' in after["src/App.tsx"]
    assert ".a--variant {\n  color: red;\n}" in after["src/index.css"]


@pytest.mark.parametrize("stack", ["react", "vue"])
def test_a_picture_is_another_file_that_is_imported(stack: str) -> None:
    now = files(stack) | {"src/assets/images/oven.png": ""}
    change = asked("img", "@src", "src/assets/images/oven.png")
    after = change_element(now, change)
    (text,) = after.values()
    assert "./assets/images/oven.png" in text and "kiln.png" not in text
    shown = inspect_element(now, (), "index.html", "img").attributes
    assert {one.name: one.value for one in shown}["src"] == "src/assets/kiln.png"


def test_utilities_say_what_an_element_has_and_who_says_it() -> None:
    found = inspect_element(files("html-tailwind"), (), "index.html", "h1")
    by_name = {one.name: one for one in found.properties}
    size = by_name["font-size"]
    assert (size.value, size.rule and size.rule.selector) == ("3.75rem", r".md\:text-6xl")
    assert by_name["font-weight"].value == "700"
    assert any(one.name == "--color-brand" for one in found.colours)


def test_words_that_cannot_be_changed_say_why() -> None:
    found = inspect_element(files("react"), (), "index.html", ".note")
    assert found.text is None
    assert found.text_refusal == "Its words are put together at src/App.tsx:62: change it in Code."


def test_words_that_a_component_writes_once_say_how_many_elements_show_them() -> None:
    project = files("react")
    texts = re.findall(r'text: "(.*)"', project["src/data.ts"])
    card, page = "src/components/PlanCard.tsx", "dist/index.html"
    project[card] = project[card].replace("{props.text}", "Glazed by hand")
    for text in texts:
        project[page] = project[page].replace(f">{text}<", ">Glazed by hand<")
    last = f"{SECOND} p:nth-of-type(2)"
    found = inspect_element(project, (), "index.html", last)
    assert (found.text, found.text_elements) == ("Glazed by hand", 3)
    (after,) = change_element(project, asked(last, "text", "Fired twice")).values()
    assert "<p>Fired twice</p>" in after
    assert inspect_element(project, (), "index.html", f"{SECOND} h2").text_elements == 1


def test_what_no_source_writes_is_unknown() -> None:
    with pytest.raises(ElementUnknown):
        element_source(files("react"), "index.html", "li.none")
    stray = files("react")
    stray["dist/index.html"] = stray["dist/index.html"].replace("<h1 data-mockwright", "<h1 data")
    with pytest.raises(ElementUnknown):
        element_source(stray, "index.html", "h1")


def test_a_text_that_the_element_does_not_show_is_left_alone() -> None:
    now = files("react")
    now["src/App.tsx"] = now["src/App.tsx"].replace("<h1>Clay and glaze", "<h1>Clay and wheel")
    with pytest.raises(CommandRefused, match=r"made at src/App\.tsx:16: change it in Code"):
        change_element(now, asked("h1", "text", "A"))


def test_of_several_elements_in_a_line_the_column_says_which() -> None:
    project = Project({"a.tsx": "export const A = () => <p>é<b>x</b><i>y</i></p>;\n"})
    for column, name in ((24, "p"), (28, "b"), (36, "i"), (37, "i")):  # letters, and bytes
        found = project.element(Mark("a.tsx", 1, column, 0))
        assert found is not None and found.name == name
