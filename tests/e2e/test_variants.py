"""A person has several takes on a mockup made, compares them, and continues with one."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from bench.stack import Stack
from tests.e2e.conftest import paced_script
from tests.e2e.connected import two_models
from tests.e2e.test_access import DESKTOP, FIND, PHONE, expect_done
from workers.browser.reader import AXE

pytestmark = pytest.mark.e2e

RUN_MS = 120_000  # on a busy machine
KIMI = "Kimi at home · temperature 0.3"


@pytest.fixture(scope="module")
def models(stack: Stack) -> Iterator[tuple[str, str]]:
    with two_models(stack) as models:
        yield models


def tile(page: Page, name: str) -> Locator:
    return page.get_by_role("list", name="Variants").get_by_role("listitem", name=name)


def choose_model(page: Page, number: int, label: str) -> None:
    page.get_by_role("button", name=f"Model of variant {number}").click()
    page.get_by_role("menuitemradio", name=label).click()


def test_takes_of_three_models_stand_side_by_side_and_one_is_continued_with(
    page: Page, stack: Stack, models: tuple[str, str]
) -> None:
    page.goto(stack.origin)
    page.get_by_role("button", name="Model:").click()
    page.get_by_role("menuitemradio", name="Draft").click()
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Variants").click()
    choose_model(page, 2, "Draft")
    generate = page.get_by_role("button", name="Generate")
    expect(generate).to_be_disabled()
    expect(page.get_by_text("Draft gives the same page each time").first).to_be_visible()
    choose_model(page, 2, "Kimi at home")
    page.get_by_role("button", name="Temperature of variant 2").click()
    page.get_by_role("menuitemradio", name="0.3").click()
    page.get_by_role("button", name="Add a variant").click()
    choose_model(page, 3, "Locked")
    expect(generate).to_contain_text("Generate 3 variants")
    expect(generate).to_be_enabled()
    page.keyboard.press("Control+Enter")

    expect(page.get_by_role("heading", level=1, name="Sign in")).to_be_visible()
    kimi, locked = tile(page, KIMI), tile(page, "Locked")
    expect(locked.get_by_role("status")).to_contain_text("key", timeout=RUN_MS)
    expect(locked.get_by_role("button")).to_have_text("Continue")  # the one thing to do
    for name in ("Draft", KIMI):
        continue_with = tile(page, name).get_by_role("button", name="Continue with this")
        expect(continue_with).to_be_visible(timeout=RUN_MS)
        expect(tile(page, name).get_by_role("status")).to_contain_text("Done", timeout=RUN_MS)
    shown = page.get_by_role("list", name="Variants").get_by_role("heading", level=2)
    expect(shown).to_have_text(["Draftbest match", KIMI, "Locked"])
    expect(kimi).to_contain_text("2,100 tokens · $1.50")
    expect(kimi.get_by_role("img", name=f"Score of {KIMI}")).to_be_visible()
    kimi.get_by_role("link", name=f"Open {KIMI} in the studio").click()
    expect_done(page)
    page.get_by_role("link", name="3 variants").click()

    kimi.get_by_role("button", name="Continue with this").click()
    expect_done(page)
    body = page.frame_locator("iframe:visible").first.locator("body")
    expect(body).to_have_css("background-color", "rgb(0, 255, 0)")
    page.get_by_role("link", name="Projects").click()
    page.get_by_role("link", name="Sign in").first.click()
    expect_done(page)
    expect(body).to_have_css("background-color", "rgb(0, 255, 0)")
    page.get_by_role("link", name="3 variants").click()
    expect(shown).to_have_text(["Draftbest match", f"{KIMI}continued", "Locked"])


def test_all_are_stopped_at_once_and_the_page_can_be_used_by_everyone(
    page: Page, browser: Browser, stack: Stack
) -> None:
    asset = stack.post("/api/examples/login", {})
    variants = [{"model": model} for model in ("scripted", "draft", "chaos")]
    brief = {"prompt": paced_script(1, 600), "variants": variants}
    project = stack.post("/api/projects", {"assets": [{"id": asset["id"]}], **brief})
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.goto(f"{stack.origin}/p/{project['id']}")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    draft = tile(page, "Draft").get_by_role("status")
    expect(draft).to_contain_text("Done", timeout=RUN_MS)  # while another works for minutes
    expect(page.get_by_text("Each can be used as soon as it is done.")).to_be_visible()
    stop = page.get_by_role("button", name="Stop all")
    stop.press("Enter")
    expect(tile(page, "Scripted").get_by_role("status")).to_contain_text("Stopped")
    expect(stop).to_have_count(0)
    expect(draft).to_contain_text("Done")
    page.evaluate(AXE)
    for width, height in (DESKTOP, PHONE):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(FIND) == []
        assert page.evaluate("document.scrollingElement.scrollWidth") == width
    lefts = {
        (box := tile(page, name).bounding_box()) and box["x"]
        for name in ("Draft", "Scripted", "Chaos")
    }
    assert len(lefts) == 1  # one column
