"""Where a page's file writes an element that differs."""

import pytest

from webapp.studio.events import Difference, Rect
from workers.scoring.source_lines import with_lines

PAGE = """<!doctype html>
<title>Plans</title>
<main>
  <p class="price">$9
  <p class="price">$29
  <table>
    <tr><td>Basic<td>Team
    <tr><td id="total">$38
  </table>
  <ul class="cards">
    <li>One</li>
    <li>Two</li></ul>
</main>
"""


def line_of(selector: str, html: str = PAGE) -> int | None:
    nowhere = Rect(x=0, y=0, width=0, height=0)
    difference = Difference(
        item="text", kind="size", expected="", got="", rect=nowhere, selector=selector, cost=0
    )
    (told,) = with_lines([difference], html)
    assert told.model_copy(update={"line": None}) == difference
    return told.line


@pytest.mark.parametrize(
    ("selector", "line"),
    [
        ("#total", 8),
        ("main > p:nth-of-type(2)", 5),  # the first ended without an end tag
        ("table > tbody > tr:nth-of-type(1) > td:nth-of-type(2)", 7),  # no tbody was written
        ("ul.cards > li:nth-of-type(2)", 12),
        ("main", 3),
    ],
)
def test_an_element_is_written_where_a_browser_reads_it(selector: str, line: int) -> None:
    assert line_of(selector) == line


@pytest.mark.parametrize("selector", ["", "aside", "p.price", "p:never(", "::before"])
def test_what_is_none_or_several_of_the_file_is_in_no_line(selector: str) -> None:
    assert line_of(selector) is None


def test_no_file_has_no_lines() -> None:
    assert line_of("main", html="") is None


def test_a_line_is_counted_as_an_editor_counts_it() -> None:
    page = "<html>\r\n<body>\r\n<svg>\n<g/></svg><b>\rx</b>"
    assert line_of("b", page) == 4
    assert line_of("svg > g", page) == 4
