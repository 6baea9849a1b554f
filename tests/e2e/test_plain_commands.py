"""A person says what should change in plain words, with the built-in model and no other."""

import pytest
from playwright.sync_api import FrameLocator, Locator, Page, expect

from bench.stack import Stack
from tests.e2e.test_access import FIND, expect_done, open_run_of, open_tab
from workers.browser.reader import AXE

pytestmark = pytest.mark.e2e

PAGE = """<!doctype html>
<html lang="en">
<title>A</title>
<link rel=stylesheet href=style.css>
<main>
  <h1>Hello</h1>
  <button class="save">Save</button>
  <button class="cancel">Cancel</button>
</main>
</html>
"""
STYLE = """body {
  background: #ffffff;
  color: #222222;
}

.save {
  background: #333333;
  color: #ffffff;
}
"""


@pytest.fixture
def studio(page: Page, stack: Stack) -> str:
    """The address of a run that has ended with one revision, open in the tab."""
    return open_run_of(page, stack, {"index.html": PAGE, "style.css": STYLE})


def field(page: Page) -> Locator:
    return page.get_by_role("textbox", name="What should change")


def say(page: Page, words: str) -> None:
    field(page).fill(words)
    page.get_by_role("button", name="Change", exact=True).click()


def preview(page: Page) -> FrameLocator:
    return page.frame_locator("iframe:visible")


def button(page: Page, name: str) -> Locator:
    return preview(page).get_by_role("button", name=name)


def test_plain_words_change_the_page_without_a_model(page: Page, studio: str) -> None:
    say(page, "“Save” green and bigger")
    expect(button(page, "Save")).to_have_css("background-color", "rgb(5, 137, 62)")
    expect(field(page)).to_have_value("")
    steps = page.get_by_role("list", name="Steps")
    expect(steps.locator("[data-kind=edit_by_hand]")).to_have_text("“Save” green and bigger")
    say(page, "Überschrift „Guten Abend“")
    expect(preview(page).get_by_role("heading", name="Guten Abend")).to_be_visible()
    expect(button(page, "Save")).to_have_css("background-color", "rgb(5, 137, 62)")
    say(page, "remove “Cancel”")
    expect(button(page, "Cancel")).to_have_count(0)
    say(page, "dark mode")
    ground = preview(page).locator("body")
    expect(ground).not_to_have_css("background-color", "rgb(255, 255, 255)")
    expect(page.get_by_label("Score of revision 5", exact=True)).to_be_attached()
    page.reload()
    expect(preview(page).get_by_role("heading", name="Guten Abend")).to_be_visible()
    expect(steps.locator("[data-kind=edit_by_hand]").last).to_have_text("dark mode")


def test_words_about_what_is_selected_change_that_alone(page: Page, studio: str) -> None:
    page.get_by_role("button", name="Select an element").click()
    preview(page).get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("textbox", name="What should change of it?")).to_be_visible()
    page.get_by_role("list", name="For example").get_by_role("button", name="green").click()
    page.get_by_role("button", name="Change", exact=True).click()
    page.keyboard.press("Escape")
    expect(button(page, "Cancel")).to_have_css("background-color", "rgb(5, 137, 62)")
    expect(button(page, "Save")).to_have_css("background-color", "rgb(51, 51, 51)")


def test_what_is_no_plain_command_stays_typed_and_says_what_it_needs(
    page: Page, studio: str
) -> None:
    say(page, "make it feel like a Sunday")
    problem = page.get_by_role("alert")
    expect(problem).to_contain_text("it needs a language model")
    expect(problem).to_contain_text("“feel” is not a word of plain commands")
    expect(field(page)).to_have_value("make it feel like a Sunday")
    say(page, "button green")
    expect(problem).to_contain_text("“button” stands for 2 elements")
    expect(field(page)).to_have_value("button green")
    page.get_by_role("link", name="add a language model").click()
    page.wait_for_url("**/models/new")
    page.go_back()
    expect(field(page)).to_have_value("button green")


def test_it_is_said_by_keyboard_on_a_phone(phone: Page, studio: str) -> None:
    phone.goto(studio)
    expect_done(phone)
    open_tab(phone, "Activity")
    field(phone).focus()
    phone.keyboard.type("head")
    examples = phone.get_by_role("list", name="For example")
    expect(examples.get_by_role("button").first).to_have_text("headline bigger")
    phone.evaluate(AXE)
    assert phone.evaluate(FIND) == []
    phone.keyboard.press("Tab")
    phone.keyboard.press("Enter")
    expect(field(phone)).to_have_value("headline bigger")
    field(phone).focus()
    phone.keyboard.press("ControlOrMeta+Enter")
    expect(field(phone)).to_have_value("")
    open_tab(phone, "Preview")
    expect(preview(phone).get_by_role("heading")).to_have_css("font-size", "40px")
