"""A screen recording from the drop to the generated page, as a person goes."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from bench.recordings.film import Film
from bench.recordings.scripts import Camera
from bench.stack import Stack
from tests.e2e.conftest import EXAMPLES
from workers.imaging import decode_png

pytestmark = pytest.mark.e2e

RUN_MS = 180_000  # a draft on a busy machine


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page, a part of which is another after a while."""
    path = tmp_path_factory.mktemp("film") / "Evening.webm"
    first = decode_png((EXAMPLES / "login.png").read_bytes())
    second = first.copy()
    second[300:500, 700:1000] = (30, 90, 200)
    made = Film(path, Camera(fps=5, suffix=".webm"))
    for image in (first, second):
        for _ in range(8):
            made.write(image)
    made.close()
    return path


def read(page: Page, stack: Stack, film: Path) -> None:
    page.goto(stack.origin)
    page.get_by_label("Mockup files").set_input_files(film)
    page.wait_for_url("**/recordings/**")
    expect(page.get_by_role("list", name="States and actions")).to_be_visible(timeout=RUN_MS)


def test_a_recording_is_read_corrected_and_generated_from(
    browser: Browser, stack: Stack, film: Path
) -> None:
    # not the tab that may not complain: a preview runs no scripts, which the browser says there
    page = browser.new_page()
    read(page, stack, film)
    strip = page.get_by_role("list", name="States and actions")
    expect(strip.locator("button.state")).to_have_count(2)
    name = page.get_by_label("Name")
    name.fill("Signed out")
    name.press("Enter")
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    strip.locator("button.action").first.click()
    page.get_by_role("button", name="Kind: ").click()
    page.get_by_role("menuitemradio", name="Hover").click()
    picture = page.locator(".frame-picture img")
    box = picture.bounding_box()
    assert box is not None
    picture.click(position={"x": box["width"] * 0.6, "y": box["height"] * 0.5})
    width = page.get_by_label("width")
    expect(width).not_to_have_value("0")
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    picked = width.input_value()
    page.reload()
    expect(strip.get_by_text("Signed out")).to_be_visible()
    strip.locator("button.action").first.click()
    expect(page.get_by_role("button", name="Kind: Hover")).to_be_visible()
    expect(width).to_have_value(picked)
    for stack_label, noted in (("React", 1), ("HTML + CSS", 0)):
        page.get_by_role("button", name="Stack").click()
        page.get_by_role("menuitemradio", name=stack_label).click()
        expect(page.get_by_text("it draws the first state")).to_have_count(noted)
    page.get_by_role("button", name=re.compile("^Generate")).click()
    page.wait_for_url("**/p/**")
    run = page.get_by_role("region", name="Run")
    expect(run.get_by_role("status")).to_contain_text("Done", timeout=RUN_MS)
    page.get_by_role("tab", name="Replay").click()
    steps = page.get_by_role("list", name="Replayed steps")
    expect(steps.get_by_role("button")).to_have_count(1)
    for recorded in ("Recorded: State 2", "The page after the step"):
        expect(page.get_by_role("img", name=recorded)).to_be_visible()
    page.goto(stack.origin)
    expect(page.get_by_role("heading", name="Recordings")).to_have_count(0)
    page.close()


def test_of_two_tabs_the_second_chooses_and_loses_neither(
    page: Page, stack: Stack, film: Path
) -> None:
    read(page, stack, film)
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.get_by_label("Name")).to_have_value("State 1")  # as it was before
    for tab, words in ((page, "Mine"), (other, "Theirs")):
        tab.get_by_label("Name").fill(words)
        tab.get_by_label("Name").press("Enter")
        if tab is page:
            expect(tab.get_by_text("Saved", exact=True)).to_be_visible()
    alert = other.get_by_role("alert")
    expect(alert).to_contain_text("changed elsewhere")
    other.get_by_role("button", name="Take the others").click()
    expect(other.get_by_label("Name")).to_have_value("Mine")
    other.get_by_role("button", name="Undo").click()
    expect(other.get_by_label("Name")).to_have_value("Theirs")
    expect(other.get_by_text("Saved", exact=True)).to_be_visible()
    other.close()


def test_an_upload_goes_on_after_a_reload(page: Page, stack: Stack, film: Path) -> None:
    page.route("**/content?offset=*", lambda route: route.abort())
    page.goto(stack.origin)
    page.get_by_label("Mockup files").set_input_files(film)
    expect(page.get_by_text("The server does not answer")).to_be_visible()
    page.unroute("**/content?offset=*")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.get_by_text("The upload stopped at 0 %")).to_be_visible()
    page.get_by_label("Recording file").set_input_files(film)
    expect(page.get_by_role("list", name="States and actions")).to_be_visible(timeout=RUN_MS)


def test_what_is_no_recording_says_so(page: Page, stack: Stack, tmp_path: Path) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"these are notes")
    page.goto(stack.origin)
    page.get_by_label("Mockup files").set_input_files(broken)
    expect(page.get_by_role("alert")).to_contain_text("not a recording")
    expect(page.get_by_role("link", name="Choose another")).to_be_visible()


def test_on_a_phone_and_by_keyboard(page: Page, stack: Stack, film: Path) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    read(page, stack, film)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    strip = page.get_by_role("list", name="States and actions")
    strip.locator("[aria-current=step]").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("region", name="Action")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("region", name="State")).to_be_visible()
    assert float(page.get_by_label("Time in the recording").input_value()) > 0


# A headless browser shares no screen: a canvas stands in for what the person would pick.
SHARED = """() => {
  navigator.mediaDevices.getDisplayMedia = () => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [640, 400];
    const context = canvas.getContext("2d");
    const began = Date.now();
    setInterval(() => {
      context.fillStyle = "#ffffff";
      context.fillRect(0, 0, 640, 400);
      context.fillStyle = Date.now() - began > 2500 ? "#1d4ed8" : "#e5e7eb";
      context.fillRect(80, 80, 400, 240);
    }, 50);
    return Promise.resolve(canvas.captureStream(20));
  };
}"""


def test_a_tab_is_recorded_with_a_pause_and_read(page: Page, stack: Stack) -> None:
    page.add_init_script(f"({SHARED})()")
    page.goto(stack.origin)
    page.get_by_role("button", name="Record").click()
    page.get_by_role("button", name="Start", exact=True).click()
    timer = page.get_by_role("timer")
    expect(timer).to_contain_text("00:01 / 03:00")
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Go on").click()
    expect(timer).to_contain_text("00:05 / 03:00")
    page.get_by_role("button", name="Stop").click()
    page.wait_for_url("**/recordings/**")
    strip = page.get_by_role("list", name="States and actions")
    expect(strip).to_be_visible(timeout=RUN_MS)
    expect(strip.locator("button.state")).to_have_count(2)


def test_a_browser_that_records_nothing_is_not_offered_to(page: Page, stack: Stack) -> None:
    page.add_init_script("delete window.MediaRecorder")
    page.goto(stack.origin)
    expect(page.get_by_role("button", name="Browse")).to_be_visible()
    expect(page.get_by_role("button", name="Record")).to_have_count(0)
