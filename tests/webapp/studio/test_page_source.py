"""Where a page's file writes its elements."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.studio.page_source import PageSource

PAGE = """<!doctype html>\r
<html lang=en><body class="a>b">
<section>
 <p>One
 <p>Two <b title="a>b">x</b>
</section>
<br> text
<table><tr><td>1<tr><td>2</table>
<ul><li>a<ul><li>b<li>c</ul><li>d</ul>
<div id=o><div id=i>x</div></div><svg><g><path d="M0"/></g></svg><img src=a><input>
<main>ü
  <H1 >Title</h1 >
</main>
</body></html>
"""


@pytest.mark.parametrize(
    ("selector", "source"),
    [
        ("section", '<section>\n <p>One\n <p>Two <b title="a>b">x</b>\n</section>'),
        ("p:first-child", "<p>One"),  # ended by the next
        ("p:nth-of-type(2)", '<p>Two <b title="a>b">x</b>'),  # ended by what is around it
        ("b", '<b title="a>b">x</b>'),
        ("br", "<br>"),
        ("img", "<img src=a>"),
        ("tr:first-child > td", "<td>1"),
        ("table", "<table><tr><td>1<tr><td>2</table>"),
        ("body > ul > li:first-child", "<li>a<ul><li>b<li>c</ul>"),
        ("li > ul", "<ul><li>b<li>c</ul>"),
        ("#o", "<div id=o><div id=i>x</div></div>"),
        ("#i", "<div id=i>x</div>"),
        ("svg", '<svg><g><path d="M0"/></g></svg>'),
        ("path", '<path d="M0"/>'),
        ("h1", "<H1 >Title</h1 >"),
    ],
)
def test_an_element_is_all_of_its_source(selector: str, source: str) -> None:
    found = PageSource(PAGE).find(selector)
    assert found is not None
    assert PAGE[found.start : found.end] == source
    assert PAGE.splitlines()[found.first_line - 1].find(source.split("\n")[0]) >= 0
    assert found.last_line - found.first_line == source.count("\n")


@pytest.mark.parametrize(
    ("html", "selector", "source"),
    [
        ("<div>x<!-- </div> -->y</div><p>z", "div", "<div>x<!-- </div> -->y</div>"),
        ("<div>x<? '</div>' ?>y</div><p>", "div", "<div>x<? '</div>' ?>y</div>"),
        ("<div>1</div x><p>2", "div", "<div>1</div x>"),
        ("<div><span>a</div>b</span><p>c", "div", "<div><span>a</div>"),
        ("<div><span>a</div>b</span><p>c", "span", "<span>a"),
        (
            "<table><tr><td><table id=a><td>x</table></td></table>",
            "#a",
            "<table id=a><td>x</table>",
        ),
        ("<table><tr><td><table id=a><td>x</table></td></table>", "#a td", "<td>x"),
        ("<div><script>'</div>'</script></div>", "div", "<div><script>'</div>'</script></div>"),
        ("<div><textarea></div></textarea></div>", "textarea", "<textarea></div></textarea>"),
        ("<div><div id=a><div>x</div> y</div></div>", "#a", "<div id=a><div>x</div> y</div>"),
        ("<p>a</b>c</p><p>d", "p:first-of-type", "<p>a</b>c</p>"),
        ("\ufeff<!doctype html><p>a</p>", "p", "<p>a</p>"),
        ("<b><p>x</b>y</p><i>z</i>", "p", "<p>x</b>y</p>"),
    ],
)
def test_an_element_ends_where_a_browser_ends_it(html: str, selector: str, source: str) -> None:
    found = PageSource(html).find(selector)
    assert found is not None
    assert html[found.start : found.end] == source


@pytest.mark.parametrize("selector", ["p", "tbody", "aside", "", "!", "p:hover(", "*"])
def test_what_is_not_one_element_of_the_file_is_not_found(selector: str) -> None:
    assert PageSource(PAGE).find(selector) is None


@given(
    st.lists(
        st.sampled_from(
            ["<p>", "</p>", "<div id=x>", "</div>", "<br>", "a", "\n", "<", "<b>", "</b>"]
        )
    )
)
def test_no_page_is_too_broken(parts: list[str]) -> None:
    html = "".join(parts)
    found = PageSource(html).find("div:first-of-type")
    assert found is None or 0 <= found.start < found.end <= len(html)
