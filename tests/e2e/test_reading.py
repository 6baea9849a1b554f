"""What a person sees while the draft model reads a mockup."""

import signal
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from bench.stack import Stack
from tests.e2e.test_compose import hand_over

pytestmark = pytest.mark.e2e

RUN_MS = 180_000  # a draft on a busy machine
ROWS = 40


def long_list(path: Path) -> Path:
    """A mockup that nobody has read before, and that takes a while to read."""
    image = Image.new("RGB", (1200, 1100), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((40, 24, 1160, 64), fill="#dbe7ff")
    for row in range(ROWS):
        y = 80 + 25 * row
        draw.text((60, y), f"Parcel {row * 37} for the quay", fill="#202430", font_size=15)
        draw.text((700, y), f"weighs {row * 13 + 2} kilos", fill="#505868", font_size=15)
    image.save(path)
    return path


def start_reading(page: Page, stack: Stack, folder: Path) -> None:
    """Hand a mockup over and wait until something is found on it."""
    page.goto(stack.origin)
    hand_over(page, "drop", long_list(folder / "parcels.png"))
    page.get_by_role("button", name="Generate").click()
    page.wait_for_url("**/p/**")
    page.locator(".found").wait_for(timeout=RUN_MS)


def test_what_is_found_is_outlined_until_there_is_a_revision(
    page: Page, own_stack: Stack, tmp_path: Path
) -> None:
    start_reading(page, own_stack, tmp_path)
    for process in own_stack.find("celery"):  # hold the reading, so that it can be looked at
        process.send_signal(signal.SIGSTOP)
    try:
        page.reload()  # the record alone has it all
        expect(page.locator(".found")).to_be_visible()
        words = page.get_by_role("tabpanel").get_by_role("status")
        expect(words).to_contain_text("pieces of text")
        expect(page.locator("iframe:visible")).to_have_count(0)
        texts = page.locator(".found .found-text")
        count = texts.count()
        assert count >= ROWS
        mockup = page.locator(".no-revision img").bounding_box()
        assert mockup is not None
        for place in (0, count - 1):
            box = texts.nth(place).bounding_box()
            assert box is not None
            assert mockup["x"] < box["x"] < mockup["x"] + mockup["width"] - box["width"]
            assert mockup["y"] < box["y"] < mockup["y"] + mockup["height"] - box["height"]
    finally:
        for process in own_stack.find("celery"):
            process.send_signal(signal.SIGCONT)
    expect(page.locator("iframe:visible")).to_have_count(1, timeout=RUN_MS)
    expect(page.locator(".found")).to_have_count(0)


def test_the_outlines_go_when_the_run_is_stopped(
    page: Page, own_stack: Stack, tmp_path: Path
) -> None:
    start_reading(page, own_stack, tmp_path)
    page.get_by_role("button", name="Stop").click()
    run = page.get_by_role("region", name="Run")
    expect(run.get_by_role("status")).to_contain_text("Stopped")
    expect(page.locator(".found")).to_have_count(0)
    page.reload()
    expect(page.get_by_text("It ended before a first version was made.")).to_be_visible()
    expect(page.locator(".found")).to_have_count(0)
