"""A long run is folded to its versions, opens at a press, and can be searched."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from bench import long_timeline
from bench.stack import Stack
from tests.e2e.conftest import open_steps, running
from tests.e2e.test_access import FIND, expect_done
from workers.browser.reader import AXE

pytestmark = pytest.mark.e2e

STEPS, VERSIONS = 250, 25
TALLEST = 15_000  # px, a run of 250 steps
RUN_MS = 180_000


def search(page: Page) -> Locator:
    return page.get_by_role("searchbox", name="Search the steps")


def group(page: Page, number: int) -> Locator:
    return page.locator(f'.step-group[data-revision="{number}"]')


def test_a_long_run_is_short_and_its_steps_are_found(page: Page, tmp_path: Path) -> None:
    with running(Stack(tmp_path / "service", MOCKWRIGHT_RUN_STEPS=str(STEPS + 10))) as stack:
        page.goto(long_timeline.run_script(stack, long_timeline.script(STEPS)))
        work = page.get_by_role("heading", name="Working on v")
        expect(work.get_by_role("button", expanded=True)).to_be_visible()
        expect(page.locator("[data-kind=finish]")).to_be_visible(timeout=RUN_MS)
        page.reload()
        expect_done(page)

        # folded, each version is a heading with what came of it
        heads = page.get_by_role("list", name="Steps").get_by_role("heading", level=3)
        expect(heads).to_have_count(VERSIONS)
        expect(heads.get_by_role("button", expanded=False)).to_have_count(VERSIONS)
        expect(page.locator("[data-step]")).to_have_count(1)  # what the model said at last
        assert long_timeline.height_of(page) < TALLEST / 10

        # opened by keys alone, it says what its numbers mean
        group(page, 2).get_by_role("button").first.press("Enter")
        expect(group(page, 2)).to_contain_text("tells how like the mockup it is")
        expect(group(page, 2).locator("[data-kind=compare]")).to_have_count(1)
        group(page, 2).get_by_role("button").first.press("Enter")
        expect(group(page, 2).locator("[data-step]")).to_have_count(0)

        # words that one call alone has
        search(page).fill("PADDING-TOP: 7px")
        expect(group(page, 7).locator(".step-excerpt")).to_contain_text("padding-top: 7px")
        expect(group(page, 7).locator(".found-step")).to_be_in_viewport()
        expect(page.get_by_text("1 of 1", exact=True)).to_be_visible()

        # and words of many thoughts, one after the other
        search(page).fill("its own rule")
        count = 2 * VERSIONS
        expect(group(page, 1).locator(".found-step")).to_be_in_viewport()
        search(page).press("Shift+Enter")
        expect(page.get_by_text(f"{count} of {count}", exact=True)).to_be_visible()
        last = group(page, VERSIONS).locator(".found-step")
        expect(last).to_be_in_viewport()
        expect(last).to_have_attribute("data-kind", "thought")
        search(page).press("Enter")
        expect(page.get_by_text(f"1 of {count}", exact=True)).to_be_visible()
        page.evaluate(AXE)
        assert page.evaluate(FIND) == []
        search(page).press("Escape")
        expect(search(page)).to_have_value("")
        expect(page.locator(".found-step")).to_have_count(0)

        open_steps(page)
        assert page.locator("[data-step]").count() > STEPS
        thought = page.locator("[data-kind=thought] p").first
        line = "(text) => text.clientHeight / parseFloat(getComputedStyle(text).lineHeight)"
        assert round(thought.evaluate(line)) == 2
        assert long_timeline.height_of(page) < TALLEST
