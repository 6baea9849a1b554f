"""Pages that would take the machine along: each ends in its error, and the next render works."""

import asyncio
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from playwright.async_api import Browser
from playwright.async_api import Error as PlaywrightError

from tests.workers.browser.conftest import WritePage, browser_processes
from workers.browser import chromium as chromium_module
from workers.browser import renderer as renderer_module
from workers.browser.capture import MAX_HEIGHT, MAX_PIXELS, capture
from workers.browser.chromium import Chromium
from workers.browser.errors import (
    BrowserFailed,
    RenderCrashed,
    RenderError,
    RenderMemory,
    RenderTimeout,
)
from workers.browser.isolation import IsolationLevel
from workers.browser.renderer import NOT_DRAWN, Renderer
from workers.browser.site_folder import SiteFolder
from workers.browser.watchdog import Limits, guarded, tree_memory
from workers.imaging import png_size
from workers.shot import RenderRequest, Shot

pytestmark = pytest.mark.asyncio(loop_scope="session")

SHORT = Limits(seconds=3)
SMALL = Limits(seconds=30, memory=600_000_000)
BOMBS: dict[str, tuple[str, type[RenderError]]] = {
    "loop": ("<script>for (;;);</script>", RenderTimeout),
    "loop after load": (
        "<script>onload = () => setTimeout(() => { for (;;); })</script>",
        RenderTimeout,
    ),
    "alerts": ("<script>for (;;) alert('again')</script>", RenderTimeout),
    "reload": ("<script>onload = () => location.reload()</script>", RenderTimeout),
    "refresh": ("<meta http-equiv=refresh content=0>", RenderTimeout),
    "redirect": ("<script>location.search = `scripts=1&${Math.random()}`</script>", RenderTimeout),
    "arrays": (
        "<script>const kept = []; for (;;) kept.push(new Uint8Array(5e7).fill(1))</script>",
        RenderMemory,
    ),
    "heap": (
        "<script>const kept = []; for (;;) kept.push(new Array(1e6).fill(1.5))</script>",
        RenderCrashed,
    ),
    "canvases": (
        """<script>for (let i = 0; i < 400; i++) { const c = document.createElement('canvas');
        c.width = c.height = 4000; const d = c.getContext('2d'); d.fillRect(0, 0, 4000, 4000);
        d.getImageData(0, 0, 1, 1); document.body.append(c) }</script>""",
        RenderMemory,
    ),
}


@pytest.mark.parametrize("bomb", BOMBS)
async def test_a_bomb_ends_in_its_error_and_the_next_render_works(
    bomb: str, write_page: WritePage
) -> None:
    body, expected = BOMBS[bomb]
    renderer = Renderer(limits=SHORT if expected is RenderTimeout else SMALL)
    try:
        with pytest.raises(expected) as caught:
            await renderer.render(write_page(body), RenderRequest(width=100, height=100))
        assert isinstance(caught.value, RenderError)
        assert str(caught.value)
        shot = await renderer.render(write_page("hello"), RenderRequest(width=100, height=100))
        assert [text.text for text in shot.texts] == ["hello"]
    finally:
        await renderer.close()


def runs_a_page(process: psutil.Process) -> bool:
    """Whether it is the renderer of a page whose script has run for a while."""
    try:
        return "--type=renderer" in process.cmdline() and process.cpu_times().user > 0.4
    except psutil.NoSuchProcess:
        return False


async def kill_the_browser(*, at_work: bool) -> None:
    """As soon as there is one, or as soon as it runs a page."""
    own = psutil.Process()

    def is_due() -> bool:
        if not at_work:
            return bool(browser_processes())
        return any(map(runs_a_page, own.children(recursive=True)))

    while not is_due():  # noqa: ASYNC110  no event tells
        await asyncio.sleep(0.02)
    killed = []
    for process in browser_processes():
        with suppress(psutil.NoSuchProcess):
            killed += [process, *process.children(recursive=True)]
    for process in killed:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    # else what is left of this browser's page passes for the next one's
    await asyncio.to_thread(psutil.wait_procs, killed, timeout=10)


@pytest.mark.parametrize("at_work", [True, False])
async def test_a_browser_that_is_killed_is_replaced_once(
    at_work: bool, write_page: WritePage
) -> None:
    renderer = Renderer()
    slow = "<script>const end = Date.now() + 5000; while (Date.now() < end);</script>hello"
    try:
        job = asyncio.ensure_future(
            renderer.render(write_page(slow), RenderRequest(width=100, height=100))
        )
        await kill_the_browser(at_work=at_work)
        assert [text.text for text in (await job).texts] == ["hello"]
    finally:
        await renderer.close()


