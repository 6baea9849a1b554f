"""From a mockup to a shared page and back to the list, without a mouse."""

import pytest
from playwright.sync_api import Locator, Page, expect

from bench.stack import Stack
from tests.e2e.test_access import expect_done

pytestmark = pytest.mark.e2e

FARTHEST = 80  # presses of Tab to anything on a page


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until it has the focus."""
    expect(wanted).to_be_visible()
    for _ in range(FARTHEST):
        page.keyboard.press("Tab")
        if wanted.evaluate("(one) => one === document.activeElement"):
            return
    raise AssertionError(f"no key leads to {wanted}")


def choose(page: Page, menu: Locator, choice: str) -> None:
    """Open a menu and go down to a choice."""
    tab_to(page, menu)
    page.keyboard.press("Enter")
    wanted = page.get_by_role("menu").get_by_text(choice).first
    expect(wanted).to_be_visible()
    for _ in range(FARTHEST):
        if choice in page.evaluate("document.activeElement.textContent"):
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")


def test_the_whole_is_gone_through_by_keys_alone(page: Page, stack: Stack) -> None:
    page.goto(stack.origin)
    choose(page, page.get_by_role("button", name="Model:"), "Scripted · CPU")
    tab_to(page, page.get_by_role("button", name="Sign in"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Generate")).to_be_enabled()
    page.keyboard.press("ControlOrMeta+Enter")
    page.wait_for_url("**/p/**")
    expect_done(page)

    revisions = page.get_by_role("group", name="Revisions")
    for key, name in (("c", "Compare"), ("d", "Code"), ("p", "Preview")):
        page.keyboard.press(key)
        expect(page.get_by_role("tab", name=name)).to_have_attribute("aria-selected", "true")
    tab_to(page, page.get_by_role("textbox", name="What should change?"))
    page.keyboard.insert_text("dark mode")
    page.keyboard.press("ControlOrMeta+Enter")
    expect(page.get_by_text("by you").first).to_be_visible()
    expect_done(page)
    page.keyboard.press("Escape")
    page.keyboard.press("[")
    expect(revisions).to_contain_text("v2 of 3")

    page.keyboard.press("s")
    expect(page.get_by_text("Click an element of the page, or press ↓.")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("complementary", name="Inspector")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.get_by_role("complementary", name="Inspector")).to_have_count(0)

    tab_to(page, page.get_by_role("button", name="Share a link"))
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Share a link")
    tab_to(page, dialog.get_by_role("button", name="Create link"))
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("textbox", name="Link to")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("button", name="Share a link")).to_be_focused()

    tab_to(page, page.get_by_role("link", name="Projects"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Projects")).to_be_visible()
    choose(page, page.get_by_role("button", name="Options").first, "Archive")
    expect(page.get_by_text("“Sign in” is archived.")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Help")).to_have_count(0)
