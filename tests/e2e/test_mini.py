"""Kimi mini on SGLang, INT4 on the CPU: from a mockup in the browser to a measured page."""

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest
from playwright.sync_api import Page, expect

from bench.mini_mockups import capture
from bench.stack import Stack
from modelserver.mini.pages import draw
from workers.browser.renderer import Renderer

pytestmark = [pytest.mark.e2e, pytest.mark.modelserver, pytest.mark.timeout(1200)]

READY_WITHIN = 600.0  # seconds, on a busy machine
RUN_MS = 300_000
GOOD = 0.85
PAGE = draw(2_000_000_107)  # header, hero, cards, table, footer


@pytest.fixture(scope="module")
def mini_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A service with the model that ships, once the model answers."""
    stack = Stack(tmp_path_factory.mktemp("mini"), "--model", "mini").start()
    give_up_at = time.monotonic() + READY_WITHIN
    try:
        while mini_state(stack) != "ok":
            assert time.monotonic() < give_up_at, stack.log.read_text()
            time.sleep(1)
        yield stack
    finally:
        stack.stop()


def mini_state(stack: Stack) -> str:
    with urlopen(f"{stack.origin}/healthz", timeout=10) as answer:
        return str(json.load(answer)["checks"]["models"]["mini"])


@pytest.fixture(scope="module")
def unseen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A mockup of the domain that no training saw."""

    async def make() -> Path:
        renderer = Renderer()
        try:
            path = tmp_path_factory.mktemp("unseen") / "page.png"
            return (await capture(PAGE, path, renderer)).path
        finally:
            await renderer.close()

    return asyncio.run(make())


def test_the_page_is_of_the_test_split() -> None:
    assert PAGE.split == "test"


def test_a_mockup_becomes_a_measured_page(mini_stack: Stack, unseen: Path, page: Page) -> None:
    page.goto(mini_stack.origin)
    expect(page.get_by_role("button", name="Model: Kimi mini · CPU")).to_be_visible()
    page.get_by_label("Mockup files").set_input_files(unseen)
    page.get_by_role("button", name="Generate").click()
    page.wait_for_url("**/p/**")
    run = page.get_by_role("region", name="Run")
    expect(run.get_by_role("status")).to_contain_text("Done", timeout=RUN_MS)
    groups = page.get_by_role("list", name="Steps").get_by_role("heading", level=3)
    for group in groups.get_by_role("button").all():
        group.click()
    for file in ("index.html", "style.css"):
        expect(page.get_by_text(f"Wrote {file}").first).to_be_visible()
    score = page.locator(".score-strip").get_by_role("img", name="Score ")
    assert float(score.inner_text().removesuffix("%")) >= 100 * GOOD
    preview = page.frame_locator("iframe:visible").first
    for words in PAGE.texts[:4]:
        expect(preview.get_by_text(words).first).to_be_visible()


def test_the_picker_shows_what_the_server_says_and_keeps_draft(
    mini_stack: Stack, page: Page
) -> None:
    page.goto(mini_stack.origin)
    expect(page.get_by_text("Outside that it is a demonstration")).to_be_visible()
    page.get_by_role("button", name="Model: Kimi mini · CPU").click()
    card = page.get_by_role("menuitemradio", name="Kimi mini")
    expect(card).to_contain_text("sees pictures · does not read words · calls tools · 4k context")
    page.get_by_role("menuitemradio", name="Draft").click()
    expect(page.get_by_text("It follows the picture")).to_be_visible()


def test_ending_the_service_ends_the_model_server(mini_stack: Stack) -> None:
    started = mini_stack.processes()
    assert mini_stack.find("modelserver.serve")
    assert mini_stack.stop() == 0
    _, alive = psutil.wait_procs(started, timeout=10)
    assert alive == []
