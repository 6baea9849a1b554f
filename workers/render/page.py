"""One page of a folder, loaded, brought to rest, read and photographed in a throw-away context.

The page is hostile until proved otherwise: it sees its own folder and nothing else, and what reads
it runs in an isolated world, out of reach of its scripts.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from time import perf_counter

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Page,
    Request,
    Route,
    WebSocketRoute,
)
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeout

from webapp.studio.events import Rect
from workers.render.errors import PageMissing, RenderTimeout
from workers.render.reader import Reader
from workers.render.site import Site, shown
from workers.screenshot import Screenshot

LOAD_MS = 5_000
QUIET_MS = 50  # a page with scripts is at rest when its DOM stayed the same for so long
MAX_HEIGHT = 20_000  # device pixels of a full-page screenshot; the rest is cut off
MAX_NAVIGATIONS = 10
MAX_COMPLAINTS = 50
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


@dataclass
class Complaints:
    """What went wrong in the page, each thing once, in order of appearance."""

    console_errors: dict[str, None] = field(default_factory=dict)
    failed_requests: dict[str, None] = field(default_factory=dict)
    navigations: int = 0

    def console(self, text: str) -> None:
        if len(self.console_errors) < MAX_COMPLAINTS and "net::ERR_" not in text:
            self.console_errors.setdefault(text[:300])

    def request(self, url: str) -> None:
        if len(self.failed_requests) < MAX_COMPLAINTS:
            self.failed_requests.setdefault(url)


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
        page = await _guarded_page(context, site, complaints)
        await page.goto(site.url(view.page), wait_until="domcontentloaded", timeout=0)
        while True:
            with suppress(PlaywrightTimeout):  # a frame left open never loads, and can be seen
                await page.wait_for_load_state("load", timeout=LOAD_MS)
            try:
                return await _read(page, view, complaints, started)
            except PlaywrightError as error:
                if not any(sign in error.message for sign in SIGNS_OF_NAVIGATION):
                    raise
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


async def _guarded_page(context: BrowserContext, site: Site, complaints: Complaints) -> Page:
    """A page that reaches the files of `site` and nothing else, and opens no other page.

    What a handler raises would surface in the next call of the driver, whatever that is about, and
    pages come and go while handlers run: so they let the driver's errors pass.
    """

    async def serve(route: Route) -> None:
        request = route.request
        leaves = _leaves_page(request)
        complaints.navigations += leaves
        answer = None if complaints.navigations > MAX_NAVIGATIONS else site.answer(request.url)
        with suppress(PlaywrightError):
            if answer is not None:
                await route.fulfill(body=answer.body, content_type=answer.content_type)
                return
            complaints.request(request.url)
            # "aborted" keeps the document that is there, other reasons put an error page
            await route.abort("aborted" if leaves else "addressunreachable")

    async def close_socket(socket: WebSocketRoute) -> None:
        complaints.request(socket.url)
        with suppress(PlaywrightError):
            await socket.close()

    async def close_popup(popup: Page) -> None:
        complaints.console("A window that the page opened was closed.")
        with suppress(PlaywrightError):
            await popup.close()

    await context.route("**/*", serve)
    await context.route_web_socket("**/*", close_socket)
    page = await context.new_page()
    context.on("page", close_popup)
    page.on("dialog", _dismiss)
    page.on("pageerror", lambda error: complaints.console(f"Uncaught {error}"))
    page.on("console", lambda message: _note_console(message, complaints))
    page.on("requestfailed", lambda request: _note_failure(request, complaints))
    return page


async def _dismiss(dialog: Dialog) -> None:
    with suppress(PlaywrightError):
        await dialog.dismiss()


def _leaves_page(request: Request) -> bool:
    """Whether a page as a whole is about to go elsewhere. A new window is not: it has no frame."""
    try:
        return request.is_navigation_request() and request.frame.parent_frame is None
    except PlaywrightError:
        return False


def _note_console(message: ConsoleMessage, complaints: Complaints) -> None:
    if message.type == "error":
        complaints.console(message.text)


def _note_failure(request: Request, complaints: Complaints) -> None:
    if not request.url.startswith(("data:", "blob:")):
        complaints.request(request.url)


async def _read(page: Page, view: View, complaints: Complaints, started: float) -> Screenshot:
    reader = await Reader.of(page, view.width, view.height, view.scale)
    size = await reader.settle(QUIET_MS if view.scripts else 0)
    if complaints.navigations > MAX_NAVIGATIONS:
        raise RenderTimeout("The page navigates again and again. Remove the reload or redirect.")
    clip = _clip(view, size.height)
    content = await reader.read(clip, complaints.failed_requests)
    png = await reader.capture(clip)
    return Screenshot(
        png=png,
        width=round(clip.width * view.scale),
        height=round(clip.height * view.scale),
        scale=view.scale,
        texts=content.texts,
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
