"""Two mockups of one page, its menu closed and open: the page, and the page in that state."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bench.seeing import NAME, serve_seeing
from bench.stack import Stack
from tests.e2e.connected import connected
from tests.e2e.test_conversation import say

pytestmark = pytest.mark.e2e

RUN_MS = 240_000  # on a busy machine; two pictures are read
PAGE = """<!doctype html><html lang=en><meta charset=utf-8><title>Farm</title>
<style>
body { margin: 0; font: 18px/1.5 sans-serif; color: #1b2a4a; background: #fff }
header { display: flex; justify-content: space-between; padding: 20px; background: #1b2a4a;
  color: #fff; font-weight: 700 }
main { padding: 40px 20px }
h1 { margin: 0; font-size: 32px }
p { margin: 8px 0 0 }
nav { position: absolute; top: 76px; right: 20px; width: 200px; padding: 16px; font-size: 18px;
  background: #eef1f6; border: 1px solid #1b2a4a }
nav a { display: block; color: #1b2a4a }
</style>
<header><span>Green valley farm</span><span>Menu</span></header>
<main><h1>Plan the season</h1><p>Crops and crews in one place</p></main>
"""
MENU = "<nav><a>Fields</a><a>Harvest</a><a>Settings</a></nav>"
MOCKUPS = {"closed": PAGE, "open": PAGE + MENU}


@pytest.fixture(scope="module")
def service(stack: Stack) -> Iterator[Stack]:
    """It proposes the seeing simulator."""
    with serve_seeing() as url, connected(stack, url, NAME):
        yield stack


@pytest.fixture
def mockups(browser: Browser, tmp_path: Path) -> list[Path]:
    """What the page looks like with its menu closed and open."""
    found = []
    for name, source in MOCKUPS.items():
        window = browser.new_page(viewport={"width": 800, "height": 420})
        window.set_content(source)
        found.append(tmp_path / f"{name}.png")
        window.screenshot(path=found[-1])
        window.close()
    return found


def generate(page: Page, service: Stack, mockups: list[Path], role: str) -> None:
    """Start a run on the two, the second of that role, and wait until it is done."""
    page.goto(service.origin)
    page.get_by_label("Mockup files").set_input_files(mockups)
    page.get_by_role("button", name="What open.png shows: Page or width: auto").click()
    page.get_by_role("menuitemradio", name=role).click()
    expect(page.get_by_role("button", name="Generate")).to_be_enabled()  # both are there
    page.reload()  # what was chosen stays
    expect(page.get_by_role("button", name=f"What open.png shows: {role}")).to_be_visible()
    page.get_by_role("button", name="Generate").click()
    page.wait_for_url("**/p/**")
    wait_until_done(page)


def wait_until_done(page: Page) -> None:
    status = page.get_by_role("region", name="Run").get_by_role("status")
    expect(status).to_contain_text("Done", timeout=RUN_MS)


def test_a_page_and_its_open_menu_become_the_page_and_that_state_of_it(
    page: Page, service: Stack, mockups: list[Path]
) -> None:
    generate(page, service, mockups, "Page 1, other state")
    pages = page.get_by_role("radiogroup", name="Page")
    state = pages.get_by_role("radio", name="state 2")
    expect(state).to_have_attribute("title", "open.png: page 1 in another state")
    preview, frame = page.frame_locator("iframe:visible").first, page.locator("iframe").first
    expect(preview.get_by_role("heading", name="Plan the season")).to_be_visible()
    expect(preview.get_by_text("Harvest")).to_have_count(0)
    state.click()
    expect(frame).to_have_attribute("src", re.compile("/page-2.html$"))
    expect(preview.get_by_role("heading", name="Plan the season")).to_be_visible()
    expect(preview.get_by_text("Harvest")).to_be_visible()
    strip = page.locator(".score-strip")
    expect(strip).to_contain_text("state 2")
    score = strip.get_by_role("img", name="Score ")
    assert float(score.inner_text().removesuffix("%")) > 99

    page.get_by_role("tab", name="Compare").click()
    pictures = page.get_by_role("tabpanel", name="Compare").locator("img")
    expect(pictures).to_have_count(2)
    for picture in pictures.all():
        expect(picture).to_have_js_property("naturalWidth", 800)

    say(page, "Change “Crops” to “Seeds”")
    expect(page.get_by_role("list", name="Steps")).to_contain_text("‘Crops’ is now", timeout=RUN_MS)
    wait_until_done(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download zip").click()
    with zipfile.ZipFile(download.value.path()) as archive:
        taken = {name: archive.read(name).decode() for name in archive.namelist()}
    (index,) = (text for name, text in taken.items() if name.endswith("index.html"))
    (opened,) = (text for name, text in taken.items() if name.endswith("page-2.html"))
    assert ("Harvest" in index, "Harvest" in opened) == (False, True)
    assert ("Seeds and crews" in index, "Seeds and crews" in opened) == (True, True)


def test_what_a_mockup_shows_is_said_anew_for_another_try(
    page: Page, service: Stack, mockups: list[Path]
) -> None:
    generate(page, service, mockups, "Another page")
    pages = page.get_by_role("radiogroup", name="Page").get_by_role("radio")
    expect(pages).to_have_text(["1", "2"])
    page.get_by_role("button", name="Start over…").click()
    shown = page.get_by_role("list", name="What the other mockups show").get_by_role("listitem")
    expect(shown).to_have_count(1)  # the first mockup is page 1
    expect(shown).to_contain_text("open.png")
    button = shown.get_by_role("button", name="What open.png shows: Another page")
    button.click()
    menu, below = page.get_by_role("menu").bounding_box(), button.bounding_box()
    assert menu and below and menu["y"] + menu["height"] < below["y"]  # where there is room
    page.get_by_role("menuitemradio", name="Page 1, other state").click()
    first = page.url
    page.get_by_role("button", name="Try again").click()
    page.wait_for_url(lambda url: url != first)
    wait_until_done(page)
    expect(pages).to_have_text(["1", "state 2"])
    page.get_by_role("button", name="Start over…").click()
    chosen = shown.get_by_role("button", name="What open.png shows: Page 1, other state")
    expect(chosen).to_be_visible()
    page.get_by_role("link", name="Show this try").click()
    expect(pages).to_have_text(["1", "2"])  # what was made stays what it was made as
