"""A person selects an element of the page and says what to change of it."""

import io
import re
import zipfile
from collections.abc import Iterator

import pytest
from playwright.sync_api import FrameLocator, Locator, Page, expect

from bench.seeing import NAME, serve_seeing
from bench.stack import Stack
from tests.e2e.conftest import EXAMPLES
from tests.e2e.connected import connected
from tests.e2e.test_compose import hand_over

pytestmark = pytest.mark.e2e

RUN_MS = 120_000  # on a busy machine
GREEN = "rgb(46, 125, 50)"


@pytest.fixture(scope="module")
def service(stack: Stack) -> Iterator[Stack]:
    """It proposes the seeing simulator."""
    with serve_seeing() as url, connected(stack, url, NAME):
        yield stack


def written(page: Page, service: Stack) -> None:
    """A page is made of the sign-in mockup."""
    page.goto(service.origin)
    hand_over(page, "drop", EXAMPLES / "login.png")
    page.get_by_role("button", name="Generate").click()
    page.wait_for_url("**/p/**")
    expect(status(page)).to_contain_text("Done", timeout=RUN_MS)


def status(page: Page) -> Locator:
    return page.get_by_role("region", name="Run").get_by_role("status")


def told(page: Page) -> Locator:
    """The line under the page that says what is selected."""
    return page.locator(".selecting").get_by_role("status")


def preview(page: Page) -> FrameLocator:
    return page.frame_locator("iframe:visible").first


def files_of(page: Page, service: Stack) -> dict[str, bytes]:
    """Those that the person would take home now."""
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("zip")).first.click()
    with zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes())) as archive:
        names = [
            name for name in archive.namelist() if name != "PROVENANCE.json"
        ]  # of each its own
        return {name: archive.read(name) for name in names}


def test_words_change_the_selected_element_and_nothing_else(page: Page, service: Stack) -> None:
    written(page, service)
    before = files_of(page, service)
    page.keyboard.press("s")
    expect(told(page)).to_contain_text("Click an element")
    heading = preview(page).get_by_text("Welcome back")
    heading.hover()
    expect(page.locator(".ring.hovered")).to_be_visible()
    heading.click()
    expect(told(page)).to_contain_text(re.compile(r"Welcome back.*index\.html, line \d+"))
    expect(page.locator(".ring.selected")).to_have_count(1)

    page.get_by_label("What should change of it?").fill("Make this green")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(heading).to_have_css("color", GREEN, timeout=RUN_MS)
    expect(status(page)).to_contain_text("Done", timeout=RUN_MS)
    others = preview(page).get_by_text("Plan the season before")
    expect(others).not_to_have_css("color", GREEN)
    message = page.get_by_role("list", name="Steps").locator("[data-kind=message]")
    expect(message).to_contain_text(re.compile(r"About index\.html, line \d+"))
    expect(page.locator(".next-words .selected-element")).to_have_count(0)  # it was said
    after = files_of(page, service)
    assert {name for name in after if after[name] != before.get(name)} == {"style.css"}
    lines = set(after["style.css"].splitlines()) - set(before["style.css"].splitlines())
    assert 1 <= len(lines) <= 2, lines


def test_arrows_walk_and_escape_leaves(page: Page, service: Stack) -> None:
    written(page, service)
    page.keyboard.press("s")
    preview(page).get_by_text("Email", exact=True).click()
    tag = told(page).locator("code")
    expect(tag).to_have_text("label")  # in its field
    page.keyboard.press("ArrowUp")
    expect(tag).to_have_text("div")
    expect(told(page)).to_contain_text(re.compile(r"index\.html, lines? \d+"))
    page.keyboard.press("ArrowDown")
    expect(tag).to_have_text("label")
    page.keyboard.press("ArrowUp")
    expect(tag).to_have_text("div")
    page.keyboard.press("Escape")
    expect(page.locator(".selecting")).to_have_count(0)
    expect(page.locator(".ring")).to_have_count(0)
    expect(page.locator(".next-words .selected-element")).to_be_visible()  # to be spoken of
    page.get_by_role("button", name="Clear selection").click()
    expect(page.get_by_label("What should change?")).to_be_visible()


def test_the_keyboard_alone_selects_and_what_is_shown_is_spoken_of(
    page: Page, service: Stack
) -> None:
    written(page, service)
    page.keyboard.press("s")
    expect(page.locator(".rings")).to_be_attached()
    page.keyboard.press("ArrowDown")  # at once: the page may still be loading
    expect(told(page).locator("code")).to_have_text("body")
    page.keyboard.press("ArrowDown")
    expect(told(page).locator("code")).not_to_have_text("body")
    page.keyboard.press("Escape")
    about = page.locator(".next-words .selected-element")
    expect(about).to_contain_text("index.html, line")
    with page.expect_request(re.compile(r"/revisions/1/element")):
        page.get_by_role("button", name="Previous revision").click()
    expect(about).to_contain_text("index.html, line")


def test_the_built_in_models_page_leads_to_its_lines(page: Page, stack: Stack) -> None:
    written(page, stack)
    page.get_by_role("button", name="Select an element").click()
    preview(page).get_by_text("Forgot password?").click()
    line = told(page).locator("small")
    expect(line).to_contain_text(re.compile(r"index\.html, line \d+"))
    number = re.findall(r"\d+", line.inner_text())[0]
    page.get_by_role("button", name="Show in code").click()
    marked = page.locator(".cm-place")
    expect(marked).to_contain_text("Forgot password?")
    gutter = page.locator(".cm-lineNumbers .cm-gutterElement").filter(
        has_text=re.compile(f"^{number}$")
    )
    expect(gutter).to_be_visible()


def test_a_finger_selects_on_a_phone(page: Page, stack: Stack) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    written(page, stack)
    page.get_by_role("button", name="Preview").click()
    page.get_by_role("button", name="Select an element").click()
    preview(page).get_by_text("Welcome back").click()
    expect(told(page)).to_contain_text("Welcome back")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
