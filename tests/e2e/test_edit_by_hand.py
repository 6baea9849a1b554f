"""A person changes the code themselves: a new version, with the built-in model and no other."""

import json

import pytest
from playwright.sync_api import Browser, FrameLocator, Locator, Page, expect

from bench.stack import Stack
from tests.e2e.conftest import PHONE, start_run
from tests.e2e.test_access import open_run_of, open_tab

pytestmark = pytest.mark.e2e

PAGE = "<!doctype html>\n<title>A</title>\n<link rel=stylesheet href=style.css>\n<h1>Hello</h1>\n"
STYLE = "h1 {\n  color: rgb(200, 0, 0);\n}\n"


@pytest.fixture
def studio(page: Page, stack: Stack) -> str:
    """The address of a run that has ended with one revision, open in the tab."""
    return open_run_of(page, stack, {"index.html": PAGE, "style.css": STYLE})


def editor(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Code")


def bar(page: Page) -> Locator:
    return page.get_by_role("region", name="Your changes")


def preview(page: Page) -> FrameLocator:
    return page.frame_locator("iframe:visible")


def write(page: Page, path: str, text: str) -> None:
    """Put a text in the place of what a file holds."""
    page.get_by_role("navigation", name="Files").get_by_role("button", name=path).click()
    editor(page).click()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.insert_text(text)


def save(page: Page) -> None:
    bar(page).get_by_role("button", name="Save as a new revision").click()


def expect_version(page: Page, number: int) -> None:
    expect(page.get_by_label(f"Score of revision {number}", exact=True)).to_be_attached()


def test_changed_code_is_a_version_that_is_shown_and_taken_home(page: Page, studio: str) -> None:
    open_tab(page, "Code")
    write(page, "style.css", STYLE.replace("200, 0, 0", "0, 0, 200"))
    write(page, "index.html", PAGE.replace("Hello", "Good evening"))
    expect(bar(page)).to_contain_text("You changed 2 files of revision 1.")
    save(page)
    expect(bar(page)).to_have_count(0)
    expect(editor(page)).to_contain_text("Good evening")
    open_tab(page, "Preview")
    expect_version(page, 2)
    heading = preview(page).get_by_role("heading", name="Good evening")
    expect(heading).to_have_css("color", "rgb(0, 0, 200)")
    steps = page.get_by_role("list", name="Steps")
    expect(steps.locator("[data-kind=edit_by_hand]")).to_have_text(
        "You changed index.html, style.css"
    )
    page.reload()
    expect(preview(page).get_by_role("heading", name="Good evening")).to_be_visible()
    expect_version(page, 2)


def test_keys_save_undo_and_search(page: Page, studio: str) -> None:
    open_tab(page, "Code")
    editor(page).click()
    page.keyboard.press("ControlOrMeta+End")
    page.keyboard.insert_text("<p>Written by hand</p>")
    expect(bar(page)).to_be_visible()
    page.keyboard.press("ControlOrMeta+Z")
    expect(bar(page)).to_have_count(0)  # it is as it was
    page.keyboard.insert_text("<p>Written by hand</p>")
    page.keyboard.press("ControlOrMeta+F")
    expect(page.get_by_role("textbox", name="Find")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("ControlOrMeta+S")
    expect(bar(page)).to_have_count(0)
    open_tab(page, "Preview")
    expect(preview(page).get_by_text("Written by hand")).to_be_visible()


def test_what_is_not_saved_outlives_a_reload_and_can_be_discarded(page: Page, studio: str) -> None:
    open_tab(page, "Code")
    write(page, "index.html", PAGE + "<p>Not saved")
    page.reload()
    open_tab(page, "Code")
    expect(editor(page)).to_contain_text("Not saved")
    bar(page).get_by_role("button", name="Discard").click()
    expect(editor(page)).not_to_contain_text("Not saved")
    expect(bar(page)).to_have_count(0)


def test_two_tabs_lose_nothing(page: Page, browser: Browser, studio: str) -> None:
    """Each began from version 1; both are kept, and the later one says so."""
    other = browser.new_context().new_page()
    for tab in (page, other):
        tab.goto(studio)
        open_tab(tab, "Code")
    write(page, "index.html", PAGE.replace("Hello", "First"))
    write(other, "index.html", PAGE.replace("Hello", "Second"))
    save(page)
    expect(bar(page)).to_have_count(0)
    expect(bar(other)).to_contain_text("Revision 2 was made since")
    expect(editor(other)).to_contain_text("Second")
    save(other)
    expect(bar(other)).to_have_count(0)
    open_tab(other, "Preview")
    expect_version(other, 3)
    expect(preview(other).get_by_role("heading", name="Second")).to_be_visible()
    other.keyboard.press("[")
    expect(preview(other).get_by_role("heading", name="First")).to_be_visible()
    other.context.close()


def test_an_older_version_is_changed_and_nothing_newer_is_lost(page: Page, studio: str) -> None:
    open_tab(page, "Code")
    write(page, "index.html", PAGE.replace("Hello", "Newer"))
    save(page)
    expect(bar(page)).to_have_count(0)
    page.keyboard.press("Escape")  # out of the editor
    page.keyboard.press("[")
    expect(editor(page)).to_contain_text("Hello")
    write(page, "index.html", PAGE.replace("Hello", "From the first"))
    save(page)
    expect(bar(page)).to_have_count(0)
    open_tab(page, "Preview")
    expect_version(page, 3)
    page.keyboard.press("[")
    expect(preview(page).get_by_role("heading", name="Newer")).to_be_visible()


def test_code_cannot_be_changed_while_the_run_is_at_work(page: Page, stack: Stack) -> None:
    writes = {"name": "write_file", "arguments": {"path": "index.html", "content": PAGE}}
    waits = {"pause": 600, "calls": [{"name": "finish"}]}
    steps = [{"calls": [writes, {"name": "compare"}]}, waits]
    page.goto(start_run(stack, prompt=json.dumps(steps)))
    expect_version(page, 1)
    open_tab(page, "Code")
    expect(editor(page)).to_have_attribute("contenteditable", "false")
    page.get_by_role("button", name="Stop").click()
    expect(editor(page)).to_have_attribute("contenteditable", "true")


def test_on_a_telephone(page: Page, studio: str) -> None:
    page.set_viewport_size(PHONE)
    page.reload()
    expect(page.get_by_role("navigation", name="Views")).to_be_visible()
    open_tab(page, "Code")
    editor(page).click()
    page.keyboard.press("ControlOrMeta+End")
    page.keyboard.insert_text("<p>On the road</p>")
    expect(bar(page)).to_be_in_viewport(ratio=1)
    save(page)
    expect(bar(page)).to_have_count(0)
    open_tab(page, "Preview")
    expect(preview(page).get_by_text("On the road")).to_be_visible()


def test_the_page_beside_the_code_follows_and_leads(page: Page, studio: str) -> None:
    open_tab(page, "Code")
    beside = page.get_by_role("region", name="Preview beside the code")
    expect(beside).to_have_count(0)
    write(page, "style.css", STYLE.replace("200, 0, 0", "0, 0, 200"))
    heading = preview(page).get_by_role("heading")
    expect(heading).to_have_css("color", "rgb(0, 0, 200)")
    leads_away = '<meta http-equiv="refresh" content="0; url=about:blank">'
    write(page, "index.html", PAGE.replace("Hello", f"Good night{leads_away}"))
    expect(heading).to_have_text("Good night")
    expect(heading).to_have_css("color", "rgb(0, 0, 200)")
    bar(page).get_by_role("button", name="Discard").click()
    expect(beside).to_have_count(0)
    page.get_by_role("button", name="Preview beside").click()
    expect(heading).to_have_text("Hello")
    heading.click()
    expect(page.locator(".cm-place")).to_have_text("<h1>Hello</h1>")
    page.get_by_role("navigation", name="Files").get_by_role("button", name="style.css").click()
    heading.press("Escape")  # nothing is selected
    expect(page.locator(".ring.selected")).to_have_count(0)
    editor(page).get_by_text("color").click()
    expect(page.locator(".ring.selected")).to_contain_text("h1")


def test_what_is_wrong_in_the_code_is_marked_and_what_is_right_is_formatted(
    page: Page, studio: str
) -> None:
    open_tab(page, "Code")
    write(page, "style.css", "h1 { color: red; } }\n")
    expect(page.locator(".cm-lint-marker-error")).to_have_count(1)
    write(page, "index.html", "<main><h1>A</h2></main>")
    page.get_by_role("button", name="Format").click()
    expect(
        page.get_by_role("status").filter(has_text="Line 1: Unexpected closing tag")
    ).to_be_visible()
    expect(editor(page)).to_have_text("<main><h1>A</h2></main>")  # as it was
    write(page, "index.html", "<main><h1>A</h1>\n\n\n<p>B</p></main>")
    page.get_by_role("button", name="Format").click()
    expect(editor(page).locator(".cm-line")).to_have_text(
        ["<main>", "  <h1>A</h1>", "", "  <p>B</p>", "</main>", ""]
    )
    expect(page.locator(".cm-lint-marker-error")).to_have_count(0)
    save(page)
    expect(bar(page)).to_have_count(0)