async def test_a_browser_that_is_killed_and_then_as_it_launches_is_replaced_all_the_same(
    write_page: WritePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    renderer = Renderer()
    slow = "<script>const end = Date.now() + 5000; while (Date.now() < end);</script>hello"
    start, failures = chromium_module.start, iter([False, True, True, False])

    async def start_or_fail(program: Path, level: IsolationLevel) -> Chromium:
        if next(failures):
            raise BrowserFailed("It ended as soon as it had started.")
        return await start(program, level)

    monkeypatch.setattr(renderer_module, "start", start_or_fail)
    try:
        job = asyncio.ensure_future(
            renderer.render(write_page(slow), RenderRequest(width=100, height=100))
        )
        await kill_the_browser(at_work=True)
        assert [text.text for text in (await job).texts] == ["hello"]
    finally:
        await renderer.close()


async def test_a_driver_that_is_killed_as_it_starts_is_a_browser_that_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = tmp_path / "driver"
    driver.write_text("#!/bin/sh\nkill -9 $$\n")
    driver.chmod(0o700)
    monkeypatch.setenv("PLAYWRIGHT_NODEJS_PATH", str(driver))
    with pytest.raises(BrowserFailed, match="driver"):
        await chromium_module.start(Path("/nowhere"), IsolationLevel("flags"))


async def test_a_page_whose_browser_is_killed_twice_is_given_up_on(write_page: WritePage) -> None:
    renderer = Renderer(limits=Limits(seconds=60))  # a busy machine takes long for two browsers
    try:
        slow = write_page("<script>for (;;);</script>")
        job = asyncio.ensure_future(renderer.render(slow, RenderRequest(width=100, height=100)))
        for _ in range(2):
            await kill_the_browser(at_work=True)
        with pytest.raises(RenderCrashed):
            await job
        shot = await renderer.render(write_page("hello"), RenderRequest(width=100, height=100))
        assert [text.text for text in shot.texts] == ["hello"]
    finally:
        await renderer.close()


FLOODS = {
    "lines": "<script>setInterval(() => { for (let i = 0; i < 2e4; i++) console.log(i) })</script>",
    "texts": """<script>const text = 'x'.repeat(1e6);
        setInterval(() => { for (let i = 0; i < 50; i++) console.error(text) })</script>""",
    "errors": """<script>setInterval(() => { for (let i = 0; i < 5e3; i++)
        setTimeout(() => { throw new Error(i) }) })</script>""",
}


@pytest.mark.parametrize("flood", FLOODS)
async def test_what_a_page_floods_the_console_with_costs_no_more_than_its_budget(
    flood: str, write_page: WritePage
) -> None:
    renderer = Renderer(limits=Limits(seconds=6))
    before = psutil.Process().memory_info().rss
    try:
        await renderer.render(write_page("hello"), RenderRequest(width=100, height=100))
        with pytest.raises(RenderTimeout):
            await renderer.render(write_page(FLOODS[flood]), RenderRequest(width=100, height=100))
        assert psutil.Process().memory_info().rss - before < 500_000_000
        shot = await renderer.render(write_page("hello"), RenderRequest(width=100, height=100))
        assert [text.text for text in shot.texts] == ["hello"]
    finally:
        await renderer.close()


async def test_a_flooded_event_loop_delays_no_limit() -> None:
    """What the driver sends can keep the loop from ever looking at its clock."""
    browser, driver = (subprocess.Popen(["sleep", "60"]) for _ in range(2))  # noqa: ASYNC220

    async def flooded() -> None:
        while browser.poll() is None or driver.poll() is None:
            time.sleep(0.05)  # noqa: ASYNC251  nothing else gets a turn

    with pytest.raises(RenderTimeout):
        await guarded(flooded(), browser.pid, driver.pid, Limits(seconds=0.5))
    assert (browser.returncode, driver.returncode) == (-9, -9)


async def test_a_page_of_many_pixels_is_cut_off(write_page: WritePage) -> None:
    renderer = Renderer()
    try:
        tall = write_page("<div style='height:30000px'></div>")
        shot = await renderer.render(tall, RenderRequest(width=4000, height=500))
        width, height = png_size(shot.png)
        assert (width, height) == (4000, MAX_PIXELS // 4000)
        shot = await renderer.render(tall, RenderRequest(width=100, height=100))
        assert png_size(shot.png) == (100, MAX_HEIGHT)
    finally:
        await renderer.close()


@pytest.mark.parametrize("failures", [1, 2])
async def test_a_browser_that_has_no_picture_to_give_is_replaced_once(
    failures: int, write_page: WritePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    browsers: list[Browser] = []

    async def failing(browser: Browser, site: SiteFolder, request: RenderRequest) -> Shot:
        browsers.append(browser)
        if len(browsers) <= failures:
            raise PlaywrightError(f"CDPSession.send: Protocol error: {NOT_DRAWN}")
        return await capture(browser, site, request)

    monkeypatch.setattr(renderer_module, "capture", failing)
    renderer = Renderer()
    try:
        rendering = renderer.render(write_page("hello"), RenderRequest(width=100, height=100))
        if failures == 1:
            assert [text.text for text in (await rendering).texts] == ["hello"]
        else:
            with pytest.raises(RenderCrashed, match=NOT_DRAWN):
                await rendering
    finally:
        await renderer.close()
    assert len(browsers) == 2
    assert browsers[0] is not browsers[1]


async def test_memory_is_counted_over_the_whole_tree() -> None:
    grown = "x = bytearray(300_000_000); x[::4096] = b'x' * len(x[::4096]); input()"
    nested = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {grown!r}])"
    parent = await asyncio.create_subprocess_exec(
        "python3", "-c", nested, stdin=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(20):
            while tree_memory(parent.pid) < 300_000_000:  # noqa: ASYNC110  another process grows
                await asyncio.sleep(0.05)
    finally:
        for child in psutil.Process(parent.pid).children(recursive=True):
            child.kill()
        await parent.communicate()
    assert tree_memory(parent.pid) == 0
