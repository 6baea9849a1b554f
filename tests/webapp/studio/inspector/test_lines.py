"""Which element a line of the files is about."""

import pytest

from tests.webapp.studio.inspector.test_change import FILES
from webapp.studio.commands.site import Page
from webapp.studio.inspector import ElementUnknown, element_at

PAGE = Page("index.html", FILES)
HTML, CSS = FILES["index.html"].splitlines(), FILES["style.css"].splitlines()


def said(path: str, line: int) -> str:
    (found,) = PAGE.source.query(element_at(FILES, "index.html", path, line))
    return f"{found.name}.{found.attrs.get('class', '')}"


@pytest.mark.parametrize(
    ("written", "element"),
    [
        ("<h1>Clay", "h1."),
        ('<p class="price">€92', "p.price"),
        ('<li class="card card--featured">', "li.card card--featured"),
        ("Book a visit", "span."),
        ("<footer>", "footer."),
        ("</form>", "form."),
    ],
)
def test_a_line_of_the_page_is_about_the_innermost_that_it_writes(
    written: str, element: str
) -> None:
    line = next(number for number, one in enumerate(HTML, 1) if written in one)
    assert said("index.html", line) == element


@pytest.mark.parametrize(
    ("rule", "element"),
    [("h1 {", "h1."), (".card--featured {", "li.card card--featured"), (".submit {", "a.button")],
)
def test_a_line_of_a_sheet_is_about_the_first_that_its_rule_is_for(rule: str, element: str) -> None:
    line = next(number for number, one in enumerate(CSS, 1) if rule in one)
    assert said("style.css", line) == element


@pytest.mark.parametrize(
    ("page", "path", "line"),
    [
        ("index.html", "index.html", 4),
        ("index.html", "style.css", 7),
        ("index.html", "style.css", 2),
        ("index.html", "style.css", 999),
        ("index.html", "more.css", 1),
        ("more.html", "more.html", 1),
    ],
)
def test_other_lines_are_about_nothing_that_is_seen(page: str, path: str, line: int) -> None:
    with pytest.raises(ElementUnknown):
        element_at(FILES, page, path, line)
