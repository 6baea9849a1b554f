"""One page of a folder, loaded, brought to rest, read and photographed in a throw-away context.

The page is hostile until proved otherwise: it sees its own folder and nothing else, and what reads
it runs in an isolated world, out of reach of its scripts.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from time import perf_counter

from playwright.async_api import Browser, BrowserContext
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeout

from webapp.studio.events import Rect
from workers.browser.errors import PageMissing, RenderTimeout
from workers.browser.guard import Complaints, guarded_page
from workers.browser.reader import Reader
from workers.browser.site import Site, shown
from workers.browser.visible import visible
from workers.shot import Screenshot

LOAD_MS = 5_000
QUIET_MS = 50  # a page with scripts is at rest when its DOM stayed the same for so long
MAX_HEIGHT = 20_000  # device pixels of a full-page screenshot; the rest is cut off
# what the browser says when the document went away while it was being read
SIGNS_OF_NAVIGATION = ("context was destroyed", "Cannot find context", "target navigated")


@dataclass(frozen=True)
class View:
    """What to photograph, CSS pixels. `region` is in page coordinates and wins over `full_page`."""

    page: str
    width: int
    height: int
    scale: float = 1.0
    full_page: bool = True
    region: Rect | None = None
    scripts: bool = True


async def photograph(browser: Browser, site: Site, view: View) -> Screenshot:
    """Render `view` of `site` in a fresh context of `browser`.

    Raises PageMissing, RenderTimeout (the page keeps navigating) and Playwright's own errors.
    """
    if site.answer(site.url(view.page)) is None:
        raise PageMissing(f"There is no {view.page} to render. Write it first.")
    started = perf_counter()
    context = await _open_context(browser, view)
    try:
        complaints = Complaints()
        page = await guarded_page(context, site, complaints)
        await page.goto(site.url(view.page), wait_until="domcontentloaded", timeout=0)
        while True:
            with suppress(PlaywrightTimeout):  # a frame left open never loads, and can be seen
                await page.wait_for_load_state("load", timeout=LOAD_MS)
            stays = complaints.navigations
            try:
                async with Reader.of(page, view.width, view.height, view.scale) as reader:
                    shot = await _read(reader, view, complaints, started)
            except PlaywrightError as error:
                if not any(sign in error.message for sign in SIGNS_OF_NAVIGATION):
                    raise
            else:
                if complaints.navigations == stays:
                    return shot
    finally:
        await context.close()


async def _open_context(browser: Browser, view: View) -> BrowserContext:
    return await browser.new_context(
        viewport={"width": view.width, "height": view.height},
        device_scale_factor=view.scale,
        java_script_enabled=view.scripts,
        service_workers="block",
        offline=True,
        accept_downloads=False,
        reduced_motion="reduce",
        color_scheme="light",
        locale="en-US",
        timezone_id="UTC",
    )


async def _read(reader: Reader, view: View, complaints: Complaints, started: float) -> Screenshot:
    size = await reader.settle(QUIET_MS if view.scripts else 0)
    if complaints.restless:
        raise RenderTimeout("The page navigates again and again. Remove the reload or redirect.")
    clip = _clip(view, size.height)
    if view.scripts:
        await reader.freeze()
    content = await reader.read(clip, complaints.failed_requests)
    png = await reader.capture(clip)
    texts = content.texts
    if texts:
        bare = await reader.capture_bare(clip)
        texts = await asyncio.to_thread(visible, texts, png, bare, view.scale)
    return Screenshot(
        png=png,
        width=round(clip.width * view.scale),
        height=round(clip.height * view.scale),
        scale=view.scale,
        texts=texts,
        pictures=content.pictures,
        console_errors=tuple(complaints.console_errors),
        failed_requests=tuple(map(shown, complaints.failed_requests)),
        overflow_px=max(0, round(size.width) - view.width),
        seconds=perf_counter() - started,
    )


def _clip(view: View, page_height: float) -> Rect:
    if view.region is not None:
        return view.region
    height = float(view.height)
    if view.full_page:
        height = min(max(height, page_height), MAX_HEIGHT / view.scale)
    return Rect(x=0, y=0, width=view.width, height=height)
