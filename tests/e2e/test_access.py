"""The interface without a mouse, without sight, in a low window and in both colours."""

import json
from collections.abc import Iterator, Mapping
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from bench.stack import Stack
from tests.e2e.conftest import paced_script, start_run
from workers.browser.reader import AXE

pytestmark = pytest.mark.e2e

Colours = Literal["light", "dark"]

DESKTOP, PHONE = (1440, 900), (390, 844)
ZOOMED = (720, 450)  # a desktop's window at 200 %
NARROWEST = 320  # px; a desktop's window at 400 %
STAGE_LEAST = 300  # px
CONTRAST_LEAST = 4.5
TABS = ("Preview", "Compare", "Code")

FIND = "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes[0].html]))"
# of a text with the opacity that it and its ground have
CONTRAST = """(text) => {
  const channels = (colour) => colour.match(/[\\d.]+/g).slice(0, 3).map(Number);
  const ground = channels(getComputedStyle(text.closest(".button")).backgroundColor);
  const { color, opacity } = getComputedStyle(text);
  const seen = channels(color).map((value, at) => value * opacity + ground[at] * (1 - opacity));
  const luminance = (colour) => colour
    .map((value) => value / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
    .reduce((sum, value, at) => sum + value * [0.2126, 0.7152, 0.0722][at], 0);
  const [dark, light] = [luminance(seen), luminance(ground)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}"""


# where the first character of each row begins, from the edge of its line
ROW_STARTS = """(line) => {
  const rows = new Map();
  const edge = line.getBoundingClientRect().left;
  const texts = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode;
    for (let at = 0; at < node.data.length; at += 1) {
      if (!node.data[at].trim()) continue;
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + 1);
      const { top, left } = range.getBoundingClientRect();
      const row = Math.round(top);
      rows.set(row, Math.min(rows.get(row) ?? Infinity, left - edge));
    }
  }
  return [...rows.values()];
}"""


@pytest.fixture(scope="module")
def studio(stack: Stack, browser: Browser) -> Iterator[str]:
    """The address of a run that has ended."""
    address = start_run(stack, prompt=paced_script(2, 0.1))
    page = browser.new_page()
    page.goto(address)
    expect_done(page)
    page.close()
    yield address


def expect_done(page: Page) -> None:
    run = page.get_by_role("region", name="Run", exact=True)
    expect(run.get_by_role("status")).to_contain_text("Done")


def open_run_of(page: Page, stack: Stack, files: Mapping[str, str], code: str = "html-css") -> str:
    """Open a run that has ended with one revision of these files, of the stack `code`; its
    address."""
    writes = [
        {"name": "write_file", "arguments": {"path": path, "content": content}}
        for path, content in files.items()
    ]
    steps = [{"calls": [*writes, {"name": "compare"}, {"name": "finish"}]}]
    address = start_run(stack, prompt=json.dumps(steps), code=code)
    page.goto(address)
    expect_done(page)
    return address


def open_tab(page: Page, name: str) -> None:
    views = page.get_by_role("navigation", name="Views")
    role = views.get_by_role("button", name=name) if views.count() else None
    (role or page.get_by_role("tab", name=name)).click()


@pytest.mark.parametrize("size", [DESKTOP, ZOOMED, PHONE])
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_nothing(
    page: Page, stack: Stack, studio: str, size: tuple[int, int], colours: Colours
) -> None:
    width, height = size
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme=colours, reduced_motion="reduce")
    for path in ("/", "/projects", "/arenas", "/models", "/no-such-page"):
        page.goto(stack.origin + path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.evaluate(AXE)
        assert page.evaluate(FIND) == [], path
    page.goto(studio)
    expect_done(page)
    page.evaluate(AXE)
    for name in TABS if size != PHONE else ("Activity", *TABS):
        open_tab(page, name)
        assert page.evaluate(FIND) == [], name


def test_the_stage_keeps_its_height_in_a_low_window_and_the_page_scrolls(
    page: Page, studio: str
) -> None:
    page.set_viewport_size({"width": ZOOMED[0], "height": ZOOMED[1]})
    page.goto(studio)
    expect_done(page)
    for name in TABS:
        open_tab(page, name)
        box = page.get_by_role("tabpanel", name=name).bounding_box()
        assert box is not None
        assert box["height"] >= STAGE_LEAST
    page.mouse.move(300, 20)
    page.mouse.wheel(0, 2000)
    expect(page.get_by_role("textbox", name="What should change?")).to_be_in_viewport(ratio=0.9)
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    assert page.evaluate("document.scrollingElement.scrollHeight") == DESKTOP[1]


def test_the_studio_is_no_wider_than_the_narrowest_window(page: Page, studio: str) -> None:
    page.set_viewport_size({"width": NARROWEST, "height": 640})
    page.goto(studio)
    expect_done(page)
    for name in ("Activity", *TABS):
        open_tab(page, name)
        assert page.evaluate("document.scrollingElement.scrollWidth") == NARROWEST, name


def test_who_enters_a_studio_is_at_its_heading(page: Page, stack: Stack, studio: str) -> None:
    page.goto(f"{stack.origin}/projects")
    page.get_by_role("link", name="Sign in").first.press("Enter")
    heading = page.get_by_role("heading", level=1, name="Sign in")
    expect(heading).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("textbox", name="Project name")).to_be_focused()


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_the_keys_on_the_button_that_starts_a_run_can_be_read(
    page: Page, stack: Stack, colours: Colours
) -> None:
    page.emulate_media(color_scheme=colours, reduced_motion="reduce")
    page.goto(stack.origin)
    page.get_by_role("button", name="Sign in").click()
    button = page.get_by_role("button", name="Generate")
    expect(button).to_be_enabled()
    assert button.locator("kbd").evaluate(CONTRAST) >= CONTRAST_LEAST


def test_one_link_opens_the_page_in_a_tab_of_its_own(page: Page, studio: str) -> None:
    page.goto(studio)
    expect(page.get_by_role("link", name="in a new tab")).to_have_count(1)


def test_a_wrapped_line_of_code_keeps_its_indentation(page: Page, stack: Stack) -> None:
    content = "<!doctype html>\n<body>\n        <p>" + "words " * 60 + "</p>"
    write = {"name": "write_file", "arguments": {"path": "index.html", "content": content}}
    steps = [{"calls": [write, {"name": "compare"}, {"name": "finish"}]}]
    page.set_viewport_size({"width": 900, "height": 700})
    page.goto(start_run(stack, prompt=json.dumps(steps)))
    expect_done(page)
    open_tab(page, "Code")
    starts = page.locator(".cm-line", has_text="words").evaluate(ROW_STARTS)
    assert len(starts) > 2
    assert starts[0] > 40  # eight spaces
    assert starts == pytest.approx([starts[0]] * len(starts), abs=1)
