"""One page of a folder, loaded, brought to rest, read and captured in a throw-away context.

The page is hostile until proved otherwise: it sees its own folder and nothing else, and what reads
it runs in an isolated world, out of reach of its scripts.
"""

import asyncio
from contextlib import suppress
from dataclasses import replace
from time import perf_counter

from playwright.async_api import Browser, BrowserContext
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeout

from webapp.studio.events import Rect
from workers.browser.errors import PageMissing, RenderTimeout
from workers.browser.guard import PageActivity, guarded_page
from workers.browser.reader import Reader
from workers.browser.site_folder import SiteFolder, shown
from workers.browser.visible import visible
from workers.shot import RenderRequest, Shot

LOAD_MS = 5_000
QUIET_MS = 50  # a page with scripts is at rest when its DOM stayed the same for so long
# of a full-page screenshot, device pixels; the rest is cut off
MAX_HEIGHT = 20_000
MAX_PIXELS = 64_000_000  # as the largest mockup has
# what the browser says when the document went away while it was being read
SIGNS_OF_NAVIGATION = (
    "context was destroyed",
    "Cannot find context",
    "target navigated",
    "Cannot find default execution context",
)


async def capture(browser: Browser, site: SiteFolder, request: RenderRequest) -> Shot:
    """Render a page of `site` in a fresh context of `browser`.

    Raises PageMissing, RenderTimeout (the page keeps navigating) and Playwright's own errors.
    """
    served = site.answer(site.url(request.page))
    if served is None:
        raise PageMissing(f"There is no {request.page} to render. Write it first.")
    started = perf_counter()
    context = await open_context(browser, request)
    try:
        activity = PageActivity()
        page = await guarded_page(context, site, activity)
        url = site.url(request.page, scripts=request.scripts)
        await page.goto(url, wait_until="domcontentloaded", timeout=0)
        while True:
            with suppress(PlaywrightTimeout):  # a frame left open never loads, and can be seen
                await page.wait_for_load_state("load", timeout=LOAD_MS)
            stays = activity.navigations
            try:
                async with Reader.of(page, request.width, request.height, request.scale) as reader:
                    shot = await _read(reader, request, activity, started)
            except PlaywrightError as error:
                if not any(sign in error.message for sign in SIGNS_OF_NAVIGATION):
                    raise
            else:
                if activity.navigations == stays:
                    return replace(shot, html=served.body.decode("utf-8", "replace"))
    finally:
        await context.close()


async def open_context(
    browser: Browser, request: RenderRequest, *, moves: bool = False
) -> BrowserContext:
    """A throw-away context with the window that is asked for; `moves` lets animations run."""
    return await browser.new_context(
        viewport={"width": request.width, "height": request.height},
        device_scale_factor=request.scale,
        java_script_enabled=request.scripts,
        service_workers="block",
        offline=True,
        accept_downloads=False,
        reduced_motion="no-preference" if moves else "reduce",
        color_scheme="light",
        locale="en-US",
        timezone_id="UTC",
    )


async def _read(
    reader: Reader, request: RenderRequest, activity: PageActivity, started: float
) -> Shot:
    scripts = request.scripts and activity.runs_scripts  # where none run, no timer ends a wait
    size = await reader.wait_until_stable(QUIET_MS if scripts else 0)
    if activity.navigates_too_often:
        raise RenderTimeout("The page navigates again and again. Remove the reload or redirect.")
    clip = _clip(request, size.height)
    if scripts:
        await reader.freeze()
    content = await reader.read(clip, activity.failed_requests)
    png = await reader.capture(clip)
    accessibility = await reader.check_accessibility(clip) if request.accessibility else None
    texts = content.texts
    if texts:
        bare = await reader.capture_bare(clip)
        texts = await asyncio.to_thread(visible, texts, png, bare, request.scale)
    return Shot(
        png=png,
        scale=request.scale,
        texts=texts,
        pictures=content.pictures,
        boxes=content.boxes,
        console_errors=tuple(activity.console_errors),
        failed_requests=tuple(map(shown, activity.failed_requests)),
        overflow_px=max(0, round(size.width) - request.width),
        accessibility=accessibility,
        seconds=perf_counter() - started,
    )


def _clip(request: RenderRequest, page_height: float) -> Rect:
    if request.region is not None:
        return request.region
    height = float(request.height)
    if request.full_page:
        most = max(height, MAX_PIXELS / (request.width * request.scale**2))
        height = min(max(height, page_height), MAX_HEIGHT / request.scale, most)
    return Rect(x=0, y=0, width=request.width, height=height)
