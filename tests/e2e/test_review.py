"""Reviewing a page: preview, every compare mode, code, and the zip that is taken home."""

import asyncio
import io
import json
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, expect

from bench.stack import Stack
from tests.e2e.conftest import EXAMPLES, start_run
from workers.browser.renderer import Renderer
from workers.drafting.perceive.text.reader import find_text
from workers.imaging import read_image
from workers.scoring import compare, view_of_mockup, view_of_render
from workers.shot import RenderRequest, Shot

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def drafted(stack: Stack, browser: Browser) -> str:
    """The address of a finished run of the draft model."""
    address = start_run(stack, model="draft")
    page = browser.new_page()
    page.goto(address)
    status = page.get_by_role("region", name="Run").get_by_role("status")
    expect(status).to_contain_text("Done", timeout=180_000)
    page.close()
    return address


@pytest.fixture
def studio(page: Page, drafted: str) -> Iterator[Page]:
    page.goto(drafted)
    expect(page.locator(".score-strip")).to_be_visible()
    yield page


def mode(page: Page, name: str):  # type: ignore[no-untyped-def]  # a Playwright locator
    return page.get_by_role("radiogroup", name="Compare mode").get_by_role("radio", name=name)


@pytest.mark.parametrize(
    ("key", "name", "label"),
    [
        ("1", "Side by side", "Mockup"),
        ("2", "Swipe", "Mockup"),
        ("3", "Onion skin", "Render over mockup"),
        ("4", "Blink", "Mockup"),
        ("5", "Heat map", "Heat"),
    ],
)
def test_each_compare_mode_has_a_key(studio: Page, key: str, name: str, label: str) -> None:
    studio.keyboard.press("c")
    studio.keyboard.press(key)
    expect(mode(studio, name)).to_be_checked()
    expect(studio.locator(".pane-label").first).to_contain_text(label)
    pictures = studio.locator(".stage-body.compare img")
    expect(pictures.first).to_be_visible()
    for picture in pictures.all():
        picture.evaluate("one => one.decode()")  # rejects a picture that does not load


def test_the_swipe_divider_moves_by_keyboard_and_by_mouse(studio: Page) -> None:
    studio.keyboard.press("c")
    studio.keyboard.press("2")
    divider = studio.get_by_role("slider", name="Divider between mockup and render")
    divider.focus()
    studio.keyboard.press("ArrowLeft")
    expect(divider).to_have_attribute("aria-valuenow", "48")
    box = divider.bounding_box()
    assert box is not None
    studio.mouse.move(box["x"] + box["width"] / 2, box["y"] + 100)
    studio.mouse.down()
    studio.mouse.move(box["x"] + 200, box["y"] + 100, steps=5)
    studio.mouse.up()
    assert int(divider.get_attribute("aria-valuenow") or 0) > 55


def test_a_region_zooms_mockup_and_render_alike(studio: Page) -> None:
    studio.keyboard.press("c")
    before = studio.get_by_role("button", name="Fit to the width").inner_text()
    studio.get_by_role("list", name="Differences, worst first").get_by_role("button").first.click()
    expect(studio.get_by_role("button", name="Fit to the width")).not_to_have_text(before)
    transforms = studio.locator(".pane img").evaluate_all(
        "all => all.map(one => getComputedStyle(one.parentElement).transform + one.style.cssText)"
    )
    assert len(transforms) == 2
    assert transforms[0] == transforms[1]


def test_scripts_are_off_until_switched_on(studio: Page) -> None:
    frame = studio.locator("iframe:visible").first
    assert "allow-scripts" not in (frame.get_attribute("sandbox") or "")
    studio.get_by_role("switch", name="scripts").click()
    sandbox = studio.locator("iframe:visible").first.get_attribute("sandbox") or ""
    assert "allow-scripts" in sandbox
    assert "allow-same-origin" not in sandbox


def test_the_code_tab_shows_the_files(studio: Page) -> None:
    studio.keyboard.press("d")
    files = studio.get_by_role("navigation", name="Files")
    expect(files).to_contain_text("index.html")
    files.get_by_role("button", name="style.css").click()
    expect(studio.locator(".cm-content")).to_contain_text(":root")


def test_the_zip_runs_offline_and_scores_the_same(
    stack: Stack, drafted: str, tmp_path: Path
) -> None:
    project = json.loads(fetch(f"{stack.origin}/api/projects/{drafted.rsplit('/', 1)[1]}"))
    run = project["runs"][0]
    zipped = fetch(f"{stack.origin}/api/runs/{run['id']}/revisions/{run['best_revision']}/zip")
    zipfile.ZipFile(io.BytesIO(zipped)).extractall(tmp_path)
    with ThreadPoolExecutor(1) as pool:  # this thread's loop is the browser's
        shot = pool.submit(asyncio.run, render(tmp_path)).result()
    assert shot.failed_requests == ()
    mockup = read_image(EXAMPLES / "login.png")
    wanted = view_of_mockup(mockup, 1.0, find_text(mockup))
    score = compare(wanted, view_of_render(shot)).score.total
    assert score == pytest.approx(run["score"], abs=0.002)


def fetch(address: str) -> bytes:
    with urlopen(address) as response:
        data: bytes = response.read()
    return data


async def render(folder: Path) -> Shot:
    """The page as the login mockup's own size shows it, in a browser without a network."""
    renderer = Renderer()
    try:
        return await renderer.render(folder, RenderRequest(width=1280, height=800))
    finally:
        await renderer.close()


@pytest.mark.parametrize("width", [390, 768])
def test_small_screens_have_no_sideways_scroll(
    browser: Browser, stack: Stack, drafted: str, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 844})
    page = context.new_page()
    for address in (stack.origin, f"{stack.origin}/projects", drafted):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_the_keyboard_list_names_the_keys(studio: Page) -> None:
    studio.keyboard.press("?")
    dialog = studio.get_by_role("dialog")
    for word in ("Generate", "Stop", "Compare"):
        expect(dialog).to_contain_text(word)
