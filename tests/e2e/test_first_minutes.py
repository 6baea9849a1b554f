"""Who comes for the first time is shown three steps, an example with a follow-up, and help."""

import gzip
from typing import Literal

import pytest
from playwright.sync_api import Locator, Page, Response, expect

from bench.stack import Stack
from tests.e2e.test_access import DESKTOP, FIND, PHONE, expect_done
from workers.browser.reader import AXE

pytestmark = pytest.mark.e2e

FIRST_SCREEN_KB = 110  # of 1000 bytes, compressed
RUN_MS = 240_000  # the built-in model reads the picture, on a busy machine


def steps(page: Page) -> Locator:
    return page.get_by_role("region", name="Three steps")


def test_the_first_screen_loads_little_script(page: Page, stack: Stack) -> None:
    scripts: list[Response] = []

    def keep(answer: Response) -> None:
        if answer.request.resource_type == "script":
            scripts.append(answer)

    page.on("response", keep)
    page.goto(stack.origin)
    expect(steps(page)).to_be_visible()
    sizes = {answer.url: len(gzip.compress(answer.body())) for answer in scripts}
    assert sizes
    assert sum(sizes.values()) / 1000 <= FIRST_SCREEN_KB, sizes


def test_a_newcomer_makes_a_page_and_says_what_to_change(page: Page, stack: Stack) -> None:
    page.goto(stack.origin)
    expect(steps(page).get_by_role("listitem")).to_have_count(3)
    steps(page).get_by_role("button", name="Show me with an example").press("Enter")
    page.wait_for_url("**/p/**")
    expect(page.get_by_text("Now say what to change.")).to_be_visible(timeout=RUN_MS)
    expect_done(page)
    field = page.get_by_label("What should change?")
    expect(field).to_have_value("button green")
    button = page.frame_locator("iframe:visible").first.get_by_role("button", name="Sign in")
    before = button.evaluate("(one) => getComputedStyle(one).backgroundColor")
    field.press("Control+Enter")
    expect(page.get_by_text("That is a version of your own.")).to_be_visible()
    expect(button).not_to_have_css("background-color", before)
    page.get_by_role("button", name="Dismiss").click()
    expect(page.get_by_text("That is a version of your own.")).to_have_count(0)

    page.goto(stack.origin)
    steps(page).get_by_role("button", name="Put the three steps away").click()
    expect(steps(page)).to_have_count(0)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(steps(page)).to_have_count(0)


@pytest.mark.parametrize(("size", "colours"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_help_is_read_and_searched_by_keys(
    page: Page, stack: Stack, size: tuple[int, int], colours: Literal["light", "dark"]
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme=colours, reduced_motion="reduce")
    page.goto(stack.origin)
    page.get_by_role("button", name="Help").press("Enter")
    help_ = page.get_by_role("dialog", name="Help")
    expect(
        help_.get_by_role("heading", name="From nothing to a page that you keep")
    ).to_be_visible()
    page.evaluate(AXE)
    assert page.evaluate(FIND) == []
    help_.get_by_role("searchbox", name="Search the help").fill("disk full")
    found = help_.get_by_role("list", name="Found in the help").get_by_role("button")
    found.first.press("Enter")
    expect(help_.get_by_role("region", name="When it does not work")).to_be_focused()
    expect(help_.get_by_text("The disk is full.", exact=True)).to_be_in_viewport()
    assert page.evaluate(FIND) == []
    assert page.evaluate("document.scrollingElement.scrollWidth") == size[0]
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")  # the first clears the search in some browsers
    expect(help_).to_have_count(0)
    expect(page.get_by_role("button", name="Help")).to_be_focused()
