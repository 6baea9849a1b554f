"""What changed besides the selected element."""

import time

import pytest

from webapp.studio.events import Selection
from workers.agent.selected import changed_outside

PAGE = """<!doctype html><style>p { color: red }</style>
<h1>Hello</h1>
<p class="note">One</p>
<p>Two</p>
"""
NOTE = Selection(page="index.html", selector="p.note", first_line=3, last_line=3, source="")


@pytest.mark.parametrize(
    ("old", "new", "outside"),
    [
        ("One", "Uno", False),
        ('<p class="note">One</p>', '<p class="note" id="n">One <b>more</b></p>', False),
        ('<p class="note">One</p>\n', "", True),  # with its line break; the element alone is not
        ('<p class="note">One</p>', "", False),
        ("color: red", "color: blue", False),
        ("<style>p", "<style>.note { margin: 0 } p", False),
        ("<h1>", "<style>\n.note { margin: 0 }\n</style>\n<h1>", False),
        ("<h1>", '<link rel="stylesheet" href="note.css">\n<h1>', False),
        ("<h1>", '<link rel="icon" href="icon.svg">\n<h1>', True),
        ("Hello", "Hi", True),
        ("Two", "2", True),
        ("<p>Two</p>\n", "", True),
        ("<h1>Hello</h1>\n", "", True),
        ("<p>Two</p>", "<p>Two</p><p>Three</p>", True),
    ],
)
def test_markup_outside_is_told_and_rules_are_not(old: str, new: str, outside: bool) -> None:
    assert PAGE.count(old) == 1
    after = {"index.html": PAGE.replace(old, new)}
    told = changed_outside(NOTE, {"index.html": PAGE}, after.__getitem__)
    assert told == (["index.html"] if outside else [])


def test_another_page_is_all_outside() -> None:
    before = {"index.html": PAGE, "page-2.html": PAGE}
    after = {"index.html": PAGE, "page-2.html": PAGE.replace("One", "Uno")}
    assert changed_outside(NOTE, before, after.__getitem__) == ["page-2.html"]
    assert changed_outside(NOTE, before, before.__getitem__) == []


def test_an_element_that_is_not_in_the_file_makes_all_of_it_outside() -> None:
    gone = NOTE.model_copy(update={"selector": "aside"})
    after = PAGE.replace("One", "Uno")
    assert changed_outside(gone, {"index.html": PAGE}, lambda _: after) == ["index.html"]


@pytest.mark.parametrize("part", [" <style>", "<style></style>\n", "<link stylesheet", " "])
def test_a_page_of_many_broken_sheets_is_judged_at_once(part: str) -> None:
    started = time.monotonic()
    page = PAGE + part * 20_000
    changed_outside(NOTE, {"page-2.html": page}, {"page-2.html": page}.__getitem__)
    assert time.monotonic() - started < 5
